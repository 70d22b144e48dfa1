package import ToolchainCore

extension HostReport.Toolchain: JSONRecord {
    package static var blank: HostReport.Toolchain {
        HostReport.Toolchain(tool: "", version: "", origin: .unknown, path: "")
    }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.text("tool", &tool, .required)
        try fields.text(
            "version",
            &version,
            .required,
            described:
                "For a Go that is not a release: the content of its VERSION file, or `unknown`."
        )
        if fields.isReading { version = Self.version(version, of: tool) }
        try fields.flag("active", &isActive)
        try fields.word("origin", &origin, never: [.unknown])
        try fields.text("manager", &manager)
        try fields.flag(
            "wanted",
            &isWanted,
            described: "Whether the manifest requires it; omitted without a manifest."
        )
        try fields.text(
            "remove",
            &removal,
            described: "The command that removes it; it depends on who installed it."
        )
        try fields.text("path", &path)
        try fields.text(
            "user",
            &user,
            described:
                "The owner of the home directory that contains it, if not the user of the report. The manifest and"
                + " drift do not cover it."
        )
        try fields.text("arch", &architecture)
        try fields.value("installedAt", &installedAt)
        try fields.text("archiveSha256", &archiveSHA256)
        try fields.count("files", &fileCount)
        try fields.count("bytes", &byteCount)
        try fields.object("integrity", &integrity)
        try fields.object(
            "published",
            &published,
            described: "Whether a Go is the one that the Go project published; omitted for tools."
        )
        try fields.object("support", &support)
        try fields.object(
            "vulns",
            &vulnerabilities,
            described:
                "Omitted if unknown: the version is unknown or"
                + " newer than the data, or the data is too old."
        )
        try fields.object("compat", &compatibility)
    }

    /// Removes a leading `go` from a Go version.
    ///
    /// An empty version becomes `unknown`.
    private static func version(_ text: String, of tool: String) -> String {
        if tool == "go", text.hasPrefix("go"), GoVersion(text) != nil {
            return String(text.dropFirst(2))
        }
        return text.isEmpty ? "unknown" : text
    }
}

extension HostReport.Integrity: JSONRecord {
    package static var blank: HostReport.Integrity { HostReport.Integrity() }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.word("state", &state)
        try fields.word("mode", &mode)
        try fields.value("checkedAt", &checkedAt)
        try fields.count("badFiles", &badFiles)
        try fields.count("missingFiles", &missingFiles)
        try fields.count("extraFiles", &extraFiles)
        try fields.text(
            "reason",
            &reason,
            described:
                "The reason, if known without comparing files: an invalid"
                + " receipt or an interrupted removal."
        )
    }
}

extension Support: JSONRecord {
    /// A day, or a month if the day is unknown.
    static let dayPattern = #"^\d{4}-\d{2}(-\d{2})?$"#

    package static var blank: Support { Support(.unknown) }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.word("state", &state)
        try fields.text(
            "eolSince",
            &eolSince,
            pattern: Self.dayPattern,
            described: "The release date of the second newer line."
        )
        try fields.text("newestPatch", &newestPatch)
        try fields.count(
            "patchLag",
            &patchLag,
            described: "Number of newer releases of the same line."
        )
        try fields.count("daysBehind", &daysBehind)
    }
}

extension HostReport.Vulnerabilities: JSONRecord {
    package static var blank: HostReport.Vulnerabilities {
        HostReport.Vulnerabilities(snapshot: UTCTime(seconds: 0).day, stdlib: [], toolchain: [])
    }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.value(
            "snapshot",
            &snapshot,
            described: "Date of the data; the count is meaningless without it."
        )
        fields.output("count", .integer(count), schema: JSONSchema.count())
        try fields.texts("stdlib", &stdlib, upTo: HostReport.maximumListCount)
        try fields.texts("toolchain", &toolchain, upTo: HostReport.maximumListCount)
    }
}

extension HostReport.Compatibility: JSONRecord {
    package static var blank: HostReport.Compatibility { HostReport.Compatibility() }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.flag("ok", &isCompatible)
        try fields.text("reason", &reason)
    }
}

extension HostReport.Effective: JSONRecord {
    package static var blank: HostReport.Effective { HostReport.Effective() }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.object("go", &go)
        try fields.object("dlv", &dlv)
        try fields.text("gotoolchain", &gotoolchain)
        try fields.texts(
            "shadowedBy",
            &shadowedBy,
            upTo: HostReport.maximumListCount,
            described: "The executables named `go` that precede gotoolprov's launcher on PATH."
        )
    }
}

extension HostReport.Effective.Program: JSONRecord {
    package static var blank: HostReport.Effective.Program {
        HostReport.Effective.Program(path: "")
    }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.text("path", &path, .required)
        try fields.text("version", &version)
    }
}

extension Drift: JSONRecord {
    package static var blank: Drift { Drift() }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.word("state", &state)
        try fields.list("items", &items, upTo: HostReport.maximumListCount)
    }
}

extension Drift.Item: JSONRecord {
    package static var blank: Drift.Item { Drift.Item(.other, tool: "") }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.word("kind", &kind, never: [.other])
        try fields.text("tool", &tool, .required)
        try fields.text("version", &version)
        try fields.text("wanted", &wanted)
        try fields.text("detail", &detail)
        try fields.text("fix", &fix)
    }
}

extension HostReport.LastRun: JSONRecord {
    package static var blank: HostReport.LastRun {
        HostReport.LastRun(operation: "", result: .unknown)
    }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.text("op", &operation, .required)
        try fields.word(
            "result",
            &result,
            described: "`unknown`: the record of the run gives no result, because it is"
                + " damaged, too large, unreadable, or more than three days old."
        )
        try fields.value(
            "startedAt",
            &startedAt,
            result == .unknown ? .optional : .required,
            described: "Omitted only if `result` is `unknown`."
        )
        try fields.count("durationMs", &milliseconds)
        try fields.text(
            "error",
            &error,
            described: "The error of the run, or why its result is unknown."
        )
    }
}

extension HostReport.Repairs: JSONRecord {
    package static var blank: HostReport.Repairs { HostReport.Repairs(total: 0) }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.count("total", &total)
        try fields.value("lastAt", &lastAt)
        try fields.texts("lastRun", &lastRun, upTo: HostReport.maximumListCount)
    }
}
