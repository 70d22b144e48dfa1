internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Installed toolchains and tools, and what the manifest requires.
extension ReportGathering {
    /// Returns all toolchains and tools with their known integrity.
    func toolchains(
        _ facts: HostFacts,
        _ programs: ProgramsInUse,
        _ record: HealRecord?
    ) throws(Failure) -> [HostReport.Toolchain] {
        var found: [HostReport.Toolchain] = []
        let entries = try provisioner.store.installations.all()
        let published = try PublicationSurvey(of: host, reading: publishedSession, at: time)
            .states(of: entries, and: facts.search.installations)
        for entry in entries {
            guard var toolchain = own(entry) else { continue }
            toolchain.isActive = programs.isInUse(entry)
            if entry.state.receipt != nil {
                if mode != .none {
                    toolchain.integrity = integrity(
                        try Verifier(provisioner.store, provisioner.supply)
                            .verify(entry, isQuick: mode == .quick)
                    )
                } else if case .installed = entry.state,
                    let known = integrity(
                        of: entry.path,
                        installedAt: toolchain.installedAt,
                        record
                    )
                {
                    toolchain.integrity = known
                }
            }
            toolchain.published = published[entry.path]
            if [.modified, .incomplete].contains(toolchain.integrity.state) {
                toolchain.published = toolchain.published?.modified(
                    because: "files have changed since the installation"
                )
            }
            found.append(toolchain)
        }
        // The remains of an interrupted removal can look like a foreign installation.
        let knownPaths = Set(found.compactMap { host.files.withoutLinks($0.path) })
        for installation in facts.search.installations
        where installation.origin != .gotoolprov && !knownPaths.contains(installation.root) {
            // A directory with a VERSION file but no `go` executable may be anything.
            guard installation.version != nil || !installation.problems.contains(.hasNoProgram)
            else {
                continue
            }
            found.append(
                HostReport.Toolchain(
                    tool: "go",
                    version: Self.version(of: installation),
                    isActive: installation.root == programs.goRoot,
                    origin: .foreign,
                    manager: installation.origin.name,
                    path: installation.root,
                    architecture: installation.architecture?.rawValue,
                    published: published[installation.root]
                )
            )
        }
        let sdkRoot = host.files.withoutLinks(settings.sdkRoot) ?? settings.sdkRoot
        for tool in facts.setting.tools
        where !tool.path.isInside(settings.sdkRoot) && !tool.path.isInside(sdkRoot) {
            found.append(
                HostReport.Toolchain(
                    tool: tool.tool,
                    version: tool.version ?? "unknown",
                    isActive: programs.isInUse(tool.path, as: tool.tool),
                    origin: .foreign,
                    path: tool.path
                )
            )
        }
        return found
    }

    /// Returns the version, or the text of the VERSION file: a Go of unknown version is reported
    /// too.
    private static func version(of installation: GoInstallation) -> String {
        if let version = installation.version { return version.description }
        let text = installation.versionText ?? ""
        return text.isEmpty ? "unknown" : text
    }

    /// Returns the Go toolchains in other users' home directories, as far as root can read them.
    func toolchains(in homes: OtherHomes, on system: String) -> [HostReport.Toolchain] {
        homes.installations.map { installation in
            var toolchain = HostReport.Toolchain(
                tool: "go",
                version: installation.version?.description ?? "unknown",
                origin: installation.origin == "gotoolprov" ? .mirror : .foreign,
                manager: installation.origin == "gotoolprov" ? nil : installation.origin,
                user: installation.user,
                path: installation.root,
                architecture: installation.architecture?.rawValue,
                published: PublishedState(reason: "it belongs to another user")
            )
            toolchain.removal = toolchain.removalCommand(on: system, ofUser: installation.user)
            return toolchain
        }
    }

    /// Returns an installation made by gotoolprov, or its remains; `nil` for a foreign one.
    private func own(_ entry: Installed<Installation>) -> HostReport.Toolchain? {
        var toolchain = HostReport.Toolchain(
            tool: entry.toolBuild?.tool.name ?? "go",
            version: entry.toolBuild?.version.description ?? entry.goVersion?.description
                ?? "unknown",
            origin: .mirror,
            path: entry.path
        )
        switch entry.state {
        case .installed(let receipt), .incomplete(let receipt, _):
            toolchain.architecture = receipt.platform.architecture.rawValue
            toolchain.installedAt = UTCTime(receipt.installedAt)
            toolchain.archiveSHA256 = receipt.archiveDigest.description
            toolchain.fileCount = receipt.index.fileCount
            toolchain.byteCount = receipt.index.byteCount
            if case .incomplete(_, let reason) = entry.state {
                toolchain.integrity = .init(state: .incomplete, checkedAt: time, reason: reason)
            }
        case .damaged(let reason):
            toolchain.integrity = .init(state: .modified, checkedAt: time, reason: reason)
        case .halfRemoved:
            toolchain.integrity = .init(
                state: .incomplete,
                checkedAt: time,
                reason: "its removal was interrupted"
            )
        case .foreign, .unknown: return nil
        }
        return toolchain
    }

