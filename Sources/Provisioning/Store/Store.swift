internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// What is installed on this host, and the only way to change it.
///
/// Changes are made in a ``Transaction``.
package struct Store: Sendable {
    let session: Session
    /// The trees.
    package let installations: Installations
    /// The launchers and links.
    package let launchers: LauncherDirectory
    /// Where all of it is.
    package let directories: Directories

    package init(_ session: Session) {
        self.session = session
        installations = Installations(root: session.settings.sdkRoot)
        launchers = LauncherDirectory(path: session.settings.goBin)
        directories = Directories(session)
    }

    /// The launcher of a version, as it should be.
    package func launcher(of version: GoVersion) -> Launcher {
        Launcher(version: version, goRoot: installations.goRoot(of: version))
    }

    /// The program of a tool, whether or not it is installed.
    package func program(of build: ToolBuild) -> String {
        "\(installations.path(of: .tool(build)))/bin/\(build.tool)"
    }

    /// The link that runs a tool, as it should be.
    package func link(of build: ToolBuild) -> String { "\(launchers.path)/\(build.shortName)" }

    /// The launchers of the default Go, as they should be.
    var defaultLaunchers: [Launcher] { Launcher.ofDefault(link: installations.defaultLink) }

    /// The name of the lock that protects the choice of the default Go; no version is called so.
    static let defaultLock = Installations.Name.current

    /// The state of an installation, with errors in words.
    func state(of installation: Installation) throws(Failure) -> InstallationState? {
        do {
            return try installations.state(of: installation)
        } catch {
            throw Failure(reading: error, what: "cannot read the SDK directory")
        }
    }

    /// The state of something that is or was installed.
    func installed(_ installation: Installation) throws(Failure) -> Installed<Installation> {
        Installed(
            installation,
            path: installations.path(of: installation),
            state: try state(of: installation) ?? .unknown(reason: "it was removed in the meantime")
        )
    }

    /// The installed versions that `ensure` would take as they are, oldest first.
    func verifiedVersions() throws(Failure) -> [GoVersion] {
        try installations.usableToolchains(on: session.platform).filter(\.isVerified)
            .map(\.version)
    }

    /// Makes the launcher directory, and looks again who can change it: where it was missing, somebody
    /// else may have made it first.
    func prepareLaunchers(adding made: inout [String]) throws(Failure) {
        try launchers.prepareDirectory(adding: &made)
        try directories.refuseUnsafeRoots()
    }

    /// Deletes the launchers of the default Go before the link, without which they would fail.
    func dropDefault() throws(FileError) {
        for launcher in defaultLaunchers { _ = try launchers.remove(launcher) }
        try installations.directory()?.directory(Installations.Name.bookkeeping)
            .remove(FileName(Installations.Name.current))
    }
}
