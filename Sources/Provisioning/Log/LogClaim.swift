internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// Evidence that the log records a toolchain whose archive no digest vouches for.
///
/// It is verified against the hash of the unpacked files, before they are published.
enum LogClaim: Sendable {
    /// A proven record, whose hash is known before the archive is.
    case record(ProvenToolchain)
    /// A proof in a file beside the archive; the record is rebuilt from the hash of the files.
    case proof(LogProof, key: VerifierKey, path: String)
    /// The record in the receipt of an installation that is repaired.
    case receipt(Receipt.LogRecord)

    /// Why the files of a toolchain are not the recorded ones.
    struct Mismatch: Error, Hashable, Sendable, CustomStringConvertible {
        let computed: ModuleHash
        /// The recorded hash, or `nil` if the evidence does not contain it.
        let expected: ModuleHash?
        /// The number of the record in the log.
        let record: Int
        /// The path of the proof, or `nil` if the record is known.
        var proof: String?
        /// Why the proof is not one for this hash, or `nil` if the record is known.
        var because: String?

        /// The two hashes and the record, in words.
        var description: String {
            "record \(record) of the log is not for \(computed)"
                + (expected.map { ", but for \($0)" } ?? "") + (because.map { ": \($0)" } ?? "")
        }
    }

    /// Verifies that the log records a hash for a toolchain.
    ///
    /// - Parameters:
    ///   - hash: The hash of the unpacked files.
    ///   - module: The requested toolchain.
    /// - Returns: The record, for the receipt.
    /// - Throws: ``Mismatch``.
    func verified(
        hash: ModuleHash,
        of module: ToolchainModule
    ) throws(Mismatch) -> Receipt.LogRecord {
        let record: Receipt.LogRecord
        switch self {
        case .record(let proven):
            guard proven.record.module == module else {
                throw Mismatch(
                    computed: hash,
                    expected: nil,
                    record: proven.index,
                    because: "the record is for \(proven.record.module)"
                )
            }
            record = Receipt.LogRecord(proven)
        case .receipt(let log): record = log
        case .proof(let proof, let key, let path):
            do {
                return Receipt.LogRecord(
                    try ProvenToolchain(proof, of: module, hash: hash, signedBy: [key])
                )
            } catch {
                throw Mismatch(
                    computed: hash,
                    expected: nil,
                    record: proof.inclusion.index,
                    proof: path,
                    because: "\(error)"
                )
            }
        }
        guard record.hash == hash else {
            throw Mismatch(computed: hash, expected: record.hash, record: record.record)
        }
        return record
    }

    /// The proof for a file, or `nil` for the record in a receipt, which is not one.
    var proof: LogProof? {
        switch self {
        case .record(let proven): proven.proof
        case .proof(let proof, _, _): proof
        case .receipt: nil
        }
    }

    /// Reads the proof in a file, and verifies the signature in it, before the archive is read.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - log: The log that has to have signed it.
    /// - Returns: The claim, or `nil` if the file does not exist.
    /// - Throws: ``Failure`` if the file cannot be read, is not a proof, or is not signed by the log; with
    ///   `isFork` if its tree has as many records as the one that is kept, but another root.
    static func proof(at path: String, of log: LogSettings) throws(Failure) -> LogClaim? {
        let bytes: [UInt8]?
        do {
            bytes = try FileSystem.contents(of: path, limit: LogProof.mostBytes + 1)
        } catch {
            throw Failure(
                .unavailable,
                "cannot read the log proof",
                facts: [.init("file", path), .init("because", error.errno)]
            )
        }
        return try bytes.map { bytes throws(Failure) in
            try proof(parsing: bytes, from: path, of: log)
        }
    }

    /// Parses a proof, and verifies the signature in it.
    ///
    /// - Parameters:
    ///   - bytes: The proof.
    ///   - path: The file or URL that it comes from.
    ///   - log: The log that has to have signed it.
    /// - Returns: The claim.
    /// - Throws: As ``proof(at:of:)``.
    static func proof(
        parsing bytes: [UInt8],
        from path: String,
        of log: LogSettings
    ) throws(Failure) -> LogClaim {
        let proof: LogProof
        let head: SignedTreeHead
        do {
            proof = try LogProof(parsing: bytes)
            head = try SignedTreeHead(proof.note, signedBy: [log.key])
        } catch {
            throw Failure(
                .integrity,
                "the file is not a valid proof of the log \(log.name)",
                facts: [
                    .init("file", path), .init("because", "\(error)".withVisibleControls),
                ],
                hint: "copy the proof of this archive again"
            )
        }
        if let fork = KeptHead(log)?.fork(revealedBy: head) {
            // The file is evidence already, and who reads it may write nothing.
            throw fork.failure(log, from: path, keptBy: nil)
        }
        return .proof(proof, key: log.key, path: path)
    }
}

extension Receipt.LogRecord {
    /// Creates the member of a receipt from a proven record.
    fileprivate init(_ proven: ProvenToolchain) {
        self.init(
            name: proven.signedHead.note.signers.first?.name ?? "",
            record: proven.index,
            treeSize: proven.signedHead.head.size,
            hash: proven.record.hash
        )
    }
}

extension Failure {
    /// The unpacked files of an archive are not the recorded ones.
    init(_ mismatch: LogClaim.Mismatch, source: ArchiveSource) {
        var facts: [Fact] = [.init("file", source.origin)]
        if let proof = mismatch.proof { facts.append(.init("proof", proof)) }
        facts.append(.init("record", mismatch.record))
        if let expected = mismatch.expected { facts.append(.init("expected", expected)) }
        facts.append(.init("computed", mismatch.computed))
        if let because = mismatch.because { facts.append(.init("because", because)) }
        self.init(
            .integrity,
            "the log does not prove the files of \(source.pin.contents.name)"
                + " for \(source.pin.platform)",
            facts: facts,
            hint:
                "the archive is altered, or the record is for another archive: copy both again"
        )
    }
}
