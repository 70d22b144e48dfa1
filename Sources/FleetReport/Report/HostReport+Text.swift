internal import ToolchainCore

extension HostReport {
    /// The report as aligned text for a terminal.
    package var text: String { textRows.aligned }

    /// The rows of ``text``.
    package var textRows: [TextRow] {
        var rows: [(String, String)] = [
            ("host", "\(host.name)  (\(host.id))"),
            ("generated", "\(generatedAt) by gotoolprov \(agentVersion)"),
            ("platform", "linux/\(host.architecture)  \(host.libc)  \(host.osName ?? host.os)"),
            ("kernel", "Linux \(host.kernel)"),
            ("runs on", runsOn),
            ("covers", coverage),
            ("debugging", debugging),
        ]
        for finding in debug.findings { rows.append(("", explained(finding.detail, finding.fix))) }
        rows.append(
            ("manifest", [manifest.name, manifest.path].compactMap(\.self).joined(separator: "  "))
        )
        if let reason = manifest.reason { rows.append(("", reason)) }
        rows.append(("drift", driftLine))
        for item in drift.items {
            let subject = item.version.map { Drift.name(of: item.tool, $0) } ?? item.tool
            let detail = [item.kind.rawValue, subject, item.detail].compactMap(\.self).joined(
                separator: " "
            )
            rows.append(("", explained(detail, item.fix)))
        }
        for toolchain in toolchains {
            rows.append((Drift.name(of: toolchain.tool, toolchain.version), line(toolchain)))
        }
        if let go = effective.go { rows.append(("go on PATH", go.path)) }
        if let dlv = effective.dlv { rows.append(("dlv on PATH", dlv.path)) }
        for path in effective.shadowedBy { rows.append(("shadowed by", path)) }
        if let store { rows.append(("store", line(store))) }
        if let knowledge {
            let old =
                knowledge.isStale
                ? ", stale: versions without known vulnerabilities count as unknown" : ""
            rows.append(("vulnerability data", "of \(knowledge.snapshot)\(old)"))
        }
        if let lastRun {
            let moment = lastRun.startedAt.map { " at \($0)" } ?? ""
            rows.append(
                (
                    "last run",
                    [
                        "\(lastRun.operation) \(lastRun.result.rawValue)\(moment)",
                        lastRun.error,
                    ].compactMap(\.self).joined(separator: ": ")
                )
            )
        }
        if let repairs {
            var parts = ["\(repairs.total) in total"]
            if let last = repairs.lastAt { parts.append("last at \(last)") }
            if !repairs.lastRun.isEmpty {
                parts.append("in the last run: \(repairs.lastRun.joined(separator: " "))")
            }
            rows.append(("repairs", parts.joined(separator: ", ")))
        }
        return rows.map { TextRow($0, $1) }
    }

    private var runsOn: String {
        let name = host.virtualization.rawValue
        return host.wslDistribution.map { "\(name)  \($0)" } ?? name
    }

    private var coverage: String {
        guard let scope else { return "unknown" }
        return switch scope.otherHomes {
        case .read: "toolchains visible to \(scope.user) and the home directories of other users"
        case .partlyRead:
            "toolchains visible to \(scope.user) and some home directories of other users"
        case .notRead:
            "toolchains visible to \(scope.user), without the home directories of other users"
        case .unknown: "toolchains visible to \(scope.user)"
        }
    }

    private var debugging: String {
        let words =
            switch debug.ability {
            case .yes: "Delve can start processes and attach to running ones"
            case .rootOnly: "only root can debug"
            case .childOnly: "Delve can start processes but cannot attach to running ones"
            case .no: "Delve cannot debug on this host"
            case .unknown: "unknown"
            }
        return debug.isProbed || debug.ability == .unknown ? words : "\(words)  (not tested)"
    }

    private var driftLine: String {
        switch drift.state {
        case .inSync: "none"
        case .drifted: drift.items.count == 1 ? "1 difference" : "\(drift.items.count) differences"
        case .unknown: "unknown: no usable manifest"
        }
    }

    private func explained(_ detail: String, _ fix: String?) -> String {
        fix.map { "\(detail)  → \($0)" } ?? detail
    }

    private func line(_ toolchain: Toolchain) -> String {
        var parts = [toolchain.isActive ? "active" : "", toolchain.origin.rawValue]
        if let manager = toolchain.manager { parts.append("by \(manager)") }
        let integrity = toolchain.integrity
        parts.append(
            integrity.checkedAt.map {
                "\(integrity.state.rawValue) (\(integrity.mode.rawValue), \($0))"
            }
                ?? integrity.state.rawValue
        )
        if let reason = integrity.reason { parts.append(reason) }
        if let published = toolchain.published { parts.append(published.textInReport) }
        let support = toolchain.support
        if support.state != .unknown {
            parts.append(support.state.rawValue)
        } else if toolchain.tool == "go" {
            parts.append("support unknown")
        }
        if let since = support.eolSince { parts.append("since \(since)") }
        if let lag = support.patchLag, lag > 0 { parts.append("\(lag) behind") }
        if let found = toolchain.vulnerabilities {
            let count = Words.count(found.count, "vulnerability", "vulnerabilities")
            parts.append("\(count) as of \(found.snapshot)\(staleMark)")
        } else if toolchain.tool == "go" {
            parts.append("vulnerabilities unknown\(staleMark)")
        }
        if let compatibility = toolchain.compatibility {
            switch compatibility.isCompatible {
            case true?: break
            case false?: parts.append("incompatible with the Go in use")
            case nil: parts.append("compatibility with the Go in use unknown")
            }
        }
        return parts.filter { !$0.isEmpty }.joined(separator: "  ") + "  " + toolchain.path
    }

    /// What follows a count of vulnerabilities: ` (stale)` if the data is stale.
    private var staleMark: String { knowledge?.isStale == true ? " (stale)" : "" }

    private func line(_ store: Store) -> String {
        [
            store.root, store.usedBytes.map { "\(ByteCount($0)) used" },
            store.freeBytes.map { "\(ByteCount($0)) free" },
        ].compactMap(\.self).joined(separator: "  ")
    }
}

extension PublishedState {
    fileprivate var textInReport: String {
        switch (state, basis) {
        case (.unknown, _): "publication unknown"
        case (.published, .receipt):
            "published, by its receipt" + (reason.map { ": \($0)" } ?? "")
        default: words
        }
    }
}
