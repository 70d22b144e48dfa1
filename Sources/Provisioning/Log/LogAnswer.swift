internal import ToolchainCore
internal import TransparencyLog

/// An answer to a lookup whose head is signed by the log, and whose record is about the toolchain in question.
///
/// That the log has the record is not proven by it.
struct LogAnswer {
    let lookup: Lookup
    /// The head in the answer.
    let signedHead: SignedTreeHead

    /// Reads an answer.
    ///
    /// - Parameters:
    ///   - bytes: The answer.
    ///   - module: The toolchain that was asked for.
    ///   - key: The key of the log.
    /// - Throws: `Lookup.Rejection`, `ToolchainRecord.Rejection`, or as `SignedTreeHead`.
    init(
        parsing bytes: [UInt8],
        of module: ToolchainModule,
        signedBy key: VerifierKey
    ) throws {
        lookup = try Lookup(parsing: bytes)
        signedHead = try SignedTreeHead(lookup.note, signedBy: [key])
        // No tile is requested for the record of anything else.
        _ = try ToolchainRecord(parsing: lookup.text, of: module)
    }
}
