package import ToolchainCore
package import TransparencyLog

/// A part of a log that proves several toolchains in one tree, as a static copy of the log serves it.
///
/// A proof in a file is not enough for that: it has hashes of subtrees, and the `go` command asks for whole tiles
/// (docs/facts/go-toolchains.md#a-copy-of-the-log-in-a-mirror).
package struct LogExcerpt: Sendable {
    /// The head of the tree.
    package let signedHead: SignedTreeHead
    /// The proven records.
    package let proven: [ProvenToolchain]
    /// The tiles that prove the records, and that the tree extends an older one.
    package let tiles: [Tile: [UInt8]]
}

extension Supply {
    /// The maximum number of attempts to prove all records in one tree, while the log grows.
    private static let maximumAttemptCount = 4

    /// Proves several toolchains by the log in one tree, and collects the tiles that were read.
    ///
    /// - Parameters:
    ///   - modules: The toolchains; at least one.
    ///   - older: A tree that the new one has to extend; nil for none.
    /// - Returns: The records and the tiles.
    /// - Throws: ``Failure``, as ``proveByLog(_:)`` does, for the first toolchain that the log cannot prove.
    package func logExcerpt(
        of modules: [ToolchainModule],
        extending older: TreeHead?
    ) throws(Failure) -> LogExcerpt {
        let log = session.settings.log
        if let reason = log.disabledBy {
            throw Failure(
                .unavailable,
                "the log is disabled",
                facts: [.init("log", log.name), .init("disabled by", reason)]
            )
        }
        var skipped: [Failure.Fact] = []
        let places = logPlaces(log, skipped: &skipped)
        for _ in 0..<Self.maximumAttemptCount {
            var proven: [ProvenToolchain] = []
            var tiles: [Tile: [UInt8]] = [:]
            for module in modules {
                let prover = LogProver(self, module, in: places) { tree in
                    if let older { try tree.verifyExtends(older) }
                    tiles.merge(tree.tiles) { $1 }
                }
                proven.append(try prover.prove(skipped: skipped))
            }
            // Each proof is in the newest tree that was seen until then.
            if let last = proven.last,
                proven.allSatisfy({ $0.signedHead.head == last.signedHead.head })
            {
                return LogExcerpt(signedHead: last.signedHead, proven: proven, tiles: tiles)
            }
        }
        throw Failure(
            .unavailable,
            "the log grew while it was read",
            facts: [.init("log", log.name), .init("attempts", Self.maximumAttemptCount)],
            hint: "run the same command again"
        )
    }
}
