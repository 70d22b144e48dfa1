internal import ToolchainCore

extension FleetAggregate {
    /// Writes the aggregate as JSON, a host a line: docs/schemas/fleet.schema.json.
    ///
    /// - Parameters:
    ///   - summary: Its numbers.
    ///   - write: Takes the document piece by piece.
    package func writeJSON(_ summary: FleetSummary, to write: @escaping (String) -> Void) {
        var stream = TextStream(write)
        for (index, (key, value)) in head(summary).enumerated() {
            stream += index == 0 ? "{\n" : ",\n"
            // No string of a document holds a line feed: it is written as an escape.
            let lines = value.rendered.split(separator: "\n").joined(separator: "\n  ")
            stream += "  \(JSONValue.string(key).renderedOnOneLine): \(lines)"
        }
        stream += ",\n  \"hosts\": ["
        for (index, row) in rows.enumerated() {
            stream += index == 0 ? "\n    " : ",\n    "
            stream += JSONValue.present(members(of: row)).renderedOnOneLine
        }
        stream += rows.isEmpty ? "]\n}\n" : "\n  ]\n}\n"
        stream.flush()
    }

    /// Writes the hosts as JSON, one a line: docs/schemas/fleet-host.schema.json.
    package func writeJSONLines(to write: @escaping (String) -> Void) {
        var stream = TextStream(write)
        for row in rows { stream += line(members(of: row)) }
        for name in absent { stream += line(members(ofMissing: name)) }
        stream.flush()
    }

    private func line(_ members: [(String, JSONValue?)]) -> String {
        let schema = ("schema", JSONValue.string(DocumentKind.fleetHost.schema) as JSONValue?)
        return JSONValue.present([schema] + members).renderedOnOneLine + "\n"
    }

    /// The hosts that did not report, by name.
    var absent: [String] {
        (expected ?? []).union(missing.keys).subtracting(answered).sorted()
    }

    private func members(ofMissing name: String) -> [(String, JSONValue?)] {
        [
            ("name", .string(name)),
            ("state", .string(HostRow.State.missing.rawValue)),
            ("support", "unknown"),
            ("vulns", .some(.null)),
            ("versions", []),
            ("findings", [absence(name).document]),
        ]
    }

    private func head(_ summary: FleetSummary) -> [(String, JSONValue)] {
        [
            ("schema", .string(DocumentKind.fleet.schema)),
            ("generatedAt", JSONValue(generatedAt)),
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
            ("disk", ["usedBytes": .integer(summary.usedBytes)]),
            ("tamper", tamperingDocument),
            (
                "evidence",
                [
                    "reportsRoot": .string("sha256:\(reportsRoot?.description ?? "unsealed")"),
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
            "supersededHosts": .strings(superseded.sorted()),
            "unreachable": summary.unreachable.map { .strings($0) } ?? .null,
            "missing": .array(missing.keys.sorted().compactMap { missing[$0]?.document }),
            "stale": .strings(summary.stale),
            "staleAfterS": .integer(staleAfter),
            "invalidCount": .integer(invalidCount),
            "invalid": .array(
                invalid.map { ["name": .string($0.name), "reason": .string($0.reason)] }
            ),
        ]
    }

    private var knowledgeDocument: JSONValue {
        [
            "supportedLines": .strings(supportedLines),
            "vulnerabilitySnapshot": JSONValue(snapshot),
            "vulnerabilityAgeDays": snapshotAge.map { .integer($0) } ?? .null,
            "stale": .boolean(hasStaleKnowledge),
            "vulnerabilitySource": JSONValue(vulnerabilitySource),
            "newerSnapshotInReports": JSONValue(newerSnapshot),
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
            "eolUnknown": .integer(summary.supportUnknown),
            "vulnerabilitiesUnknown": .integer(summary.vulnerabilitiesUnknown),
            "debugBlocked": .integer(summary.blocked),
            "failed": .integer(summary.failed),
            "failedUnknown": .integer(summary.failedUnknown),
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
            ("activeOn", .integer(version.activeHosts)),
            ("support", version.support.document),
            ("vulns", known?.vulnerabilities.map { .strings($0) } ?? .null),
            ("doubt", .optional(known?.doubt)),
        ])
    }

    private func document(_ line: FleetSummary.Line) -> JSONValue {
        .present([
            ("line", .string(line.name)),
            ("state", .string(line.state.rawValue)),
            ("eolSince", .optional(line.eolSince)),
            ("hosts", .integer(line.hosts)),
        ])
    }

    private func document(_ count: FleetSummary.Count) -> JSONValue {
        let known = vulnerabilities[count.name]
        return [
            "id": .string(count.name),
            "aliases": .strings(known?.aliases ?? []),
            "summary": .string(known?.summary ?? ""),
            "fixedIn": .strings(known?.fixedIn ?? []),
            "hosts": .integer(count.hosts),
        ]
    }

    private var tamperingDocument: JSONValue {
        [
            "duplicateHostId": .strings(tampering.duplicateIdentifiers),
            "identityClash": .strings(tampering.clashes),
        ]
    }

    private func members(of row: HostRow) -> [(String, JSONValue?)] {
        [
            ("id", JSONValue(row.id)),
            ("name", .string(row.name)),
            ("hostname", .optional(row.hostname)),
            ("file", .optional(row.fileName)),
            ("user", .optional(row.user)),
            ("otherHomes", .string(row.otherHomes.rawValue)),
            ("distro", .optional(row.distribution)),
            ("ring", .optional(row.ring)),
            ("environment", .optional(row.environment)),
            ("state", .string(state(of: row).rawValue)),
            ("generatedAt", JSONValue(row.generatedAt)),
            ("ageS", .integer(age(of: row))),
            ("agent", .string(row.agent)),
            ("os", .string(row.os)),
            ("arch", .string(row.architecture)),
            ("libc", .string(row.libc)),
            ("virt", .string(row.virtualization.rawValue)),
            ("manifest", .string(row.manifest)),
            ("drift", .string(row.driftState.rawValue)),
            ("canAttach", .string(row.ability.rawValue)),
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
            ("otherReportAt", .optional(row.impossibleTime)),
            ("usedBytes", .optional(number: row.usedBytes)),
            ("freeBytes", .optional(number: row.freeBytes)),
            ("reportSha256", .optional(row.digest)),
        ]
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
