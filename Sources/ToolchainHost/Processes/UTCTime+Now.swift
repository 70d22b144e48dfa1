internal import Glibc
package import ToolchainCore

extension UTCTime {
    /// The current time.
    package static var now: UTCTime { UTCTime(seconds: time(nil)) }

    /// Returns the current time in the form `20261123T010203.012345678Z`, which sorts by time.
    package static func nowAsName() -> String {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        let fraction = String(time.tv_nsec + 1_000_000_000).dropFirst()
        return UTCTime(seconds: time.tv_sec).description
            .filter { $0 != "-" && $0 != ":" && $0 != "Z" } + ".\(fraction)Z"
    }
}
