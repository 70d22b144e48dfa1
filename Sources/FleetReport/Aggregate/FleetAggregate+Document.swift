package import ToolchainCore

extension FleetAggregate {
    /// Reads an aggregate that was written before: what the numbers follow from, not the numbers.
    ///
    /// - Throws: ``DocumentError`` for what is no aggregate, or one of another schema.
    package init(parsing document: [UInt8]) throws(DocumentError) {
        let document = try FleetDocument(reading: try ObjectReader(parsing: document))
        self = document.fleet
        rows = document.hosts.map(\.row)
    }

    /// Writes the aggregate as JSON, a host a line: docs/schemas/fleet.schema.json.
    ///
    /// - Parameters:
    ///   - summary: Its numbers.
    ///   - write: Takes the document piece by piece.
    package func writeJSON(_ summary: FleetSummary, to write: @escaping (String) -> Void) {
        var stream = TextStream(write)
        let head = FleetDocument(fleet: self, summary: summary, isHead: true).document.rendered
        // The hosts follow as the last member.
        stream += String(head.dropLast("\n}\n".count)) + ",\n  \"hosts\": ["
        for (index, row) in rows.enumerated() {
            stream += index == 0 ? "\n    " : ",\n    "
            stream += document(of: row, isLine: false).renderedOnOneLine
        }
        stream += rows.isEmpty ? "]\n}\n" : "\n  ]\n}\n"
        stream.flush()
    }

    /// Writes the hosts as JSON, one a line: docs/schemas/fleet-host.schema.json.
    package func writeJSONLines(to write: @escaping (String) -> Void) {
        var stream = TextStream(write)
        for row in rows { stream += document(of: row, isLine: true).renderedOnOneLine + "\n" }
        for name in absent { stream += document(ofMissing: name).renderedOnOneLine + "\n" }
        stream.flush()
    }

    /// The hosts that did not report, by name.
    var absent: [String] {
        (expected ?? []).union(missing.keys).subtracting(answered).sorted()
    }

    private func document(of row: HostRow, isLine: Bool) -> JSONValue {
        HostDocument(
            row: row,
            state: state(of: row),
            age: age(of: row),
            support: support(of: row),
            vulnerabilityCount: vulnerabilityCount(of: row),
            findings: findings(of: row),
            isLine: isLine
        ).document
    }

    private func document(ofMissing name: String) -> JSONValue {
        [
            "schema": .string(DocumentKind.fleetHost.schema),
            "name": .string(name),
            "state": .string(HostRow.State.missing.rawValue),
            "support": .string(Support.State.unknown.rawValue),
            "vulns": nil,
            "versions": [],
            "findings": [absence(name).document],
        ]
    }
}

extension FleetAggregate {
    /// The schema of ``writeJSON(_:to:)``.
    package static var schema: JSONValue {
        FleetDocument.schema(titled: "gotoolprov fleet --format json")
    }

    /// The schema of a line of ``writeJSONLines(to:)``, of a host that reported or one that did not.
    package static var lineSchema: JSONValue {
        let schema = HostLine.schema(
            titled: "gotoolprov fleet --format jsonl: a line for each host"
        )
        guard case .object(let members) = schema else { return schema }
        let isMissing: JSONValue = ["const": .string(HostRow.State.missing.rawValue)]
        let other = members.map { member in
            guard member.key == "required" else { return member }
            let missing: JSONValue = [
                "properties": ["state": isMissing],
                "required": [
                    "schema", "name", "state", "support", "vulns", "versions", "findings",
                ],
            ]
            let reported: JSONValue = [
                "properties": ["state": ["not": isMissing]], "required": member.value,
            ]
            return JSONValue.Member("anyOf", [missing, reported])
        }
        return .object(other)
    }
}

/// A host as a document of its own.
private struct HostLine: JSONRecord {
    var host: HostDocument

    static var blank: HostLine {
        var host = HostDocument.blank
        host.isLine = true
        return HostLine(host: host)
    }

    mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try host.fields(&fields)
    }
}
