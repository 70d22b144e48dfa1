internal import ToolchainCore

/// Whether a host is Windows Subsystem for Linux, and its generation.
package struct SubsystemForLinux: Hashable, Sendable {
    /// A generation of WSL.
    package enum Generation: String, Hashable, Sendable {
        /// Not WSL.
        case none = "no"
        /// WSL 1: system calls are translated, there is no Linux kernel, and Delve hangs.
        case one = "1"
        /// WSL 2: a Linux kernel in a virtual machine.
        case two = "2"
        /// The host may be WSL, but the generation is unknown.
        case unknown
    }

    /// The generation.
    package let generation: Generation
    /// The observations from which this was concluded; empty if there are none.
    package let evidence: [String]

    /// Determines the generation from the kernel release and the files that WSL creates.
    ///
    /// The kernel release alone is not sufficient, because a custom kernel may not name Microsoft.
    /// Environment variables are not used, because sshd and sudo drop them. A container on WSL 2 runs
    /// on its kernel; only ``ContainerMarkers`` distinguishes it.
    package static func detected(in files: RootedFiles) -> SubsystemForLinux {
        let release = files.text("/proc/sys/kernel/osrelease")
        let markers = [
            "/run/WSL", "/proc/sys/fs/binfmt_misc/WSLInterop",
            "/proc/sys/fs/binfmt_misc/WSLInterop-late", "/mnt/wslg",
        ].filter(files.exists)
        var evidence = markers.map { "\($0) exists" }
        guard let release, !release.isEmpty else {
            return SubsystemForLinux(
                generation: .unknown,
                evidence: ["/proc/sys/kernel/osrelease cannot be read"] + evidence
            )
        }
        // Compare whole words: a kernel may be named `swslab`.
        let words = release.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        let isMicrosofts = words.contains("microsoft")
        if isMicrosofts || words.contains("wsl") || words.contains("wsl2") {
            evidence.insert("the kernel release is \(release)", at: 0)
            if isOfFirstGeneration(release) {
                return SubsystemForLinux(generation: .one, evidence: evidence)
            }
            let isSecond =
                words.contains("wsl2") || isMicrosofts && words.contains("standard")
                || !markers.isEmpty && !release.hasPrefix("4.4.0-")
            if isSecond { return SubsystemForLinux(generation: .two, evidence: evidence) }
            // WSL 1 always reports 4.4.0, so another release with such a name may be any kernel.
            return release.hasPrefix("4.4.0-")
                ? SubsystemForLinux(generation: .unknown, evidence: evidence)
                : SubsystemForLinux(generation: .none, evidence: evidence)
        }
        guard !markers.isEmpty else { return SubsystemForLinux(generation: .none, evidence: []) }
        // WSL 1 always reports its own release, so this is WSL 2 with a custom kernel.
        evidence.append("the kernel release, \(release), is not that of WSL 1")
        return SubsystemForLinux(generation: .two, evidence: evidence)
    }

    /// Whether a release looks like `4.4.0-19041-Microsoft`, which all versions of WSL 1 report.
    private static func isOfFirstGeneration(_ release: String) -> Bool {
        let parts = release.split(byte: "-", omittingEmpty: false)
        return parts.count == 3 && parts[0] == "4.4.0" && parts[2] == "Microsoft"
            && !parts[1].isEmpty && parts[1].utf8.allSatisfy(\.isDigit)
    }
}
