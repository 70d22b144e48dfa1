internal import ToolchainCore

/// What versions are judged by.
package struct FleetKnowledge: Sendable {
    /// What is known about one Go version.
    package struct Judgement: Hashable, Sendable {
        /// Whether it is supported.
        package let support: Support
        /// The known vulnerabilities; nil if unknown.
        package let vulnerabilities: HostReport.Vulnerabilities?
        /// Why something about it is unknown; nil if nothing is.
        package let doubt: String?
    }

    /// The age in days up to which "no known vulnerabilities" still means something: the database
    /// gets new entries for Go's standard library about once a month.
    static let freshDays = 60

    /// Which lines are supported.
    package let calendar: SupportCalendar
    /// What is known to be wrong with which version.
    package let vulnerabilities: VulnerabilityList?

    /// Knowledge from its parts.
    package init(calendar: SupportCalendar, vulnerabilities: VulnerabilityList?) {
        self.calendar = calendar
        self.vulnerabilities = vulnerabilities
    }

    /// How old the vulnerability data is, in days; nil without any.
    package var snapshotAge: Int? {
        vulnerabilities.map { calendar.today.number - $0.snapshot.number }
    }

    /// Whether the vulnerability data is too old for "none known" to mean anything.
    package var isStale: Bool { snapshotAge.map { $0 > Self.freshDays } ?? true }

    /// What is known about the Go version that `text` names.
    ///
    /// A vulnerability that is known stays known; that there is none is known only of releases that
    /// are not newer than this knowledge, and only while the data is fresh.
    package func judgement(of text: String) -> Judgement {
        guard let version = GoVersion(text), !version.isLanguageVersion,
            calendar.isPlausible(version)
        else {
            return Judgement(
                support: Support(.unknown),
                vulnerabilities: nil,
                doubt: "not a Go release version"
            )
        }
        let support = calendar.support(of: version)
        let found = vulnerabilities?.findings(for: version)
        let unknownSupport: String? =
            support.state == .unknown
            ? "support of Go \(version.line) is unknown" : nil
        if let found, found.count > 0 {
            return Judgement(support: support, vulnerabilities: found, doubt: unknownSupport)
        }
        let doubt: String? =
            if found == nil {
                "no vulnerability data"
            } else if calendar.isNewerThanKnown(version) {
                "newer than every release that this gotoolprov knows"
            } else if let age = snapshotAge, isStale {
                "no known vulnerabilities, but the data is \(age) days old"
            } else {
                nil
            }
        return Judgement(
            support: support,
            vulnerabilities: doubt == nil ? found : nil,
            doubt: doubt ?? unknownSupport
        )
    }

    func facts(of id: String) -> FleetJudgement.VulnerabilityFacts? {
        guard let entry = vulnerabilities?.entries.first(where: { $0.id == id }) else { return nil }
        return FleetJudgement.VulnerabilityFacts(
            aliases: entry.aliases,
            summary: entry.summary,
            fixedIn: entry.fixedIn
        )
    }
}
