package import ToolchainCore

extension FleetDocument {
    /// Writes the totals.
    ///
    /// They are recomputed when the document is read.
    func numbers(_ fields: inout JSONFields) throws(DocumentError) {
        if fields.isReading { return }
        try fields.object("totals") { totals throws(DocumentError) in self.totals(&totals) }
        let states = HostRow.State.allCases.map(\.rawValue)
        fields.output(
            "states",
            Self.counts(summary.states),
            described: "Hosts by state, including those that did not report.",
            schema: JSONSchema.counts(of: states)
        )
        let kinds = HostRow.Finding.Kind.allCases.map(\.rawValue)
        fields.output(
            "findings",
            Self.counts(summary.findings),
            schema: JSONSchema.counts(of: kinds)
        )
        var fixes = summary.fixes.map { FixDocument(fix: $0.name, hosts: $0.hosts) }
        try fields.list(
            "fixes",
            &fixes,
            upTo: FleetSummary.maximumFixCount,
            described: "Fixes and the number of hosts that need each, most hosts first."
        )
        let abilities = HostReport.DebugReadiness.Ability.allCases.map(\.rawValue)
        fields.output("debug", Self.counts(summary.debug), schema: JSONSchema.counts(of: abilities))
        let integrities = HostReport.Integrity.State.allCases.map(\.rawValue)
        fields.output(
            "integrity",
            Self.counts(summary.integrity),
            schema: JSONSchema.counts(of: integrities)
        )
        let published = PublishedState.State.severity.map(\.rawValue)
        fields.output(
            "published",
            Self.counts(summary.published),
            described: "Hosts with a Go by whether the Go project published it.",
            schema: JSONSchema.counts(of: published)
        )
        try fields.object("platforms") { platforms throws(DocumentError) in
            let kinds = HostReport.Virtualization.allCases.map(\.rawValue)
            for (key, counts, words) in [
                ("arch", summary.architectures, nil), ("libc", summary.libraries, nil),
                ("os", summary.systems, nil), ("virt", summary.virtualizations, kinds),
            ] {
                platforms.output(key, Self.counts(counts), schema: JSONSchema.counts(of: words))
            }
        }
        for (key, counts) in [
            ("manifests", summary.manifests), ("rings", summary.rings), ("agents", summary.agents),
        ] {
            fields.output(key, Self.counts(counts), schema: JSONSchema.counts())
        }
    }

    private func totals(_ fields: inout JSONFields) {
        let totals: [(key: String, hosts: Int, description: String?)] = [
            ("hosts", summary.reported, "Hosts that reported."),
            ("drifted", summary.drifted, nil),
            ("eol", summary.eol, nil),
            ("vulnerable", summary.vulnerable, nil),
            (
                "missing", summary.all - summary.reported,
                "Expected hosts that did not report."
            ),
            (
                "unknown", summary.unknown,
                "Hosts for which a value that a gate checks is unknown."
            ),
            (
                "eolUnknown", summary.supportUnknown,
                "Hosts for which it is unknown whether any Go is past its end of life."
            ),
            (
                "vulnerabilitiesUnknown", summary.vulnerabilitiesUnknown,
                "Hosts for which it is unknown whether any Go has known vulnerabilities."
            ),
            ("debugBlocked", summary.blocked, nil),
            ("failed", summary.failed, nil),
            (
                "failedUnknown", summary.failedUnknown,
                "Hosts for which it is unknown whether the last run failed."
            ),
            ("unpublished", summary.unpublished, "Hosts with a Go that is not the published one."),
            (
                "unpublishedUnknown", summary.unpublishedUnknown,
                "Hosts for which it is unknown whether every Go is the published one."
            ),
            ("ahead", summary.ahead, "Hosts whose report has an impossible time."),
        ]
        for (key, hosts, description) in totals {
            fields.output(
                key,
                .integer(hosts),
                described: description,
                schema: JSONSchema.count()
            )
        }
    }

    private static func counts(_ counts: [FleetSummary.Count]) -> JSONValue {
        .object(counts.map { JSONValue.Member($0.name, .integer($0.hosts)) })
    }

    /// A fix and the number of hosts that need it.
    private struct FixDocument: JSONRecord {
        var fix: String
        var hosts: Int
        static var blank: FixDocument { FixDocument(fix: "", hosts: 0) }

        mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
            try fields.text("fix", &fix)
            try fields.count("hosts", &hosts)
        }
    }

    /// A version, what is known about it, and the number of hosts that have it.
    struct VersionDocument: JSONRecord {
        var version: ReportedVersion
        var facts: FleetJudgement.VersionFacts
        var hosts = 0
        var activeHosts = 0

        static var blank: VersionDocument {
            VersionDocument(
                version: ReportedVersion(tool: "", version: ""),
                facts: FleetJudgement.VersionFacts(support: Support(.unknown))
            )
        }

        mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
            try fields.text("tool", &version.tool, .required)
            try fields.text("version", &version.version, .required)
            fields.output("hosts", .integer(hosts), schema: JSONSchema.count())
            fields.output("activeOn", .integer(activeHosts), schema: JSONSchema.count())
            try fields.object("support", &facts.support)
            try fields.texts(
                "vulns",
                &facts.vulnerabilities,
                .nullable,
                upTo: 10000,
                described: "Null if unknown."
            )
            try fields.text(
                "doubt",
                &facts.doubt,
                described: "Why the support or the vulnerabilities of the version are unknown."
            )
        }
    }

    /// A vulnerability, what is known about it, and the number of hosts that have it.
    struct VulnerabilityDocument: JSONRecord {
        var id: String
        var facts: FleetJudgement.VulnerabilityFacts
        var hosts: Int

        static var blank: VulnerabilityDocument {
            VulnerabilityDocument(id: "", facts: nil, hosts: 0)
        }

        init(id: String, facts: FleetJudgement.VulnerabilityFacts?, hosts: Int) {
            self.id = id
            self.facts = facts ?? .init(aliases: [], summary: "", fixedIn: [])
            self.hosts = hosts
        }

        mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
            try fields.text("id", &id, .required)
            try fields.texts("aliases", &facts.aliases, upTo: 1000)
            try fields.text("summary", &facts.summary)
            try fields.texts("fixedIn", &facts.fixedIn, upTo: 1000)
            fields.output("hosts", .integer(hosts), schema: JSONSchema.count())
        }
    }
}

extension FleetDocument.VersionDocument {
    init(_ counted: FleetSummary.Version, _ known: FleetJudgement.VersionFacts?) {
        version = counted.version
        facts = known ?? FleetJudgement.VersionFacts(support: counted.support)
        facts.support = counted.support
        (hosts, activeHosts) = (counted.hosts, counted.activeHosts)
    }
}

extension FleetSummary.Line: JSONRecord {
    package static var blank: FleetSummary.Line {
        FleetSummary.Line(name: "", state: .unknown, eolSince: nil, hosts: 0)
    }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.text("line", &name)
        try fields.word("state", &state)
        try fields.text("eolSince", &eolSince, pattern: Support.dayPattern)
        try fields.count("hosts", &hosts)
    }
}

extension FleetInputs.InvalidDocument: JSONRecord {
    static var blank: FleetInputs.InvalidDocument {
        FleetInputs.InvalidDocument(name: "", reason: "")
    }

    mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.text("name", &name, .required)
        try fields.text("reason", &reason, .required)
    }
}
