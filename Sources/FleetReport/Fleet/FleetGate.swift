/// A condition that makes `gotoolprov fleet` fail, for use in automation.
package enum FleetGate: String, Sendable, CaseIterable {
    /// Hosts that differ from their manifest.
    case drift
    /// Hosts with a Go version past its end of life.
    case eol
    /// Hosts with a Go version that has known vulnerabilities.
    case vulnerable
    /// Hosts on which Delve cannot debug.
    case blocked
    /// Hosts whose last run failed.
    case failed
    /// Hosts with a Go that is known not to be the one that the Go project published.
    case unpublished
    /// Hosts with a stale report, an impossible report time or no report, and unreadable documents.
    case unreported
    /// Hosts for which a value that another gate checks is unknown, except ``unpublished``.
    case unknown

    /// Returns the number of hosts, or documents, that fail the gate.
    func count(in summary: FleetSummary) -> Int {
        switch self {
        case .drift: summary.drifted
        case .eol: summary.eol
        case .vulnerable: summary.vulnerable
        case .blocked: summary.blocked
        case .failed: summary.failed
        case .unpublished: summary.unpublished
        case .unreported:
            summary.stale.count + summary.ahead + (summary.unreachable?.count ?? 0)
                + summary.invalidCount
        case .unknown: summary.unknown
        }
    }

    /// Returns the number of hosts that the count is out of.
    func total(in summary: FleetSummary) -> Int {
        self == .unreported ? summary.all + summary.invalidCount : summary.reported
    }

    /// Returns the number of hosts that reported but that the gate can neither pass nor fail.
    func unknownCount(in summary: FleetSummary) -> Int {
        switch self {
        case .drift: summary.driftUnknown
        case .eol: summary.supportUnknown
        case .vulnerable: summary.vulnerabilitiesUnknown
        case .blocked: summary.debug.first { $0.name == "unknown" }?.hosts ?? 0
        case .failed: summary.failedUnknown
        case .unpublished: summary.unpublishedUnknown
        case .unreported, .unknown: 0
        }
    }
}

extension FleetSummary {
    /// The reason why a gate failed.
    package struct GateFailure: Hashable, Sendable {
        package let gate: FleetGate
        /// The number of hosts, or documents, that fail the gate.
        package let count: Int
        /// The number of hosts that the gate cannot judge.
        package let unknown: Int
        /// Whether no host reported.
        let isEmpty: Bool
        /// Whether the data that the gate judges by is stale.
        let isStale: Bool

        /// The failure in one clause: `gate \`vulnerable\` failed: 3 hosts, 2 hosts unknown (stale)`.
        package var description: String {
            var parts: [String] = []
            if count > 0 {
                parts.append(
                    gate == .unreported
                        ? Words.count(count, "host or document", "hosts or documents")
                        : Words.count(count, "host")
                )
            }
            let mark = isStale ? " (stale)" : ""
            if unknown > 0 { parts.append("\(Words.count(unknown, "host")) unknown\(mark)") }
            if isEmpty { parts.append("no host reported") }
            return "gate `\(gate.rawValue)` failed: \(parts.joined(separator: ", "))"
        }
    }

    /// Returns the gates that fail.
    ///
    /// A gate fails if any host is unknown to it or if no host reported.
    ///
    /// - Parameters:
    ///   - gates: The gates to check.
    ///   - allowsUnknown: Whether unknown hosts pass.
    /// - Returns: The failed gates, each with its reason.
    package func failures(of gates: [FleetGate], allowingUnknown allowsUnknown: Bool = false)
        -> [GateFailure]
    {
        gates.map {
            GateFailure(
                gate: $0,
                count: $0.count(in: self),
                unknown: allowsUnknown ? 0 : $0.unknownCount(in: self),
                isEmpty: reported == 0,
                isStale: $0 == .vulnerable && hasStaleKnowledge
            )
        }.filter { $0.count > 0 || $0.unknown > 0 || $0.isEmpty }
    }

    /// Returns the number of hosts that `gate` cannot judge.
    package func unknownCount(of gate: FleetGate) -> Int { gate.unknownCount(in: self) }
}
