internal import ToolchainCore

extension HostReport {
    /// The report as metrics for node_exporter's textfile collector.
    package var metrics: String {
        var metrics = MetricsText()
        // Several users of a host may write reports to the same directory, and the collector
        // rejects equal series.
        metrics.common = scope.map { [("user", $0.user)] } ?? []
        metrics.add(
            "gotoolprov_agent_info",
            "Information about the host and its gotoolprov.",
            [
                (
                    [
                        ("agent_version", agentVersion), ("arch", host.architecture),
                        ("libc", host.libcKind.rawValue), ("libc_version", host.libcVersion ?? ""),
                        ("os_id", host.osID), ("os_version", host.osVersion ?? ""),
                        ("virt", host.virtualization.rawValue),
                    ], 1
                )
            ]
        )
        addToolchains(to: &metrics)
        metrics.add(
            "gotoolprov_drift_items",
            "Differences from the manifest, by kind.",
            drift.state == .unknown
                ? []
                : Drift.Kind.allCases.map { kind in
                    ([("kind", kind.rawValue)], drift.items.count { $0.kind == kind })
                }
        )
        metrics.add(
            "gotoolprov_drift_state_info",
            "Whether the host differs from its manifest.",
            [([("state", drift.state.rawValue)], 1)]
        )
        metrics.add(
            "gotoolprov_debug_info",
            "What Delve can debug on this host.",
            [([("can_attach", debug.ability.rawValue)], 1)]
        )
        metrics.add("gotoolprov_ptrace_scope", "Yama's ptrace_scope.", debug.ptraceScope)
        metrics.add(
            "gotoolprov_store_free_bytes",
            "Free bytes in the file system of the SDK directory.",
            store?.freeBytes
        )
        metrics.add(
            "gotoolprov_store_used_bytes",
            "Bytes used by installed toolchains.",
            store?.usedBytes
        )
        metrics.add(
            "gotoolprov_last_run_timestamp_seconds",
            "Start time of the last run.",
            lastRun?.startedAt?.seconds
        )
        metrics.add(
            "gotoolprov_last_run_success",
            "Whether the last run succeeded.",
            lastRun.flatMap { $0.result == .unknown ? nil : $0.hasFailed ? 0 : 1 }
        )
        metrics.add(
            "gotoolprov_last_run_unknown",
            "Whether the result of the last run is unknown.",
            lastRun.map { $0.result == .unknown ? 1 : 0 }
        )
        metrics.add(
            "gotoolprov_repaired_trees",
            "Total number of damaged installations repaired.",
            repairs?.total
        )
        metrics.add(
            "gotoolprov_report_timestamp_seconds",
            "Time the report was generated.",
            generatedAt.seconds
        )
        metrics.add(
            "gotoolprov_vulnerability_snapshot_timestamp_seconds",
            "Date of the vulnerability data.",
            knowledge.map { $0.snapshot.number * 86400 }
        )
        metrics.add(
            "gotoolprov_vulnerability_data_stale",
            "Whether the vulnerability data is stale: older than 60 days.",
            knowledge.map { $0.isStale ? 1 : 0 }
        )
        return metrics.text
    }

    private func addToolchains(to metrics: inout MetricsText) {
        func labels(_ toolchain: Toolchain) -> [(String, String)] {
            [
                ("tool", toolchain.tool), ("version", toolchain.version),
                ("path", toolchain.path),
            ]
        }
        metrics.add(
            "gotoolprov_toolchain_info",
            "A toolchain or tool on this host.",
            toolchains.map { toolchain in
                (
                    labels(toolchain) + [
                        ("active", toolchain.isActive ? "true" : "false"),
                        ("origin", toolchain.origin.rawValue),
                        ("support", toolchain.support.state.rawValue),
                        ("integrity", toolchain.integrity.state.rawValue),
                    ] + (toolchain.published.map { [("published", $0.state.rawValue)] } ?? []), 1
                )
            }
        )
        metrics.add(
            "gotoolprov_toolchain_installed_bytes",
            "Bytes used by the installation.",
            toolchains.compactMap { toolchain in
                toolchain.byteCount.map { (labels(toolchain), $0) }
            }
        )
        metrics.add(
            "gotoolprov_patch_lag_releases",
            "Number of newer releases of the same line.",
            toolchains.compactMap { toolchain in
                toolchain.support.patchLag.map { (labels(toolchain), $0) }
            }
        )
        metrics.add(
            "gotoolprov_known_vulnerabilities",
            "Known vulnerabilities of the version, as of the date of the vulnerability data.",
            toolchains.compactMap { toolchain in
                toolchain.vulnerabilities.map {
                    (labels(toolchain) + [("snapshot", $0.snapshot.description)], $0.count)
                }
            }
        )
    }
}
