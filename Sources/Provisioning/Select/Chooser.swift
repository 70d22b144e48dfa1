internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// Selects the versions that `go`, `gofmt` and the plain names of tools run.
package struct Chooser: Sendable {
    let store: Store
    let supply: Supply

    package init(_ store: Store, _ supply: Supply) {
        self.store = store
        self.supply = supply
    }

    var session: Session { store.session }
    var finder: Finder { Finder(store, supply) }

    /// Selects the installed version that `go` and `gofmt` in GOBIN run.
    ///
    /// Switching from one version to another atomically replaces one symbolic link.
    ///
    /// - Throws: ``Failure`` if no matching version is installed, or a file of another origin has a
    ///   launcher's name.
    package func use(_ request: Manifest.Request) throws(Failure) -> Selection {
        try store.directories.refuseUnusableLaunchers()
        let entry = try finder.installed(request)
        try store.directories.refuseProgramOfOthers(entry.goRoot)
        let launchers = store.defaultLaunchers
        let former = launchers.first.flatMap { store.launchers.otherTarget(of: $0)?.path }
        func selection(isChanged: Bool) throws(Failure) -> Selection {
            Selection(
                version: entry.version,
                goRoot: entry.goRoot,
                isChanged: isChanged,
                launcherPaths: launchers.map { store.launchers.path(of: $0) },
                formerLink: former
            )
        }
        func isCurrent() throws(Failure) -> Bool {
            var isCurrent = store.installations.isSelected(entry.version)
            for launcher in launchers where try store.launchers.prepared(for: launcher) != .current
            {
                isCurrent = false
            }
            return isCurrent
        }
        if try isCurrent() {
            store.recover()
            return try selection(isChanged: false)
        }
        return try store.transaction(
            on: Store.defaultLock,
            to: "select \(entry.version.toolchainName)"
        ) { _ in
            if try isCurrent() { return try selection(isChanged: false) }
            let isDurable = session.isDurable
            try store.installations.openedDirectory().directory(Installations.Name.bookkeeping)
                .replaceLink(
                    Installations.Name.current,
                    to: Installations.defaultTarget(entry.version),
                    durably: isDurable
                )
            for launcher in launchers
            where try store.launchers.prepared(for: launcher) != .current {
                try store.launchers.write(launcher, durably: isDurable)
            }
            // A removal that began before the selection does not clear it, so check again.
            do {
                _ = try finder.installed(request)
            } catch {
                try store.removeDefault()
                throw error
            }
            return try selection(isChanged: true)
        }
    }

    /// Deselects the default Go: deletes its launchers, so that the next `go` on PATH is used.
    ///
    /// - Returns: The version that was selected, or `nil`.
    /// - Throws: ``Failure`` if the launchers or the link cannot be deleted.
    package func useNone() throws(Failure) -> GoVersion? {
        do {
            let chosen = try store.installations.selectedVersion()
            var isPresent = chosen != nil
            for launcher in store.defaultLaunchers where try store.launchers.isManaged(launcher) {
                isPresent = true
            }
            guard isPresent else {
                store.recover()
                return nil
            }
            try store.transaction(on: Store.defaultLock) { _ in try store.removeDefault() }
            return chosen
        } catch {
            throw session.failure(for: error, doing: "deselect the default Go")
        }
    }
}
