package import ToolchainCore

extension Provisioner {
    /// What the catalogs of today pin for an installation, compared with what its receipt names.
    ///
    /// A receipt lies in the tree that it vouches for, so whoever can replace the tree can replace the
    /// receipt as well. Catalogs are trusted independently of it.
    package enum PinComparison: Hashable, Sendable {
        /// The receipt names the archive that is pinned.
        case same
        /// Another archive is pinned.
        case different(PinnedArchive)
        /// The built-in catalog pins another archive, and something that the user named at installation
        /// vouched for this one: a catalog file that replaces a digest, or `--sha256`.
        case replaced(voucher: String)
        /// No catalog lists the archive, or the catalogs cannot be read.
        case unknown(reason: String)
    }

    /// Compares a receipt with the catalogs.
    func pinComparison(of receipt: Receipt) -> PinComparison {
        let pinned: PinnedArchive?
        do throws(Failure) {
            pinned = try pinnedArchive(of: receipt)
        } catch {
            return .unknown(reason: error.message)
        }
        guard let pinned else {
            return .unknown(reason: "no catalog lists \(receipt.archiveName)")
        }
        if pinned.digest == receipt.archiveDigest { return .same }
        let builtIn = PinnedArchive.Voucher.builtIn
        return pinned.voucher == builtIn && receipt.voucher != builtIn.description
            ? .replaced(voucher: receipt.voucher) : .different(pinned)
    }

    /// The archive from which the catalogs would have something installed that a receipt is for.
    private func pinnedArchive(of receipt: Receipt) throws(Failure) -> PinnedArchive? {
        let archives = try pinnedArchives(for: receipt.installation, on: receipt.platform)
        return archives.first { $0.isSource == (receipt.compilation != nil) }
    }

    /// The archives from which the catalogs would have something installed: of a tool the one that has
    /// it, and its source.
    private func pinnedArchives(
        for installation: Installation,
        on platform: GoPlatform
    ) throws(Failure) -> [PinnedArchive] {
        let catalogue = try CatalogueLibrary.load(adding: settings.catalogues)
        switch installation {
        case .go(let version):
            return [catalogue.archive(of: version, for: platform)].compactMap(\.self)
        case .tool(let build):
            let prebuilt = catalogue.tools.prebuilt(build.tool, for: platform)
                .first { $0.build == build }
                .map { PinnedArchive(.tool(build), platform: platform, file: $0.file) }
            let source =
                build.tool == .delve
                ? catalogue.tools.delve[build.version]?.sourceArchive(for: platform) : nil
            return [prebuilt, source].compactMap(\.self)
        }
    }

    /// The digests of the archives that an installation may be repaired from.
    ///
    /// Without a receipt that can be read, those are all that the catalogs have for its name.
    ///
    /// - Throws: ``Failure`` where the catalogs cannot be read.
    package func archiveDigests(for entry: SDKStore.Entry) throws(Failure) -> Set<SHA256Digest> {
        if let receipt = entry.state.receipt { return [receipt.archiveDigest] }
        return Set(try pinnedArchives(for: entry.installation, on: platform).map(\.digest))
    }
}

extension PinnedArchive {
    /// Whether what it pins is to be built from it.
    fileprivate var isSource: Bool {
        if case .source = contents { true } else { false }
    }
}
