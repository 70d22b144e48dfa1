import Testing

@testable import ToolchainCore

struct UTCTimeTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-22T22:00:00Z", 1_795_384_800),
        ("2000-02-29T23:59:59Z", 951_868_799), ("1969-12-31T23:59:59Z", -1),
        ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
    ])
    func `times are read and written`(text: String, seconds: Int) {
        #expect(UTCTime(text)?.seconds == seconds)
        #expect(UTCTime(seconds: seconds).description == text)
    }

    @Test(arguments: [
        "", "2026-11-22", "2026-11-22T22:00:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-11-22T24:00:00Z", "2026-11-22 22:00:00Z", "2026-11-22T22:00:00+00:00",
        "2026-11-22T22:00:00.0Z", "+026-11-22T22:00:00Z", "0000-01-01T00:00:00Z",
        "２026-11-22T22:00Z",
    ])
    func `text that only looks like a time is rejected`(text: String) {
        #expect(UTCTime(text) == nil)
    }

    @Test(arguments: ["", "soon", "2026-11-2", "2026-02-29", "2026-00-01", "0000-12-31"])
    func `an invalid day is rejected`(text: String) {
        #expect(CalendarDay(text) == nil)
    }

    /// A clock may be set to any time.
    @Test func `every time has a description`() {
        #expect(UTCTime(seconds: 253_402_300_800).description == "10000-01-01T00:00:00Z")
        #expect(UTCTime(seconds: -62_135_596_801).description == "0000-12-31T23:59:59Z")
        for seconds in [Int.min, Int.min + 1, Int.max] {
            let time = UTCTime(seconds: seconds)
            #expect(time.description.hasSuffix("Z"))
            #expect(UTCTime(time.description) == nil)
        }
    }

    @Test func `the day of a time is in UTC, including before 1970`() {
        for (seconds, day) in [
            (0, "1970-01-01"), (86_399, "1970-01-01"), (86_400, "1970-01-02"), (-1, "1969-12-31"),
            (-86_400, "1969-12-31"), (-86_401, "1969-12-30"),
        ] {
            #expect(UTCTime(seconds: seconds).day.description == day)
        }
    }

    @Test func `the days of 800 years have consecutive numbers`() {
        for number in -135_140...157_060 {
            let day = CalendarDay(number: number)
            #expect(CalendarDay(day.description) == day)
        }
    }

    @Test(
        arguments: [
            ("2026-11", "2026-11-30"), ("2028-02", "2028-02-29"), ("2026-02", "2026-02-28"),
            ("2026-12", "2026-12-31"), ("2026-13", nil), ("2026", nil), ("", nil),
        ] as [(String, String?)]
    )
    func `a month has a last day`(month: String, day: String?) {
        #expect(CalendarDay(endOfMonth: month)?.description == day)
        #expect(
            CalendarDay(endOfMonth: month)?.adding(days: 1).description.hasSuffix("-01") != false
        )
    }
}
