internal import SystemPackage
public import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// What became of something that is no longer wanted.
    public struct Removal: Sendable {
        /// What it is.
        public let installation: Installation
        /// Whether it was there.
        public let wasPresent: Bool
        /// Where its tree was or would have been.
        public let path: String
        /// Whether it was the Go that `use` chose, so that `go` and `gofmt` went with it.
        public let wasDefault: Bool
    }

    /// Removes what is installed and its launchers or links, if they are ours.
    ///
    /// The tree disappears by one rename before the first file is deleted, so there is no moment
    /// with half of it under its name.
    ///
    /// - Parameters:
    ///   - installation: What to remove.
    ///   - isForced: Whether processes that run from the tree are no reason not to.
    /// - Returns: What was there.
    /// - Throws: ``Failure`` of kind `destination` for a tree that is not ours or cannot be removed,
    ///   of kind `busy` while a process runs from it.
    public func remove(
        _ installation: Installation,
        isForced: Bool = false
    ) throws(Failure) -> Removal {
        let chosen = store.defaultVersion.map { Installation.go($0) }
        do {
            let wasPresent =
                switch installation {
                case .go(let version): try remove(version, isForced: isForced)
                case .tool(let build): try remove(build, isForced: isForced)
                }
            return Removal(
                installation: installation,
                wasPresent: wasPresent,
                path: store.path(of: installation),
                wasDefault: chosen == installation && store.defaultVersion == nil
            )
        } catch {
            throw failure(for: error, doing: "remove \(installation.name)")
        }
    }

    private func remove(_ version: GoVersion, isForced: Bool) throws -> Bool {
        // A launcher or a choice without its tree is what an interrupted removal leaves.
        var wasPresent = try isOurs(.go(version))
        let hasLauncher = try launchers.isOurs(launcher(of: version))
        let isDefault = store.defaultVersion == version
        guard wasPresent || hasLauncher || isDefault else {
            recover()
            return false
        }
        // Before anything is removed, so that a lock that cannot be had changes nothing.
        let choice: HeldLock? = isDefault ? try lock(Self.defaultLock) : nil
        wasPresent = try removeLocked(.go(version), isForced: isForced)
        if isDefault, store.defaultVersion == version { try dropDefault() }
        _ = consume choice
        // Whoever chose it in the meantime has looked for the tree after that, and so is told.
        if !isDefault, store.defaultVersion == version {
            let choice = try lock(Self.defaultLock)
            if store.defaultVersion == version, try state(of: version) == nil {
                try dropDefault()
            }
            _ = consume choice
        }
        return wasPresent
    }

    private func remove(_ build: ToolBuild, isForced: Bool) throws -> Bool {
        guard try isOurs(.tool(build)) || launchers.hasLinks(to: build, in: store) else {
            recover()
            return false
        }
        return try removeLocked(.tool(build), isForced: isForced)
    }

    /// Deletes the launchers and links that run what is being removed.
    private func removeLaunchers(of installation: Installation) throws {
        switch installation {
        case .go(let version): _ = try launchers.remove(launcher(of: version))
        case .tool(let build): try launchers.removeLinks(to: build, in: store)
        }
    }

    /// Removes what there is once its lock is held; returns whether there was a tree.
    private func removeLocked(_ installation: Installation, isForced: Bool) throws -> Bool {
        let held = try lock(installation.name)
        let wasPresent = try isOurs(installation)
        if wasPresent {
            if !isForced { try refuseInUse(installation) }
            try refuseOtherOwner(installation)
            try refuseMounted(installation)
            try moveAndDelete(installation)
        } else {
            try removeLaunchers(of: installation)
        }
        _ = consume held
        return wasPresent
    }

    private func moveAndDelete(_ installation: Installation) throws {
        onEvent(.progress(installation.name, .deleting, done: 0, total: 0))
        let goRoot = store.path(of: installation)
        let number = UInt32.random(in: 0...UInt32.max)
        let aside = "\(store.stagingFolder)/\(installation.name).\(number)"
        do {
            try FileSystem.moveFolder(goRoot, to: aside)
        } catch {
            guard error.errno == .improperLink else { throw error }
            // A folder of a container's lower layer can be deleted and not moved: overlayfs.
            try removeLaunchers(of: installation)
            return try finishRemoval(of: goRoot)
        }
        try FileSystem.synchronizeDirectory(store.root)
        try removeLaunchers(of: installation)
        do {
            try FileSystem.remove(aside)
        } catch {
            throw Failure(
                .destination,
                "\(installation.name) is removed, and not all of it could be deleted",
                facts: [
                    .init("left", aside), .init("path", error.path), .init("because", error.errno),
                ],
                hint: "delete it with the rights that this needs"
            )
        }
    }

    /// Deletes a tree in its place, the marks of a complete tree first, and last the mark that it is
    /// being deleted.
    func finishRemoval(of goRoot: String) throws(FileError) {
        let bookkeeping = "\(goRoot)/\(SDKStore.Name.bookkeeping)"
        let removal = "\(goRoot)/\(SDKStore.Name.removal)"
        guard try FileSystem.kind(of: bookkeeping) != nil else {
            // Killed before the last call of all.
            return try FileSystem.remove(goRoot)
        }
        if try FileSystem.kind(of: removal) == nil {
            try FileSystem.replaceFile(at: removal, with: [], mode: 0o644)
        }
        try FileSystem.remove("\(goRoot)/\(SDKStore.Name.receipt)")
        try FileSystem.remove("\(goRoot)/\(SDKStore.Name.unpacked)")
        try FileSystem.synchronizeDirectory(bookkeeping)
        for name in try FileSystem.names(in: goRoot) ?? []
        where name != SDKStore.Name.bookkeeping {
            try FileSystem.remove("\(goRoot)/\(name)")
        }
        for name in try FileSystem.names(in: bookkeeping) ?? []
        where "\(bookkeeping)/\(name)" != removal {
            try FileSystem.remove("\(bookkeeping)/\(name)")
        }
        try FileSystem.remove(removal)
        try FileSystem.remove(goRoot)
    }

    /// Refuses to delete what is mounted in a tree.
    private func refuseMounted(_ installation: Installation) throws {
        let goRoot = store.path(of: installation)
        guard let mount = MountedFolders.inside(goRoot).first else { return }
        throw Failure(
            .destination,
            "something is mounted inside \(installation.name)",
            facts: [.init("mounted at", mount)],
            hint: "`umount \(ShellQuoting.quoted(mount))` first"
        )
    }

    /// Refuses to pull a tree out from under processes whose program lies in it.
    private func refuseInUse(_ installation: Installation) throws {
        guard let users = RunningProcess.running(from: store.path(of: installation)) else {
            throw Failure(
                .busy,
                "cannot tell whether \(installation.name) is in use",
                facts: [.init("because", "/proc cannot be read")],
                hint: "`--force` removes it all the same"
            )
        }
        guard !users.isEmpty else { return }
        throw Failure(
            .busy,
            "\(installation.name) is in use",
            facts: users.prefix(5).map { .init("process \($0.processID)", $0.command) }
                + (users.count > 5 ? [.init("and", "\(users.count - 5) more")] : []),
            hint: "end them first, or remove it all the same: `--force`"
        )
    }

    private func isOurs(_ installation: Installation) throws(Failure) -> Bool {
        switch try state(of: installation) {
        case nil: return false
        case .installed, .damaged, .halfRemoved: return true
        case .foreign, .unknown:
            throw Failure(
                .destination,
                "there is something that gotoolprov did not install",
                facts: [.init("path", store.path(of: installation))],
                hint: "remove it with whatever put it there"
            )
        }
    }
}
