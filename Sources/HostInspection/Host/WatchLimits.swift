/// The limits on watching files for changes: see inotify(7).
package struct WatchLimits: Hashable, Sendable {
    /// The maximum number of watches per user, or `nil` if it cannot be read.
    package let watches: Int?
    /// The maximum number of inotify instances per user, or `nil` if it cannot be read.
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
