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
            described: "Of a Go that is no release, what its VERSION file says, or `unknown`."
        )
        if fields.isReading { version = Self.version(version, of: tool) }
        try fields.flag("active", &isActive)
        try fields.word("origin", &origin, never: [.unknown])
        try fields.text("manager", &manager)
        try fields.flag(
            "wanted",
            &isWanted,
            described: "Whether the manifest asks for it; left out without a manifest."
        )
        try fields.text(
            "remove",
            &removal,
            described: "The command that removes it, by who installed it."
        )
        try fields.text("path", &path)
        try fields.text(
            "user",
            &user,
            described:
                "Whose home it is in, if that is not the user of the report. The manifest and"
                + " drift are not about it."
        )
        try fields.text("arch", &architecture)
        try fields.value("installedAt", &installedAt)
        try fields.text("archiveSha256", &archiveSHA256)
        try fields.count("files", &fileCount)
        try fields.count("bytes", &byteCount)
        try fields.object("integrity", &integrity)
        try fields.object("support", &support)
        try fields.object(
            "vulns",
            &vulnerabilities,
            described:
                "Left out where it is not known whether there are any: an unknown version, one"
                + " newer than the data, or data that is too old."
        )
        try fields.object("compat", &compatibility)
    }

    /// A version of Go is written without `go`, and none is empty.
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
                "Why it is so, where that is known without comparing files: a receipt that is"
                + " not valid, a removal that was interrupted."
        )
    }
}

extension Support: JSONRecord {
    /// A day, as exactly as it is known.
    static let dayPattern = #"^\d{4}-\d{2}(-\d{2})?$"#

    package static var blank: Support { Support(.unknown) }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.word("state", &state)
        try fields.text(
            "eolSince",
            &eolSince,
            pattern: Self.dayPattern,
            described: "The day on which the second newer line came out."
        )
        try fields.text("newestPatch", &newestPatch)
        try fields.count(
            "patchLag",
            &patchLag,
            described: "How many releases of its line are newer."
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
            described: "The day of the data; a count says nothing without it."
        )
        fields.output("count", .integer(count), schema: JSONSchema.count())
        try fields.texts("stdlib", &stdlib, upTo: HostReport.longestList)
        try fields.texts("toolchain", &toolchain, upTo: HostReport.longestList)
    }
}

extension HostReport.Compatibility: JSONRecord {
    package static var blank: HostReport.Compatibility { HostReport.Compatibility() }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.flag("ok", &fits)
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
            upTo: HostReport.longestList,
            described: "The programs called `go` that PATH has before the one of gotoolprov."
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
        try fields.list("items", &items, upTo: HostReport.longestList)
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
            described: "`unknown`: there is a record of a run that does not tell, because it is"
                + " damaged, too large, unreadable, or more than three days old."
        )
        try fields.value(
            "startedAt",
            &startedAt,
            result == .unknown ? .optional : .required,
            described: "Left out only if `result` is `unknown`."
        )
        try fields.count("durationMs", &milliseconds)
        try fields.text(
            "error",
            &error,
            described: "What the run said, or why its result is unknown."
        )
    }
}

extension HostReport.Repairs: JSONRecord {
    package static var blank: HostReport.Repairs { HostReport.Repairs(total: 0) }

    package mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.count("total", &total)
        try fields.value("lastAt", &lastAt)
        try fields.texts("lastRun", &lastRun, upTo: HostReport.longestList)
    }
}
