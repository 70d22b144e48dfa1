internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// Removes installations and their launchers.
package struct Remover: Sendable {
    let store: Store

    package init(_ store: Store) { self.store = store }

    /// Removes an installation and its managed launchers or links.
    ///
    /// A rename moves the tree out of place before the first file is deleted, so there is never a
    /// partial tree under its name.
    ///
    /// - Parameters:
    ///   - installation: What to remove.
    ///   - isForced: Whether to remove the tree even while processes run from it.
    /// - Returns: The result.
    /// - Throws: ``Failure`` of kind `destination` if gotoolprov did not install the tree or it cannot
    ///   be removed, and of kind `busy` if a process runs from it.
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
        // An interrupted removal may leave a launcher or a default link without the tree.
        let isInstalled = try isManaged(.go(version))
        let hasLauncher = try store.launchers.isManaged(store.launcher(of: version))
        let isDefault = try store.installations.selectedVersion() == version
        guard isInstalled || hasLauncher || isDefault else {
            store.recover()
            return false
        }
        guard isDefault else {
            let wasPresent = try removeLocked(.go(version), isForced: isForced)
            // Another process may have selected this version in the meantime; its own check reports the
            // missing tree.
            if try store.installations.selectedVersion() == version {
                try store.transaction(on: Store.defaultLock) { _ in
                    if try store.installations.selectedVersion() == version,
                        try store.state(of: .go(version)) == nil
                    {
                        try store.removeDefault()
                    }
                }
            }
            return wasPresent
        }
        // Acquired first, so that a busy lock changes nothing.
        return try store.transaction(on: Store.defaultLock) { _ in
            do {
                let wasPresent = try removeLocked(.go(version), isForced: isForced)
                if try store.installations.selectedVersion() == version {
                    try store.removeDefault()
                }
                return wasPresent
            } catch {
                // Some files could not be deleted, but the tree is no longer in place, so the default
                // must go.
                if (try? store.installations.state(of: .go(version))) == .some(nil),
                    (try? store.installations.selectedVersion()) == version
                {
                    try? store.removeDefault()
                }
                throw error
            }
        }
    }

    private func remove(_ build: ToolBuild, isForced: Bool) throws -> Bool {
        guard
            try isManaged(.tool(build))
                || store.launchers.hasLinks(to: build, in: store.installations)
        else {
            store.recover()
            return false
        }
        return try removeLocked(.tool(build), isForced: isForced)
    }

    /// Deletes the launchers and links of an installation that is being removed.
    private func removeLaunchers(of installation: Installation) throws {
        switch installation {
        case .go(let version): _ = try store.launchers.remove(store.launcher(of: version))
        case .tool(let build): try store.launchers.removeLinks(to: build, in: store.installations)
        }
    }

    /// Removes an installation under its lock; returns whether it had a tree.
    private func removeLocked(_ installation: Installation, isForced: Bool) throws -> Bool {
        try store.transaction(on: installation.name) { _ in
            let wasPresent = try isManaged(installation)
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
        let retired = DirectoryHandle.Place(
            staging,
            TemporaryName(for: installation.name, isHidden: false).text
        )
        guard try Self.move(tree, to: retired) else {
            try removeLaunchers(of: installation)
            return try store.finishRemoval(of: installation)
        }
        try tree.directory.synchronizeNames()
        try removeLaunchers(of: installation)
        do {
            try staging.remove(retired.name)
        } catch {
            throw Failure(
                .destination,
                "\(installation.name) is removed, but some of its files could not be deleted",
                facts: [
                    .init("remaining", retired.path), .init("path", error.path),
                    .init("because", error.errno),
                ],
                hint: "delete it as a user with permission to do so"
            )
        }
    }

    /// Moves a tree; returns false if that is not possible, as for a directory in the lower layer of an
    /// overlayfs, which can only be deleted.
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

    /// Refuses to remove a tree whose launchers cannot be deleted, for instance because of chattr(1).
    private func refuseUndeletableLaunchers(of installation: Installation) throws {
        var paths: [String] = []
        switch installation {
        case .go(let version):
            var all = [store.launcher(of: version)]
            if try store.installations.selectedVersion() == version {
                all += store.defaultLaunchers
            }
            for launcher in all where try store.launchers.isManaged(launcher) {
                paths.append(store.launchers.path(of: launcher))
            }
        case .tool(let build):
            paths = try store.launchers.links(to: build, in: store.installations).map {
                "\(store.launchers.path)/\($0)"
            }
        }
        for path in paths {
            guard let problem = try FileSystem.obstacle(toDeleting: path) else { continue }
            let isImmutable = problem.errno == .notPermitted
            throw Failure(
                .destination,
                "cannot remove \(installation.name): its launcher cannot be deleted",
                facts: [
                    .init("launcher", path),
                    .init(
                        "because",
                        isImmutable ? "it is immutable: see chattr(1)" : "\(problem.errno)"
                    ),
                ],
                hint: isImmutable ? "run `chattr -i \(ShellQuoting.quoted(problem.path))`" : nil
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

    /// Whether a managed tree exists, which ``remove(_:isForced:)`` can remove.
    ///
    /// - Throws: ``Failure`` of kind `destination` if gotoolprov did not install the tree.
    package func isManaged(_ installation: Installation) throws(Failure) -> Bool {
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
