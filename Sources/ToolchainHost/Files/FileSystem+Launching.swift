internal import CLinux
internal import Glibc
internal import SystemPackage

extension FileSystem {
    /// What decides whether a program can be started, and with which rights.
    package struct LaunchFacts: Hashable, Sendable {
        /// Its permission bits, set-user-ID and set-group-ID among them.
        package let mode: UInt32
        /// Whether this process may execute it, which a file system mounted with `noexec` forbids too.
        package let isExecutable: Bool
        /// Whether it carries capabilities of its own.
        package let hasCapabilities: Bool

        /// Facts made by hand.
        package init(mode: UInt32, isExecutable: Bool, hasCapabilities: Bool) {
            self.mode = mode
            self.isExecutable = isExecutable
            self.hasCapabilities = hasCapabilities
        }
    }

    /// What decides whether the program at `path` can be started, links followed; nil where that is not
    /// known.
    package static func launchFacts(of path: String) -> LaunchFacts? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return LaunchFacts(
            mode: status.st_mode & 0o7777,
            isExecutable: isExecutable(path),
            hasCapabilities: unsafe clinux_has_capabilities(path)
        )
    }

    /// Whether both paths lead to the same file.
    package static func isSameFile(_ one: String, _ other: String) -> Bool {
        var (left, right) = (stat(), stat())
        guard unsafe stat(one, &left) == 0, unsafe stat(other, &right) == 0 else { return false }
        return left.st_dev == right.st_dev && left.st_ino == right.st_ino
    }
}
