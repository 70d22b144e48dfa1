package import ToolchainCore

extension HostReport.LastRun {
    /// The longest pause of healing, which runs each day.
    private static let longestPause = 3 * 86400

    /// Why the result of the run is in doubt; nil if it is not.
    ///
    /// A failure stays one, however old it is. That healing went well long ago does not say that the
    /// host is well.
    ///
    /// - Parameter time: The time of the report.
    /// - Returns: The reason, in one clause.
    func doubt(at time: UTCTime) -> String? {
        if hasFailed { return nil }
        if result == .unknown { return error ?? "the result is unknown" }
        guard operation == "heal" else { return nil }
        guard let startedAt else { return "the start time is unknown" }
        let age = time.seconds - startedAt.seconds
        if age > Self.longestPause {
            return "last ran at \(startedAt), \(Words.count(age / 86400, "day")) before the report"
        }
        if -age > ReportAges.clockTolerance {
            return "last ran at \(startedAt), after the time of the report"
        }
        return nil
    }

    /// The same run, with the result `unknown` and the reason if its result is in doubt.
    ///
    /// - Parameter time: The time of the report.
    /// - Returns: The run.
    package func judged(at time: UTCTime) -> HostReport.LastRun {
        guard let doubt = doubt(at: time) else { return self }
        var run = self
        run.result = .unknown
        run.error = doubt
        return run
    }
}
