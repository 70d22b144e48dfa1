/// A condition on which automation stops.
package enum FleetGate: String, Sendable, CaseIterable {
    /// Hosts that differ from their manifest.
    case drift
    /// Hosts that have a Go past its end of life.
    case eol
    /// Hosts that have a Go with known vulnerabilities.
    case vulnerable
    /// Hosts on which nothing can be debugged.
    case blocked
    /// Hosts whose last run failed.
    case failed
    /// Hosts that are stale or did not report, or whose report is of a time that cannot be right, and
    /// documents that could not be read.
    case unreported
    /// Hosts for which a value that another gate checks is unknown.
    case unknown

    /// How many hosts, or documents, the gate counts.
    func count(in summary: FleetSummary) -> Int {
        switch self {
        case .drift: summary.drifted
        case .eol: summary.eol
        case .vulnerable: summary.vulnerable
        case .blocked: summary.blocked
        case .failed: summary.failed
        case .unreported:
            summary.stale.count + summary.ahead + (summary.unreachable?.count ?? 0)
                + summary.invalidCount
        case .unknown: summary.unknown
        }
    }

    /// Of how many.
    func whole(in summary: FleetSummary) -> Int {
        self == .unreported ? summary.all + summary.invalidCount : summary.reported
    }

    /// How many of the hosts that reported it cannot judge: they neither pass nor fail.
    func unknownCount(in summary: FleetSummary) -> Int {
        switch self {
        case .drift: summary.driftUnknown
        case .eol: summary.supportUnknown
        case .vulnerable: summary.vulnerabilitiesUnknown
        case .blocked: summary.debug.first { $0.name == "unknown" }?.hosts ?? 0
        case .failed: summary.failedUnknown
        case .unreported, .unknown: 0
        }
    }
}

extension FleetSummary {
    /// A failed gate.
    package struct GateFailure: Hashable, Sendable {
        /// Which gate.
        package let gate: FleetGate
        /// How many hosts, or documents, are the reason.
        package let count: Int
        /// How many hosts it cannot judge.
        package let unknown: Int
        /// Whether there is nothing to judge.
        let isEmpty: Bool

        /// `gate \`vulnerable\` failed: 3 hosts, 2 more unknown`.
        package var description: String {
            var parts: [String] = []
            if count > 0 {
                parts.append(
                    gate == .unreported
                        ? Words.count(count, "host or document", "hosts or documents")
                        : Words.count(count, "host")
                )
            }
            if unknown > 0 { parts.append("\(Words.count(unknown, "host")) unknown") }
            if isEmpty { parts.append("no host reported") }
            return "gate `\(gate.rawValue)` failed: \(parts.joined(separator: ", "))"
        }
    }

    /// The gates among `gates` that are not passed.
    ///
    /// A host that a gate cannot judge does not pass it, and a fleet without a report
    /// passes none.
    ///
    /// - Parameters:
    ///   - gates: The gates.
    ///   - allowsUnknown: Whether hosts that a gate cannot judge pass it.
    /// - Returns: The gates, each with its reason.
    package func failures(of gates: [FleetGate], allowingUnknown allowsUnknown: Bool = false)
        -> [GateFailure]
    {
        gates.map {
            GateFailure(
                gate: $0,
                count: $0.count(in: self),
                unknown: allowsUnknown ? 0 : $0.unknownCount(in: self),
                isEmpty: reported == 0
            )
        }.filter { $0.count > 0 || $0.unknown > 0 || $0.isEmpty }
    }

    /// For how many hosts it is not known whether they pass `gate`.
    package func unknownCount(of gate: FleetGate) -> Int { gate.unknownCount(in: self) }
}
