/// A copy of the official list of releases, with the time at which it was fetched.
///
/// A copy also records on which day this host first saw each release in the list, because the list has no
/// dates.
package struct OfficialCopy: Equatable, Sendable {
    /// The version of the format.
    private static let schemaVersion = 1
    /// The largest file that is read: the list, and a line for each release.
    package static let mostBytes = OfficialReleases.mostBytes + (2 << 20)
    private static let mostReleases = 10_000

    package let fetchedAt: UTCTime
    package let list: OfficialReleases
    /// The day on which this host first saw each release, also of those that the list no longer has.
    package let firstSeen: [GoVersion: CalendarDay]

    /// Creates the copy of a list that has just been fetched.
    ///
    /// - Parameters:
    ///   - source: The list as the server sent it.
    ///   - now: The time.
    ///   - former: The copy before it, which knows since when its releases are known.
    ///   - bound: The day before which no clock can have been right, or `nil` if none is known.
    /// - Throws: ``DocumentError`` if the list is invalid, has no releases, or has lost more than half of
    ///   those of a copy that is younger than a day.
    package init(
        _ source: [UInt8],
        fetchedAt now: UTCTime,
        after former: OfficialCopy?,
        notBefore bound: CalendarDay? = nil
    ) throws(DocumentError) {
        let list = try OfficialReleases(parsing: source)
        let count = list.releases.count
        guard count > 0 else { throw DocumentError("it lists no releases for Linux") }
        var days: [GoVersion: CalendarDay] = [:]
        if let former {
            let formerCount = former.list.releases.count
            guard
                count >= formerCount / 2
                    || !former.isYounger(than: UTCTime.secondsOfDay, at: now)
            else { throw DocumentError("it lists \(count) instead of \(formerCount) releases") }
            // A release that is missing today must not be new tomorrow.
            let missing = former.firstSeen.keys.filter { list.releases[$0] == nil }
                .sorted(by: >).prefix(Self.mostReleases - min(count, Self.mostReleases))
            for version in Array(list.releases.keys) + missing {
                // A day in the future is one of a clock that was wrong.
                days[version] = former.firstSeen(version, notBefore: bound).map {
                    min($0, now.day)
                }
            }
        }
        firstSeen = days.merging(list.releases.mapValues { _ in now.day }) { known, _ in known }
        fetchedAt = now
        self.list = list
    }

    /// Parses a file that ``document(of:)`` returned.
    ///
    /// - Throws: ``DocumentError`` with the path of the first error.
    package init(parsing document: [UInt8]) throws(DocumentError) {
        guard document.count <= Self.mostBytes else {
            throw DocumentError("larger than \(Self.mostBytes) bytes")
        }
        let reader = try ObjectReader(parsing: document)
        guard try reader.count("schemaVersion") == Self.schemaVersion else {
            throw reader.error("expected \(Self.schemaVersion)", at: "schemaVersion")
        }
        fetchedAt = try reader.requiredTime("fetchedAt")
        let days = try reader.list("firstSeen", limit: Self.mostReleases) {
            row throws(DocumentError) in
            guard let version = try GoVersion(row.requiredString("version")) else {
                throw row.error("expected a Go version", at: "version")
            }
            guard let day: CalendarDay = try row.value("day") else {
                throw row.error("is missing", at: "day")
            }
            return (version, day)
        }
        // The later of two days is the careful one.
        firstSeen = Dictionary(days, uniquingKeysWith: max)
        list = try OfficialReleases("list", of: reader)
    }

    /// Returns the file for this copy: the time, the days, and the list as it was fetched.
    ///
    /// - Parameter source: The list as the server sent it.
    /// - Returns: A JSON document.
    package func document(of source: [UInt8]) -> [UInt8] {
        let days = firstSeen.sorted { $0.key < $1.key }.map { version, day in
            "\n  {\"version\": \"\(version)\", \"day\": \"\(day)\"}"
        }
        let head = """
            {"schemaVersion": \(Self.schemaVersion), "fetchedAt": "\(fetchedAt)",
            "firstSeen": [\(days.joined(separator: ","))],
            "list":
            """
        return Array("\(head) ".utf8) + source + Array("}\n".utf8)
    }

    /// Returns the day on which this host first saw a release.
    ///
    /// - Parameters:
    ///   - version: The release.
    ///   - bound: The day before which no clock can have been right, or `nil` if none is known.
    /// - Returns: The day, or `nil` if it is unknown or before the bound.
    package func firstSeen(_ version: GoVersion, notBefore bound: CalendarDay?) -> CalendarDay? {
        firstSeen[version].flatMap { day in
            if let bound, day < bound { nil } else { day }
        }
    }

    /// Returns whether the copy is younger than `seconds`.
    ///
    /// - Parameters:
    ///   - seconds: The age at which a copy is too old.
    ///   - now: The time.
    /// - Returns: Whether it is; false if it was fetched in the future, because a clock was wrong then.
    package func isYounger(than seconds: Int, at now: UTCTime) -> Bool {
        (0..<seconds).contains(now.seconds - fetchedAt.seconds)
    }
}
