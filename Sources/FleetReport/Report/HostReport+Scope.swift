package import ToolchainCore

extension HostReport {
    /// Whose trees a report is about.
    package struct Scope: Hashable, Sendable {
        /// How far the homes of other users were searched.
        package enum OtherHomes: String, JSONWord, CaseIterable {
            /// All of /etc/passwd.
            case read
            /// Some of them could not be searched.
            case partlyRead = "partly-read"
            /// None: only root reads them.
            case notRead = "not-read"
            case unknown
            package static var unheardOf: OtherHomes { .unknown }
        }

        /// The user who made the report.
        package var user: String
        /// How far the homes of other users were searched.
        package var otherHomes: OtherHomes

        /// A scope from its parts.
        package init(user: String, otherHomes: OtherHomes) {
            self.user = user
            self.otherHomes = otherHomes
        }
    }

    /// What versions were judged by when the report was made.
    package struct Knowledge: Hashable, Sendable {
        /// The day of the vulnerability data.
        package var snapshot: CalendarDay
        /// Whether the data is too old for "none known" to mean anything.
        package var isStale: Bool

        /// Knowledge from its parts.
        package init(snapshot: CalendarDay, isStale: Bool) {
            self.snapshot = snapshot
            self.isStale = isStale
        }
    }
}
