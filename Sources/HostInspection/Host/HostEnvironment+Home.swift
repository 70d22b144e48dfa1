package import ToolchainHost

extension HostEnvironment {
    /// Returns the environment with HOME, set from /etc/passwd if it is missing.
    ///
    /// A systemd service may run without HOME. Read-only commands then use the home directory in
    /// /etc/passwd.
    ///
    /// - Parameter files: The files of the host.
    /// - Returns: The same variables, with HOME set.
    package func withHome(from files: RootedFiles) -> HostEnvironment {
        setting(["HOME": home ?? UserNames(in: files).home(of: FileSystem.currentUser) ?? "/"])
    }
}
