internal import ToolchainCore

extension HostReport {
    /// How many toolchains, findings or differences a report may have.
    static let longestList = 4096

    /// Reads a report.
    ///
    /// Members that are not known are ignored and words that are not known are `unknown`, so that
    /// the reports of a newer gotoolprov with the same schema can be read; members that an older one
    /// did not write yet count as not known. The form of gotoolprov 0.1.0 is read too.
    ///
    /// - Throws: ``ReportError`` for what is no report, or one of another schema.
    package init(parsing document: [UInt8]) throws(ReportError) {
        try self.init(try ObjectReader(parsing: document))
    }

    init(_ reader: ObjectReader) throws(ReportError) {
        try reader.check(.host)
        self.init(
            generatedAt: try reader.requiredTime("generatedAt"),
            agentVersion: try reader.object("agent") { agent throws(ReportError) in
                try agent.string("version")
            }.flatMap { $0 } ?? "unknown",
            host: try reader.requiredObject("host", Host.init(reading:)),
            scope: try reader.object("scope") { scope throws(ReportError) in
                Scope(
                    user: try scope.requiredString("user"),
                    otherHomes: try scope.word("otherHomes", else: .unknown)
                )
            },
            knowledge: try reader.object("knowledge") { known throws(ReportError) -> Knowledge? in
                let text = try known.string("vulnerabilitySnapshot")
                guard let day = text.flatMap({ CalendarDay($0) }) else { return nil }
                return Knowledge(snapshot: day, isStale: try known.boolean("stale") ?? false)
            }.flatMap { $0 },
            debug: try reader.object("debug", DebugReadiness.init(reading:)) ?? DebugReadiness(),
            manifest: try reader.object("manifest", ManifestState.init(reading:))
                ?? ManifestState(.none),
            store: try reader.object("store", Store.init(reading:)),
            toolchains: try reader.list(
                "toolchains",
                limit: Self.longestList,
                Toolchain.init(reading:)
            ),
            effective: try reader.object("effective", Effective.init(reading:)) ?? Effective(),
            drift: try reader.object("drift", Drift.init(reading:)) ?? Drift(),
            lastRun: try reader.object("lastRun", LastRun.init(reading:)),
            repairs: try reader.object("repairs", Repairs.init(reading:))
        )
    }

    fileprivate static var limit: Int { longestList }
}

extension HostReport.Host {
    fileprivate init(reading reader: ObjectReader) throws(ReportError) {
        guard let id = HostIdentifier(try reader.requiredString("id")) else {
            throw ReportError("expected 32 lower-case hexadecimal digits", at: "id")
        }
        let os = try reader.object("os") { os throws(ReportError) in
            (try os.string("id"), try os.string("versionId"), try os.string("name"))
        }
        let libc = try reader.object("libc") { libc throws(ReportError) in
            (
                try libc.word("kind", else: HostReport.LibcKind.unknown),
                try libc.string("version")
            )
        }
        let wsl = try reader.object("wsl") { wsl throws(ReportError) in
            (try wsl.string("distro"), try wsl.boolean("interop"))
        }
        self.init(
            id: id,
            name: try reader.requiredString("name"),
            environment: try reader.string("environment"),
            ring: try reader.string("ring"),
            osID: os?.0 ?? "unknown",
            osVersion: os?.1,
            osName: os?.2,
            kernel: try reader.string("kernel") ?? "unknown",
            architecture: try reader.string("arch") ?? "unknown",
            libcKind: libc?.0 ?? .unknown,
            libcVersion: libc?.1,
            virtualization: try reader.word("virt", else: .unknown),
            wslDistribution: wsl?.0,
            wslInterop: wsl?.1
        )
    }
}

extension HostReport.DebugReadiness {
    fileprivate init(reading reader: ObjectReader) throws(ReportError) {
        self.init(
            ability: try reader.word("canAttach", else: .unknown),
            isProbed: try reader.string("probe") == "ran",
            ptraceScope: try reader.integer("ptraceScope"),
            hasTraceCapability: try reader.boolean("capSysPtrace"),
            findings: try reader.list("findings", limit: HostReport.limit) {
                finding throws(ReportError) in
                Finding(
                    check: try finding.requiredString("check"),
                    detail: try finding.string("detail") ?? "",
                    fix: try finding.string("fix")
                )
            }
        )
    }
}

extension HostReport.ManifestState {
    fileprivate init(reading reader: ObjectReader) throws(ReportError) {
        self.init(
            try reader.word("state", else: .invalid),
            path: try reader.string("path"),
            sha256: try reader.string("sha256"),
            reason: try reader.string("reason")
        )
    }
}

extension HostReport.Store {
    fileprivate init(reading reader: ObjectReader) throws(ReportError) {
        self.init(
            root: try reader.requiredString("root"),
            fileSystem: try reader.string("fs"),
            freeBytes: try reader.count("freeBytes"),
            usedBytes: try reader.count("usedBytes"),
            freeInodes: try reader.count("freeInodes")
        )
    }
}

