internal import ToolchainCore

/// What is known about the versions in a fleet.
///
/// All hosts are assessed with the same data.
struct FleetJudgement: Sendable {
    /// What is known about a version.
    struct VersionFacts: Hashable, Sendable {
        var support: Support
        /// The identifiers of known vulnerabilities, or `nil` if unknown.
        var vulnerabilities: [String]?
        /// Why the support or the vulnerabilities are unknown.
        var doubt: String?
    }

    /// What is known about a vulnerability.
    struct VulnerabilityFacts: Hashable, Sendable {
        var aliases: [String]
        var summary: String
        var fixedIn: [String]
    }

    var supportedLines: [String] = []
    /// The date of the vulnerability data, or `nil` if there is none.
    var snapshot: CalendarDay?
    /// The source of the vulnerability data.
    var source: String?
    /// The newest vulnerability snapshot that a report mentions, if it is newer than ``snapshot``.
    var newerSnapshot: CalendarDay?
    var versions: [ReportedVersion: VersionFacts] = [:]
    var vulnerabilities: [String: VulnerabilityFacts] = [:]

    /// Creates a judgement without any data.
    init() {}

    /// Assesses the versions of all hosts.
    ///
    /// - Parameters:
    ///   - rows: The hosts.
    ///   - knowledge: The data to assess them with.
    ///   - newest: The newest vulnerability snapshot that a report mentions.
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

    /// The newest known vulnerability snapshot.
    var newestSnapshot: CalendarDay? { [snapshot, newerSnapshot].compactMap(\.self).max() }

    /// Returns the age of the vulnerability data in days, or `nil` if there is none.
    func snapshotAge(at time: UTCTime) -> Int? { snapshot.map { time.day.number - $0.number } }

    /// Whether the vulnerability data is too old to conclude that a version has no vulnerabilities.
    func isStale(at time: UTCTime) -> Bool {
        FleetKnowledge.isStale(age: snapshotAge(at: time))
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
