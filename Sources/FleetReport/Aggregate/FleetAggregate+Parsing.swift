internal import ToolchainCore

extension FleetAggregate {
    /// How many hosts an aggregate may have.
    private static let mostHosts = 1_000_000

    /// Reads an aggregate that was written before: what the numbers follow from, not the numbers.
    ///
    /// - Throws: ``ReportError`` for what is no aggregate, or one of another schema.
    package init(parsing document: [UInt8]) throws(ReportError) {
        let reader = try ObjectReader(parsing: document)
        try reader.check(.fleet)
        let known = try reader.requiredObject("knowledge") { known throws(ReportError) in
            (
                lines: try known.strings("supportedLines", limit: 100),
                snapshot: try known.string("vulnerabilitySnapshot"),
                source: try known.string("vulnerabilitySource"),
                newer: try known.string("newerSnapshotInReports")
            )
        }
        self.init(
            generatedAt: try reader.requiredTime("generatedAt"),
            staleAfter: try reader.requiredObject("inputs") { inputs throws(ReportError) in
                try inputs.count("staleAfterS")
            } ?? 86400,
            generator: try reader.string("generator") ?? "unknown",
            supportedLines: known.lines,
            snapshot: known.snapshot.flatMap { CalendarDay($0) },
            vulnerabilitySource: known.source
        )
        newerSnapshot = known.newer.flatMap { CalendarDay($0) }
        try readInputs(reader)
        try readFacts(reader)
        _ = try reader.object("tamper") { tamper throws(ReportError) in
            tampering.duplicateIdentifiers = try tamper.strings(
                "duplicateHostId",
                limit: Self.mostHosts
            )
            tampering.clashes = try tamper.strings("identityClash", limit: Self.mostHosts)
        }
        _ = try reader.object("evidence") { evidence throws(ReportError) in
            reportsRoot = Self.digest(try evidence.string("reportsRoot"))
            previous = Self.digest(try evidence.string("previous"))
        }
        var text = Interner()
        rows = try reader.list("hosts", limit: Self.mostHosts) { row throws(ReportError) in
            try HostRow(reading: row, interning: &text)
        }
    }

    private static func digest(_ text: String?) -> SHA256Digest? {
        text.flatMap { SHA256Digest(hexadecimal: String($0.dropFirst("sha256:".count))) }
    }

    private mutating func readInputs(_ reader: ObjectReader) throws(ReportError) {
        let inputs = try reader.requiredObject("inputs") { inputs throws(ReportError) in
            (
                expected: try inputs.strings("expected", limit: Self.mostHosts),
                isExpecting: inputs.has("expected"),
                missing: try inputs.list(
                    "missing",
                    limit: Self.mostHosts,
                    MissingHost.init(reading:)
                ),
                superseded: try inputs.count("superseded", upTo: Self.mostDocuments) ?? 0,
                supersededHosts: try inputs.strings("supersededHosts", limit: Self.namedInvalid),
                invalidCount: try inputs.count("invalidCount", upTo: Self.mostDocuments) ?? 0,
                invalid: try inputs.list("invalid", limit: Self.namedInvalid) {
                    entry throws(ReportError) in
                    Invalid(
                        name: try entry.requiredString("name"),
                        reason: try entry.requiredString("reason")
                    )
                }
            )
        }
        if inputs.isExpecting { expect(inputs.expected) }
        for host in inputs.missing { noteMissing(host) }
        supersededCount = inputs.superseded
        superseded = Set(inputs.supersededHosts)
        // Those that are named are some of those that are counted.
        invalidCount = max(inputs.invalidCount, inputs.invalid.count)
        invalid = inputs.invalid
    }

