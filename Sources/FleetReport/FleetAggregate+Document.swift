internal import ToolchainCore

extension FleetAggregate {
    /// Writes the aggregate as JSON, a host a line: docs/schemas/fleet.schema.json.
    ///
    /// - Parameters:
    ///   - summary: Its numbers.
    ///   - write: Takes the document piece by piece.
    public func writeJSON(_ summary: FleetSummary, to write: @escaping (String) -> Void) {
        var stream = TextStream(write)
        for (index, (key, value)) in head(summary).enumerated() {
            stream += index == 0 ? "{\n" : ",\n"
            // No string of a document holds a line feed: it is written as an escape.
            let lines = value.rendered.split(separator: "\n").joined(separator: "\n  ")
            stream += "  \"\(key)\": \(lines)"
        }
        stream += ",\n  \"hosts\": ["
        for (index, row) in rows.enumerated() {
            stream += index == 0 ? "\n    " : ",\n    "
            stream += document(of: row).renderedOnOneLine
        }
        stream += rows.isEmpty ? "]\n}\n" : "\n  ]\n}\n"
        stream.flush()
    }

    /// Writes the hosts as JSON, one a line.
    public func writeJSONLines(to write: @escaping (String) -> Void) {
        var stream = TextStream(write)
        for row in rows { stream += document(of: row).renderedOnOneLine + "\n" }
        for name in absent { stream += document(ofMissing: name).renderedOnOneLine + "\n" }
        stream.flush()
    }

    /// The hosts that did not report, by name.
    var absent: [String] {
        (expected ?? []).union(missing.keys).subtracting(answered).sorted()
    }

    private func document(ofMissing name: String) -> JSONValue {
        [
            "name": .string(name),
            "state": .string(HostRow.State.missing.rawValue),
            "support": "unknown",
            "vulns": .null,
            "versions": [],
            "findings": [absence(name).document],
        ]
    }

    private func head(_ summary: FleetSummary) -> [(String, JSONValue)] {
        [
            ("schema", .string(Self.schema)),
            ("generated_at", JSONValue(generatedAt)),
            ("generator", .string(generator)),
            ("inputs", inputs(summary)),
            ("knowledge", knowledgeDocument),
            ("totals", totals(summary)),
            ("states", counts(summary.states)),
            ("findings", counts(summary.findings)),
            (
                "fixes",
                .array(
                    summary.fixes.map { ["fix": .string($0.name), "hosts": .integer($0.hosts)] }
                )
            ),
            ("debug", counts(summary.debug)),
            ("integrity", counts(summary.integrity)),
            (
                "platforms",
                [
                    "arch": counts(summary.architectures),
                    "libc": counts(summary.libraries),
                    "os": counts(summary.systems),
                    "virt": counts(summary.virtualizations),
                ]
            ),
            ("manifests", counts(summary.manifests)),
            ("rings", counts(summary.rings)),
            ("agents", counts(summary.agents)),
            ("versions", .array(summary.versions.map(document))),
            ("lines", .array(summary.lines.map(document))),
            ("vulnerabilities", .array(summary.vulnerabilities.map(document))),
            ("disk", ["used_bytes": .integer(summary.usedBytes)]),
            ("tamper", tamperingDocument),
            (
                "evidence",
                [
                    "reports_root": .string("sha256:\(reportsRoot?.description ?? "unsealed")"),
                    "previous": JSONValue(previous.map { "sha256:\($0)" }),
                ]
            ),
        ]
    }

    private func inputs(_ summary: FleetSummary) -> JSONValue {
        [
            "expected": expected.map { .strings($0.sorted()) } ?? .null,
            "reported": .integer(summary.reported),
            "superseded": .integer(supersededCount),
            "superseded_hosts": .strings(superseded.sorted()),
            "unreachable": summary.unreachable.map { .strings($0) } ?? .null,
            "missing": .array(missing.keys.sorted().compactMap { missing[$0]?.document }),
            "stale": .strings(summary.stale),
            "stale_after_s": .integer(staleAfter),
            "invalid_count": .integer(invalidCount),
            "invalid": .array(
                invalid.map { ["name": .string($0.name), "reason": .string($0.reason)] }
            ),
        ]
    }

    private var knowledgeDocument: JSONValue {
        [
            "supported_lines": .strings(supportedLines),
            "vulnerability_snapshot": JSONValue(snapshot),
            "vulnerability_age_days": snapshotAge.map { .integer($0) } ?? .null,
            "stale": .boolean(hasStaleKnowledge),
            "vulnerability_source": JSONValue(vulnerabilitySource),
            "newer_snapshot_in_reports": JSONValue(newerSnapshot),
        ]
    }

