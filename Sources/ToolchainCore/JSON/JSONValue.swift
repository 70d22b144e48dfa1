/// A JSON value to be written.
package indirect enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// A key and its value.
    package struct Member: Hashable, Sendable {
        package let key: String
        package let value: JSONValue

        /// Creates a member.
        package init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// Returns the object with a member appended; returns any other value unchanged.
    package func adding(_ key: String, _ value: JSONValue) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members + [Member(key, value)])
    }

    /// The document on several lines, indented by two spaces, with a trailing line feed.
    package var rendered: String {
        var output = ""
        append(to: &output, indentation: 0)
        return output + "\n"
    }

    func append(to output: inout String, indentation: Int) {
        switch self {
        case .null: output += "null"
        case .boolean(let value): output += value ? "true" : "false"
        case .integer(let value): output += String(value)
        case .string(let text): Self.append(text, to: &output)
        case .array(let elements):
            Self.append(elements, in: ("[", "]"), to: &output, indentation: indentation) {
                $0.append(to: &$1, indentation: indentation + 1)
            }
        case .object(let members):
            Self.append(members, in: ("{", "}"), to: &output, indentation: indentation) {
                Self.append($0.key, to: &$1)
                $1 += ": "
                $0.value.append(to: &$1, indentation: indentation + 1)
            }
        }
    }

    private static func append<Part>(
        _ parts: [Part],
        in brackets: (String, String),
        to output: inout String,
        indentation: Int,
        each: (Part, inout String) -> Void
    ) {
        output += brackets.0
        for (index, part) in parts.enumerated() {
            output += index == 0 ? "\n" : ",\n"
            output += String(repeating: "  ", count: indentation + 1)
            each(part, &output)
        }
        if !parts.isEmpty { output += "\n" + String(repeating: "  ", count: indentation) }
        output += brackets.1
    }

    private static func append(_ text: String, to output: inout String) {
        output += "\""
        defer { output += "\"" }
        // Most strings need no escapes and are copied in one piece.
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }) {
            output += text
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            // DEL and the C1 controls too, because a terminal would interpret them.
            case "\0"..<" ", "\u{7F}"..<"\u{A0}":
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// Creates an object whose members keep their order.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0, $1) })
    }
    package init(nilLiteral: ()) { self = .null }

    /// Creates a string from the description of a value, or null from nil.
    package init(_ value: (some CustomStringConvertible)?) {
        self = value.map { .string($0.description) } ?? .null
    }
}
