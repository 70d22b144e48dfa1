package import ToolchainCore

extension Supply {
    /// Compares the archive that a receipt names with the one that the catalogs pin.
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

    /// Returns the archive that the catalogs pin for the installation of a receipt, or `nil`.
    private func pinnedArchive(of receipt: Receipt) throws(Failure) -> PinnedArchive? {
        let archives = try pinnedArchives(for: receipt.installation, on: receipt.platform)
        return archives.first { $0.isSource == (receipt.compilation != nil) }
    }

    /// Returns the archives that the catalogs pin for an installation: for a tool, its archive and its
    /// source.
    func pinnedArchives(
        for installation: Installation,
        on platform: GoPlatform
    ) throws(Failure) -> [PinnedArchive] {
        let catalog = try self.catalog()
        switch installation {
        case .go(let version):
            return [catalog.archive(of: version, for: platform)].compactMap(\.self)
        case .tool(let build):
            let prebuilt = catalog.tools.prebuilt(build.tool, for: platform)
                .first { $0.build == build }?.archive
            let source =
                build.tool == .delve
                ? catalog.tools.delve[build.version]?.sourceArchive(for: platform) : nil
            return [prebuilt, source].compactMap(\.self)
        }
    }

    /// Returns the digests of the archives that an installation can be repaired from.
    ///
    /// Without a valid receipt, these are all archives that the catalogs list for its name.
    ///
    /// - Throws: ``Failure`` if the catalogs cannot be read.
    package func archiveDigests(for installed: Installed<Installation>) throws(Failure) -> Set<
        SHA256Digest
    > {
        if let receipt = installed.state.receipt { return [receipt.archiveDigest] }
        return Set(
            try pinnedArchives(for: installed.installation, on: session.platform).map(\.digest)
        )
    }

    /// Returns the archive of a version, as pinned by the catalogs or by `--sha256`.
    ///
    /// - Throws: ``Failure`` if no digest is pinned, or `--sha256` contradicts the catalogs.
    func pin(_ version: GoVersion) throws(Failure) -> PinnedArchive {
        let catalog = try self.catalog()
        let known = catalog.archive(of: version, for: session.platform)
        if let digest = given.digest {
            if let known, known.digest != digest {
                throw Failure(
                    .integrity,
                    "`--sha256` contradicts the pinned digest",
                    facts: [
                        .init("archive", known.fileName), .init("pinned", known.digest),
                        .init("pinned by", known.voucher), .init("given", digest),
                    ],
                    hint:
                        "to replace a pinned digest, use a catalog entry with `replaces`: `--catalog`"
                )
            }
            return known
                ?? PinnedArchive(
                    .go(version),
                    platform: session.platform,
                    fileName: version.archiveFileName(for: session.platform),
                    digest: digest,
                    byteCount: nil,
                    voucher: .commandLine
                )
        }
        if let known { return known }
        let listed = catalog.releases[version]
        guard let release = listed, catalog.determines(version, for: session.platform) else {
            let newest = catalog.versions(for: session.platform).max()
            let suffix = listed == nil ? "" : " for \(session.platform)"
            throw Failure(
                .integrity,
                "\(version.toolchainName) is not in any catalog\(suffix),"
                    + " so its archive cannot be verified",
                facts: [
                    .init("archive", version.archiveFileName(for: session.platform)),
                    .init("newest known", newest?.toolchainName ?? "none"),
                ],
                hint: catalogHint()
                    ?? "pass its SHA-256 with `--sha256`, or a catalog that lists it with `--catalog`"
            )
        }
        let architectures = release.archives.keys.sorted().map(\.rawValue).joined(separator: ", ")
        throw Failure(
            .integrity,
            "\(version.toolchainName) is not available for \(session.platform)",
            facts: [.init("available for", architectures)],
            hint:
                "request \(ReleaseLine.archivesOfSecondClassPorts.firstRelease.toolchainName) or newer:"
                + " earlier releases have no archives for second-class ports"
        )
    }
}

extension PinnedArchive {
    /// Whether the archive contains source to build from.
    var isSource: Bool {
        if case .source = contents { true } else { false }
    }
}
