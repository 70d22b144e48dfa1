internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// What became of the choice of a default Go.
    package struct Selection: Sendable {
        package let version: GoVersion
        /// Its tree.
        package let goRoot: String
        /// Whether anything had to be changed.
        package let isChanged: Bool
        /// The launchers that run it: `go` and `gofmt`.
        package let launcherPaths: [String]
        /// The link of another store by which `go` was chosen before; nil where there was none.
        package let formerLink: String?
    }

    /// Makes an installed version the one that `go` and `gofmt` in GOBIN run.
    ///
    /// What changes from one version to the next is one symbolic link, in one step.
    ///
    /// - Throws: ``Failure`` where none is installed, or something else has a launcher's name.
    package func use(_ wish: Manifest.Wish) throws(Failure) -> Selection {
        try refuseUnusableLaunchers()
        let entry = try installed(wish)
        try refuseProgramOfOthers(entry.goRoot)
        let launchers = defaultLaunchers
        let former = launchers.first.flatMap { self.launchers.otherTarget(of: $0)?.path }
        func selection(isChanged: Bool) throws(Failure) -> Selection {
            Selection(
                version: entry.version,
                goRoot: entry.goRoot,
                isChanged: isChanged,
                launcherPaths: launchers.map { self.launchers.path(of: $0) },
                formerLink: former
            )
        }
        func isCurrent() throws(Failure) -> Bool {
            var isCurrent = store.hasChosen(entry.version)
            for launcher in launchers where try self.launchers.prepared(for: launcher) != .current {
                isCurrent = false
            }
            return isCurrent
        }
        if try isCurrent() {
            recover()
            return try selection(isChanged: false)
        }
        return try transaction(
            on: Self.defaultLock,
            to: "choose \(entry.version.toolchainName)"
        ) { _ in
            if try isCurrent() { return try selection(isChanged: false) }
            let isDurable = settings.durability == .syncfs
            try store.openedFolder().directory(SDKStore.Name.bookkeeping).replaceLink(
                SDKStore.Name.current,
                to: SDKStore.defaultTarget(entry.version),
                durably: isDurable
            )
            for launcher in launchers
            where try self.launchers.prepared(for: launcher) != .current {
                try self.launchers.write(launcher, durably: isDurable)
            }
            // A removal that began before the choice was there does not take it back.
            do {
                _ = try installed(wish)
            } catch {
                try dropDefault()
                throw error
            }
            return try selection(isChanged: true)
        }
    }

    /// Takes the choice back: `go` in GOBIN is no more, and whatever comes next on PATH counts.
    ///
    /// - Returns: The version that was chosen, if one was.
    /// - Throws: ``Failure`` where that is not possible.
    package func useNone() throws(Failure) -> GoVersion? {
        do {
            let chosen = try store.chosenVersion()
            var isThere = chosen != nil
            for launcher in defaultLaunchers where try launchers.isOurs(launcher) { isThere = true }
            guard isThere else {
                recover()
                return nil
            }
            try transaction(on: Self.defaultLock) { _ in try dropDefault() }
            return chosen
        } catch {
            throw failure(for: error, doing: "take the choice back")
        }
    }

    /// Deletes the launchers before the link, without which they would fail.
    func dropDefault() throws(FileError) {
        for launcher in defaultLaunchers { _ = try launchers.remove(launcher) }
        try store.folder()?.directory(SDKStore.Name.bookkeeping)
            .remove(FileName(SDKStore.Name.current))
    }
}
