internal import ToolchainCore

/// The time that the ages of reports are counted from, and the maximum age.
struct ReportAges: Hashable, Sendable {
    /// The tolerated lead of a host's clock, in seconds.
    static let clockTolerance = 300
    /// 2025-01-01: no report is older than gotoolprov itself.
    private static let earliest = UTCTime(seconds: 1_735_689_600)

    var time: UTCTime
    /// The maximum age of a report, in seconds.
    var limit: Int

    func age(of row: HostRow) -> Int { max(0, time.seconds - row.generatedAt.seconds) }

    func isStale(_ row: HostRow) -> Bool { age(of: row) > limit && !isImpossible(row) }

    /// Whether the report's time is in the future by more than the tolerance, or before gotoolprov
    /// existed.
    func isImpossible(_ row: HostRow) -> Bool {
        row.generatedAt.seconds - time.seconds > Self.clockTolerance
            || row.generatedAt < Self.earliest
    }
}
