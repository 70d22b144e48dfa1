internal import ToolchainCore

/// The data that versions are assessed with.
package struct FleetKnowledge: Sendable {
    /// The assessment of one Go version.
    package struct Judgement: Hashable, Sendable {
        package let support: Support
        /// The known vulnerabilities, or `nil` if unknown.
        package let vulnerabilities: HostReport.Vulnerabilities?
        /// Why the support or the vulnerabilities are unknown, or `nil` if both are known.
        package let doubt: String?
    }

    /// The maximum age in days at which the data can still show that a version has no
    /// vulnerabilities.
    ///
    /// The Go vulnerability database gets new standard library entries about once a month.
    package static let maximumSnapshotAge = 60

    /// The support of Go release lines.
    package let calendar: SupportCalendar
    /// The known vulnerabilities of Go versions.
    package let vulnerabilities: VulnerabilityList?
    /// The path of the file with the vulnerabilities, or `nil` for the built-in list.
    package let vulnerabilityFile: String?

    /// Creates a value from its parts.
    package init(
        calendar: SupportCalendar,
        vulnerabilities: VulnerabilityList?,
        vulnerabilityFile: String? = nil
    ) {
        self.calendar = calendar
        self.vulnerabilities = vulnerabilities
        self.vulnerabilityFile = vulnerabilityFile
    }

    /// The age of the vulnerability data in days, or `nil` if there is none.
    package var snapshotAge: Int? {
        vulnerabilities.map { calendar.today.number - $0.snapshot.number }
    }

    /// Whether the vulnerability data is too old to conclude that a version has no vulnerabilities.
    package var isStale: Bool { Self.isStale(age: snapshotAge) }

    /// Returns whether data of this age in days, `nil` for unknown, is too old to rely on.
    package static func isStale(age: Int?) -> Bool { age.map { $0 > maximumSnapshotAge } ?? true }

    /// The reason why data of an age in days does not show that a version has no vulnerabilities.
    static func doubt(ofAge age: Int) -> String {
        "no known vulnerabilities, but the data is stale: \(age) days old"
    }

    /// Assesses the Go version that `text` names.
    ///
    /// A known vulnerability is reported however old the data is. A version counts as free of known
    /// vulnerabilities only if it is not newer than the data and the data is not stale.
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
                Self.doubt(ofAge: age)
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
