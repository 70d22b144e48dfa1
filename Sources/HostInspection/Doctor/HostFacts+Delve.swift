package import ToolchainCore

extension HostFacts {
    /// Every Delve that was found.
    private var delves: [FoundTool] { setting.tools.filter { $0.tool == "dlv" } }

    /// Whether there is a Delve that runs.
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
            "a working Delve is installed",
            evidence: evidence.isEmpty ? ["none found"] : evidence,
            fix: running.isEmpty ? ["gotoolprov ensure dlv"] : []
        )
    }

    /// Whether each Go has a Delve that can debug what it builds.
    func delveCompatibilityCheck(_ compatibility: Compatibility?) -> DoctorCheck {
        let title = "each Go has a compatible Delve"
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
        // What `dlv` means is what is used, whatever else is there.
        if let first = delves.first(where: { $0.path == delveOnPath }), let known = first.version,
            let current = search.defaultInstallation?.version
        {
            let answer = compatibility.verdict(of: first, debugging: current)
            if let reason = answer.reason {
                verdict = answer.isCompatible == nil ? .unknown : .degraded
                evidence.append(
                    "`dlv` is \(first.path) \(known), and `go` is \(current.toolchainName):"
                        + " it \(reason)"
                )
                fix.append("gotoolprov ensure dlv --for \(current.toolchainName)")
                fix.append("gotoolprov use dlv")
            }
        }
        for version in versions {
            let answers = delves.filter { $0.version != nil }.map { tool in
                (tool: tool, answer: compatibility.verdict(of: tool, debugging: version))
            }
            let name = version.toolchainName
            let reasons = answers.compactMap { tool, answer in
                answer.reason.map { "\(tool.path) \(tool.version ?? ""): it \($0)" }
            }.joined(separator: "; ")
            if let good = answers.first(where: { $0.answer.isCompatible == true }) {
                evidence.append("\(name): \(good.tool.path) \(good.tool.version ?? "")")
            } else if answers.contains(where: { $0.answer.isCompatible == nil }) {
                verdict = max(verdict, .unknown)
                evidence.append("\(name): unknown; \(reasons)")
                fix.append("gotoolprov ensure \(name) dlv")
            } else if answers.count < delves.count {
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
    /// Whether a Delve that was found debugs what a Go builds.
    package func verdict(of delve: FoundTool, debugging go: GoVersion) -> Verdict {
        verdict(
            delve: delve.version.flatMap { ToolVersion($0) },
            builtBy: delve.builtWith,
            debugging: go
        )
    }
}
