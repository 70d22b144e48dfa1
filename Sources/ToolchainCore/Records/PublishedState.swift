/// What is known about whether an installed Go is the one that the Go project published.
///
/// It is known from one source only, the ``basis``: from the receipt, as the Go was installed, or from
/// its files, as it is now.
package struct PublishedState: Hashable, Sendable {
    /// The answer.
    package enum State: String, JSONWord, CaseIterable {
        /// It is the published one.
        case published
        /// It differs from the published one.
        case modified
        /// The Go project did not publish it: another project or the user built it.
        case notPublished = "not-published"
        case unknown
        package static var unrecognized: State { .unknown }
    }

    /// The source of the answer.
    package enum Basis: String, JSONWord, CaseIterable {
        /// The receipt: it is the state at the installation.
        case receipt
        /// The contents of all files.
        case files
        /// Nothing was examined.
        case none
        package static var unrecognized: Basis { .none }
    }

    package var state: State
    package var basis: Basis
    /// The source of the published hash or digest, such as `built-in` or `log`, if it is published.
    package var evidence: String?
    /// The log that proved it, or `nil` if that is Go's checksum database, or no log did.
    package var log: String?
    /// Why it is not published, or why that is unknown; if it is, what proves the hash.
    package var reason: String?
    /// When the files were read.
    package var checkedAt: UTCTime?

    /// Creates a value from its parts.
    package init(
        _ state: State = .unknown,
        basis: Basis = .none,
        evidence: String? = nil,
        log: String? = nil,
        reason: String? = nil,
        checkedAt: UTCTime? = nil
    ) {
        self.state = state
        self.basis = basis
        self.evidence = evidence
        self.log = log
        self.reason = reason
        self.checkedAt = checkedAt
    }

    /// Whether it is known not to be the published one.
    package var isContradicted: Bool { state == .modified || state == .notPublished }

    /// The answer in words, with the reason: `modified: 2 files differ`.
    package var words: String {
        state.words + (reason.map { ": \($0)" } ?? "")
    }
}

extension PublishedState.State {
    /// The state as text: `not published`.
    package var words: String {
        self == .notPublished ? "not published" : rawValue
    }

    /// The states, worst first.
    package static let severity: [Self] = [.modified, .notPublished, .unknown, .published]
}

extension PublishedState: JSONRecord {
    package static var blank: PublishedState { PublishedState() }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.word("state", &state)
        try fields.word(
            "basis",
            &basis,
            described: "`receipt`: as it was installed; `files`: as it is now, with --published;"
                + " `none`: it was not examined."
        )
        try fields.text(
            "evidence",
            &evidence,
            described: "The source of the published hash or digest; omitted unless published."
        )
        try fields.text(
            "log",
            &log,
            described: "The log that proved it, if that is not Go's checksum database."
        )
        try fields.text("reason", &reason)
        try fields.value(
            "checkedAt",
            &checkedAt,
            described: "When the files were read; omitted unless `basis` is `files`."
        )
    }
}
