package import ToolchainHost

extension HostEnvironment {
    /// The environment, with a home in any case.
    ///
    /// A service of systemd has no HOME, and what only looks at a host finds the one that /etc/passwd
    /// names.
    ///
    /// - Parameter files: The files of the host.
    /// - Returns: The same variables, and HOME.
    package func withHome(from files: RootedFiles) -> HostEnvironment {
        setting(["HOME": home ?? UserNames(in: files).home(of: FileSystem.currentUser) ?? "/"])
    }
}
