internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

extension Installer {
    /// The number of differences to list in a failure.
    private static let mostListedDifferences = 10

    /// Refuses a tree that another user owns, and unexpected file types under the names that are not in
    /// the archive.
    private func refuseUnsafeTree(_ goRoot: String) throws {
        func refusal(_ why: String, _ fact: Failure.Fact) -> Failure {
            Failure(.destination, why, facts: [fact], hint: "move it, or delete it")
        }
        let user = FileSystem.currentUser
        if let access = try FileSystem.access(to: goRoot), access.owner != user, access.owner != 0 {
            throw refusal(
                "the toolchain belongs to another user, who could modify it",
                .init("owner", "user \(access.owner): \(goRoot)")
            )
        }
        for (name, expected) in [
            (Installations.Name.bookkeeping, FileSystem.Kind.directory),
            (Installations.Name.unpacked, .file),
        ] {
            let kind = try FileSystem.kind(of: "\(goRoot)/\(name)")
            guard kind == nil || kind == expected else {
                throw refusal("the toolchain contains an invalid \(name)", .init("path", goRoot))
            }
        }
    }

    /// Writes a receipt for a foreign tree if all of its files match the archive.
    ///
    /// Without an archive, the files must be those that the Go project published, and the pinned archive must
    /// be the published one.
    ///
    /// - Throws: ``Failure`` of kind `integrity` with the differences; nothing is changed then.
    func adopt(
        _ version: GoVersion,
        from sources: [ArchiveSource]
    ) throws {
        let goRoot = store.installations.goRoot(of: version)
        guard try FileSystem.kind(of: goRoot) == .directory else {
            throw Failure(
                .destination,
                "only a directory can be adopted",
                facts: [.init("path", goRoot)],
                hint: "move it, or delete it"
            )
        }
        guard !sources.isEmpty else { return try adoptPublished(version, at: goRoot) }
        try withStaged(.unpacking(sources)) { staged, index in
            try refuseDifferences(of: version, at: goRoot, from: index, reading: true)
            try writeReceipt(for: version, at: goRoot, from: staged)
        }
    }

    /// Writes a receipt for a foreign tree if it is the one that the Go project published.
    ///
    /// What the published hash does not cover has to follow the same rules, and is recorded as it is: the
    /// files in api, doc, misc and test.
    private func adoptPublished(_ version: GoVersion, at goRoot: String) throws {
        let pin = try supply.pin(version)
        let check = try PublicationCheck(store.session, asksLog: true)
        let index = try check.index(
            ofPublished: version,
            at: goRoot,
            for: pin.platform,
            recorded: supply.recordedHash(of: pin, version)
        )
        try refuseDifferences(of: version, at: goRoot, from: index, reading: false)
        let staged = try store.installations.staged(version.toolchainName)
        try store.seal(
            staged,
            as: .go(version),
            index,
            archiveByteCount: pin.byteCount ?? 0,
            source: ArchiveSource(pin: pin, path: goRoot)
        )
        try writeReceipt(for: version, at: goRoot, from: staged)
    }

    private func refuseDifferences(
        of version: GoVersion,
        at goRoot: String,
        from index: TreeIndex,
        reading: Bool
    ) throws {
        // golang.org/dl leaves its marker and the archive in the tree.
        let differences = try TreeVerifier(
            root: goRoot,
            reserved: [
                Installations.Name.bookkeeping, Installations.Name.unpacked,
                version.archiveFileName(for: store.session.platform),
            ],
            monitor: store.session.monitor(version.toolchainName)
        ).differences(from: index, reading: reading)
        guard !differences.isEmpty else { return }
        let listed = differences.prefix(Self.mostListedDifferences).map { difference in
            Failure.Fact(difference.kind.rawValue, difference.path)
        }
        let more = differences.count - listed.count
        throw Failure(
            .integrity,
            "cannot adopt \(version.toolchainName): its files differ from its archive",
            facts: [.init("path", goRoot)] + listed
                + (more > 0 ? [.init("and", "\(more) more")] : []),
            hint: "move it, and run `gotoolprov ensure \(version.toolchainName)`"
        )
    }

    /// Writes the receipt of a staged tree, its index and the marker into a tree with the same files.
    private func writeReceipt(
        for version: GoVersion,
        at goRoot: String,
        from staged: borrowing StagedDirectory
    ) throws {
        try refuseUnsafeTree(goRoot)
        // The receipt is written last: until then the tree is foreign.
        let isDurable = store.session.isDurable
        let directory = try store.installations.openedDirectory()
        let tree = try directory.directory(version.toolchainName)
        let bookkeeping = try tree.makingDirectory(Installations.Name.bookkeeping)
        let hazard = try store.installations.hazard(of: bookkeeping, in: tree, below: directory)
        if let hazard {
            throw Failure(
                .destination,
                "another user could change the receipt of the toolchain",
                facts: [.init("because", hazard)],
                hint: "move \(bookkeeping.path) to another directory, or delete it"
            )
        }
        let made = try staged.directory.directory(Installations.Name.bookkeeping)
        for (directory, name, source) in [
            (bookkeeping, Installations.Name.indexFile, made),
            (tree, Installations.Name.unpacked, staged.directory),
            (bookkeeping, Installations.Name.receiptFile, made),
        ] {
            try directory.replaceFile(
                name,
                with: source.contents(of: name, limit: TreeIndex.maximumByteCount) ?? [],
                mode: 0o644,
                durably: isDurable
            )
        }
    }
}
