internal import ToolchainCore

/// A proof in a file that a log has a record, to be verified without a network: C2SP tlog-proof.
///
/// It has the number of the record, the hashes of an inclusion proof and a signed head, but not the
/// record: who verifies knows what it has to be.
package struct LogProof: Hashable, Sendable {
    /// What file names end with.
    package static let fileSuffix = ".tlog-proof"

    /// How large a file may be: a note, and as much for what is before it.
    package static let mostBytes = 2 * SignedNote.mostBytes

    /// Bytes for the application that wrote it; nothing proves them.
    package let extra: [UInt8]?
    /// The number of the record, and the hashes.
    package let inclusion: InclusionProof
    /// The head of the tree that has the record.
    package let note: SignedNote

    private static let firstLine = "c2sp.org/tlog-proof@v1"
    private static let extraWord = "extra "
    private static let indexWord = "index "

    /// A proof from its parts.
    package init(extra: [UInt8]? = nil, inclusion: InclusionProof, note: SignedNote) {
        self.extra = extra
        self.inclusion = inclusion
        self.note = note
    }

    /// Why a file is not a proof.
    package enum Rejection: Error, Hashable, Sendable, CustomStringConvertible {
        /// It is larger than ``mostBytes``.
        case tooLarge(Int)
        /// The first line is another one.
        case wrongFirstLine
        /// The extra data are not base64.
        case invalidExtra
        /// The line `index NUMBER` is missing or malformed.
        case invalidIndex
        /// A hash, counted from 1, is not 32 bytes in base64.
        case invalidHash(Int)
        /// There are more hashes than the largest tree has levels.
        case tooManyHashes
        /// No empty line ends the hashes.
        case missingEnd
        /// What follows the hashes is not a note.
        case invalidNote(SignedNote.Rejection)

        /// What is wrong with the file, in words.
        package var description: String {
            switch self {
            case .tooLarge(let count):
                """
                the log proof is too large: expected at most \(LogProof.mostBytes) bytes, \
                found \(count)
                """
            case .wrongFirstLine:
                "the file is not a log proof: expected \(LogProof.firstLine) in its first line"
            case .invalidExtra: "the extra data of the log proof are not valid base64"
            case .invalidIndex: "the log proof has no valid record number"
            case .invalidHash(let number): "hash \(number) of the log proof is malformed"
            case .tooManyHashes:
                "the log proof has more than \(InclusionProof.mostHashes) hashes"
            case .missingEnd: "the log proof has no empty line after its hashes"
            case .invalidNote(let reason): "invalid tree head in the log proof: \(reason)"
            }
        }
    }

    /// Reads a file without verifying what it proves.
    ///
    /// - Throws: ``Rejection`` for bytes that are not a proof.
    package init(parsing bytes: [UInt8]) throws(Rejection) {
        guard bytes.count <= Self.mostBytes else { throw .tooLarge(bytes.count) }
        var rest = bytes[...]
        guard let first = rest.popLine(), first.elementsEqual(Self.firstLine.utf8) else {
            throw .wrongFirstLine
        }
        var line = rest.popLine() ?? []
        if line.starts(with: Self.extraWord.utf8) {
            guard let data = Base64.decoded(line.dropFirst(Self.extraWord.utf8.count)) else {
                throw .invalidExtra
            }
            extra = data
            line = rest.popLine() ?? []
        } else {
            extra = nil
        }
        guard line.starts(with: Self.indexWord.utf8),
            let index = Int(canonicalDecimal: line.dropFirst(Self.indexWord.utf8.count))
        else { throw .invalidIndex }
        inclusion = InclusionProof(index: index, hashes: try Self.hashes(from: &rest))
        do {
            note = try SignedNote(parsing: Array(rest))
        } catch {
            throw .invalidNote(error)
        }
    }

    private static func hashes(from rest: inout ArraySlice<UInt8>) throws(Rejection) -> [LogHash] {
        var hashes: [LogHash] = []
        while let line = rest.popLine() {
            if line.isEmpty { return hashes }
            guard hashes.count < InclusionProof.mostHashes else { throw .tooManyHashes }
            guard let hash = LogHash(base64: line) else { throw .invalidHash(hashes.count + 1) }
            hashes.append(hash)
        }
        throw .missingEnd
    }

    /// The file.
    package var document: [UInt8] {
        var text = Self.firstLine + "\n"
        if let extra { text += "\(Self.extraWord)\(Base64.encoded(extra))\n" }
        text += "\(Self.indexWord)\(inclusion.index)\n"
        for hash in inclusion.hashes { text += "\(hash)\n" }
        return Array(text.utf8) + [.newline] + note.bytes
    }

    /// Verifies that the log of one of the keys has a record.
    ///
    /// - Parameters:
    ///   - leaf: The hash of the record.
    ///   - keys: The keys whose signatures count.
    /// - Returns: The head of a tree that has the record.
    /// - Throws: ``VerifiedNote/Rejection``, ``TreeHead/Rejection``, ``InclusionProof/Rejection``; an
    ///   error where OpenSSL cannot verify.
    package func verify(_ leaf: LogHash, signedBy keys: [VerifierKey]) throws -> SignedTreeHead {
        let signed = try SignedTreeHead(note, signedBy: keys)
        try inclusion.verify(leaf, in: signed.head)
        return signed
    }
}
