internal import Glibc
internal import ToolchainCore

/// Whose processes the mounted /proc shows.
package enum ProcessView: Hashable, Sendable {
    /// Those that this process sees as well.
    case own
    /// Those of another PID namespace, so that numbers in it are of other processes.
    case foreign
    /// Nothing: /proc is not mounted.
    case absent

    /// Compares what /proc calls this process with what the kernel does.
    static func detected(in files: RootedFiles) -> ProcessView {
        guard files.exists("/proc/1") || files.exists("/proc/self") else { return .absent }
        // A copy of another host's files has no process of its own.
        guard files.isThisHost else { return .own }
        return files.linkTarget(of: "/proc/self") == String(getpid()) ? .own : .foreign
    }

    /// What is wrong and what to do; nil where nothing is.
    var problem: (evidence: String, fix: String)? {
        switch self {
        case .own: nil
        case .foreign:
            (
                "/proc belongs to another PID namespace: Delve does not find its processes there",
                "as root, in this PID namespace: mount -t proc proc /proc"
            )
        case .absent:
            (
                "/proc is not mounted: Delve cannot inspect processes",
                "as root: mount -t proc proc /proc"
            )
        }
    }
}