    private func totals(_ summary: FleetSummary) -> JSONValue {
        [
            "hosts": .integer(summary.reported),
            "drifted": .integer(summary.drifted),
            "eol": .integer(summary.eol),
            "vulnerable": .integer(summary.vulnerable),
            "missing": .integer(summary.all - summary.reported),
            "unknown": .integer(summary.unknown),
            "eol_unknown": .integer(summary.supportUnknown),
            "vulnerabilities_unknown": .integer(summary.vulnerabilitiesUnknown),
            "debug_blocked": .integer(summary.blocked),
            "failed": .integer(summary.failed),
            "failed_unknown": .integer(summary.failedUnknown),
            "ahead": .integer(summary.ahead),
        ]
    }

    private func counts(_ counts: [FleetSummary.Count]) -> JSONValue {
        .object(counts.map { JSONValue.Member($0.name, .integer($0.hosts)) })
    }

    private func document(_ version: FleetSummary.Version) -> JSONValue {
        let known = facts[version.version]
        return .present([
            ("tool", .string(version.version.tool)),
            ("version", .string(version.version.version)),
            ("hosts", .integer(version.hosts)),
            ("active_on", .integer(version.activeHosts)),
            ("support", version.support.document),
            ("vulns", known?.vulnerabilities.map { .strings($0) } ?? .null),
            ("doubt", .optional(known?.doubt)),
        ])
    }

    private func document(_ line: FleetSummary.Line) -> JSONValue {
        .present([
            ("line", .string(line.name)),
            ("state", .string(line.state.rawValue)),
            ("eol_since", .optional(line.eolSince)),
            ("hosts", .integer(line.hosts)),
        ])
    }

    private func document(_ count: FleetSummary.Count) -> JSONValue {
        let known = vulnerabilities[count.name]
        return [
            "id": .string(count.name),
            "aliases": .strings(known?.aliases ?? []),
            "summary": .string(known?.summary ?? ""),
            "fixed_in": .strings(known?.fixedIn ?? []),
            "hosts": .integer(count.hosts),
        ]
    }

    private var tamperingDocument: JSONValue {
        [
            "duplicate_host_id": .strings(tampering.duplicateIdentifiers),
            "identity_clash": .strings(tampering.clashes),
        ]
    }

    private func document(of row: HostRow) -> JSONValue {
        .present([
            ("id", JSONValue(row.id)),
            ("name", .string(row.name)),
            ("hostname", .optional(row.hostname)),
            ("file", .optional(row.fileName)),
            ("user", .optional(row.user)),
            ("other_homes", .string(row.otherHomes.rawValue)),
            ("distro", .optional(row.distribution)),
            ("ring", .optional(row.ring)),
            ("environment", .optional(row.environment)),
            ("state", .string(state(of: row).rawValue)),
            ("generated_at", JSONValue(row.generatedAt)),
            ("age_s", .integer(age(of: row))),
            ("agent", .string(row.agent)),
            ("os", .string(row.os)),
            ("arch", .string(row.architecture)),
            ("libc", .string(row.libc)),
            ("virt", .string(row.virtualization.rawValue)),
            ("manifest", .string(row.manifest)),
            ("drift", .string(row.driftState.rawValue)),
            ("can_attach", .string(row.ability.rawValue)),
            ("integrity", .string(row.integrity.rawValue)),
            ("failed", .nullable(flag: row.hasFailed)),
            ("repairs", .optional(number: row.repairs)),
            ("go", JSONValue(row.active("go"))),
            ("dlv", JSONValue(row.active("dlv"))),
            ("support", .string(support(of: row).rawValue)),
            ("vulns", vulnerabilityCount(of: row).map { .integer($0) } ?? .null),
            (
                "versions",
                .array(
                    row.uses.map {
                        .present([
                            ("tool", .string($0.version.tool)),
                            ("version", .string($0.version.version)),
                            ("active", .boolean($0.isActive)),
                            ("origin", .string($0.origin.rawValue)),
                            ("wanted", $0.isWanted ? true : nil),
                            ("remove", .optional($0.removal)),
                        ])
                    }
                )
            ),
            ("findings", .array(findings(of: row).map(\.document))),
            ("other_report_at", .optional(row.impossibleTime)),
            ("used_bytes", .optional(number: row.usedBytes)),
            ("free_bytes", .optional(number: row.freeBytes)),
            ("report_sha256", .optional(row.digest)),
        ])
    }
}

extension HostRow.Finding {
    fileprivate var document: JSONValue {
        .present([
            ("kind", .string(kind.rawValue)), ("subject", .string(subject)),
            ("detail", .string(detail)), ("fix", .optional(fix)),
        ])
    }
}
