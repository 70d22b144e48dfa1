public import ToolchainCore

/// Which Go lines are supported on a day.
///
/// Go supports a line until there are two newer ones (go.dev/doc/devel/release#policy), so the end
/// of each follows from the dates of releases and is written down nowhere.
public struct SupportCalendar: Sendable {
    private struct Release {
        let version: GoVersion
        let date: String?
    }

    /// The releases of each line that is out, oldest first.
    private let lines: [(line: ReleaseLine, releases: [Release])]
    private let today: CalendarDay

    /// A calendar of what is out on a day.
    ///
    /// - Parameters:
    ///   - releases: Versions with their dates, as `2026-11-22` or `2026-11`; those without one
    ///     count as out.
    ///   - today: The day, as `2026-11-22`. Nil is returned where it is none.
    public init?(
        releases: some Sequence<(version: GoVersion, date: String?)>,
        today: String
    ) {
        guard let day = CalendarDay(today) else { return nil }
        var byLine: [ReleaseLine: [Release]] = [:]
        for (version, date) in releases where !version.isPreRelease && !version.isLanguageVersion {
            // Of a month that has begun, no more is known than that it is out.
            if let date, date.utf8.count != 7 && date.utf8.count != 10 { continue }
            if let date, today.prefix(date.count) < date { continue }
            byLine[version.line, default: []].append(Release(version: version, date: date))
        }
        lines = byLine.sorted { $0.key < $1.key }.map { line, releases in
            (line, releases.sorted { $0.version < $1.version })
        }
        self.today = day
    }

    /// The lines that are supported, newest first.
    public var supportedLines: [ReleaseLine] { lines.suffix(2).reversed().map(\.line) }

    /// What is known about `version`.
    ///
    /// A line that is newer than all in the calendar is `unknown`: its end is not known either.
    public func support(of version: GoVersion) -> Support {
        let newer = lines.filter { version.line < $0.line }
        let index = lines.firstIndex { $0.line == version.line }
        var support = Support(.unknown)
        if version.isPreRelease {
            support.state = .prerelease
        } else if newer.count >= 2 {
            support.state = .eol
        } else if index != nil {
            support.state = .supported
        }
        if newer.count >= 2, index != nil { support.eolSince = newer[1].releases.first?.date }
        guard let index else { return support }
        let releases = lines[index].releases
        let missed = releases.filter { version < $0.version && !$0.version.hasVendorSuffix }
        support.newestPatch = releases.last.map(\.version.description)
        support.patchLag = missed.count
        support.daysBehind =
            missed.isEmpty
            ? 0
            : missed.first?.date.flatMap { CalendarDay($0) }.map { today.number - $0.number }
        return support
    }

    /// What is known about the version that this text names; unknown where it names none.
    public func support(of text: String) -> Support {
        guard let version = GoVersion(text), !version.isLanguageVersion else {
            return Support(.unknown)
        }
        return support(of: version)
    }
}

extension GoVersion {
    /// Whether a vendor has put something behind it.
    fileprivate var hasVendorSuffix: Bool { description.contains("-") }
}
