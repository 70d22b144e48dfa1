internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// Takes trees away, and with each its store.launchers.
package struct Remover: Sendable {
    let store: Store

    package init(_ store: Store) { self.store = store }

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
    package func remove(
        _ installation: Installation,
        isForced: Bool = false
    ) throws(Failure) -> Removal {
        let chosen = store.installations.defaultVersion.map { Installation.go($0) }
        do {
            let wasPresent =
                switch installation {
                case .go(let version): try remove(version, isForced: isForced)
                case .tool(let build): try remove(build, isForced: isForced)
                }
            return Removal(
                installation: installation,
                wasPresent: wasPresent,
                path: store.installations.path(of: installation),
                wasDefault: chosen == installation && store.installations.defaultVersion == nil
            )
        } catch {
            throw store.session.failure(for: error, doing: "remove \(installation.name)")
        }
    }

    private func remove(_ version: GoVersion, isForced: Bool) throws -> Bool {
        // A launcher or a choice without its tree is what an interrupted removal leaves.
        let isInstalled = try isOurs(.go(version))
        let hasLauncher = try store.launchers.isOurs(store.launcher(of: version))
        let isDefault = try store.installations.chosenVersion() == version
        guard isInstalled || hasLauncher || isDefault else {
            store.recover()
            return false
        }
        guard isDefault else {
            let wasPresent = try removeLocked(.go(version), isForced: isForced)
            // Who chose it in the meantime has looked for the tree after that, and so is told.
            if try store.installations.chosenVersion() == version {
                try store.transaction(on: Store.defaultLock) { _ in
                    if try store.installations.chosenVersion() == version,
                        try store.state(of: .go(version)) == nil
                    {
                        try store.dropDefault()
                    }
                }
            }
            return wasPresent
        }
        // Before anything is removed, so that a lock that cannot be acquired changes nothing.
        return try store.transaction(on: Store.defaultLock) { _ in
            do {
                let wasPresent = try removeLocked(.go(version), isForced: isForced)
                if try store.installations.chosenVersion() == version { try store.dropDefault() }
                return wasPresent
            } catch {
                // Not all of it could be deleted, and yet nothing is left to run by its plain name.
                if (try? store.installations.state(of: .go(version))) == .some(nil),
                    (try? store.installations.chosenVersion()) == version
                {
                    try? store.dropDefault()
                }
                throw error
            }
        }
    }

    private func remove(_ build: ToolBuild, isForced: Bool) throws -> Bool {
        guard
            try isOurs(.tool(build)) || store.launchers.hasLinks(to: build, in: store.installations)
        else {
            store.recover()
            return false
        }
        return try removeLocked(.tool(build), isForced: isForced)
    }

    /// Deletes the launchers and links that run what is being removed.
    private func removeLaunchers(of installation: Installation) throws {
        switch installation {
        case .go(let version): _ = try store.launchers.remove(store.launcher(of: version))
        case .tool(let build): try store.launchers.removeLinks(to: build, in: store.installations)
        }
    }

    /// Removes what there is once its lock is held; returns whether there was a tree.
    private func removeLocked(_ installation: Installation, isForced: Bool) throws -> Bool {
        try store.transaction(on: installation.name) { _ in
            let wasPresent = try isOurs(installation)
            guard wasPresent else {
                try removeLaunchers(of: installation)
                return false
            }
            if !isForced { try refuseInUse(installation) }
            try store.refuseOtherOwner(installation)
            try store.refuseMounted(installation)
            try refuseUndeletableLaunchers(of: installation)
            try moveAndDelete(installation)
            return true
        }
    }

    private func moveAndDelete(_ installation: Installation) throws {
        store.session.onEvent(.progress(installation.name, .deleting, done: 0, total: 0))
        let tree = try store.installations.place(of: installation)
        let staging = try store.installations.bookkeepingDirectory(Installations.Name.staging)
        let aside = DirectoryHandle.Place(
            staging,
            TemporaryName(for: installation.name, isHidden: false).text
        )
        guard try Self.move(tree, to: aside) else {
            try removeLaunchers(of: installation)
            return try store.finishRemoval(of: installation)
        }
        try tree.directory.synchronizeNames()
        try removeLaunchers(of: installation)
        do {
            try staging.remove(aside.name)
        } catch {
            throw Failure(
                .destination,
                "\(installation.name) is removed, but some of its files could not be deleted",
                facts: [
                    .init("remaining", aside.path), .init("path", error.path),
                    .init("because", error.errno),
                ],
                hint: "delete it as a user with permission to do so"
            )
        }
    }

    /// Gives a tree another place; false where that is not possible, as for a directory of a container's
    /// lower layer, which can be deleted and not moved: overlayfs.
    private static func move(
        _ tree: DirectoryHandle.Place,
        to place: DirectoryHandle.Place
    ) throws(FileError) -> Bool {
        do {
            try tree.directory.rename(tree.name, to: place)
            return true
        } catch  where error.errno == .improperLink {
            return false
        }
    }

    /// Refuses to remove a tree whose launchers would stay without it: chattr(1) most likely.
    private func refuseUndeletableLaunchers(of installation: Installation) throws {
        var paths: [String] = []
        switch installation {
        case .go(let version):
            var all = [store.launcher(of: version)]
            if try store.installations.chosenVersion() == version { all += store.defaultLaunchers }
            for launcher in all where try store.launchers.isOurs(launcher) {
                paths.append(store.launchers.path(of: launcher))
            }
        case .tool(let build):
            paths = try store.launchers.links(to: build, in: store.installations).map {
                "\(store.launchers.path)/\($0)"
            }
        }
        for path in paths {
            guard let obstacle = try FileSystem.obstacle(toDeleting: path) else { continue }
            let isImmutable = obstacle.errno == .notPermitted
            throw Failure(
                .destination,
                "cannot remove \(installation.name): its launcher cannot be deleted",
                facts: [
                    .init("launcher", path),
                    .init(
                        "because",
                        isImmutable ? "it is immutable: see chattr(1)" : "\(obstacle.errno)"
                    ),
                ],
                hint: isImmutable ? "run `chattr -i \(ShellQuoting.quoted(obstacle.path))`" : nil
            )
        }
    }

    /// Refuses to remove a tree while processes run an executable in it.
    private func refuseInUse(_ installation: Installation) throws {
        guard let users = RunningProcess.running(from: store.installations.path(of: installation))
        else {
            throw Failure(
                .busy,
                "cannot determine whether \(installation.name) is in use",
                facts: [.init("because", "/proc cannot be read")],
                hint: "to remove it anyway, use `--force`"
            )
        }
        guard !users.isEmpty else { return }
        throw Failure(
            .busy,
            "\(installation.name) is in use",
            facts: users.prefix(5).map { .init("process \($0.processID)", $0.command) }
                + (users.count > 5 ? [.init("and", "\(users.count - 5) more")] : []),
            hint: "stop these processes first; or, to remove it anyway, use `--force`"
        )
    }

    /// Whether ``remove(_:isForced:)`` would find something of ours to remove.
    ///
    /// - Throws: ``Failure`` of kind `destination` for a tree that is not ours.
    package func isOurs(_ installation: Installation) throws(Failure) -> Bool {
        switch try store.state(of: installation) {
        case nil: return false
        case .installed, .incomplete, .damaged, .halfRemoved: return true
        case .foreign, .unknown:
            throw Failure(
                .destination,
                "cannot remove \(installation.name): gotoolprov did not install it",
                facts: [.init("path", store.installations.path(of: installation))],
                hint: "remove it with the program that installed it"
            )
        }
    }
}
