/// A UTC time with a resolution of one second, written as `2026-11-22T22:00:00Z`.
package struct UTCTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of seconds since the Unix epoch, 1970-01-01T00:00:00Z.
    package let seconds: Int

    /// The number of seconds in a day.
    package static let secondsOfDay = 86_400

    /// Creates the time `seconds` seconds after the Unix epoch.
    package init(seconds: Int) { self.seconds = seconds }

    /// Parses `2026-11-22T22:00:00Z`; nil for other formats and for times that do not exist.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 20, bytes[10] == UInt8(ascii: "T"), bytes[19] == UInt8(ascii: "Z"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let day = CalendarDay(String(decoding: bytes[..<10], as: UTF8.self)),
            let hour = CalendarDay.number(bytes[11..<13]), hour < 24,
            let minute = CalendarDay.number(bytes[14..<16]), minute < 60,
            let second = CalendarDay.number(bytes[17..<19]), second < 60
        else { return nil }
        seconds = day.number * Self.secondsOfDay + hour * 3600 + minute * 60 + second
    }

    /// The UTC day.
    package var day: CalendarDay {
        let (days, rest) = seconds.quotientAndRemainder(dividingBy: Self.secondsOfDay)
        return CalendarDay(number: rest < 0 ? days - 1 : days)
    }

    /// The time in the form `2026-11-22T22:00:00Z`.
    package var description: String {
        let remainder = seconds % Self.secondsOfDay
        let rest = remainder < 0 ? remainder + Self.secondsOfDay : remainder
        func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(day)T\(padded(rest / 3600)):\(padded(rest / 60 % 60)):\(padded(rest % 60))Z"
    }

    package static func < (left: UTCTime, right: UTCTime) -> Bool { left.seconds < right.seconds }
}