    private func integrity(_ result: Verification) -> HostReport.Integrity {
        switch result.verdict {
        case .clean, .corrupted:
            HostReport.Integrity(
                isClean: result.verdict == .clean,
                kinds: result.differences.map(\.kind.rawValue),
                mode: mode,
                at: time
            )
        case .unknown(let reason), .unchecked(let reason):
            HostReport.Integrity(
                state: .unverified,
                mode: .none,
                checkedAt: time,
                reason: reason
            )
        }
    }

    /// Sets the support and vulnerabilities of Go toolchains.
    func assess(_ toolchains: inout [HostReport.Toolchain], with knowledge: FleetKnowledge) {
        for index in toolchains.indices where toolchains[index].tool == "go" {
            let judgement = knowledge.judgement(of: toolchains[index].version)
            toolchains[index].support = judgement.support
            toolchains[index].vulnerabilities = judgement.vulnerabilities
        }
    }

    /// Sets whether each Delve can debug programs built by the Go in use.
    func assessCompatibility(
        _ toolchains: inout [HostReport.Toolchain],
        _ tools: [FoundTool],
        with go: GoVersion?,
        _ compatibility: Compatibility
    ) {
        guard let go else { return }
        for index in toolchains.indices
        where toolchains[index].tool == "dlv" && toolchains[index].integrity.reason == nil {
            let directory = host.files.withoutLinks(toolchains[index].path)
            let builder = tools.first { tool in directory.map { tool.path.isInside($0) } ?? false }?
                .builtWith
            let verdict = compatibility.verdict(
                delve: ToolchainCore.ToolVersion(toolchains[index].version),
                builtBy: builder,
                debugging: go
            )
            toolchains[index].compatibility = .init(
                isCompatible: verdict.isCompatible,
                reason: verdict.reason
            )
        }
    }

    /// Returns what the manifest requires, resolved to current versions, or `nil` without a
    /// manifest.
    func wanted(_ table: ToolCatalog) throws(Failure) -> [Drift.Wanted]? {
        guard let manifest = settings.manifest?.manifest else { return nil }
        let platform = try host.platform().platform
        let compatibility = Compatibility(table, on: platform.architecture)
        var wanted: [Drift.Wanted] = []
        var versions: [GoVersion] = []
        for request in manifest.requests {
            let version = try provisioner.resolved(request)
            versions.append(version)
            wanted.append(.init(tool: "go", text: request.text, version: version.description))
        }
        // As in `ensure`, tools match the Go versions of the manifest, or else all installed ones.
        if manifest.requests.isEmpty, !manifest.tools.isEmpty {
            versions = try provisioner.store.installations.usableToolchains(on: platform).map(
                \.version
            )
        }
        for request in manifest.tools {
            let tool = request.tool
            if let version = request.version {
                wanted.append(
                    .init(tool: tool.name, text: request.description, version: "\(version)")
                )
                continue
            }
            if versions.isEmpty {
                // Without a Go the compatible version is unknown, so no installed tool is
                // superfluous.
                let present = try provisioner.store.installations.all().compactMap(\.toolBuild)
                    .filter { $0.tool == tool }.map(\.version.description)
                wanted += Set(present).sorted().map {
                    .init(tool: tool.name, text: request.description, version: $0)
                }
            }
            for version in versions {
                // The version that `ensure` would install. A compatible gopls is required even if
                // no archive provides it.
                let choice =
                    (try? provisioner.choice(request, for: version, in: table))
                    ?? (tool == .gopls ? try? compatibility.gopls(with: version) : nil)
                guard let choice,
                    !wanted.contains(where: {
                        $0.tool == tool.name && $0.version == choice.version.description
                    })
                else { continue }
                wanted.append(
                    .init(
                        tool: tool.name,
                        text: request.description,
                        version: choice.version.description
                    )
                )
            }
        }
        return wanted
    }
}
