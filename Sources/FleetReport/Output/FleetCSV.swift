internal import ToolchainCore

/// The hosts as comma-separated values (RFC 4180), one host per line.
///
/// A host that did not report has only its name, state and reason.
///
/// A cell that a spreadsheet would evaluate as a formula begins with an apostrophe.
package struct FleetCSV: FleetOutput {
    private static let columns = [
        "name", "id", "ring", "environment", "state", "go", "support", "vulnerabilities",
        "vulnerability_snapshot", "dlv", "versions", "drift", "findings", "can_attach", "integrity",
        "published", "repairs", "os", "arch", "libc", "virt", "manifest", "agent", "used_bytes",
        "free_bytes",
        "generated_at", "age_s", "user", "other_homes", "hostname", "file",
        "vulnerability_data",
    ]

    package init() {}

    package func write(_ fleet: Fleet, to stream: inout TextStream) {
        stream += Self.columns.joined(separator: ",") + "\r\n"
        for row in fleet.rows {
            stream += cells(of: row, in: fleet).map(\.inCSV).joined(separator: ",") + "\r\n"
        }
        for name in fleet.absent {
            let known = [
                "name": name, "state": HostRow.State.missing.rawValue, "support": "unknown",
                "vulnerabilities": "unknown", "drift": "unknown", "can_attach": "unknown",
                "integrity": "unverified", "published": "unknown",
                "findings": "unreported \(fleet.inputs.absence(of: name).detail)",
            ]
            let cells = Self.columns.map { (known[$0] ?? "").inCSV }
            stream += cells.joined(separator: ",") + "\r\n"
        }
    }

    private func cells(of row: HostRow, in fleet: Fleet) -> [String] {
        let findings = fleet.findings(of: row)
            .map { [$0.kind.rawValue, $0.subject].filter { !$0.isEmpty }.joined(separator: " ") }
        return [
            row.name, row.id.description, row.ring ?? "", row.environment ?? "",
            fleet.state(of: row).rawValue, row.active("go") ?? "", fleet.support(of: row).rawValue,
            fleet.vulnerabilityCount(of: row).map(String.init) ?? "unknown",
            fleet.judgement.snapshot?.description ?? "", row.active("dlv") ?? "",
            row.uses.map(\.version.description).joined(separator: " "), row.driftState.rawValue,
            findings.joined(separator: "; "), row.ability.rawValue, row.integrity.rawValue,
            row.published.rawValue,
            row.repairs.map(String.init) ?? "", row.os,
            row.architecture, row.libc, row.virtualization.rawValue, row.manifest, row.agent,
            row.usedBytes.map(String.init) ?? "", row.freeBytes.map(String.init) ?? "",
            row.generatedAt.description, String(fleet.ages.age(of: row)), row.user ?? "",
            row.otherHomes.rawValue, row.hostname ?? "", row.fileName ?? "",
            fleet.knowledgeWord,
        ]
    }
}
