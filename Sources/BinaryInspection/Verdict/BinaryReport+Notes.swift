internal import ToolchainCore
package import ToolchainHost

extension BinaryReport {
    /// Returns remarks about starting the program under a debugger.
    ///
    /// - Parameters:
    ///   - launch: The permissions of the file.
    ///   - isRunning: Whether the program is already running, so Delve need not start it.
    /// - Returns: The remarks, each one sentence.
    package func notes(_ launch: FileSystem.LaunchFacts?, isRunning: Bool = false) -> [String] {
        let isOfInterest = ![.notGo, .wrongArchitecture].contains(verdict) && obstacle == nil
        guard let launch, isOfInterest else { return [] }
        var notes: [String] = []
        if !isRunning, !launch.isExecutable {
            let mode = String(launch.mode, radix: 8)
            notes.append(
                launch.mode & 0o111 == 0
                    ? "It is not executable (mode \(mode)): chmod +x \(ShellQuoting.word(path))"
                    : "You cannot execute it (mode \(mode)): it belongs to another user, or its file"
                        + " system is mounted noexec."
            )
        }
        var privileges: [String] = []
        if launch.hasCapabilities { privileges.append("file capabilities") }
        if launch.mode & 0o4000 != 0 { privileges.append("the set-user-ID bit") }
        if launch.mode & 0o2000 != 0 { privileges.append("the set-group-ID bit") }
        if !privileges.isEmpty {
            notes.append(
                "It has \(privileges.joined(separator: " and ")): under a debugger without"
                    + " CAP_SYS_PTRACE it runs without these privileges and may behave differently."
            )
        }
        return notes
    }
}
