internal import ToolchainCore

/// The time that ages of reports are counted from, and how old a report may be.
struct ReportAges: Hashable, Sendable {
    /// How far a host's clock may be ahead, in seconds.
    static let clockTolerance = 300
    /// 2025-01-01, before there was any gotoolprov: no report is older.
    private static let earliest = UTCTime(seconds: 1_735_689_600)

    var time: UTCTime
    /// In seconds.
    var limit: Int

    func age(of row: HostRow) -> Int { max(0, time.seconds - row.generatedAt.seconds) }

    func isStale(_ row: HostRow) -> Bool { age(of: row) > limit && !isImpossible(row) }

    /// Whether its report is of a time that has not come, by more than clocks may differ, or of one
    /// before there were reports.
    func isImpossible(_ row: HostRow) -> Bool {
        row.generatedAt.seconds - time.seconds > Self.clockTolerance
            || row.generatedAt < Self.earliest
    }
}
