internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// The installed trees and launchers of this host, and all operations that change them.
///
/// Changes are made in a ``Transaction``.
package struct Store: Sendable {
    let session: Session
    /// The trees.
    package let installations: Installations
    /// The launchers and tool links.
    package let launchers: LauncherDirectory
    /// The checks of the directories.
    package let directories: Directories

    package init(_ session: Session) {
        self.session = session
        installations = Installations(root: session.settings.sdkRoot)
        launchers = LauncherDirectory(path: session.settings.goBin)
        directories = Directories(session)
    }

    /// Returns the expected launcher of a version.
    package func launcher(of version: GoVersion) -> Launcher {
        Launcher(version: version, goRoot: installations.goRoot(of: version))
    }

    /// Returns the path of a tool's program, installed or not.
    package func program(of build: ToolBuild) -> String {
        "\(installations.path(of: .tool(build)))/bin/\(build.tool)"
    }

    /// Returns the path of the link that runs a tool.
    package func link(of build: ToolBuild) -> String { "\(launchers.path)/\(build.shortName)" }

    /// The expected launchers of the default Go.
    var defaultLaunchers: [Launcher] { Launcher.ofDefault(link: installations.defaultLink) }

    /// The name of the lock that protects the default Go; no version has this name.
    static let defaultLock = Installations.Name.current

    /// Returns the state of an installation, or `nil` if nothing exists at its path.
    func state(of installation: Installation) throws(Failure) -> InstallationState? {
        do {
            return try installations.state(of: installation)
        } catch {
            throw Failure(reading: error, what: "cannot read the SDK directory")
        }
    }

    /// Returns an installation with its current state; a missing one is unknown.
    func installed(_ installation: Installation) throws(Failure) -> Installed<Installation> {
        Installed(
            installation,
            path: installations.path(of: installation),
            state: try state(of: installation) ?? .unknown(reason: "it was removed in the meantime")
        )
    }

    /// Returns the installed versions that `ensure` would use unchanged, oldest first.
    func verifiedVersions() throws(Failure) -> [GoVersion] {
        try installations.usableToolchains(on: session.platform).filter(\.isVerified)
            .map(\.version)
    }

    /// Creates the launcher directory, and checks again who can modify it: another user may have
    /// created it first.
    func prepareLaunchers(adding made: inout [String]) throws(Failure) {
        try launchers.prepareDirectory(adding: &made)
        try directories.refuseUnsafeRoots()
    }

    /// Deletes the launchers of the default Go, and then the link that they run.
    func removeDefault() throws(FileError) {
        for launcher in defaultLaunchers { _ = try launchers.remove(launcher) }
        try installations.directory()?.directory(Installations.Name.bookkeeping)
            .remove(FileName(Installations.Name.current))
    }
}
