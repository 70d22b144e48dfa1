internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// Checks of the directories that gotoolprov writes to.
package struct Directories: Sendable {
    private let settings: Settings
    private let trustsRoots: Bool

    package init(_ session: Session) {
        settings = session.settings
        trustsRoots = session.allowance.trustsRoots
    }

    /// Refuses SDK and launcher directories that are unusable, that overlap, or that other users can
    /// modify, unless `--trust-roots` allows it.
    ///
    /// The bookkeeping directories are checked, too: in a store that was once shared, a group may still
    /// be able to modify them, and their contents decide what `go` runs.
    ///
    /// - Throws: ``Failure``; nothing has been written then.
    func refuseUnsafeRoots() throws(Failure) {
        try refuseUnusablePaths()
        guard !trustsRoots else { return }
        let allowance = "`--trust-roots`"
        for place in [HostPlace.sdkRoot(settings.sdkRoot), .launchers(settings.goBin)] {
            try refuseLink(place)
            try refuseHazard(place, allowance: allowance)
        }
        for path in Installations(root: settings.sdkRoot).bookkeepingPaths {
            let hazard: PathHazard?
            do {
                hazard = try PathSafety().hazard(at: path)
            } catch {
                throw Failure(reading: error, what: "cannot check who can modify \(path)")
            }
            guard let hazard else { continue }
            throw Failure(hazard, of: .sdkRoot(path), allowance: allowance)
        }
    }

    /// Refuses a program that root would run but another user can modify.
    ///
    /// In a store that a group shares, root trusts its members anyway.
    ///
    /// - Parameter path: The path of a tree, or of a program in one.
    /// - Throws: ``Failure`` of kind `destination`.
    package func refuseProgramOfOthers(_ path: String) throws(Failure) {
        guard FileSystem.currentUser == 0, !FileSystem.isShared(settings.sdkRoot) else { return }
        let owner: UInt32?
        do {
            owner = try FileSystem.owner(of: path, followingLinks: false)
        } catch {
            throw Failure(reading: error, what: "cannot check who can modify \(path)")
        }
        guard let owner, owner != 0 else { return }
        throw Failure(
            .destination,
            "another user can modify what root would run",
            facts: [.init("path", path), .init("owner", "user \(owner)")],
            hint: "run as that user, or install to a directory that root owns"
        )
    }

    /// Refuses an archive cache that another user can modify, or that overlaps with trees or launchers.
    ///
    /// Links of the same user are followed, for instance to a larger disk.
    package func refuseUnsafeCache() throws(Failure) {
        try refuseUnusablePaths()
        guard !trustsRoots, let directory = settings.cacheDirectory else { return }
        try refuseHazard(.cache(directory), allowance: "`--trust-roots`")
    }

    /// Refuses a state directory that another user can modify, who could delete what was seen of a log.
    func refuseUnsafeState(_ directory: String) throws(Failure) {
        guard !trustsRoots else { return }
        try refuseHazard(.state(directory), allowance: "`--trust-roots`")
    }

    /// Creates the state directory, unless another user can modify it.
    ///
    /// - Throws: ``Failure`` of kind `destination`.
    package func prepareState(_ directory: String) throws(Failure) {
        try refuseUnsafeState(directory)
        do {
            try FileSystem.makeDirectories(directory)
        } catch {
            throw Failure(
                writing: error,
                what: "cannot create the state directory",
                places: HostPlaces([.state(directory)])
            )
        }
    }

    /// Refuses paths that are unusable regardless of the owner: with a colon, or one inside the other.
    private func refuseUnusablePaths() throws(Failure) {
        try refuseUnusableLaunchers()
        try refuseOverlap()
    }

    /// Refuses a launcher directory that Go also rejects, and paths with a colon.
    func refuseUnusableLaunchers() throws(Failure) {
        if let failure = settings.goBinFailure { throw failure }
        try refuseUnusableRoot()
        try refuseColon(in: .launchers(settings.goBin))
    }

    /// Refuses an SDK directory whose path contains a colon.
    package func refuseUnusableRoot() throws(Failure) {
        try refuseColon(in: .sdkRoot(settings.sdkRoot))
    }

    /// In PATH, a colon would split the path into two directories, the second of which may be relative.
    private func refuseColon(in place: HostPlace) throws(Failure) {
        guard place.path.contains(byte: ":") else { return }
        throw Failure(
            .configuration,
            "\(place.name) cannot be on PATH: its path contains a colon",
            facts: [.init("directory", place.path)],
            hint: "set \(place.variable) to a path without a colon"
        )
    }

    /// Refuses directories that contain each other, because each may contain only its own files: a tree
    /// with any other file in it no longer matches its index.
    private func refuseOverlap() throws(Failure) {
        let root = HostPlace.sdkRoot(settings.sdkRoot)
        let bin = HostPlace.launchers(settings.goBin)
        try refuse(bin, inside: root)
        try refuse(root, inside: bin)
        guard let directory = settings.cacheDirectory else { return }
        // The variable names the parent of the archive directory.
        let cache = HostPlace.cache(FilePath(directory).removingLastComponent().string)
        try refuse(root, inside: cache)
        try refuse(bin, inside: cache)
        try refuse(cache, inside: bin)
        // In the SDK directory, the cache is allowed next to the trees, but not inside one.
        if let way = FileSystem.components(from: root.path, downTo: cache.path),
            let first = way.first,
            first == Installations.Name.bookkeeping || Installation(name: first) != nil
        {
            throw overlap(cache, root)
        }
    }

    private func refuse(_ inner: HostPlace, inside outer: HostPlace) throws(Failure) {
        guard FileSystem.components(from: outer.path, downTo: inner.path) != nil else { return }
        throw overlap(inner, outer)
    }

    private func overlap(_ inner: HostPlace, _ outer: HostPlace) -> Failure {
        Failure(
            .configuration,
            FileSystem.isSame(inner.path, outer.path)
                ? "\(inner.name) and \(outer.name) are the same directory"
                : "\(inner.name) is inside \(outer.name)",
            facts: [.init(inner.variable, inner.path), .init(outer.variable, outer.path)],
            hint: "set \(inner.variable) to a directory of its own"
        )
    }

    /// Refuses a directory that is a symbolic link, because receipts and launchers contain its path.
    private func refuseLink(_ place: HostPlace) throws(Failure) {
        do throws(FileError) {
            guard try FileSystem.kind(of: place.path) == .symbolicLink else { return }
        } catch {
            throw Failure(reading: error, what: "cannot inspect \(place.name)")
        }
        let target =
            FileSystem.withoutLinks(place.path) ?? FileSystem.linkTarget(of: place.path) ?? "?"
        throw Failure(
            .destination,
            "\(place.name) is a symbolic link",
            facts: [.init("directory", place.path), .init("points to", target)],
            hint:
                "set \(place.variable)=\(ShellQuoting.quoted(target)); or, if this is intended, use"
                + " `--trust-roots`"
        )
    }

    private func refuseHazard(_ place: HostPlace, allowance: String) throws(Failure) {
        let hazard: PathHazard?
        do {
            hazard = try PathSafety().hazard(on: place.path)
        } catch {
            throw Failure(reading: error, what: "cannot check who can modify \(place.name)")
        }
        guard let hazard else { return }
        throw Failure(hazard, of: place, allowance: allowance)
    }
}
