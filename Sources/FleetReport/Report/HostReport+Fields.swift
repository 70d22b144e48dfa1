package import ToolchainCore

extension HostReport: JSONRecord {
    /// The maximum number of toolchains, findings or differences in a report.
    static let maximumListCount = 4096

    /// Parses a report.
    ///
    /// Unknown members are ignored and unknown values are read as `unknown`, so that reports of
    /// newer versions with the same schema can be read. Members that an older version did not write
    /// are `nil` or `unknown`. The format of gotoolprov 0.1.0 is supported too.
    ///
    /// - Throws: ``DocumentError`` if the document is not a report or has an unsupported schema.
    package init(parsing document: [UInt8]) throws(DocumentError) {
        try self.init(reading: try ObjectReader(parsing: document))
    }

    package static var blank: HostReport {
        HostReport(generatedAt: UTCTime(seconds: 0), agentVersion: "unknown", host: .blank)
    }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.kind(.host)
        try fields.value("generatedAt", &generatedAt)
        try fields.object("agent") { agent throws(DocumentError) in
            try agent.text("version", &agentVersion)
        }
        try fields.object("host", &host, .required)
        try fields.object("scope", &scope, described: "Which installations the report covers.")
        try fields.object("knowledge", &knowledge, described: "The data used to judge versions.")
        try fields.object("debug", &debug)
        try fields.object("manifest", &manifest)
        try fields.object("store", &store)
        try fields.list("toolchains", &toolchains, upTo: Self.maximumListCount)
        try fields.object("effective", &effective)
        try fields.object("drift", &drift)
        try fields.object("lastRun", &lastRun)
        try fields.object(
            "repairs",
            &repairs,
            described: "Damaged installations that gotoolprov-heal repaired."
        )
    }
}

extension HostReport.Host: JSONRecord {
    package static var blank: HostReport.Host {
        HostReport.Host(
            id: .blank,
            name: "",
            osID: "unknown",
            kernel: "unknown",
            architecture: "unknown"
        )
    }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.value(
            "id",
            &id,
            described: "The first 32 digits of SHA-256 over the machine-id and"
                + " `\(HostIdentifier.digestSuffix)`; never the machine-id."
        )
        try fields.text("name", &name, .required)
        try fields.text("environment", &environment)
        try fields.text("ring", &ring)
        try fields.object("os") { os throws(DocumentError) in
            try os.text("id", &osID)
            try os.text("versionId", &osVersion)
            try os.text("name", &osName)
        }
        try fields.text("kernel", &kernel)
        try fields.text("arch", &architecture)
        try fields.object("libc") { libc throws(DocumentError) in
            try libc.word("kind", &libcKind)
            try libc.text("version", &libcVersion)
        }
        try fields.word("virt", &virtualization)
        let isSubsystem = virtualization == .wsl1 || virtualization == .wsl2
        try fields.object("wsl", isWritten: isSubsystem, .optional) { wsl throws(DocumentError) in
            wsl.output(
                "version",
                .integer(virtualization == .wsl1 ? 1 : 2),
                schema: ["enum": [1, 2]]
            )
            try wsl.text("distro", &wslDistribution)
            try wsl.flag("interop", &wslInterop)
        }
    }
}

extension HostReport.Scope: JSONRecord {
    package static var blank: HostReport.Scope {
        HostReport.Scope(user: "", otherHomes: .unknown)
    }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.text("user", &user, .required)
        try fields.word(
            "otherHomes",
            &otherHomes,
            never: [.unknown],
            described:
                "Whether other users' home directories were searched for Go; only root searches them."
                + " `partly-read`: some are on a network file system or unreadable."
        )
    }
}

extension HostReport.Knowledge: JSONRecord {
    package static var blank: HostReport.Knowledge {
        HostReport.Knowledge(snapshot: UTCTime(seconds: 0).day, isStale: false)
    }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.value("vulnerabilitySnapshot", &snapshot)
        try fields.flag(
            "stale",
            &isStale,
            described:
                "Whether the data is older than 60 days; a version without known vulnerabilities then has"
                + " no `vulns`."
        )
    }
}

extension HostReport.DebugReadiness: JSONRecord {
    private enum Probe: String, JSONWord {
        case ran, skipped
        static var unrecognized: Probe { .skipped }
    }

    package static var blank: HostReport.DebugReadiness { HostReport.DebugReadiness() }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.word("canAttach", &ability)
        var probe: Probe = isProbed ? .ran : .skipped
        try fields.word("probe", &probe)
        isProbed = probe == .ran
        try fields.count("ptraceScope", &ptraceScope)
        try fields.flag("capSysPtrace", &hasTraceCapability)
        try fields.list("findings", &findings, upTo: HostReport.maximumListCount)
    }
}

extension HostReport.DebugReadiness.Finding: JSONRecord {
    package static var blank: HostReport.DebugReadiness.Finding {
        HostReport.DebugReadiness.Finding(check: "", detail: "")
    }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.text("check", &check, .required)
        try fields.text("detail", &detail)
        try fields.text("fix", &fix)
    }
}

extension HostReport.ManifestState: JSONRecord {
    package static var blank: HostReport.ManifestState { HostReport.ManifestState(.invalid) }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.word("state", &state)
        try fields.text("path", &path)
        try fields.text("sha256", &sha256)
        try fields.text(
            "reason",
            &reason,
            described: "Why the manifest is unusable, if its state is `invalid`."
        )
    }
}

extension HostReport.Store: JSONRecord {
    package static var blank: HostReport.Store { HostReport.Store(root: "") }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.text("root", &root, .required)
        try fields.text("fs", &fileSystem)
        try fields.count("freeBytes", &freeBytes)
        try fields.count("usedBytes", &usedBytes)
        try fields.count("freeInodes", &freeInodes)
    }
}
