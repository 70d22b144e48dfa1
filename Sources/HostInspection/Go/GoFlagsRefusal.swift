internal import ToolchainCore

/// The error with which the `go` command refuses a GOFLAGS (`cmd/go/internal/base/goflags.go`).
struct GoFlagsRefusal: Hashable, Sendable {
    /// The message that Go prints, without its prefix `go: `.
    let message: String
    /// Whether `go env` and `go version` fail, too; they ignore most other errors.
    let isTotal: Bool

    /// Finds the first error that Go would report; `nil` if it accepts all flags.
    ///
    /// - Parameters:
    ///   - flags: The words of GOFLAGS.
    ///   - go: The version of the `go` that runs, or `nil` if unknown.
    ///   - isRunnable: Returns whether a program with this name can be started.
    ///   - contents: Returns the beginning of the file at a path, or `nil` if it does not exist.
    init?(
        in flags: FlagWords,
        go: GoVersion?,
        isRunnable: (String) -> Bool,
        contents: (String) -> [UInt8]?
    ) {
        if let quote = flags.openQuote {
            self.init("parsing $GOFLAGS: unterminated \(quote) string")
            return
        }
        var found: [FlagWords.Flag] = []
        for word in flags.contents {
            guard let flag = FlagWords.Flag(word[...]), !flag.name.isEmpty,
                !flag.name.hasPrefix("-")
            else {
                self.init("parsing $GOFLAGS: non-flag \(Self.quoted(word))")
                return
            }
            guard Self.isKnown(flag.name, to: go) else {
                self.init("parsing $GOFLAGS: unknown flag -\(flag.name)")
                return
            }
            found.append(flag)
        }
        for flag in found {
            if let message = Self.refusal(of: flag, isRunnable, contents) {
                self.init(message, isTotal: flag.name == "C")
                return
            }
        }
        return nil
    }

    private init(_ message: String, isTotal: Bool = false) {
        self.message = message
        self.isTotal = isTotal
    }

    private static func isKnown(_ name: String, to go: GoVersion?) -> Bool {
        guard GoFlagTable.value(of: name) != nil else { return false }
        guard let first = GoFlagTable.firstLine(of: name), let go else { return true }
        return go.line >= first
    }

