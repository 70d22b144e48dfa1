internal import ToolchainCore
internal import ToolchainHost

/// Says how a complete tree is made, and from where.
struct RecipeBook {
    let store: Store
    let supply: Supply

    /// How a tree was made: as its receipt says, unless that contradicts what is pinned, or else as is
    /// pinned.
    func recipe(
        for installed: Installed<Installation>
    ) throws(Failure) -> Recipe {
        var receipt = installed.state.receipt
        if let found = receipt, case .different = supply.pinComparison(of: found) { receipt = nil }
        switch installed.installation {
        case .go(let version):
            let pin: PinnedArchive
            if let receipt {
                pin = PinnedArchive(.go(version), of: receipt)
            } else {
                let catalogue = try supply.catalogue()
                pin = try supply.pin(version, in: catalogue)
            }
            return .unpacking(try supply.sources(of: pin))
        case .tool(let build):
            guard let receipt else {
                let catalogue = try supply.catalogue()
                return try recipe(for: build, in: catalogue)
            }
            guard receipt.compilation != nil else {
                let pin = PinnedArchive(.tool(build), of: receipt)
                return .program(build, try supply.sources(of: pin))
            }
            let pin = PinnedArchive(.source(build.tool, build.version), of: receipt)
            let catalogue = try supply.catalogue()
            return try compilation(
                of: build,
                from: supply.sources(of: pin),
                in: catalogue
            )
        }
    }
    /// How a tool is taken from the archive that a catalog has of it, or else built.
    func recipe(
        for build: ToolBuild,
        in catalogue: Catalogue
    ) throws(Failure) -> Recipe {
        if let archive = catalogue.tools.prebuilt(build.tool, for: store.session.platform)
            .first(where: { $0.build == build })
        {
            let pin = PinnedArchive(
                .tool(build),
                platform: store.session.platform,
                file: archive.file
            )
            return .program(build, try supply.sources(of: pin))
        }
        guard build.tool == .delve, let release = catalogue.tools.delve[build.version] else {
            throw Failure(.unavailable, "\(build.name) is not in any catalog")
        }
        let sources = try supply.sources(of: release.sourceArchive(for: store.session.platform))
        return try compilation(of: build, from: sources, in: catalogue)
    }

    /// How a tool is built from its source.
    func compilation(
        of build: ToolBuild,
        from sources: [ArchiveSource],
        for target: GoPlatform? = nil,
        in catalogue: Catalogue
    ) throws(Failure) -> Recipe {
        let target = target ?? store.session.platform
        guard
            let builder = try store.installations.usableToolchains(on: store.session.platform)
                .first(where: {
                    $0.version == build.builder && $0.isVerified
                })
        else {
            throw Failure(
                .unavailable,
                "\(build.builder.toolchainName), which built \(build.shortName), is not installed",
                hint: "`gotoolprov ensure \(build.builder.toolchainName)`"
            )
        }
        return .compiling(
            ToolCompilation(
                build: build,
                platform: target,
                builderRoot: builder.goRoot,
                tag: catalogue.tools.delve[build.version]?.tag(for: target.architecture),
                sources: sources
            )
        )
    }
}

extension PinnedArchive {
    /// The archive that a receipt names.
    fileprivate init(_ contents: Contents, of receipt: Receipt) {
        self.init(
            contents,
            platform: receipt.platform,
            fileName: receipt.archiveName,
            digest: receipt.archiveDigest,
            byteCount: receipt.archiveByteCount,
            voucher: .receipt(voucher: receipt.voucher)
        )
    }
}
