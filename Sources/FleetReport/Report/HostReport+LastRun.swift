package import ToolchainCore

extension HostReport.LastRun {
    /// The maximum age in seconds of the last healing run, which is scheduled daily.
    private static let maximumHealingAge = 3 * 86400

    /// Returns why the result of the run is in doubt, or `nil` if it is not.
    ///
    /// A failure remains a failure, however old it is. An old success does not show that the host
    /// is still healthy.
    ///
    /// - Parameter time: The time of the report.
    /// - Returns: The reason, in one clause.
    func doubt(at time: UTCTime) -> String? {
        if hasFailed { return nil }
        if result == .unknown { return error ?? "the result is unknown" }
        guard operation == "heal" else { return nil }
        guard let startedAt else { return "the start time is unknown" }
        let age = time.seconds - startedAt.seconds
        if age > Self.maximumHealingAge {
            return "last ran at \(startedAt), \(Words.count(age / 86400, "day")) before the report"
        }
        if -age > ReportAges.clockTolerance {
            return "last ran at \(startedAt), after the time of the report"
        }
        return nil
    }

    /// Returns the run with the result `unknown` and the reason, if its result is in doubt.
    ///
    ///   - time: The time of the report.
    /// - Returns: The run.
    package func assessed(at time: UTCTime) -> HostReport.LastRun {
        guard let doubt = doubt(at: time) else { return self }
        var run = self
        run.result = .unknown
        run.error = doubt
        return run
    }
}
