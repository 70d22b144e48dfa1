package import ToolchainCore

extension Fleet {
    /// Reads a saved aggregate.
    ///
    /// Totals are recomputed from the hosts rather than read.
    ///
    /// - Throws: ``DocumentError`` if the document is not an aggregate or has an unsupported
    ///   schema.
    package init(parsing document: [UInt8]) throws(DocumentError) {
        var document = try FleetDocument(reading: try ObjectReader(parsing: document))
        document.inputs.rows = document.hosts.map(\.row)
        guard let evidence = document.evidence else {
            throw DocumentError("missing", at: "evidence")
        }
        self.init(
            document.inputs,
            ages: document.ages,
            generator: document.generator,
            judgement: document.judgement,
            tampering: document.tampering,
            evidence: evidence
        )
    }

    /// The schema of ``FleetJSON``.
    package static var schema: JSONValue {
        FleetDocument.schema(titled: "gotoolprov fleet --format json")
    }

    /// The schema of one line of ``FleetJSONLines``: a host that reported, or one that did not.
    package static var lineSchema: JSONValue {
        var line = HostDocument.blank
        line.isLine = true
        let schema = HostDocument.schema(
            titled: "gotoolprov fleet --format jsonl: one line per host",
            of: line
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
