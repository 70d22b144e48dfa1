internal import ToolchainCore

/// The numbers as metrics in the Prometheus text format; no series are of single hosts.
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
            "Reports by what became of them.",
            reports(fleet.inputs, summary.reported)
        )
        metrics.add(
            "\(prefix)_unreachable_hosts",
            "Hosts that should have reported and have not.",
            summary.unreachable?.count
        )
        metrics.add("\(prefix)_drifted_hosts", "Hosts that drifted.", summary.drifted)
        add("finding_hosts", "Hosts by kind of finding.", summary.findings, "kind")
        metrics.add(
            "\(prefix)_eol_hosts",
            "Hosts that have a Go past its end of life.",
            summary.eol
        )
        metrics.add(
            "\(prefix)_vulnerable_hosts",
            "Hosts that have a Go with known vulnerabilities.",
            summary.vulnerable
        )
        metrics.add(
            "\(prefix)_vulnerability_unknown_hosts",
            "Hosts that have a Go of which it is not known whether it is vulnerable.",
            summary.vulnerabilitiesUnknown
        )
        metrics.add(
            "\(prefix)_eol_unknown_hosts",
            "Hosts that have a Go of which it is not known whether it is supported.",
            summary.supportUnknown
        )
        metrics.add(
            "\(prefix)_failed_unknown_hosts",
            "Hosts for which it is unknown whether the last run failed.",
            summary.failedUnknown
        )
        metrics.add(
            "\(prefix)_unknown_hosts",
            "Hosts for which a value that a gate checks is unknown.",
            summary.unknown
        )
        metrics.add(
            "\(prefix)_identity_clashes",
            "Hosts of which several differing reports say that they are this host.",
            fleet.tampering.clashes.count
        )
        metrics.add(
            "\(prefix)_vulnerability_snapshot_timestamp_seconds",
            "Date of the vulnerability data.",
            fleet.judgement.snapshot.map { $0.number * 86400 }
        )
        metrics.add(
            "\(prefix)_vulnerability_data_age_seconds",
            "How old the vulnerability data is, in whole days.",
            fleet.snapshotAge.map { $0 * 86400 }
        )
        metrics.add(
            "\(prefix)_vulnerability_snapshot_info",
            "Date of the vulnerability data.",
            fleet.judgement.snapshot.map { [([("snapshot", $0.description)], 1)] } ?? []
        )
        add("debug_hosts", "Hosts by how far Delve can debug there.", summary.debug, "can_attach")
        add(
            "integrity_hosts",
            "Hosts by the integrity of what is installed.",
            summary.integrity,
            "integrity"
        )
        add("arch_hosts", "Hosts by GOARCH.", summary.architectures, "arch")
        add("libc_hosts", "Hosts by C library.", summary.libraries, "libc")
        add("virt_hosts", "Hosts by what they run on.", summary.virtualizations, "virt")
        addVersions(summary, prefix, to: &metrics)
        metrics.add("\(prefix)_used_bytes", "Bytes that installed trees take.", summary.usedBytes)
        metrics.add(
            "\(prefix)_generated_timestamp_seconds",
            "When the aggregate was made.",
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
            "Hosts by version that they have.",
            summary.versions.map {
                (labels($0) + [("support", $0.support.state.rawValue)], $0.hosts)
            },
            isSum: true
        )
        metrics.add(
            "\(prefix)_version_active_hosts",
            "Hosts by version that they use.",
            summary.versions.map { (labels($0), $0.activeHosts) },
            isSum: true
        )
        metrics.add(
            "\(prefix)_version_known_vulnerabilities",
            "Vulnerabilities known of a version.",
            summary.versions.compactMap { version in
                version.vulnerabilityCount.map { (labels(version), $0) }
            }
        )
    }
}
