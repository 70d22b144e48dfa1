internal import ToolchainCore

extension HostReport {
    /// The report in the format of osquery's snapshot log: one flat row per line, with all values
    /// as strings.
    ///
    /// Tools are also rows of `go_packages`, with the columns of the table of that name in Fleet.
    package var osqueryLines: String {
        rows.map { $0.renderedOnOneLine + "\n" }.joined()
    }

    private var rows: [JSONValue] {
        [row("gotoolprov_host", hostColumns)]
            + toolchains.map { row("gotoolprov_toolchains", columns(of: $0)) }
            + toolchains.compactMap(package).map { row("go_packages", $0) }
            + drift.items.map { row("gotoolprov_drift", columns(of: $0)) }
    }

    private func row(_ name: String, _ columns: [(String, String?)]) -> JSONValue {
        [
            "name": .string(name),
            "hostIdentifier": JSONValue(host.id),
            "calendarTime": JSONValue(generatedAt),
            "unixTime": .integer(generatedAt.seconds),
            "action": "snapshot",
            "columns": .object(columns.map { JSONValue.Member($0, .string($1 ?? "")) }),
        ]
    }

    private var hostColumns: [(String, String?)] {
        [
            ("hostname", host.name), ("user", scope?.user), ("os", host.os),
            ("arch", host.architecture),
            ("kernel", host.kernel), ("libc", host.libc), ("virt", host.virtualization.rawValue),
            ("can_attach", debug.ability.rawValue), ("manifest", manifest.name),
            ("drift", drift.state.rawValue), ("agent_version", agentVersion),
            ("go_path", effective.go?.path), ("dlv_path", effective.dlv?.path),
            ("store_free_bytes", store?.freeBytes.map(String.init)),
            ("last_run_result", lastRun?.result.rawValue),
            ("repaired_trees", repairs.map { String($0.total) }),
        ]
    }

    private func columns(of toolchain: Toolchain) -> [(String, String?)] {
        let found = toolchain.vulnerabilities
        return [
            ("tool", toolchain.tool), ("version", toolchain.version),
            ("active", toolchain.isActive ? "1" : "0"), ("origin", toolchain.origin.rawValue),
            ("manager", toolchain.manager), ("installed_path", toolchain.path),
            ("integrity", toolchain.integrity.state.rawValue),
            ("published", toolchain.published?.state.rawValue),
            ("support", toolchain.support.state.rawValue),
            ("eol_since", toolchain.support.eolSince),
            ("patch_lag", toolchain.support.patchLag.map(String.init)),
            ("known_vulnerabilities", found.map { String($0.count) }),
            ("vulnerability_snapshot", found?.snapshot.description),
            ("vulnerability_data", knowledge.map { $0.isStale ? "stale" : "current" }),
        ]
    }

    private func columns(of item: Drift.Item) -> [(String, String?)] {
        [
            ("kind", item.kind.rawValue), ("tool", item.tool), ("version", item.version),
            ("wanted", item.wanted), ("detail", item.detail), ("fix", item.fix),
        ]
    }

    private func package(_ toolchain: Toolchain) -> [(String, String?)]? {
        guard let module = GoModule(tool: toolchain.tool) else { return nil }
        return [
            ("name", toolchain.tool), ("version", "v\(toolchain.version)"),
            ("module_path", module.path), ("import_path", module.importPath), ("go_version", ""),
            ("installed_path", toolchain.path),
        ]
    }
}
