internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// Refuses directories that cannot be used together or at all, and those that somebody else could
    /// change, unless the user said to trust them; nothing is written before.
    ///
    /// A store that a group shared once may have directories of its own that the group can still change:
    /// what is in them decides what `go` runs.
    func refuseUnsafeRoots() throws(Failure) {
        try refuseUnusablePaths()
        guard !conduct.trustsRoots else { return }
        let allowance = "`--trust-roots`"
        for place in [HostPlace.sdkRoot(settings.sdkRoot), .launchers(settings.goBin)] {
            try refuseLink(place)
            try refuseHazard(place, allowance: allowance)
        }
        for path in store.bookkeepingPaths {
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

    /// Makes GOBIN, and looks again who can change it: where it was missing, somebody else may have made
    /// it first.
    func prepareLaunchers(adding made: inout [String]) throws(Failure) {
        try launchers.prepareFolder(adding: &made)
        try refuseUnsafeRoots()
    }

    /// Refuses to let root run what another user can change.
    ///
    /// In a store that a group shares, root has to trust its members anyway.
    ///
    /// - Parameter path: A tree, or a program in one.
    /// - Throws: ``Failure`` of kind `destination`.
    package func refuseProgramOfOthers(_ path: String) throws(Failure) {
        guard FileSystem.currentUser == 0, !FileSystem.isShared(store.root) else { return }
        let owner: UInt32?
        do {
            owner = try FileSystem.owner(of: path, followingLinks: false)
        } catch {
            throw Failure(reading: error, what: "cannot check who can modify \(path)")
        }
        guard let owner, owner != 0 else { return }
        throw Failure(
            .destination,
            "another user can change what root would run",
            facts: [.init("path", path), .init("owner", "user \(owner)")],
            hint: "run it as that user, or install it in a directory of root's"
        )
    }

    /// Refuses to begin where so few files may be open that even undoing would fail.
    func refuseFewOpenFiles() throws(Failure) {
        let needed = 32
        let limit = OpenFileLimit.raised()
        guard limit < needed else { return }
        throw Failure(
            .destination,
            "this process may open too few files",
            facts: [.init("limit", limit), .init("needed", needed)],
            hint: "`ulimit -n 1024`, or LimitNOFILE= of the service"
        )
    }

    /// Refuses a cache that somebody else could change, and one that is in the way of trees or
    /// launchers.
    ///
    /// Links of the user's own, to a larger disk for instance, are followed.
    package func refuseUnsafeCache() throws(Failure) {
        try refuseUnusablePaths()
        guard !conduct.trustsRoots, let folder = settings.cacheFolder else { return }
        try refuseHazard(.cache(folder), allowance: "`--trust-roots`")
    }

    /// Refuses paths that cannot work, whoever owns them: with a colon, or one inside the other.
    private func refuseUnusablePaths() throws(Failure) {
        try refuseUnusableLaunchers()
        try refuseOverlap()
    }

    /// Refuses a launcher directory that Go refuses, too, and paths with a colon.
    func refuseUnusableLaunchers() throws(Failure) {
        if let failure = settings.goBinFailure { throw failure }
        try refuseUnusableRoot()
        try refuseColon(in: .launchers(settings.goBin))
    }

    /// Refuses an SDK directory whose trees PATH cannot have.
    package func refuseUnusableRoot() throws(Failure) {
        try refuseColon(in: .sdkRoot(settings.sdkRoot))
    }

    /// In PATH, a colon makes two directories of one, of which the second may be relative.
    private func refuseColon(in place: HostPlace) throws(Failure) {
        guard place.path.contains(byte: ":") else { return }
        throw Failure(
            .configuration,
            "\(place.name) cannot be on PATH: its path contains a colon",
            facts: [.init("directory", place.path)],
            hint: "set \(place.variable) to a path without a colon"
        )
    }

    /// Each of the three directories has files that belong to nothing in the others, and a tree with
    /// anything else in it is not what was installed.
    private func refuseOverlap() throws(Failure) {
        let root = HostPlace.sdkRoot(settings.sdkRoot)
        let bin = HostPlace.launchers(settings.goBin)
        try refuse(bin, inside: root)
        try refuse(root, inside: bin)
        guard let folder = settings.cacheFolder else { return }
        // The variable names the directory above the archives.
        let cache = HostPlace.cache(FilePath(folder).removingLastComponent().string)
        try refuse(root, inside: cache)
        try refuse(bin, inside: cache)
        try refuse(cache, inside: bin)
        // Beside trees it is in nobody's way.
        if let way = FileSystem.way(from: root.path, downTo: cache.path), let first = way.first,
            first == SDKStore.Name.bookkeeping || Installation(name: first) != nil
        {
            throw overlap(cache, root)
        }
    }

    private func refuse(_ inner: HostPlace, inside outer: HostPlace) throws(Failure) {
        guard FileSystem.way(from: outer.path, downTo: inner.path) != nil else { return }
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

    /// Refuses a directory that is a symbolic link: receipts and launchers have its path in them.
    private func refuseLink(_ place: HostPlace) throws(Failure) {
        do throws(FileError) {
            guard try FileSystem.kind(of: place.path) == .symbolicLink else { return }
        } catch {
            throw Failure(reading: error, what: "cannot look at \(place.name)")
        }
        let target =
            FileSystem.withoutLinks(place.path) ?? FileSystem.linkTarget(of: place.path) ?? "?"
        throw Failure(
            .destination,
            "\(place.name) is a symbolic link",
            facts: [.init("directory", place.path), .init("points to", target)],
            hint:
                "use the directory itself: \(place.variable)=\(ShellQuoting.quoted(target)); or, if"
                + " that is intended, `--trust-roots`"
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

    /// Refuses to remove a tree of another user: in a store that a group shares, everyone can add
    /// trees, and only its owner can delete what is in one.
    func refuseOtherOwner(_ installation: Installation) throws {
        let tree = store.path(of: installation)
        let user = FileSystem.currentUser
        guard user != 0, let owner = try FileSystem.owner(of: tree, followingLinks: false),
            owner != user
        else { return }
        throw Failure(
            .destination,
            "\(installation.name) belongs to another user",
            facts: [
                .init("tree", tree), .init("owner", "user \(owner)"),
                .init("you are", "user \(user)"),
            ],
            hint: "run this as that user"
        )
    }

    /// Refuses a file system that has no room for the archive's contents, before anything is written.
    func refuseTooFull(for archive: borrowing VerifiedArchive) throws {
        let needed = try archive.declaredInflatedByteCount()
        let there = try FileSystemIdentity.of(store.stagingFolder)
        guard needed <= there.availableByteCount else {
            throw Failure(
                .destination,
                "there is not enough space for the archive's contents",
                facts: [
                    .init("folder", store.root), .init("file system", there.name),
                    .init("needed", "\(needed.megabytes) MB"),
                    .init("free", "\(there.availableByteCount.megabytes) MB"),
                ],
                hint: "free some space, or set GOTOOLPROV_SDK_ROOT elsewhere"
            )
        }
        // Go's trees have a file or folder for every 17 to 18 kB: docs/facts/archives.md#contents.
        let fileCount = needed / 20_000
        if let available = there.availableFileCount, available < fileCount {
            throw Failure(
                .destination,
                "there are not enough inodes for the archive's files",
                facts: [
                    .init("folder", store.root), .init("file system", there.name),
                    .init("needed", "about \(fileCount)"), .init("free", available),
                ],
                hint: "delete many small files there, or set GOTOOLPROV_SDK_ROOT elsewhere"
            )
        }
    }

    /// Refuses a file system that does not do what trees need, found by trying it beside them.
    ///
    /// - Parameter name: What is to be made; its lock is held.
    /// - Throws: ``Failure`` of kind `destination`, or ``FileError`` where it cannot be tried.
    func refuseUnfit(_ name: String) throws {
        let trial = try store.staged(name)
        guard let shortcoming = try FolderTrial.shortcoming(of: trial.folder) else { return }
        throw Failure(shortcoming, root: store.root)
    }
}

extension Failure {
    /// What a file system does not do, and why that matters.
    init(_ shortcoming: FolderTrial.Shortcoming, root: String) {
        let name = (try? FileSystemIdentity.of(root))?.name ?? "unknown"
        let (what, hint) =
            switch shortcoming {
            case .locks:
                ("gives one lock to several processes", "the host's own file system has locks")
            case .modes:
                (
                    "does not keep permission bits",
                    "on WSL, stay below / and off /mnt, or mount with `metadata`"
                )
            case .execution: ("does not let programs run", "mount it without `noexec`")
            case .rename: ("replaces files when asked not to", "use the host's own file system")
            }
        self.init(
            .destination,
            "the file system of the folder for SDKs \(what)",
            facts: [.init("folder", root), .init("file system", name)],
            hint: "\(hint); or set GOTOOLPROV_SDK_ROOT elsewhere"
        )
    }

    /// Another gotoolprov was busy for longer than one wanted to wait.
    init(_ busy: InstallLock.Busy, name: String) {
        self.init(
            .busy,
            "another gotoolprov is at work on \(name)",
            facts: busy.holder.map(Fact.facts) ?? [.init("which", "cannot be told")],
            hint: "try again later, or let it wait: `--wait SECONDS`"
        )
    }
}

extension Failure.Fact {
    /// Who holds a lock.
    static func facts(_ holder: LockHolder) -> [Failure.Fact] {
        [.init("process", holder.processID), .init("command", holder.command)]
            + (holder.startedAt.map { [.init("since", $0)] } ?? [])
    }
}

extension Int {
    /// Bytes as whole megabytes, rounded up so that a need is never understated.
    var megabytes: Int { (self + 999_999) / 1_000_000 }
}
