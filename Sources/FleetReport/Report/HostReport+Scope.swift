extension HostReport {
    /// Whose trees a report is about.
    public struct Scope: Hashable, Sendable {
        /// How far the homes of other users were searched.
        public enum OtherHomes: String, ReportWord, CaseIterable {
            /// All of /etc/passwd.
            case read
            /// Some of them could not be searched.
            case partlyRead = "partly-read"
            /// None: only root reads them.
            case notRead = "not-read"
            case unknown
            static var unheardOf: OtherHomes { .unknown }
        }

        /// The user who made the report.
        public var user: String
        /// How far the homes of other users were searched.
        public var otherHomes: OtherHomes

        /// A scope from its parts.
        public init(user: String, otherHomes: OtherHomes) {
            self.user = user
            self.otherHomes = otherHomes
        }
    }

    /// What versions were judged by when the report was made.
    public struct Knowledge: Hashable, Sendable {
        /// The day of the vulnerability data.
        public var snapshot: CalendarDay
        /// Whether the data is too old for "none known" to mean anything.
        public var isStale: Bool

        /// Knowledge from its parts.
        public init(snapshot: CalendarDay, isStale: Bool) {
            self.snapshot = snapshot
            self.isStale = isStale
        }
    }
}