extension HostReport.Toolchain {
    fileprivate init(reading reader: ObjectReader) throws(ReportError) {
        let tool = try reader.requiredString("tool")
        self.init(
            tool: tool,
            version: Self.version(try reader.requiredString("version"), of: tool),
            isActive: try reader.boolean("active") ?? false,
            origin: try reader.word("origin", else: .unknown),
            manager: try reader.string("manager"),
            removal: try reader.string("remove"),
            isWanted: try reader.boolean("wanted"),
            user: try reader.string("user"),
            path: try reader.string("path") ?? "",
            architecture: try reader.string("arch"),
            installedAt: try reader.time("installedAt"),
            archiveSHA256: try reader.string("archiveSha256"),
            fileCount: try reader.count("files"),
            byteCount: try reader.count("bytes"),
            integrity: try reader.object("integrity", HostReport.Integrity.init(reading:))
                ?? HostReport.Integrity(),
            support: try reader.object("support", Support.init(reading:)) ?? Support(.unknown),
            vulnerabilities: try reader.object(
                "vulns",
                HostReport.Vulnerabilities.init(reading:)
            ),
            compatibility: try reader.object("compat") { answer throws(ReportError) in
                HostReport.Compatibility(
                    fits: try answer.boolean("ok"),
                    reason: try answer.string("reason")
                )
            }
        )
    }
}

extension HostReport.Toolchain {
    /// A version of Go is written without `go`, and none is empty.
    private static func version(_ text: String, of tool: String) -> String {
        if tool == "go", text.hasPrefix("go"), GoVersion(text) != nil {
            return String(text.dropFirst(2))
        }
        return text.isEmpty ? "unknown" : text
    }
}

extension HostReport.Integrity {
    fileprivate init(reading reader: ObjectReader) throws(ReportError) {
        self.init(
            state: try reader.word("state", else: .unverified),
            mode: try reader.word("mode", else: .none),
            checkedAt: try reader.time("checkedAt"),
            badFiles: try reader.count("badFiles"),
            missingFiles: try reader.count("missingFiles"),
            extraFiles: try reader.count("extraFiles"),
            reason: try reader.string("reason")
        )
    }
}

extension Support {
    init(reading reader: ObjectReader) throws(ReportError) {
        self.init(
            try reader.word("state", else: .unknown),
            eolSince: try reader.string("eolSince"),
            newestPatch: try reader.string("newestPatch"),
            patchLag: try reader.count("patchLag"),
            daysBehind: try reader.count("daysBehind")
        )
    }
}

extension HostReport.Vulnerabilities {
    fileprivate init(reading reader: ObjectReader) throws(ReportError) {
        guard let day = CalendarDay(try reader.requiredString("snapshot")) else {
            throw ReportError("expected a day as 2026-11-22", at: "snapshot")
        }
        self.init(
            snapshot: day,
            stdlib: try reader.strings("stdlib", limit: 4096),
            toolchain: try reader.strings("toolchain", limit: 4096)
        )
    }
}

extension HostReport.Effective {
    fileprivate init(reading reader: ObjectReader) throws(ReportError) {
        func program(_ key: String) throws(ReportError) -> Program? {
            try reader.object(key) { program throws(ReportError) in
                Program(
                    path: try program.requiredString("path"),
                    version: try program.string("version")
                )
            }
        }
        self.init(
            go: try program("go"),
            dlv: try program("dlv"),
            gotoolchain: try reader.string("gotoolchain"),
            shadowedBy: try reader.strings("shadowedBy", limit: HostReport.limit)
        )
    }
}

extension Drift {
    fileprivate init(reading reader: ObjectReader) throws(ReportError) {
        self.init(
            state: try reader.word("state", else: .unknown),
            items: try reader.list("items", limit: HostReport.limit) {
                item throws(ReportError) in
                Item(
                    try item.word("kind", else: .other),
                    tool: try item.requiredString("tool"),
                    version: try item.string("version"),
                    wanted: try item.string("wanted"),
                    detail: try item.string("detail"),
                    fix: try item.string("fix")
                )
            }
        )
    }
}

extension HostReport.LastRun {
    fileprivate init(reading reader: ObjectReader) throws(ReportError) {
        let result: Result = try reader.word("result", else: .unknown)
        self.init(
            operation: try reader.requiredString("op"),
            result: result,
            startedAt: try result == .unknown
                ? reader.time("startedAt") : reader.requiredTime("startedAt"),
            milliseconds: try reader.count("durationMs"),
            error: try reader.string("error")
        )
    }
}

extension HostReport.Repairs {
    fileprivate init(reading reader: ObjectReader) throws(ReportError) {
        self.init(
            total: try reader.count("total") ?? 0,
            lastAt: try reader.time("lastAt"),
            lastRun: try reader.strings("lastRun", limit: HostReport.limit)
        )
    }
}
