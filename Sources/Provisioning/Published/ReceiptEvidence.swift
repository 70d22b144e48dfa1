package import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// What the receipts of managed toolchains tell about whether the Go project published them.
///
/// The files are not read. In the usual case, an archive that the built-in catalog pins or a record of
/// the log, the receipt is enough: neither a catalog nor an index is loaded.
package struct ReceiptEvidence: Sendable {
    /// Creates the evidence.
    package init() {}

    /// Returns what the receipt of an installation proves, or `nil` for a tool.
    ///
    /// A toolchain whose `VERSION` or `bin/go` is missing is not the published one any more.
    package func state(of entry: Installed<Installation>) -> PublishedState? {
        guard entry.goVersion != nil else { return nil }
        switch entry.state {
        case .installed(let receipt): return state(of: receipt, at: entry.path)
        case .incomplete(let receipt, let reason):
            return state(of: receipt, at: entry.path).modified(because: reason)
        case .foreign: return PublishedState(reason: "it has no receipt")
        case .damaged, .halfRemoved, .unknown:
            return PublishedState(reason: "it has no usable receipt")
        }
    }

    /// Returns what a receipt proves about the toolchain at `root`.
    private func state(of receipt: Receipt, at root: String) -> PublishedState {
        guard case .go(let version) = receipt.installation else { return PublishedState() }
        guard version.suffix.isEmpty else {
            return PublishedState(
                .notPublished,
                basis: .receipt,
                reason: "\(version.toolchainName) is not a release of the Go project"
            )
        }
        if let log = receipt.log {
            // A manifest of the host can name another log than Go's.
            let evidence = Publication.Evidence.log(name: log.name)
            return PublishedState(
                .published,
                basis: .receipt,
                evidence: evidence.name,
                log: evidence.otherLog,
                reason: evidence.otherLog == nil ? nil : evidence.words
            )
        }
        if receipt.voucher == PinnedArchive.Voucher.builtIn.description {
            return .builtIn
        }
        do {
            return try compared(receipt, ToolchainModule(version, receipt.platform), at: root)
        } catch {
            return PublishedState(
                basis: .receipt,
                reason: (error as? Failure)?.message ?? "its index cannot be read"
            )
        }
    }

    /// Compares what another voucher vouched for with the built-in table, or for a Go that the table
    /// cannot list with the built-in catalog.
    private func compared(
        _ receipt: Receipt,
        _ module: ToolchainModule,
        at root: String
    ) throws -> PublishedState {
        let isSame: Bool
        let table = try CatalogLibrary.publishedHashes()
        if let known = table.hash(of: module.go, receipt.platform) {
            guard let bytes = try Verifier.indexBytes(in: root),
                try SHA256Digest(of: bytes) == receipt.index.digest,
                let list = try? ToolchainFileList(module, index: TreeIndex(parsing: bytes))
            else {
                return PublishedState(
                    basis: .receipt,
                    reason: "its index is missing or was modified"
                )
            }
            isSame = try ModuleHash(of: list) == known
        } else if module.go.line < .recordedInLog,
            let pinned = try CatalogLibrary.load(adding: []).archive(
                of: module.go,
                for: receipt.platform
            )
        {
            isSame = pinned.digest == receipt.archiveDigest
        } else {
            return PublishedState(
                basis: .receipt,
                reason: "no published hash of \(module.go.toolchainName) is built in"
            )
        }
        return isSame
            ? .builtIn
            : PublishedState(
                .notPublished,
                basis: .receipt,
                reason: "the archive that it was installed from is not the published one"
            )
    }
}

extension PublishedState {
    fileprivate static var builtIn: PublishedState {
        PublishedState(
            .published,
            basis: .receipt,
            evidence: Publication.Evidence.builtIn.name
        )
    }

    /// Returns what remains of the evidence of a receipt if the toolchain has changed since it was
    /// installed.
    ///
    /// - Parameter reason: What has changed.
    /// - Returns: The state `modified` if the published one was installed, and otherwise the same state.
    package func modified(because reason: String) -> PublishedState {
        guard basis == .receipt, state == .published else { return self }
        return PublishedState(.modified, basis: .receipt, reason: reason)
    }

    /// Creates the state of a toolchain whose files were compared with the published ones.
    ///
    /// - Parameters:
    ///   - publication: The result of the comparison.
    ///   - time: When the files were read.
    package init(_ publication: Publication, at time: UTCTime) {
        let verdict = publication.verdict
        self.init(
            State(rawValue: verdict.word) ?? .unknown,
            basis: .files,
            reason: verdict.reason,
            checkedAt: time
        )
        switch verdict {
        case .published(let source):
            evidence = source.name
            log = source.otherLog
        case .modified(let files):
            reason = files.count == 1 ? "1 file differs" : "\(files.count) files differ"
        case .differs, .unpublished, .unknown: break
        }
    }
}
