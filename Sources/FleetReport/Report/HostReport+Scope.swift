package import ToolchainCore

extension HostReport {
    /// The installations that a report covers.
    package struct Scope: Hashable, Sendable {
        /// Whether the home directories of other users were searched.
        package enum OtherHomes: String, JSONWord, CaseIterable {
            /// All home directories in /etc/passwd were searched.
            case read
            /// Some home directories could not be searched.
            case partlyRead = "partly-read"
            /// No other home directory was searched. Only root can search them.
            case notRead = "not-read"
            case unknown
            package static var unrecognized: OtherHomes { .unknown }
        }

        /// The user who created the report.
        package var user: String
        /// Whether the home directories of other users were searched.
        package var otherHomes: OtherHomes

        /// Creates a scope from its parts.
        package init(user: String, otherHomes: OtherHomes) {
            self.user = user
            self.otherHomes = otherHomes
        }
    }

    /// The data that versions were assessed with when the report was created.
    package struct Knowledge: Hashable, Sendable {
        /// The date of the vulnerability data.
        package var snapshot: CalendarDay
        /// Whether the vulnerability data is too old to conclude that a version has no
        /// vulnerabilities.
        package var isStale: Bool

        /// Creates a value from its parts.
        package init(snapshot: CalendarDay, isStale: Bool) {
            self.snapshot = snapshot
            self.isStale = isStale
        }
    }
}