    private mutating func readFacts(_ reader: ObjectReader) throws(ReportError) {
        let versions = try reader.list("versions", limit: Self.mostHosts) {
            version throws(ReportError) in
            (
                version: ToolVersion(
                    tool: try version.requiredString("tool"),
                    version: try version.requiredString("version")
                ),
                facts: VersionFacts(
                    support: try version.object("support", Support.init(reading:))
                        ?? Support(.unknown),
                    vulnerabilities: version.has("vulns")
                        ? try version.strings("vulns", limit: 10000) : nil,
                    doubt: try version.string("doubt")
                )
            )
        }
        facts = Dictionary(versions.map { ($0.version, $0.facts) }, uniquingKeysWith: { $1 })
        let entries = try reader.list("vulnerabilities", limit: 10000) {
            entry throws(ReportError) in
            (
                id: try entry.requiredString("id"),
                facts: VulnerabilityFacts(
                    aliases: try entry.strings("aliases", limit: 1000),
                    summary: try entry.string("summary") ?? "",
                    fixedIn: try entry.strings("fixedIn", limit: 1000)
                )
            )
        }
        vulnerabilities = Dictionary(entries.map { ($0.id, $0.facts) }, uniquingKeysWith: { $1 })
    }
}

extension HostRow {
    fileprivate init(
        reading reader: ObjectReader,
        interning text: inout Interner
    ) throws(ReportError) {
        guard let id = HostIdentifier(try reader.requiredString("id")) else {
            throw ReportError("expected 32 lower-case hexadecimal digits", at: "id")
        }
        self.id = id
        name = try reader.requiredString("name")
        hostname = try reader.string("hostname")
        fileName = try reader.string("file")
        user = try reader.string("user").map { text.unique($0) }
        otherHomes = try reader.word("otherHomes", else: .unknown)
        distribution = try reader.string("distro").map { text.unique($0) }
        impossibleTime = try reader.time("otherReportAt")
        ring = try reader.string("ring").map { text.unique($0) }
        environment = try reader.string("environment").map { text.unique($0) }
        os = text.unique(try reader.string("os") ?? "unknown")
        architecture = text.unique(try reader.string("arch") ?? "unknown")
        libc = text.unique(try reader.string("libc") ?? "unknown")
        virtualization = try reader.word("virt", else: .unknown)
        agent = text.unique(try reader.string("agent") ?? "unknown")
        generatedAt = try reader.requiredTime("generatedAt")
        manifest = text.unique(try reader.string("manifest") ?? "none")
        driftState = try reader.word("drift", else: .unknown)
        ability = try reader.word("canAttach", else: .unknown)
        integrity = try reader.word("integrity", else: .unverified)
        hasFailed = try reader.boolean("failed")
        repairs = try reader.count("repairs")
        usedBytes = try reader.count("usedBytes")
        freeBytes = try reader.count("freeBytes")
        let uses: [Use] = text.unique(
            try reader.list("versions", limit: 4096) { use throws(ReportError) in
                Use(
                    version: ToolVersion(
                        tool: try use.requiredString("tool"),
                        version: try use.requiredString("version")
                    ),
                    isActive: try use.boolean("active") ?? false,
                    origin: try use.word("origin", else: .unknown),
                    isWanted: try use.boolean("wanted") ?? false,
                    removal: try use.string("remove").map { text.unique($0) }
                )
            }
        )
        self.uses = uses
        let findings = try reader.list("findings", limit: 32768) { finding throws(ReportError) in
            Finding(
                kind: try finding.word("kind", else: .other),
                subject: try finding.string("subject") ?? "",
                detail: try finding.string("detail") ?? "",
                fix: try finding.string("fix")
            )
        }
        // What follows from versions and times the aggregate concludes again.
        let versions = Set(uses.map(\.version.description))
        let kept = findings.filter { finding in
            ![.eol, .vulnerable, .clock].contains(finding.kind)
                && (finding.kind != .unknown || !versions.contains(finding.subject))
        }
        self.findings = text.unique(kept)
        digest = try reader.string("reportSha256").flatMap { SHA256Digest(hexadecimal: $0) }
    }
}
