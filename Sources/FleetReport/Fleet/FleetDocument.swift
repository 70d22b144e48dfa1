internal import ToolchainCore

/// A fleet as a JSON document.
///
/// Inputs are written and read; totals are only written.
struct FleetDocument: JSONRecord {
    /// The maximum number of hosts in an aggregate.
    private static let maximumHostCount = 1_000_000

    var inputs = FleetInputs()
    var ages = ReportAges(time: UTCTime(seconds: 0), limit: 86400)
    var generator = "unknown"
    var judgement = FleetJudgement()
    var tampering = Tampering()
    /// The evidence.
    ///
    /// It is `nil` only while a document is being read.
    var evidence: Fleet.Evidence?
    var summary = FleetSummary()
    var hosts: [HostDocument] = []
    /// Whether `hosts` is omitted because the hosts are written one at a time.
    var isHead = false

    static var blank: FleetDocument { FleetDocument() }

    mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.kind(.fleet)
        try fields.value("generatedAt", &ages.time)
        try fields.text("generator", &generator)
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
                &tampering.duplicateIdentifiers,
                upTo: Self.maximumHostCount
            )
            try tamper.texts(
                "identityClash",
                &tampering.clashes,
                upTo: Self.maximumHostCount,
                described:
                    "Hosts with several reports that claim the same identity but differ in"
                    + " host facts or in file name; all of them count."
            )
        }
        try fields.object("evidence", .required) { evidence throws(DocumentError) in
            try seals(&evidence)
        }
        if isHead { return }
        var text = Interner()
        try fields.list("hosts", &hosts, upTo: Self.maximumHostCount) {
            $0.row = $0.row.interned(by: &text)
        }
    }

    private mutating func inputs(_ fields: inout JSONFields) throws(DocumentError) {
        var expected = inputs.expected?.sorted()
        try fields.texts("expected", &expected, .nullable, upTo: Self.maximumHostCount)
        fields.output("reported", .integer(summary.reported), schema: JSONSchema.count())
        try fields.count(
            "superseded",
            &inputs.supersededCount,
            upTo: FleetInputs.maximumDocumentCount,
            described: "Reports superseded by a newer one of the same host."
        )
        var superseded = inputs.superseded.sorted()
        try fields.texts(
            "supersededHosts",
            &superseded,
            upTo: FleetInputs.maximumNamedDocuments,
            described:
                "The first 1,000 hosts with several reports; the newest report counts."
        )
        let texts: JSONValue = ["type": "array", "items": JSONSchema.text]
        fields.output(
            "unreachable",
            summary.unreachable.map { .strings($0) } ?? .null,
            schema: JSONSchema.orNull(texts)
        )
        var missing = inputs.missing.values.sorted { $0.name < $1.name }
        try fields.list(
            "missing",
            &missing,
            upTo: Self.maximumHostCount,
            described:
                "Hosts that were contacted without success, with the reason; those that have"
                + " reported anyway are not in `unreachable`."
        )
        fields.output("stale", .strings(summary.stale), schema: texts)
        try fields.count("staleAfterS", &ages.limit)
        try fields.count(
            "invalidCount",
            &inputs.invalidCount,
            upTo: FleetInputs.maximumDocumentCount
        )
        try fields.list(
            "invalid",
            &inputs.invalid,
            upTo: FleetInputs.maximumNamedDocuments,
            described: "The first 1,000 unreadable documents."
        )
        guard fields.isReading else { return }
        if let expected { inputs.expect(expected) }
        for host in missing { inputs.noteMissing(host) }
        inputs.superseded = Set(superseded)
        // The named documents are already included in the count.
        inputs.invalidCount = max(inputs.invalidCount, inputs.invalid.count)
    }

    private mutating func knowledge(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.texts("supportedLines", &judgement.supportedLines, upTo: 100)
        try fields.value("vulnerabilitySnapshot", &judgement.snapshot, .nullable)
        fields.output(
            "vulnerabilityAgeDays",
            judgement.snapshotAge(at: ages.time).map { .integer($0) } ?? .null,
            schema: JSONSchema.orNull(["type": "integer"])
        )
        fields.output(
            "stale",
            .boolean(judgement.isStale(at: ages.time)),
            described: "Whether the data is missing or older than 60 days; a version without known"
                + " vulnerabilities then counts as unknown.",
            schema: ["type": "boolean"]
        )
        try fields.text("vulnerabilitySource", &judgement.source, .nullable)
        try fields.value("newerSnapshotInReports", &judgement.newerSnapshot, .nullable)
    }

    private mutating func facts(_ fields: inout JSONFields) throws(DocumentError) {
        var versions = summary.versions.map { VersionDocument($0, judgement.versions[$0.version]) }
        try fields.list("versions", &versions, upTo: Self.maximumHostCount)
        if !fields.isReading {
            var lines = summary.lines
            try fields.list("lines", &lines, upTo: Self.maximumHostCount)
        }
        var entries = summary.vulnerabilities.map {
            VulnerabilityDocument(
                id: $0.name,
                facts: judgement.vulnerabilities[$0.name],
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
        judgement.versions = Dictionary(known, uniquingKeysWith: { $1 })
        judgement.vulnerabilities = Dictionary(
            entries.map { ($0.id, $0.facts) },
            uniquingKeysWith: { $1 }
        )
    }

    private mutating func seals(_ fields: inout JSONFields) throws(DocumentError) {
        let pattern = "^sha256:[0-9a-f]{64}$"
        var root = evidence.map { "sha256:\($0.reportsRoot)" } ?? ""
        try fields.text(
            "reportsRoot",
            &root,
            .required,
            pattern: pattern,
            described:
                "SHA-256 over the hexadecimal digests of all reports, sorted and joined by line"
                + " feeds."
        )
        var previous = evidence?.previous.map { "sha256:\($0)" }
        try fields.text("previous", &previous, .nullable, pattern: pattern)
        guard fields.isReading else { return }
        guard let digest = Self.digest(root) else {
            throw DocumentError("expected `sha256:` and 64 hexadecimal digits", at: "reportsRoot")
        }
        evidence = Fleet.Evidence(
            reportsRoot: digest,
            previous: previous.flatMap { Self.digest($0) }
        )
    }

    private static func digest(_ text: String) -> SHA256Digest? {
        guard text.hasPrefix("sha256:") else { return nil }
        return SHA256Digest(hexadecimal: String(text.dropFirst("sha256:".count)))
    }
}

extension FleetDocument {
    /// Creates the document of a fleet without its hosts.
    init(headOf fleet: Fleet) {
        self.init(
            inputs: fleet.inputs,
            ages: fleet.ages,
            generator: fleet.generator,
            judgement: fleet.judgement,
            tampering: fleet.tampering,
            evidence: fleet.evidence,
            summary: fleet.summary,
            isHead: true
        )
    }
}
