/// A day of the Gregorian calendar, from year 1 to 9999.
package struct CalendarDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of days since 1970-01-01.
    package let number: Int

    init(number: Int) { self.number = number }

    /// Parses `2026-11-22`; nil for other formats and for days that do not exist.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = Self.number(bytes[..<4]), year > 0,
            let month = Self.number(bytes[5..<7]), (1...12).contains(month),
            let day = Self.number(bytes[8...]), (1...31).contains(day)
        else { return nil }
        number = Self.number(year: year, month: month, day: day)
        guard description == text else { return nil }
    }

    /// The last day of a month.
    ///
    /// - Parameter text: The month: `2026-11`; nil is returned for other formats.
    package init?(endOfMonth text: some StringProtocol) {
        guard let day = (28...31).reversed().lazy.compactMap({ CalendarDay("\(text)-\($0)") }).first
        else { return nil }
        self = day
    }

    /// Returns the day this many days later.
    package func adding(days: Int) -> CalendarDay { CalendarDay(number: number + days) }

    /// Parses decimal digits; nil if any byte is not a digit.
    static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.allSatisfy(\.isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    // Counting years from March makes the leap day the last day of the year, which allows a formula.
    private static func number(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }

    /// The day in the form `2026-11-22`.
    package var description: String {
        let shifted = number + 719_468
        let era = (shifted < 0 ? shifted - 146_096 : shifted) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = String(yearOfEra + era * 400 + (month <= 2 ? 1 : 0))
        return String(repeating: "0", count: max(0, 4 - year.count)) + year
            + (month < 10 ? "-0\(month)" : "-\(month)") + (day < 10 ? "-0\(day)" : "-\(day)")
    }

    package static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        left.number < right.number
    }
}
