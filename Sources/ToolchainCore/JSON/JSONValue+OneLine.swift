extension JSONValue {
    /// The document on one line, without spaces or a trailing line feed, for JSON Lines.
    package var renderedOnOneLine: String {
        var output = ""
        appendOnOneLine(to: &output)
        return output
    }

    /// Appends the document on one line to `output`.
    package func appendOnOneLine(to output: inout String) {
        switch self {
        case .array(let elements):
            output += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { output += "," }
                element.appendOnOneLine(to: &output)
            }
            output += "]"
        case .object(let members):
            output += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { output += "," }
                JSONValue.string(member.key).append(to: &output, indentation: 0)
                output += ":"
                member.value.appendOnOneLine(to: &output)
            }
            output += "}"
        case .null, .boolean, .integer, .string: append(to: &output, indentation: 0)
        }
    }
}
