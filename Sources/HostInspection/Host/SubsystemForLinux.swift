internal import ToolchainCore

/// Whether a host is Windows Subsystem for Linux, and of which generation.
package struct SubsystemForLinux: Hashable, Sendable {
    /// Which generation it is.
    package enum Generation: String, Hashable, Sendable {
        /// It is not.
        case none = "no"
        /// System calls are translated; there is no Linux kernel, and Delve hangs.
        case one = "1"
        /// A Linux kernel in a virtual machine.
        case two = "2"
        /// Something says that it may be, and nothing says which.
        case unknown
    }

    /// Which generation it is.
    package let generation: Generation
    /// From what this was concluded; empty where nothing speaks for it.
    package let evidence: [String]

    /// Looks at the kernel's release and at what WSL leaves in a distribution.
    ///
    /// The kernel's release alone is not enough, as a kernel of the
    /// user's own says nothing of Microsoft; variables are not looked at, as sshd and sudo drop them.
    /// A container on WSL 2 has its kernel and is told apart by ``ContainerMarkers`` only.
    package static func detected(in files: RootedFiles) -> SubsystemForLinux {
        let release = files.text("/proc/sys/kernel/osrelease")
        let marks = [
            "/run/WSL", "/proc/sys/fs/binfmt_misc/WSLInterop",
            "/proc/sys/fs/binfmt_misc/WSLInterop-late", "/mnt/wslg",
        ].filter(files.exists)
        var evidence = marks.map { "\($0) exists" }
        guard let release, !release.isEmpty else {
            return SubsystemForLinux(
                generation: .unknown,
                evidence: ["/proc/sys/kernel/osrelease cannot be read"] + evidence
            )
        }
        // Whole words: a kernel may be called `swslab`.
        let words = release.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        let isMicrosofts = words.contains("microsoft")
        if isMicrosofts || words.contains("wsl") || words.contains("wsl2") {
            evidence.insert("the kernel release is \(release)", at: 0)
            if isOfFirstGeneration(release) {
                return SubsystemForLinux(generation: .one, evidence: evidence)
            }
            let isSecond =
                words.contains("wsl2") || isMicrosofts && words.contains("standard")
                || !marks.isEmpty && !release.hasPrefix("4.4.0-")
            if isSecond { return SubsystemForLinux(generation: .two, evidence: evidence) }
            // WSL 1 has always said 4.4.0, so a name alone makes no kernel that of a WSL.
            return release.hasPrefix("4.4.0-")
                ? SubsystemForLinux(generation: .unknown, evidence: evidence)
                : SubsystemForLinux(generation: .none, evidence: evidence)
        }
        guard !marks.isEmpty else { return SubsystemForLinux(generation: .none, evidence: []) }
        // The first generation cannot have another kernel, so this is a kernel of the user's own.
        evidence.append("the kernel release, \(release), is not that of WSL 1")
        return SubsystemForLinux(generation: .two, evidence: evidence)
    }

    /// `4.4.0-19041-Microsoft`: what WSL 1 has said since its first release.
    private static func isOfFirstGeneration(_ release: String) -> Bool {
        let parts = release.split(byte: "-", omittingEmpty: false)
        return parts.count == 3 && parts[0] == "4.4.0" && parts[2] == "Microsoft"
            && !parts[1].isEmpty && parts[1].utf8.allSatisfy(\.isDigit)
    }
}
