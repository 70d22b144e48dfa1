internal import ToolchainCore

/// What is known about the versions of a fleet, and by which data: all hosts are judged by the same.
struct FleetJudgement: Sendable {
    /// What is known about a version.
    struct VersionFacts: Hashable, Sendable {
        var support: Support
        /// The identifiers; nil if unknown.
        var vulnerabilities: [String]?
        /// Why something about it is unknown.
        var doubt: String?
    }

    /// What is known about a vulnerability.
    struct VulnerabilityFacts: Hashable, Sendable {
        var aliases: [String]
        var summary: String
        var fixedIn: [String]
    }

    var supportedLines: [String] = []
    /// The day of the vulnerability data; nil without any.
    var snapshot: CalendarDay?
    /// Where the vulnerability data is from.
    var source: String?
    /// The newest snapshot that a report knows, if it is newer than ours.
    var newerSnapshot: CalendarDay?
    var versions: [ReportedVersion: VersionFacts] = [:]
    var vulnerabilities: [String: VulnerabilityFacts] = [:]

    /// Knows nothing.
    init() {}

    /// Judges the versions that hosts have.
    ///
    /// - Parameters:
    ///   - rows: The hosts.
    ///   - knowledge: What their versions are judged by.
    ///   - newest: The newest known snapshot.
    init(of rows: [HostRow], by knowledge: FleetKnowledge, newestSnapshot newest: CalendarDay?) {
        supportedLines = knowledge.calendar.supportedLines.map(\.description)
        snapshot = knowledge.vulnerabilities?.snapshot
        source = knowledge.vulnerabilities?.source
        if let newest, snapshot.map({ $0 < newest }) ?? true { newerSnapshot = newest }
        for row in rows {
            for use in row.uses where versions[use.version] == nil {
                judge(use.version, by: knowledge)
            }
        }
    }

    /// The newest known snapshot.
    var newestSnapshot: CalendarDay? { [snapshot, newerSnapshot].compactMap(\.self).max() }

    /// How old the vulnerability data is at a time, in days; nil without any.
    func snapshotAge(at time: UTCTime) -> Int? { snapshot.map { time.day.number - $0.number } }

    /// Whether the vulnerability data is too old for "none known" to mean anything.
    func isStale(at time: UTCTime) -> Bool {
        snapshotAge(at: time).map { $0 > FleetKnowledge.freshDays } ?? true
    }

    private mutating func judge(_ version: ReportedVersion, by knowledge: FleetKnowledge) {
        guard version.isGo else {
            versions[version] = VersionFacts(support: Support(.unknown))
            return
        }
        let judgement = knowledge.judgement(of: version.version)
        let ids = judgement.vulnerabilities.map {
            Set($0.stdlib).union($0.toolchain).sorted()
        }
        versions[version] = VersionFacts(
            support: judgement.support,
            vulnerabilities: ids,
            doubt: judgement.doubt
        )
        for id in ids ?? [] where vulnerabilities[id] == nil {
            vulnerabilities[id] = knowledge.facts(of: id)
        }
    }
}
