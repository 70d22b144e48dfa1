package import ToolchainCore

/// The supported Go release lines on a given day.
///
/// Go supports a line until two newer lines exist (go.dev/doc/devel/release#policy). The end of
/// support therefore follows from release dates; Go publishes no list of it.
package struct SupportCalendar: Sendable {
    private struct Release {
        let version: GoVersion
        let date: String?
    }

    /// The releases of each released line, oldest first.
    private let lines: [(line: ReleaseLine, releases: [Release])]
    let today: CalendarDay

    /// Creates the calendar of a given day.
    ///
    /// - Parameters:
    ///   - releases: Versions with their release dates, as `2026-11-22` or `2026-11`. A version
    ///     without a date counts as released.
    ///   - today: The day.
    package init(
        releases: some Sequence<(version: GoVersion, date: String?)>,
        today: CalendarDay
    ) {
        let day = today.description
        var byLine: [ReleaseLine: [Release]] = [:]
        for (version, date) in releases where !version.isPreRelease && !version.isLanguageVersion {
            // A release with only a month counts as released from the beginning of that month.
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

    /// The maximum number of days between new lines, which appear about every six months.
    ///
    /// A calendar whose newest line is older may miss one, so it cannot say which lines are
    /// supported.
    private static let daysBetweenLines = 200

    /// Whether the line at `index` is known to be supported on the day.
    private func isSupported(_ index: Int) -> Bool {
        let newer = lines.count - 1 - index
        guard newer < 2 else { return false }
        guard let date = lines.last?.releases.first?.date,
            let start = CalendarDay(date.utf8.count == 7 ? "\(date)-01" : date)
        else { return true }
        return today.number - start.number < (2 - newer) * Self.daysBetweenLines
    }

    /// Whether `version` can be a Go release.
    ///
    /// The first line is Go 1.
    func isPlausible(_ version: GoVersion) -> Bool { version.line >= .first }

    /// Whether `version` is newer than all known releases of its line, or its line is unknown.
    func isNewerThanKnown(_ version: GoVersion) -> Bool {
        guard let known = lines.first(where: { $0.line == version.line }) else {
            return lines.last.map { $0.line < version.line } ?? true
        }
        return known.releases.last.map { $0.version < version.withoutSuffix } ?? true
    }

    /// Returns the support state of a version.
    ///
    /// The state is `unknown` if the line is newer than all lines in the calendar, or if the
    /// calendar is too old. A beta or release candidate is `prerelease` until its line reaches its
    /// end of life, even if its line is newer than the calendar.
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
    /// Whether a vendor added a suffix to the version.
    fileprivate var hasVendorSuffix: Bool { self != withoutSuffix }
}
