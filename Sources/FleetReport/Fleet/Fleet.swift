package import ToolchainCore

/// The aggregated, assessed and sealed reports of many hosts, which every output format shows.
///
/// A fleet is created by a ``FleetBuilder`` or read from a saved aggregate. It is immutable:
/// reassessing it returns a new fleet.
package struct Fleet: Sendable {
    /// Digests that link a fleet to the reports it contains and to the previous aggregate.
    package struct Evidence: Hashable, Sendable {
        /// The digest of the sorted digests of all reports.
        package let reportsRoot: SHA256Digest
        /// The digest of the previous aggregate, or `nil` if there is none.
        package let previous: SHA256Digest?
    }

    let inputs: FleetInputs
    let ages: ReportAges
    /// The program that created the fleet.
    let generator: String
    let judgement: FleetJudgement
    /// Signs that reports were forged or swapped.
    package let tampering: Tampering
    package let evidence: Evidence
    /// The totals, computed once and shared by all output formats.
    package private(set) var summary = FleetSummary()

    init(
        _ inputs: FleetInputs,
        ages: ReportAges,
        generator: String,
        judgement: FleetJudgement,
        tampering: Tampering,
        evidence: Evidence
    ) {
        self.inputs = inputs
        self.ages = ages
        self.generator = generator
        self.judgement = judgement
        self.tampering = tampering
        self.evidence = evidence
        summary = counted()
    }

    /// The hosts that reported, sorted by name.
    package var rows: [HostRow] { inputs.rows }

    /// The names of the hosts that did not report, in order.
    ///
    /// The names of the hosts that did not report, sorted.
    var absent: [String] { summary.unreachable ?? [] }

    /// The time of the aggregate, which ages are counted from.
    package var generatedAt: UTCTime { ages.time }

    /// The number of reports that a newer report of the same host replaced.
    package var supersededCount: Int { inputs.supersededCount }

    /// The names of hosts with several reports, of which only the newest counts; at most 1,000.
    package var superseded: Set<String> { inputs.superseded }

    /// The documents that could not be read, each with the reason; at most 1,000.
    package var invalid: [(name: String, reason: String)] {
        inputs.invalid.map { ($0.name, $0.reason) }
    }
}

extension Fleet.Evidence {
    /// Computes the evidence for the reports of the given hosts.
    ///
    /// - Parameters:
    ///   - rows: The hosts that reported.
    ///   - previous: The digest of the previous aggregate.
    ///   - sha256: Computes a digest.
    /// - Throws: Any error of `sha256`.
    init<Problem: Error>(
        of rows: [HostRow],
        previous: SHA256Digest?,
        sha256: ([UInt8]) throws(Problem) -> SHA256Digest
    ) throws(Problem) {
        var digests = rows.compactMap(\.digest).map(\.description)
        digests.sort()
        reportsRoot = try sha256(Array(digests.joined(separator: "\n").utf8))
        self.previous = previous
    }
}
