package import ToolchainCore

/// The reports of many hosts, added up, judged and sealed: what every output shows.
///
/// A ``FleetBuilder`` becomes one, or a document that was written is read. It never changes: judging it
/// again makes another one.
package struct Fleet: Sendable {
    /// What ties a fleet to the reports that it was made of, and to the fleet before it.
    package struct Evidence: Hashable, Sendable {
        /// The digest of the digests of all reports.
        package let reportsRoot: SHA256Digest
        /// The digest of the document before this one; nil where there was none.
        package let previous: SHA256Digest?
    }

    let inputs: FleetInputs
    let ages: ReportAges
    /// The program that made it.
    let generator: String
    let judgement: FleetJudgement
    /// What speaks against reports being what their hosts said.
    package let tampering: Tampering
    package let evidence: Evidence
    /// The numbers, counted once: every output shows these.
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

    /// The hosts that reported, by name.
    package var rows: [HostRow] { inputs.rows }

    /// The names of the hosts that did not report, in order.
    var absent: [String] { summary.unreachable ?? [] }

    /// When it was made, and what ages are counted from.
    package var generatedAt: UTCTime { ages.time }

    /// How many reports were older than another one of the same host.
    package var supersededCount: Int { inputs.supersededCount }

    /// The first hosts with several reports; the newest report counts.
    package var superseded: Set<String> { inputs.superseded }

    /// The first documents that could not be read, and why.
    package var invalid: [(name: String, reason: String)] {
        inputs.invalid.map { ($0.name, $0.reason) }
    }
}

extension Fleet.Evidence {
    /// Seals what the hosts said.
    ///
    /// - Parameters:
    ///   - rows: The hosts.
    ///   - previous: The digest of the document before this one.
    ///   - sha256: Computes a digest.
    /// - Throws: What `sha256` throws.
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
