/// A moment by the second, as documents have it: `2026-11-22T22:00:00Z`.
package struct UTCTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Seconds since the beginning of 1970.
    package let seconds: Int

    /// How long a day is.
    package static let secondsOfDay = 86_400

    /// The moment so many seconds after the beginning of 1970.
    package init(seconds: Int) { self.seconds = seconds }

    /// Reads `2026-11-22T22:00:00Z` and nothing that is only like it; nil for times that are none.
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

    /// The day that it is in Greenwich.
    package var day: CalendarDay {
        let (days, rest) = seconds.quotientAndRemainder(dividingBy: Self.secondsOfDay)
        return CalendarDay(number: rest < 0 ? days - 1 : days)
    }

    /// `2026-11-22T22:00:00Z`.
    package var description: String {
        let remainder = seconds % Self.secondsOfDay
        let rest = remainder < 0 ? remainder + Self.secondsOfDay : remainder
        func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(day)T\(padded(rest / 3600)):\(padded(rest / 60 % 60)):\(padded(rest % 60))Z"
    }

    /// Orders by time.
    package static func < (left: UTCTime, right: UTCTime) -> Bool { left.seconds < right.seconds }
}
