internal import ToolchainCore

/// An aggregate as a document: what the numbers follow from is written and read, the numbers are
/// written only.
struct FleetDocument: JSONRecord {
    /// How many hosts an aggregate may have.
    private static let mostHosts = 1_000_000

    var fleet: FleetAggregate
    var summary = FleetSummary()
    var hosts: [HostDocument] = []
    /// Whether the hosts are left out, because they are written one by one.
    var isHead = false

    static var blank: FleetDocument {
        FleetDocument(
            fleet: FleetAggregate(
                generatedAt: UTCTime(seconds: 0),
                staleAfter: 86400,
                generator: "unknown",
                supportedLines: [],
                snapshot: nil,
                vulnerabilitySource: nil
            )
        )
    }

    mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.kind(.fleet)
        try fields.value("generatedAt", &fleet.generatedAt)
        try fields.text("generator", &fleet.generator)
        try fields.object("inputs", .required) { inputs throws(DocumentError) in
            try self.inputs(&inputs)
        }
        try fields.object("knowledge", .required) { known throws(DocumentError) in
            try knowledge(&known)
        }
        try numbers(&fields)
        try facts(&fields)
        try fields.object("tamper") { tamper throws(DocumentError) in
            try tamper.texts(
                "duplicateHostId",
                &fleet.tampering.duplicateIdentifiers,
                upTo: Self.mostHosts
            )
            try tamper.texts(
                "identityClash",
                &fleet.tampering.clashes,
                upTo: Self.mostHosts,
                described:
                    "Hosts of which several reports say that they are this host, and differ in"
                    + " what a host is or in the file that they are in: all of them count."
            )
        }
        try fields.object("evidence") { evidence throws(DocumentError) in
            try self.evidence(&evidence)
        }
        if isHead { return }
        var text = Interner()
        try fields.list("hosts", &hosts, upTo: Self.mostHosts) {
            $0.row = $0.row.interned(by: &text)
        }
    }

    private mutating func inputs(_ fields: inout JSONFields) throws(DocumentError) {
        var expected = fleet.expected?.sorted()
        try fields.texts("expected", &expected, .nullable, upTo: Self.mostHosts)
        fields.output("reported", .integer(summary.reported), schema: JSONSchema.count())
        try fields.count(
            "superseded",
            &fleet.supersededCount,
            upTo: FleetAggregate.mostDocuments,
            described: "Reports that were older than another one of the same host."
        )
        var superseded = fleet.superseded.sorted()
        try fields.texts(
            "supersededHosts",
            &superseded,
            upTo: FleetAggregate.namedInvalid,
            described:
                "The first thousand hosts that have several reports, of which the newest counts."
        )
        let texts: JSONValue = ["type": "array", "items": JSONSchema.text]
        fields.output(
            "unreachable",
            summary.unreachable.map { .strings($0) } ?? .null,
            schema: JSONSchema.orNull(texts)
        )
        var missing = fleet.missing.values.sorted { $0.name < $1.name }
        try fields.list(
            "missing",
            &missing,
            upTo: Self.mostHosts,
            described:
                "Hosts that somebody has tried to ask, with what became of it; those that have"
                + " reported nevertheless are not in `unreachable`."
        )
        fields.output("stale", .strings(summary.stale), schema: texts)
        try fields.count("staleAfterS", &fleet.staleAfter)
        try fields.count("invalidCount", &fleet.invalidCount, upTo: FleetAggregate.mostDocuments)
        try fields.list(
            "invalid",
            &fleet.invalid,
            upTo: FleetAggregate.namedInvalid,
            described: "The first thousand documents that could not be read."
        )
        guard fields.isReading else { return }
        if let expected { fleet.expect(expected) }
        for host in missing { fleet.noteMissing(host) }
        fleet.superseded = Set(superseded)
        // Those that are named are some of those that are counted.
        fleet.invalidCount = max(fleet.invalidCount, fleet.invalid.count)
    }

    private mutating func knowledge(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.texts("supportedLines", &fleet.supportedLines, upTo: 100)
        try fields.value("vulnerabilitySnapshot", &fleet.snapshot, .nullable)
        fields.output(
            "vulnerabilityAgeDays",
            fleet.snapshotAge.map { .integer($0) } ?? .null,
            schema: JSONSchema.orNull(["type": "integer"])
        )
        fields.output(
            "stale",
            .boolean(fleet.hasStaleKnowledge),
            described: "The data is missing or older than 60 days: that a version has no known"
                + " vulnerabilities counts as unknown.",
            schema: ["type": "boolean"]
        )
        try fields.text("vulnerabilitySource", &fleet.vulnerabilitySource, .nullable)
        try fields.value("newerSnapshotInReports", &fleet.newerSnapshot, .nullable)
    }

    private mutating func facts(_ fields: inout JSONFields) throws(DocumentError) {
        var versions = summary.versions.map { VersionDocument($0, fleet.facts[$0.version]) }
        try fields.list("versions", &versions, upTo: Self.mostHosts)
        if !fields.isReading {
            var lines = summary.lines
            try fields.list("lines", &lines, upTo: Self.mostHosts)
        }
        var entries = summary.vulnerabilities.map {
            VulnerabilityDocument(
                id: $0.name,
                facts: fleet.vulnerabilities[$0.name],
                hosts: $0.hosts
            )
        }
        try fields.list("vulnerabilities", &entries, upTo: 10000)
        fields.output(
            "disk",
            ["usedBytes": .integer(summary.usedBytes)],
            schema: JSONSchema.counts(of: ["usedBytes"])
        )
        guard fields.isReading else { return }
        let known = versions.map { ($0.version, $0.facts) }
        fleet.facts = Dictionary(known, uniquingKeysWith: { $1 })
        fleet.vulnerabilities = Dictionary(
            entries.map { ($0.id, $0.facts) },
            uniquingKeysWith: { $1 }
        )
    }

    private mutating func evidence(_ fields: inout JSONFields) throws(DocumentError) {
        let pattern = "^sha256:[0-9a-f]{64}$"
        var root = "sha256:\(fleet.reportsRoot?.description ?? "unsealed")"
        try fields.text(
            "reportsRoot",
            &root,
            pattern: pattern,
            described: "SHA-256 over the digests of all reports in hexadecimal, sorted, a line feed"
                + " between them."
        )
        var previous = fleet.previous.map { "sha256:\($0)" }
        try fields.text("previous", &previous, .nullable, pattern: pattern)
        guard fields.isReading else { return }
        fleet.reportsRoot = Self.digest(root)
        fleet.previous = previous.flatMap { Self.digest($0) }
    }

    private static func digest(_ text: String) -> SHA256Digest? {
        SHA256Digest(hexadecimal: String(text.dropFirst("sha256:".count)))
    }
}
