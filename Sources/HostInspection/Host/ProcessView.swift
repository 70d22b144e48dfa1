internal import Glibc
internal import ToolchainCore

/// The processes that the mounted /proc shows.
package enum ProcessView: Hashable, Sendable {
    /// Those of this process's PID namespace.
    case own
    /// Those of another PID namespace, in which the same IDs belong to other processes.
    case foreign
    /// None: /proc is not mounted.
    case absent

    /// Compares the ID of this process in /proc with the one that the kernel reports.
    static func detected(in files: RootedFiles) -> ProcessView {
        guard files.exists("/proc/1") || files.exists("/proc/self") else { return .absent }
        // A copy of another host's files does not include this process.
        guard files.isThisHost else { return .own }
        return files.linkTarget(of: "/proc/self") == String(getpid()) ? .own : .foreign
    }

    /// The problem and its fix, or `nil` if there is none.
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
