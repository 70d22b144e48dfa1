package import ToolchainCore

extension HostFacts {
    /// All Delve executables that were found.
    private var delves: [FoundTool] { setting.tools.filter { $0.tool == "dlv" } }

    /// Checks that a working Delve is installed.
    var delvePresentCheck: DoctorCheck {
        let running = delves.filter { $0.problem == nil }
        let evidence = delves.map { tool in
            "\(tool.path): \(tool.version ?? "unknown version")"
                + (tool.builtWith.map { ", built with \($0.toolchainName)" } ?? "")
                + (tool.problem.map { ", \($0)" } ?? "")
        }
        return DoctorCheck(
            .delvePresent,
            running.isEmpty
                ? .degraded : running.allSatisfy { $0.version == nil } ? .unknown : .ok,
            "installed Delve",
            evidence: evidence.isEmpty ? ["none found"] : evidence,
            fix: running.isEmpty ? ["gotoolprov ensure dlv"] : []
        )
    }

    /// Checks that each Go has a compatible Delve.
    func delveCompatibilityCheck(_ compatibility: Compatibility?) -> DoctorCheck {
        let title = "compatibility of Go and Delve"
        func check(
            _ verdict: DoctorCheck.Verdict,
            _ evidence: [String],
            fix: [String] = []
        ) -> DoctorCheck {
            DoctorCheck(.delveCompatibility, verdict, title, evidence: evidence, fix: fix)
        }
        let versions = Set(search.installations.filter(\.isUsable).compactMap(\.version)).sorted()
        let delves = delves.filter { $0.problem == nil }
        guard !versions.isEmpty, !delves.isEmpty else {
            return check(
                .unknown,
                [versions.isEmpty ? "no working Go found" : "no working Delve found"]
            )
        }
        guard let compatibility else {
            return check(.unknown, ["the supported Go versions are unknown"])
        }
        var evidence: [String] = []
        var fix: [String] = []
        var verdict = DoctorCheck.Verdict.ok
        // Editors and users run `dlv`, whatever other Delves are installed.
        if let first = delves.first(where: { $0.path == delveOnPath }), let known = first.version,
            let current = search.defaultInstallation?.version
        {
            let result = compatibility.verdict(of: first, debugging: current)
            if let reason = result.reason {
                verdict = result.isCompatible == nil ? .unknown : .degraded
                evidence.append(
                    "`dlv` is \(first.path) \(known), and `go` is \(current.toolchainName):"
                        + " it \(reason)"
                )
                fix.append("gotoolprov ensure dlv --for \(current.toolchainName)")
                fix.append("gotoolprov use dlv")
            }
        }
        for version in versions {
            let results = delves.filter { $0.version != nil }.map { tool in
                (tool: tool, result: compatibility.verdict(of: tool, debugging: version))
            }
            let name = version.toolchainName
            let reasons = results.compactMap { tool, result in
                result.reason.map { "\(tool.path) \(tool.version ?? ""): it \($0)" }
            }.joined(separator: "; ")
            if let good = results.first(where: { $0.result.isCompatible == true }) {
                evidence.append("\(name): \(good.tool.path) \(good.tool.version ?? "")")
            } else if results.contains(where: { $0.result.isCompatible == nil }) {
                verdict = max(verdict, .unknown)
                evidence.append("\(name): unknown; \(reasons)")
                fix.append("gotoolprov ensure \(name) dlv")
            } else if results.count < delves.count {
                verdict = max(verdict, .unknown)
                evidence.append("\(name): a Delve of unknown version may be compatible")
                fix.append("dlv version")
            } else {
                verdict = .degraded
                evidence.append("\(name): none; \(reasons)")
                fix.append("gotoolprov ensure \(name) dlv")
            }
        }
        return check(verdict, evidence, fix: Array(Set(fix)).sorted())
    }
}

extension Compatibility {
    /// Returns whether a Delve on a host can debug programs built by a Go.
    package func verdict(of delve: FoundTool, debugging go: GoVersion) -> Verdict {
        verdict(
            delve: delve.version.flatMap { ToolVersion($0) },
            builtBy: delve.builtWith,
            debugging: go
        )
    }
}
