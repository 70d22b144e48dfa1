package import ToolchainCore

/// A host in an aggregate: its row, and what the fleet concludes from it.
struct HostDocument: JSONRecord {
    var row: HostRow
    /// Conclusions, which are written but not read.
    var state = HostRow.State.unknown
    var age = 0
    var support = Support.State.unknown
    var vulnerabilityCount: Int?
    var findings: [HostRow.Finding] = []
    /// Whether the host is written as a separate JSON document.
    var isLine = false

    static var blank: HostDocument {
        HostDocument(
            row: HostRow(
                id: .blank,
                name: "",
                otherHomes: .unknown,
                os: "unknown",
                architecture: "unknown",
                libc: "unknown",
                virtualization: .unknown,
                agent: "unknown",
                generatedAt: UTCTime(seconds: 0),
                manifest: "none",
                driftState: .unknown,
                ability: .unknown,
                integrity: .unverified,
                uses: [],
                findings: []
            )
        )
    }

    mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        if isLine { try fields.kind(.fleetHost) }
        try fields.value("id", &row.id)
        try fields.text("name", &row.name, .required)
        try fields.text(
            "hostname",
            &row.hostname,
            described: "The host's own name, if the inventory uses another one."
        )
        try fields.text(
            "file",
            &row.fileName,
            described: "The file name of the report, if it differs from the host's name."
        )
        try fields.text("user", &row.user)
        try fields.word("otherHomes", &row.otherHomes)
        try fields.text("distro", &row.distribution)
        try fields.text("ring", &row.ring)
        try fields.text("environment", &row.environment)
        fields.output(
            "state",
            .string(state.rawValue),
            described: (isLine ? Self.missing : "") + Self.states,
            schema: JSONSchema.word(isLine ? [] : [HostRow.State.missing])
        )
        try fields.value("generatedAt", &row.generatedAt)
        fields.output("ageS", .integer(age), schema: JSONSchema.count())
        try fields.text("agent", &row.agent)
        try fields.text("os", &row.os)
        try fields.text("arch", &row.architecture)
        try fields.text("libc", &row.libc)
        try fields.word("virt", &row.virtualization)
        try fields.text("manifest", &row.manifest)
        try fields.word("drift", &row.driftState)
        try fields.word("canAttach", &row.ability)
        try fields.word("integrity", &row.integrity)
        try fields.word(
            "published",
            &row.published,
            described:
                "Whether the Go project published its Go versions: the worst state among them."
        )
        try fields.flag(
            "failed",
            &row.hasFailed,
            .nullable,
            described:
                "Whether the last run failed; null if the record of that run does not contain the"
                + " result."
        )
        try fields.count("repairs", &row.repairs)
        for tool in ["go", "dlv"] {
            fields.output(
                tool,
                JSONValue(row.active(tool)),
                schema: JSONSchema.orNull(JSONSchema.text)
            )
        }
        fields.output(
            "support",
            .string(support.rawValue),
            described: "The worst state among all Go versions of the host.",
            schema: JSONSchema.word([Support.State]())
        )
        fields.output(
            "vulns",
            vulnerabilityCount.map { .integer($0) } ?? .null,
            described:
                "Number of distinct vulnerabilities of all Go versions of the host; null if unknown.",
            schema: JSONSchema.orNull(JSONSchema.count())
        )
        try fields.list("versions", &row.uses, upTo: 4096)
        try fields.list("findings", &findings, upTo: 32768)
        try fields.value(
            "otherReportAt",
            &row.impossibleTime,
            described: "The impossible time of another report of this host."
        )
        try fields.count("usedBytes", &row.usedBytes)
        try fields.count("freeBytes", &row.freeBytes)
        try fields.value("reportSha256", &row.digest)
        guard fields.isReading else { return }
        row.keep(findings)
        findings = []
    }

    private static let missing =
        "`missing`: it was expected to report and did not; nothing else is known about it. "
    private static let states =
        "The first state that applies; a report with an impossible time makes its host `unknown`"
        + " before anything else. `flawed`: a serious finding: end of life, known vulnerabilities,"
        + " damage, debugging blocked. `unknown`: a value that a gate checks is unknown. `ok`:"
        + " none of these."
}

extension HostRow {
    /// Keeps the findings of a document, except those that the fleet derives again from versions
    /// and times.
    fileprivate mutating func keep(_ written: [Finding]) {
        let versions = Set(uses.map(\.version.description))
        findings = written.filter { finding in
            ![.eol, .vulnerable, .clock].contains(finding.kind)
                && (finding.kind != .unknown || !versions.contains(finding.subject))
        }
    }

    /// Returns the row with values shared through `text`.
    func interned(by text: inout Interner) -> HostRow {
        var row = self
        row.user = user.map { text.unique($0) }
        row.distribution = distribution.map { text.unique($0) }
        row.ring = ring.map { text.unique($0) }
        row.environment = environment.map { text.unique($0) }
        row.os = text.unique(os)
        row.architecture = text.unique(architecture)
        row.libc = text.unique(libc)
        row.agent = text.unique(agent)
        row.manifest = text.unique(manifest)
        row.uses = text.unique(uses)
        row.findings = text.unique(findings)
        return row
    }
}

extension HostRow.Use: JSONRecord {
    package static var blank: HostRow.Use {
        HostRow.Use(
            version: ReportedVersion(tool: "", version: ""),
            isActive: false,
            origin: .unknown
        )
    }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.text("tool", &version.tool, .required)
        try fields.text("version", &version.version, .required)
        try fields.flag("active", &isActive)
        try fields.word("origin", &origin)
        var wanted: Bool? = isWanted ? true : nil
        try fields.flag("wanted", &wanted)
        isWanted = wanted ?? false
        try fields.text("remove", &removal)
    }
}

extension HostRow.Finding: JSONRecord {
    package static var blank: HostRow.Finding {
        HostRow.Finding(kind: .other, subject: "", detail: "", fix: nil)
    }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.word("kind", &kind)
        try fields.text("subject", &subject)
        try fields.text("detail", &detail)
        try fields.text("fix", &fix)
    }
}