    private static func refusal(
        of flag: FlagWords.Flag,
        _ isRunnable: (String) -> Bool,
        _ contents: (String) -> [UInt8]?
    ) -> String? {
        let name = flag.name
        guard let kind = GoFlagTable.value(of: name) else { return nil }
        guard let value = flag.value else {
            switch kind {
            case .boolean, .booleanOr, .optional: return nil
            default: return "flag needs an argument: -\(name) (from $GOFLAGS)"
            }
        }
        func invalid(_ why: String, _ what: String = "value") -> String {
            "invalid \(what) \(quoted(value)) for flag -\(name) (from $GOFLAGS): \(why)"
        }
        switch kind {
        case .boolean: return isBoolean(value) ? nil : invalid("parse error", "boolean value")
        case .booleanOr(let word):
            return isBoolean(value) || value == word
                ? nil : invalid("value is neither '\(word)' nor a valid bool", "boolean value")
        case .optional: return nil
        case .refused(let why): return invalid(why)
        case .integer(let least):
            guard let number = integer(value) else { return invalid("parse error") }
            return number >= least ? nil : "-\(name) must be a positive integer: \(number)"
        case .duration: return isDuration(value) ? nil : invalid("parse error")
        case .flags: return refusal(ofFlags: value).map { invalid($0) }
        case .oneOf(let words):
            guard !value.isEmpty, !words.contains(value) else { return nil }
            switch name {
            case "mod":
                return "-mod=\(value) not supported (can be '', 'mod', 'readonly', or 'vendor')"
            case "buildmode": return "buildmode=\(value) not supported"
            case "compiler": return invalid("unknown compiler \(quoted(value))")
            default: return invalid(#"valid modes are "set", "count", or "atomic""#)
            }
        case .text: return refusal(ofFile: value, name, isRunnable, contents)
        }
    }

    /// Checks a flag whose value is a file or a program.
    private static func refusal(
        ofFile value: String,
        _ name: String,
        _ isRunnable: (String) -> Bool,
        _ contents: (String) -> [UInt8]?
    ) -> String? {
        guard !value.isEmpty else { return nil }
        switch name {
        case "overlay":
            guard let bytes = contents(value) else {
                return "reading overlay: open \(value): no such file or directory"
            }
            let first = bytes.first { !" \t\r\n".utf8.contains($0) }
            return first == UInt8(ascii: "{") ? nil : "parsing overlay JSON: \(value) is not JSON"
        case "modfile":
            guard value.hasSuffix(".mod") else {
                return "-modfile=\(value): file does not have .mod extension"
            }
            return contents(value) == nil ? "open \(value): no such file or directory" : nil
        case "pgo" where value != "auto" && value != "off":
            return contents(value) == nil ? "open \(value): no such file or directory" : nil
        case "toolexec", "exec":
            let words = FlagWords(value, takesPattern: false)
            if let quote = words.openQuote {
                return "invalid value \(quoted(value)) for flag -\(name) (from $GOFLAGS):"
                    + " unterminated \(quote) string"
            }
            guard let program = words.contents.first, !isRunnable(program) else { return nil }
            return "fork/exec \(program): no such program"
        default: return nil
        }
    }

    /// Checks a value such as `all=-N -l`, as Go's `PerPackageFlag` parses it.
    private static func refusal(ofFlags value: String) -> String? {
        guard let first = value.first(where: { !$0.isWhitespace }) else { return nil }
        var rest = value[...].drop(while: \.isWhitespace)
        if first != "-" {
            guard let equals = rest.firstIndex(of: "=") else {
                return "missing =<value> in <pattern>=<value>"
            }
            if equals == rest.startIndex { return "missing <pattern> in <pattern>=<value>" }
            if first == "'" || first == "\"" {
                return "parameter may not start with quote character \(first)"
            }
            rest = rest[equals...].dropFirst()
        }
        return FlagWords(String(rest), takesPattern: false).openQuote.map {
            "unterminated \($0) string"
        }
    }

    /// Whether Go's `strconv.ParseBool` accepts a text.
    private static func isBoolean(_ text: String) -> Bool {
        [
            "1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False",
        ].contains(text)
    }

    /// Parses an integer as Go's `strconv.ParseInt` does with base 0.
    private static func integer(_ text: String) -> Int? {
        let isNegative = text.hasPrefix("-")
        var digits = text[...]
        if isNegative || text.hasPrefix("+") { digits = digits.dropFirst() }
        digits.removeAll { $0 == "_" }
        let lowered = digits.lowercased()
        var number: Int?
        for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] where lowered.hasPrefix(prefix) {
            number = Int(lowered.dropFirst(2), radix: radix)
        }
        guard let first = lowered.utf8.first, first.isDigit else { return nil }
        number = number ?? Int(lowered, radix: lowered.hasPrefix("0") ? 8 : 10)
        return number.map { isNegative ? -$0 : $0 }
    }

    /// Whether Go's `time.ParseDuration` accepts a text, such as `1h2.5m`.
    private static func isDuration(_ text: String) -> Bool {
        var rest = text[...]
        if let sign = rest.first, sign == "-" || sign == "+" { rest = rest.dropFirst() }
        if rest == "0" { return true }
        guard !rest.isEmpty else { return false }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isDigit || $0 == "." }
            guard number.contains(where: \.isNumber), number.count(where: { $0 == "." }) <= 1 else {
                return false
            }
            rest = rest.dropFirst(number.count)
            guard
                let unit = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"]
                    .first(where: { unit in
                        rest.hasPrefix(unit)
                            && rest.dropFirst(unit.count).first.map { !$0.isLetter } ?? true
                    })
            else { return false }
            rest = rest.dropFirst(unit.count)
        }
        return true
    }

    /// Quotes a text as Go's `%q` does, except for rare characters.
    private static func quoted(_ text: String) -> String {
        let escaped = text.split(separator: "\\", omittingEmptySubsequences: false)
            .joined(separator: "\\\\")
            .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
        return "\"\(escaped.withVisibleControls)\""
    }
}
