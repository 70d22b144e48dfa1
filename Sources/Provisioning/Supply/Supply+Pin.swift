package import ToolchainCore

extension Supply {
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
        let catalogue = try self.catalogue()
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
    package func archiveDigests(for installed: Installed<Installation>) throws(Failure) -> Set<
        SHA256Digest
    > {
        if let receipt = installed.state.receipt { return [receipt.archiveDigest] }
        return Set(
            try pinnedArchives(for: installed.installation, on: session.platform).map(\.digest)
        )
    }

    /// The archive of a version, as the catalogs or `--sha256` pin it.
    ///
    /// - Throws: ``Failure`` where nothing pins it.
    func pin(
        _ version: GoVersion,
        in catalogue: Catalogue
    ) throws(Failure) -> PinnedArchive {
        let known = catalogue.archive(of: version, for: session.platform)
        if let digest = given.digest {
            if let known, known.digest != digest {
                throw Failure(
                    .integrity,
                    "`--sha256` contradicts the digest that is pinned",
                    facts: [
                        .init("archive", known.fileName), .init("pinned", known.digest),
                        .init("pinned by", known.voucher), .init("given", digest),
                    ],
                    hint: "a catalogue can replace a pinned digest, if it says so: `--catalog`"
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
        guard let release = catalogue.releases[version] else {
            let newest = catalogue.versions(for: session.platform).max()
            throw Failure(
                .integrity,
                "no catalogue knows \(version.toolchainName), so nothing says what its archive has"
                    + " to be",
                facts: [
                    .init("archive", version.archiveFileName(for: session.platform)),
                    .init("newest known", newest?.toolchainName ?? "none"),
                ],
                hint: catalogueHint()
                    ?? "give its SHA-256: `--sha256`, or a catalogue that has it: `--catalog`"
            )
        }
        let architectures = release.archives.keys.sorted().map(\.rawValue).joined(separator: ", ")
        throw Failure(
            .integrity,
            "there is no \(version.toolchainName) for \(session.platform)",
            facts: [.init("there is one for", architectures)],
            hint: "second-class ports have archives from"
                + " \(ReleaseLine.archivesOfSecondClassPorts.firstRelease.toolchainName) on"
        )
    }
}

extension PinnedArchive {
    /// Whether what it pins is to be built from it.
    fileprivate var isSource: Bool {
        if case .source = contents { true } else { false }
    }
}
