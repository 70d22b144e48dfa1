/// The logins and passwords of servers in the format of ftp(1), curl and Go: `~/.netrc`.
///
/// Words are separated by white space. A word in double quotes may contain white space, and `\n`, `\r`, `\t`, `\"` and
/// `\\`, as in curl. Lines that begin with `#` are comments. Macros, accounts and unknown words are skipped.
package struct Netrc: Sendable {
    /// An invalid file; the reason contains nothing from the file.
    package struct Rejection: Error, Hashable, Sendable {
        /// The number of the line, from 1.
        package let line: Int
        /// A sentence without a full stop.
        package let reason: String
    }

    /// What the file has for one machine, or for all others.
    package struct Entry: Hashable, Sendable {
        /// The host name in lower case, or `nil` for `default`.
        let machine: String?
        /// The number of the line with `machine` or `default`, from 1.
        package let line: Int
        /// The header with the login and the password, or `nil` unless both are there.
        package let authorization: RequestHeader?
    }

    private let entries: [Entry]

    /// Parses a file.
    ///
    /// - Throws: ``Rejection`` for a quote without an end, or a keyword without a value.
    package init(parsing document: [UInt8]) throws(Rejection) {
        var words = NetrcWords(document)
        var entries: [Entry] = []
        var current: Draft?
        func end() {
            if let current { entries.append(current.entry) }
        }
        while let word = try words.next() {
            switch word.keyword {
            case .machine?:
                end()
                let name = String(decoding: try words.value(of: word), as: UTF8.self).lowercased()
                current = Draft(machine: name, line: word.line)
            case .default?:
                end()
                current = Draft(machine: nil, line: word.line)
            case .login?: current?.login = try words.value(of: word)
            case .password?: current?.password = try words.value(of: word)
            case .account?: _ = try words.value(of: word)
            case .macro?:
                end()
                current = nil
                words.skipMacro()
            case nil: break
            }
        }
        end()
        self.entries = entries
    }

    private struct Draft {
        let machine: String?
        let line: Int
        var login: [UInt8]?
        var password: [UInt8]?

        init(machine: String?, line: Int) {
            self.machine = machine
            self.line = line
        }

        var entry: Entry {
            var authorization: RequestHeader?
            if let login, let password {
                authorization = RequestHeader(login: login, password: password)
            }
            return Entry(machine: machine, line: line, authorization: authorization)
        }
    }

    /// Returns the entry for a server.
    ///
    /// - Parameters:
    ///   - address: The server; its port does not matter, because the format has no ports.
    ///   - usesDefault: Whether `default` counts.
    /// - Returns: The first entry for its host with a login and a password, else the first for its host,
    ///   else `default`, else `nil`.
    package func entry(for address: WebAddress, usesDefault: Bool) -> Entry? {
        let names = [address.host, "[\(address.host)]"]
        let own = entries.filter { $0.machine.map(names.contains) ?? false }
        return own.first { $0.authorization != nil } ?? own.first
            ?? (usesDefault ? entries.first { $0.machine == nil } : nil)
    }
}

/// The words of such a file, one after the other.
private struct NetrcWords {
    enum Keyword: String {
        case machine
        case `default`
        case login
        case password
        case account
        case macro = "macdef"
    }

    struct Word {
        let bytes: [UInt8]
        let line: Int
        let isQuoted: Bool

        var keyword: Keyword? {
            isQuoted ? nil : Keyword(rawValue: String(decoding: bytes, as: UTF8.self))
        }
    }

    private let document: [UInt8]
    private var index = 0
    private var line = 1
    /// Whether only blanks precede on this line.
    private var isAtStart = true

    init(_ document: [UInt8]) { self.document = document }

    /// Returns the next word, or `nil` at the end of the file.
    mutating func next() throws(Netrc.Rejection) -> Word? {
        while index < document.count {
            switch document[index] {
            case 0x0A:
                line += 1
                isAtStart = true
                index += 1
            case 0x20, 9...13: index += 1
            case UInt8(ascii: "#") where isAtStart: skipLine()
            default:
                isAtStart = false
                return document[index] == UInt8(ascii: "\"") ? try quoted() : plain()
            }
        }
        return nil
    }

    /// Returns the word after a keyword.
    mutating func value(of keyword: Word) throws(Netrc.Rejection) -> [UInt8] {
        guard let word = try next() else {
            throw Netrc.Rejection(line: keyword.line, reason: "the last keyword has no value")
        }
        return word.bytes
    }

    /// Skips a macro: to the next empty line.
    mutating func skipMacro() {
        skipLine()
        while index < document.count {
            let start = index + 1
            index = start
            line += 1
            skipLine()
            let isBlank = document[min(start, index)..<index].allSatisfy {
                $0 == 0x20 || $0 == 0x09 || $0 == 0x0D
            }
            if isBlank { return }
        }
    }

    /// Skips the rest of the line, without its end.
    private mutating func skipLine() {
        index = document[index...].firstIndex(of: 0x0A) ?? document.count
    }

    private mutating func plain() -> Word {
        let start = index
        while index < document.count, document[index] != 0x20, !(9...13).contains(document[index]) {
            index += 1
        }
        return Word(bytes: Array(document[start..<index]), line: line, isQuoted: false)
    }

    private mutating func quoted() throws(Netrc.Rejection) -> Word {
        var bytes: [UInt8] = []
        let unended = Netrc.Rejection(line: line, reason: "a quote does not end on its line")
        index += 1
        while index < document.count, document[index] != 0x0A {
            var byte = document[index]
            index += 1
            if byte == UInt8(ascii: "\"") {
                return Word(bytes: bytes, line: line, isQuoted: true)
            }
            if byte == UInt8(ascii: "\\") {
                guard index < document.count, document[index] != 0x0A else { throw unended }
                byte = document[index]
                index += 1
                switch byte {
                case UInt8(ascii: "n"): byte = 0x0A
                case UInt8(ascii: "r"): byte = 0x0D
                case UInt8(ascii: "t"): byte = 0x09
                default: break
                }
            }
            bytes.append(byte)
        }
        throw unended
    }
}
