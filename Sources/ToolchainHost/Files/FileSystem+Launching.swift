internal import CLinux
internal import Glibc
internal import SystemPackage

extension FileSystem {
    /// The properties of a file that determine whether it can be executed, and with which privileges.
    package struct LaunchFacts: Hashable, Sendable {
        /// The permission bits, including set-user-ID and set-group-ID.
        package let mode: UInt32
        /// Whether this process can execute the file; false on a file system mounted with `noexec`.
        package let isExecutable: Bool
        /// Whether the file has capabilities.
        package let hasCapabilities: Bool

        /// Creates facts for tests.
        package init(mode: UInt32, isExecutable: Bool, hasCapabilities: Bool) {
            self.mode = mode
            self.isExecutable = isExecutable
            self.hasCapabilities = hasCapabilities
        }
    }

    /// Returns the launch facts of `path`, following links; nil if its status cannot be read.
    package static func launchFacts(of path: String) -> LaunchFacts? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return LaunchFacts(
            mode: status.st_mode & 0o7777,
            isExecutable: isExecutable(path),
            hasCapabilities: unsafe clinux_has_capabilities(path)
        )
    }

    /// Returns whether both paths refer to the same existing file.
    package static func isSameFile(_ one: String, _ other: String) -> Bool {
        var (left, right) = (stat(), stat())
        guard unsafe stat(one, &left) == 0, unsafe stat(other, &right) == 0 else { return false }
        return left.st_dev == right.st_dev && left.st_ino == right.st_ino
    }
}
