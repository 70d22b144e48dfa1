internal import ToolchainCore
internal import ToolchainHost

/// Determines how to recreate a tree, and from which sources.
struct RecipeBook {
    let store: Store
    let supply: Supply

    private var platform: GoPlatform { store.session.platform }

    /// Returns the recipe to recreate a tree: from its receipt, unless that contradicts the catalogs,
    /// or else from the catalogs.
    func recipe(
        for installed: Installed<Installation>
    ) throws(Failure) -> Recipe {
        var receipt = installed.state.receipt
        if let found = receipt, case .different = supply.pinComparison(of: found) { receipt = nil }
        switch installed.installation {
        case .go(let version):
            let pin =
                if let receipt { PinnedArchive(.go(version), of: receipt) } else {
                    try supply.pin(version)
                }
            var sources = try supply.sources(of: pin)
            if let log = receipt?.log {
                // The same files and modes as before.
                for index in sources.indices { sources[index].claim = .receipt(log) }
            }
            return .unpacking(sources)
        case .tool(let build):
            guard let receipt else { return try recipe(for: build) }
            guard receipt.compilation != nil else {
                let pin = PinnedArchive(.tool(build), of: receipt)
                return .program(build, try supply.sources(of: pin))
            }
            let pin = PinnedArchive(.source(build.tool, build.version), of: receipt)
            return .compiling(try compilation(of: build, from: supply.sources(of: pin)))
        }
    }

    /// Returns the recipe of a tool from the catalogs: its archive, or else a build from source.
    private func recipe(for build: ToolBuild) throws(Failure) -> Recipe {
        guard let pin = try supply.pinnedArchives(for: .tool(build), on: platform).first else {
            throw Failure(.unavailable, "\(build.name) is not in any catalog")
        }
        let sources = try supply.sources(of: pin)
        guard pin.isSource else { return .program(build, sources) }
        return .compiling(try compilation(of: build, from: sources))
    }

    /// Returns the compilation of a tool from source.
    func compilation(
        of build: ToolBuild,
        from sources: [ArchiveSource],
        for target: GoPlatform? = nil
    ) throws(Failure) -> ToolCompilation {
        let target = target ?? platform
        let builder = try store.installations.usableToolchains(on: platform).first {
            $0.version == build.builder && $0.isVerified
        }
        guard let builder else {
            throw Failure(
                .unavailable,
                "\(build.builder.toolchainName), which built \(build.shortName), is not installed",
                hint: "`gotoolprov ensure \(build.builder.toolchainName)`"
            )
        }
        return ToolCompilation(
            build: build,
            platform: target,
            builderRoot: builder.goRoot,
            tag: try supply.catalog().tools.delve[build.version]?.tag(for: target.architecture),
            sources: sources
        )
    }
}

extension PinnedArchive {
    /// Creates the pin of the archive that a receipt names.
    fileprivate init(_ contents: Contents, of receipt: Receipt) {
        self.init(
            contents,
            platform: receipt.platform,
            fileName: receipt.archiveName,
            digest: receipt.archiveDigest,
            // The size is 0 if the tree was adopted without the archive, and no catalog has it.
            byteCount: receipt.archiveByteCount > 0 ? receipt.archiveByteCount : nil,
            voucher: .receipt(voucher: receipt.voucher)
        )
    }
}
