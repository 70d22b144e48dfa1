/// How many files an editor may watch for changes: inotify(7).
package struct WatchLimits: Hashable, Sendable {
    /// Watches of all programs of a user; nil where that cannot be read.
    package let watches: Int?
    /// Instances of all programs of a user.
    package let instances: Int?

    /// Reads /proc/sys/fs/inotify.
    package static func detected(in files: RootedFiles) -> WatchLimits {
        func number(_ name: String) -> Int? {
            files.text("/proc/sys/fs/inotify/\(name)").flatMap { Int($0) }
        }
        return WatchLimits(
            watches: number("max_user_watches"),
            instances: number("max_user_instances")
        )
    }
}
