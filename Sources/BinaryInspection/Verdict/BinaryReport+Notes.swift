internal import ToolchainCore
package import ToolchainHost

extension BinaryReport {
    /// What there is to know about starting the program, besides the verdict.
    ///
    /// - Parameters:
    ///   - launch: What decides whether it can be started, and with which rights.
    ///   - isRunning: Whether it runs already, so that Delve does not have to start it.
    /// - Returns: Sentences.
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
        var rights: [String] = []
        if launch.hasCapabilities { rights.append("file capabilities") }
        if launch.mode & 0o4000 != 0 { rights.append("the set-user-ID bit") }
        if launch.mode & 0o2000 != 0 { rights.append("the set-group-ID bit") }
        if !rights.isEmpty {
            notes.append(
                "It has \(rights.joined(separator: " and ")): under a debugger without"
                    + " CAP_SYS_PTRACE it runs without these privileges and may behave differently."
            )
        }
        return notes
    }
}
