internal import Glibc
package import ToolchainCore

extension UTCTime {
    /// Creates the time that a calendar and a clock show, in UTC or in the time zone of this process.
    ///
    /// A day that the month does not have continues in the next month, as mktime(3) counts. Local time
    /// counts as standard time.
    ///
    /// - Returns: The time; nil if it is before 1970 or cannot be represented.
    package init?(
        year: Int,
        month: Int,
        day: Int,
        hour: Int,
        minute: Int,
        second: Int,
        isLocal: Bool
    ) {
        guard (0...9999).contains(year), (1...12).contains(month), (1...31).contains(day),
            (0..<24).contains(hour), (0..<60).contains(minute), (0...61).contains(second)
        else { return nil }
        var parts = unsafe tm(
            tm_sec: Int32(second),
            tm_min: Int32(minute),
            tm_hour: Int32(hour),
            tm_mday: Int32(day),
            tm_mon: Int32(month - 1),
            tm_year: Int32(year - 1900),
            tm_wday: 0,
            tm_yday: 0,
            tm_isdst: 0,
            tm_gmtoff: 0,
            tm_zone: nil
        )
        let seconds = unsafe isLocal ? mktime(&parts) : timegm(&parts)
        guard seconds >= 0 else { return nil }
        self.init(seconds: seconds)
    }
}
