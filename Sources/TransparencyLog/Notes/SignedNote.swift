internal import ToolchainCore

/// A text with signatures that have not been verified: C2SP signed-note, golang.org/x/mod/sumdb/note.
///
/// The text ends in a newline. An empty line follows, then a line a signature: an em dash, a space, the
/// key's name, a space, and base64 of the key's hash and the signature. Nothing may be done with the
/// text before ``verified(by:)``.
package struct SignedNote: Hashable, Sendable {
    /// One line of signatures.
    package struct Signature: Hashable, Sendable {
        /// The name of the key.
        package let name: String
        /// The hash of the key.
        package let keyHash: UInt32
        /// The signature proper.
        let bytes: [UInt8]
    }

    /// How large a note may be: as large as golang.org/x/mod/sumdb/tlog accepts a tree head.
    package static let mostBytes = 1_000_000

    /// How many signatures a note may have: as many as golang.org/x/mod/sumdb/note accepts.
    ///
    /// C2SP signed-note demands at least 16.
    package static let mostSignatures = 100

    /// The whole note as it was read.
    package let bytes: [UInt8]
    /// What is signed, with its last newline.
    package let text: [UInt8]
    /// The signatures in their order.
    package let signatures: [Signature]

    /// Why bytes are not a signed note.
    package enum Rejection: Error, Hashable, Sendable, CustomStringConvertible {
        /// It is larger than ``mostBytes``.
        case tooLarge(Int)
        /// It is not UTF-8.
        case invalidUTF8
        /// It has a control character other than newline.
        case controlCharacter(UInt8)
        /// No empty line separates a text from signatures, or the last line does not end.
        case missingSignatures
        /// A line of the signatures, counted from 1, is not a signature.
        case malformedSignature(line: Int)
        /// It has more than ``mostSignatures``.
        case tooManySignatures

        /// What is wrong with the note, in words.
        package var description: String {
            switch self {
            case .tooLarge(let count):
                "the note is too large: expected at most \(SignedNote.mostBytes) bytes, found \(count)"
            case .invalidUTF8: "the note is not valid UTF-8"
            case .controlCharacter(let byte): "the note contains the control character \(byte)"
            case .missingSignatures: "the note does not end with an empty line and signatures"
            case .malformedSignature(let line): "signature \(line) of the note is malformed"
            case .tooManySignatures:
                "the note has more than \(SignedNote.mostSignatures) signatures"
            }
        }
    }

    /// Reads a note without verifying it.
    ///
    /// - Throws: ``Rejection`` for bytes that are not a signed note.
    package init(parsing bytes: [UInt8]) throws(Rejection) {
        guard bytes.count <= Self.mostBytes else { throw .tooLarge(bytes.count) }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .invalidUTF8 }
        if let byte = bytes.first(where: { $0 < 0x20 && $0 != .newline }) {
            throw .controlCharacter(byte)
        }
        guard let end = Self.endOfText(bytes), bytes.last == .newline else {
            throw .missingSignatures
        }
        var rest = bytes[(end + 1)...]
        var signatures: [Signature] = []
        while let line = rest.popLine() {
            guard signatures.count < Self.mostSignatures else { throw .tooManySignatures }
            guard let signature = Signature(line) else {
                throw .malformedSignature(line: signatures.count + 1)
            }
            signatures.append(signature)
        }
        guard !signatures.isEmpty else { throw .missingSignatures }
        self.bytes = bytes
        text = Array(bytes[..<end])
        self.signatures = signatures
    }

    /// Where the last empty line begins, which is where the text ends; nil where there is none.
    private static func endOfText(_ bytes: [UInt8]) -> Int? {
        var index = bytes.count - 1
        while index > 0 {
            if bytes[index] == .newline, bytes[index - 1] == .newline { return index }
            index -= 1
        }
        return nil
    }
}

extension SignedNote.Signature {
    private static let mark = Array("— ".utf8)

    /// Reads a line without its newline; nil for what is not a signature.
    fileprivate init?(_ line: ArraySlice<UInt8>) {
        guard line.starts(with: Self.mark) else { return nil }
        let rest = line.dropFirst(Self.mark.count)
        guard let space = rest.firstIndex(of: UInt8(ascii: " ")),
            let bytes = Base64.decoded(rest[(space + 1)...]), bytes.count > 4
        else { return nil }
        let name = String(decoding: rest[..<space], as: UTF8.self)
        guard KeyName.isValid(name) else { return nil }
        self.init(
            name: name,
            keyHash: bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) },
            bytes: Array(bytes.dropFirst(4))
        )
    }
}
