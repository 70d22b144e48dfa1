package import ToolchainCore

/// Which Go lines are supported on a day.
///
/// Go supports a line until there are two newer ones (go.dev/doc/devel/release#policy), so the end
/// of each follows from the dates of releases and is written down nowhere.
package struct SupportCalendar: Sendable {
    private struct Release {
        let version: GoVersion
        let date: String?
    }

    /// The releases of each line that is out, oldest first.
    private let lines: [(line: ReleaseLine, releases: [Release])]
    let today: CalendarDay

    /// A calendar of what is out on a day.
    ///
    /// - Parameters:
    ///   - releases: Versions with their dates, as `2026-11-22` or `2026-11`; those without one
    ///     count as out.
    ///   - today: The day.
    package init(
        releases: some Sequence<(version: GoVersion, date: String?)>,
        today: CalendarDay
    ) {
        let day = today.description
        var byLine: [ReleaseLine: [Release]] = [:]
        for (version, date) in releases where !version.isPreRelease && !version.isLanguageVersion {
            // Of a month that has begun, no more is known than that it is out.
            if let date, date.utf8.count != 7 && date.utf8.count != 10 { continue }
            if let date, day.prefix(date.count) < date { continue }
            byLine[version.line, default: []].append(Release(version: version, date: date))
        }
        lines = byLine.sorted { $0.key < $1.key }.map { line, releases in
            (line, releases.sorted { $0.version < $1.version })
        }
        self.today = today
    }

    /// The lines that are known to be supported, newest first.
    package var supportedLines: [ReleaseLine] {
        lines.indices.suffix(2).reversed().filter(isSupported).map { lines[$0].line }
    }

    /// A new line comes out about every six months, seldom later than this, and ends the support of the
    /// second newest: a calendar that is older than that does not know which lines are supported.
    private static let daysBetweenLines = 200

    /// Whether the line at `index` is known to be supported today.
    private func isSupported(_ index: Int) -> Bool {
        let newer = lines.count - 1 - index
        guard newer < 2 else { return false }
        guard let date = lines.last?.releases.first?.date,
            let start = CalendarDay(date.utf8.count == 7 ? "\(date)-01" : date)
        else { return true }
        return today.number - start.number < (2 - newer) * Self.daysBetweenLines
    }

    /// Whether `version` can be a Go release: the first one is Go 1.
    func isPlausible(_ version: GoVersion) -> Bool { version.line >= .first }

    /// Whether `version` is newer than all releases of its line that this calendar has, or of a line
    /// that it does not have.
    func isNewerThanKnown(_ version: GoVersion) -> Bool {
        guard let known = lines.first(where: { $0.line == version.line }) else {
            return lines.last.map { $0.line < version.line } ?? true
        }
        return known.releases.last.map { $0.version < version.withoutSuffix } ?? true
    }

    /// What is known about `version`.
    ///
    /// A line that is newer than all in the calendar is `unknown`: its end is not known either. So is
    /// one of which the calendar is too old to tell. A beta or a release candidate is past its end of
    /// life with its line; before that it is `prerelease`, also if its line is newer than the calendar.
    package func support(of version: GoVersion) -> Support {
        let newer = lines.filter { version.line < $0.line }
        let index = lines.firstIndex { $0.line == version.line }
        var support = Support(.unknown)
        if newer.count >= 2 {
            support.state = .eol
        } else if let judged = index ?? lines.indices.last, isSupported(judged) {
            if version.isPreRelease {
                support.state = .prerelease
            } else if index != nil, !version.isDevelopment {
                support.state = .supported
            }
        }
        if newer.count >= 2, index != nil { support.eolSince = newer[1].releases.first?.date }
        guard let index else { return support }
        let releases = lines[index].releases
        guard !isNewerThanKnown(version) else { return support }
        let missed = releases.filter { version < $0.version && !$0.version.hasVendorSuffix }
        support.newestPatch = releases.last.map(\.version.description)
        support.patchLag = missed.count
        support.daysBehind =
            missed.isEmpty
            ? 0
            : missed.first?.date.flatMap { CalendarDay($0) }.map { today.number - $0.number }
        return support
    }
}

extension GoVersion {
    /// Whether a vendor has put something behind it.
    fileprivate var hasVendorSuffix: Bool { self != withoutSuffix }
}
