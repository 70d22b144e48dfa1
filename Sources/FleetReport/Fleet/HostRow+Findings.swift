internal import ToolchainCore

extension HostRow {
    /// Returns the findings that the report itself contains.
    static func findings(of report: HostReport) -> [Finding] {
        var findings: [Finding] = []
        if let run = report.lastRun {
            let doubt = run.doubt(at: report.generatedAt)
            if run.hasFailed || doubt != nil {
                findings.append(
                    Finding(
                        kind: run.hasFailed ? .failed : .unknown,
                        subject: run.operation,
                        detail: doubt ?? run.error ?? run.result.rawValue,
                        fix: run.operation == "heal"
                            ? "gotoolprov-heal" : "gotoolprov \(run.operation.inShell)"
                    )
                )
            }
        }
        for name in report.repairs?.lastRun ?? [] {
            findings.append(
                Finding(
                    kind: .repaired,
                    subject: name,
                    detail: "was damaged and has been repaired",
                    fix:
                        "find the process that modifies the toolchain; the replaced files are in quarantine"
                )
            )
        }
        if report.manifest.state == .invalid {
            findings.append(
                Finding(
                    kind: .manifest,
                    subject: report.manifest.path ?? "",
                    detail: report.manifest.reason ?? "the manifest is unusable",
                    fix: "gotoolprov ensure --check"
                )
            )
        }
        for item in report.drift.items {
            findings.append(
                Finding(
                    kind: Finding.Kind(item.kind),
                    subject: item.version.map { Drift.name(of: item.tool, $0) } ?? item.tool,
                    detail: item.detail ?? item.wanted.map { "the manifest requires \($0)" } ?? "",
                    fix: item.fix
                )
            )
        }
        for finding in report.debug.findings {
            findings.append(
                Finding(
                    kind: .debug,
                    subject: finding.check,
                    detail: finding.detail,
                    fix: finding.fix
                )
            )
        }
        for toolchain in report.toolchains {
            guard let damage = toolchain.damage,
                !report.drift.items.contains(where: {
                    $0.kind == .modified && $0.tool == toolchain.tool
                        && $0.version == toolchain.version
                })
            else { continue }
            // Without a manifest, drift does not report the damage.
            findings.append(
                Finding(
                    kind: .modified,
                    subject: Drift.name(of: toolchain.tool, toolchain.version),
                    detail: damage.detail,
                    fix: damage.fix
                )
            )
        }
        for toolchain in report.toolchains {
            // The owner of another log decides what is published.
            guard let published = toolchain.published, published.log != nil else { continue }
            findings.append(
                Finding(
                    kind: .other,
                    subject: Drift.name(of: toolchain.tool, toolchain.version),
                    detail: published.words
                )
            )
        }
        for toolchain in report.toolchains {
            // Changes since the installation are damage, which is a finding already.
            guard let published = toolchain.published, published.isContradicted,
                published.basis != .receipt || published.state != .modified
            else { continue }
            findings.append(
                Finding(
                    kind: .unpublished,
                    subject: Drift.name(of: toolchain.tool, toolchain.version),
                    detail: published.words,
                    fix: "gotoolprov verify --published \(toolchain.path.inShell)"
                )
            )
        }
        let incompatible = report.toolchains.filter { $0.compatibility?.isCompatible == false }
        // A second Delve may be installed for another Go version.
        let hasCompatible = report.toolchains.contains { $0.compatibility?.isCompatible == true }
        for toolchain in incompatible where toolchain.isActive || !hasCompatible {
            guard let range = toolchain.compatibility else { continue }
            findings.append(
                Finding(
                    kind: .debug,
                    subject: Drift.name(of: toolchain.tool, toolchain.version),
                    detail: range.reason ?? "incompatible with the Go in use",
                    fix: "gotoolprov ensure \(toolchain.tool.inShell)"
                )
            )
        }
        return findings
    }
}

extension HostRow.Finding.Kind {
    /// Creates the kind of finding for a kind of drift.
    fileprivate init(_ kind: Drift.Kind) {
        self =
            switch kind {
            case .missing: .missing
            case .extra: .extra
            case .older: .older
            case .foreign: .foreign
            case .modified: .modified
            case .debugBlocked: .debugBlocked
            case .other: .other
            }
    }
}
