internal import ToolchainCore

/// The totals as metrics in the Prometheus text format.
///
/// There are no series for single hosts.
package struct FleetMetrics: FleetOutput {
    package init() {}

    package func write(_ fleet: Fleet, to stream: inout TextStream) {
        let summary = fleet.summary
        var metrics = MetricsText()
        let prefix = "gotoolprov_fleet"
        func add(_ name: String, _ help: String, _ counts: [FleetSummary.Count], _ label: String) {
            let series = counts.map { ([(label, $0.name)], $0.hosts) }
            metrics.add("\(prefix)_\(name)", help, series, isSum: true)
        }
        add("hosts", "Hosts by state.", summary.states, "state")
        metrics.add(
            "\(prefix)_reports",
            "Reports by result: counted, superseded or invalid.",
            reports(fleet.inputs, summary.reported)
        )
        metrics.add(
            "\(prefix)_unreachable_hosts",
            "Expected hosts that did not report.",
            summary.unreachable?.count
        )
        metrics.add(
            "\(prefix)_drifted_hosts",
            "Hosts that differ from their manifest.",
            summary.drifted
        )
        add("finding_hosts", "Hosts by kind of finding.", summary.findings, "kind")
        metrics.add(
            "\(prefix)_eol_hosts",
            "Hosts with a Go past its end of life.",
            summary.eol
        )
        metrics.add(
            "\(prefix)_vulnerable_hosts",
            "Hosts with a Go that has known vulnerabilities.",
            summary.vulnerable
        )
        metrics.add(
            "\(prefix)_vulnerability_unknown_hosts",
            "Hosts with a Go whose vulnerabilities are unknown.",
            summary.vulnerabilitiesUnknown
        )
        metrics.add(
            "\(prefix)_eol_unknown_hosts",
            "Hosts with a Go whose support is unknown.",
            summary.supportUnknown
        )
        metrics.add(
            "\(prefix)_failed_unknown_hosts",
            "Hosts for which it is unknown whether the last run failed.",
            summary.failedUnknown
        )
        metrics.add(
            "\(prefix)_unpublished_hosts",
            "Hosts with a Go that is not the published one.",
            summary.unpublished
        )
        metrics.add(
            "\(prefix)_unpublished_unknown_hosts",
            "Hosts for which it is unknown whether every Go is the published one.",
            summary.unpublishedUnknown
        )
        metrics.add(
            "\(prefix)_unknown_hosts",
            "Hosts for which a value that a gate checks is unknown.",
            summary.unknown
        )
        metrics.add(
            "\(prefix)_identity_clashes",
            "Hosts whose identity several differing reports claim.",
            fleet.tampering.clashes.count
        )
        metrics.add(
            "\(prefix)_vulnerability_snapshot_timestamp_seconds",
            "Date of the vulnerability data.",
            fleet.judgement.snapshot.map { $0.number * 86400 }
        )
        metrics.add(
            "\(prefix)_vulnerability_data_age_seconds",
            "Age of the vulnerability data, rounded down to whole days.",
            fleet.snapshotAge.map { $0 * 86400 }
        )
        metrics.add(
            "\(prefix)_vulnerability_data_stale",
            "Whether the vulnerability data is stale: older than 60 days.",
            fleet.judgement.snapshot.map { _ in fleet.hasStaleKnowledge ? 1 : 0 }
        )
        metrics.add(
            "\(prefix)_vulnerability_snapshot_info",
            "Date of the vulnerability data.",
            fleet.judgement.snapshot.map { [([("snapshot", $0.description)], 1)] } ?? []
        )
        add("debug_hosts", "Hosts by what Delve can debug on them.", summary.debug, "can_attach")
        add(
            "integrity_hosts",
            "Hosts by integrity of their installations.",
            summary.integrity,
            "integrity"
        )
        add(
            "published_hosts",
            "Hosts with a Go by whether the Go project published it.",
            summary.published,
            "published"
        )
        add("arch_hosts", "Hosts by GOARCH.", summary.architectures, "arch")
        add("libc_hosts", "Hosts by C library.", summary.libraries, "libc")
        add("virt_hosts", "Hosts by virtualization.", summary.virtualizations, "virt")
        addVersions(summary, prefix, to: &metrics)
        metrics.add(
            "\(prefix)_used_bytes",
            "Bytes used by installed toolchains and tools.",
            summary.usedBytes
        )
        metrics.add(
            "\(prefix)_generated_timestamp_seconds",
            "Time the aggregate was generated.",
            fleet.generatedAt.seconds
        )
        stream += metrics.text
    }

    private func reports(_ inputs: FleetInputs, _ counted: Int) -> [MetricsText.Series] {
        [
            ([("result", "counted")], counted),
            ([("result", "superseded")], inputs.supersededCount),
            ([("result", "invalid")], inputs.invalidCount),
        ]
    }

    private func addVersions(
        _ summary: FleetSummary,
        _ prefix: String,
        to metrics: inout MetricsText
    ) {
        func labels(_ version: FleetSummary.Version) -> [(String, String)] {
            [("tool", version.version.tool), ("version", version.version.version)]
        }
        metrics.add(
            "\(prefix)_version_hosts",
            "Hosts by installed version.",
            summary.versions.map {
                (labels($0) + [("support", $0.support.state.rawValue)], $0.hosts)
            },
            isSum: true
        )
        metrics.add(
            "\(prefix)_version_active_hosts",
            "Hosts by version in use.",
            summary.versions.map { (labels($0), $0.activeHosts) },
            isSum: true
        )
        metrics.add(
            "\(prefix)_version_known_vulnerabilities",
            "Known vulnerabilities of a version.",
            summary.versions.compactMap { version in
                version.vulnerabilityCount.map { (labels(version), $0) }
            }
        )
    }
}
