package import ToolchainCore

/// A toolchain whose hash is proven to be in the log: only a proof makes one.
package struct ProvenToolchain: Hashable, Sendable {
    /// The toolchain and its hash.
    package let record: ToolchainRecord
    /// The number of the record in the log.
    package let index: Int
    /// A head of a tree that has the record.
    package let signedHead: SignedTreeHead
    /// The same proof for a file, which needs neither the log nor its tiles.
    package let proof: LogProof

    /// Why an answer of the log proves nothing.
    package enum Rejection: Error, Hashable, Sendable, CustomStringConvertible {
        /// The tree has another record in the place that the answer names.
        case otherRecord(ToolchainModule, index: Int)

        /// What is wrong with the answer, in words.
        package var description: String {
            switch self {
            case .otherRecord(let module, let index):
                "record \(index) of the log is not the one that was served for \(module)"
            }
        }
    }

    /// Verifies an answer of the log: the tree has the record, and it is about this toolchain.
    ///
    /// - Parameters:
    ///   - lookup: The answer.
    ///   - module: The toolchain that was asked for.
    ///   - tree: A tree that has the record. The head in the answer is not looked at.
    /// - Throws: ``ToolchainRecord/Rejection``, ``InclusionProof/Rejection``,
    ///   ``TiledTree/Rejection`` or ``Rejection``; whatever reading tiles throws; an error where OpenSSL fails.
    package init(
        _ lookup: Lookup,
        of module: ToolchainModule,
        in tree: inout TiledTree
    ) throws {
        record = try ToolchainRecord(parsing: lookup.text, of: module)
        index = lookup.index
        signedHead = tree.signedHead
        guard try tree.leaf(index) == record.leaf() else {
            throw Rejection.otherRecord(module, index: index)
        }
        // It consists of tiles that the leaf required.
        proof = LogProof(inclusion: try tree.inclusionProof(of: index), note: signedHead.note.note)
    }

    /// Verifies a proof for a toolchain whose files have a certain hash.
    ///
    /// - Parameters:
    ///   - proof: The proof.
    ///   - module: The toolchain.
    ///   - hash: The hash that its files have, as it was computed.
    ///   - keys: The keys of the log.
    /// - Throws: ``ToolchainRecord/Rejection``, or as ``LogProof/verify(_:signedBy:)``.
    package init(
        _ proof: LogProof,
        of module: ToolchainModule,
        hash: ModuleHash,
        signedBy keys: [VerifierKey]
    ) throws {
        record = try ToolchainRecord(of: module, hash: hash)
        index = proof.inclusion.index
        signedHead = try proof.verify(record.leaf(), signedBy: keys)
        self.proof = proof
    }
}
