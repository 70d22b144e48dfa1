internal import ToolchainCore

/// A line of an allowed signers file with an Ed25519 key.
struct AllowedSigner: Hashable, Sendable {
    /// The names of the signer, which may be patterns.
    let principals: PatternList
    let options: SignerOptions
    let key: SSHPublicKey

    /// Why a line does not name an Ed25519 key.
    struct Invalid: Error, Hashable, CustomStringConvertible {
        let reason: String

        var description: String { reason }
    }

    /// Parses a line as ssh-keygen does; nil for an empty line and for a comment.
    init?(parsing line: ArraySlice<UInt8>) throws(Invalid) {
        // To ssh-keygen, a line is a string of C.
        var rest = line.prefix { $0 != 0 }.drop(while: Self.isSpace)
        guard let first = rest.first, first != UInt8(ascii: "#") else { return nil }
        principals = PatternList(text: try Self.principals(&rest))
        if let kind = Self.kind(rest), Self.isKind(kind) {
            options = SignerOptions()
        } else {
            let text = try Self.options(&rest)
            rest = rest.drop { $0 == 0x20 || $0 == 9 }
            do throws(SignerOptions.Invalid) {
                options = try SignerOptions(parsing: text)
            } catch {
                throw Invalid(reason: "its options are invalid: \(error.reason)")
            }
        }
        key = try Self.key(rest)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [9, 10, 13, 32].contains(byte) }

    /// Removes the names: a word, of which a part may be in quotes.
    private static func principals(
        _ rest: inout ArraySlice<UInt8>
    ) throws(Invalid) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        guard let end = rest.firstIndex(where: { $0 == quote || isSpace($0) }) else {
            throw Invalid(reason: "it has no key")
        }
        var names = Array(rest[..<end])
        let isQuoted = rest[end] == quote
        rest = rest[(end + 1)...]
        if isQuoted {
            guard let close = rest.firstIndex(of: quote) else {
                throw Invalid(reason: "it has a quote without a closing one")
            }
            names += rest[..<close]
            rest = rest[(close + 1)...]
        }
        rest = rest.drop(while: isSpace)
        return names
    }

    /// Removes the options: a word, in which quotes protect spaces.
    private static func options(
        _ rest: inout ArraySlice<UInt8>
    ) throws(Invalid) -> ArraySlice<UInt8> {
        var isQuoted = false
        var index = rest.startIndex
        while index < rest.endIndex, isQuoted || rest[index] != 0x20 && rest[index] != 9 {
            if rest[index] == UInt8(ascii: "\\"), index + 1 < rest.endIndex,
                rest[index + 1] == UInt8(ascii: "\"")
            {
                index += 1
            } else if rest[index] == UInt8(ascii: "\"") {
                isQuoted.toggle()
            }
            index += 1
        }
        guard index < rest.endIndex else { throw Invalid(reason: "it has no key") }
        defer { rest = rest[(index + 1)...] }
        return rest[..<index]
    }

    /// Reads `ssh-ed25519 BASE64`, after which a comment may follow.
    private static func key(_ text: ArraySlice<UInt8>) throws(Invalid) -> SSHPublicKey {
        guard let kind = kind(text), kind == SSHPublicKey.kind else {
            throw Invalid(reason: "it has no \(SSHPublicKey.kind) key")
        }
        let blob = text.dropFirst(kind.utf8.count).drop { $0 == 0x20 || $0 == 9 }
            .prefix { $0 != 0x20 && $0 != 9 }
            .filter { !isSpace($0) && $0 != 11 && $0 != 12 }
        guard let bytes = Base64.decoded(blob), let key = try? SSHPublicKey(parsing: bytes) else {
            throw Invalid(reason: "its key is malformed")
        }
        return key
    }

    /// Whether a word is the type of a key, and so not an option.
    private static func isKind(_ word: String) -> Bool {
        ["ssh-", "ecdsa-", "sk-"].contains { word.hasPrefix($0) }
    }

    /// The word before the first space; nil if there is no space.
    private static func kind(_ text: ArraySlice<UInt8>) -> String? {
        text.firstIndex { $0 == 0x20 || $0 == 9 }
            .map { String(decoding: text[..<$0], as: UTF8.self) }
    }
}
