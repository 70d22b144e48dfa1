internal import FleetReport
internal import HostInspection
internal import Provisioning
internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// Makes a host's report out of what was found on it.
struct ReportGathering {
    let context: Context
    let settings: Settings
    /// How closely installed trees are looked at.
    let mode: HostReport.Integrity.Mode
    /// The record of `gotoolprov-heal` to tell of; the usual one, if there is any, where nil.
    var healRecord: String?
    let time: UTCTime

    /// Where `gotoolprov-heal` leaves its record, if it is not told otherwise.
    static let usualRecord = "/var/lib/gotoolprov/heal.json"

    func report() throws(Failure) -> HostReport {
        let catalogue = try context.readableCatalogue(settings)
        let knowledge = try FleetKnowledge(of: catalogue, at: time)
        let table = catalogue.tools
        let facts = context.hostFacts(settings, table)
        let debugFacts = DebugFacts.gathered(facts, in: context.files)
        let debug = debug(debugFacts, fit: try context.delveFit(table))
        let record = try record()
        let toolchains = try toolchains(facts, knowledge, record)
        return HostReport(
            generatedAt: time,
            agentVersion: ProgramIdentity.version,
            host: try host(facts, name: debugFacts.hostName),
            debug: debug,
            manifest: manifest(),
            store: store(facts),
            toolchains: toolchains,
            effective: effective(facts),
            drift: Drift(
                wanted: try wanted(table),
                found: toolchains,
                debug: debug
            ),
            lastRun: record?.run,
            repairs: record?.repairs
        )
    }

    // MARK: Self-healing

    /// What `gotoolprov-heal` did last; nil where it is not known to run here.
    private func record() throws(Failure) -> HealRecord? {
        let path = healRecord ?? Self.usualRecord
        var reason = "there is no such file"
        if let bytes = context.files.bytes(path, limit: Self.largestRecord) {
            do {
                return try HealRecord(parsing: bytes)
            } catch {
                reason = error.description
            }
        } else if healRecord == nil {
            return nil
        }
        guard healRecord != nil else {
            context.note("\(path) is passed over: \(reason)")
            return nil
        }
        throw Failure(
            .configuration,
            "cannot read what gotoolprov-heal wrote down",
            facts: [.init("file", path), .init("because", reason)]
        )
    }

    /// It holds the result of `verify`, which names every file that differs.
    private static let largestRecord = 64 << 20

    /// What the last full comparison found of a tree, unless the tree is newer.
    private func integrity(
        of path: String,
        installedAt: UTCTime?,
        _ record: HealRecord?
    ) -> HostReport.Integrity? {
        guard let found = record?.trees.first(where: { $0.path == path })?.integrity,
            let checked = found.checkedAt
        else { return nil }
        guard let installedAt, checked.seconds < installedAt.seconds else { return found }
        return nil
    }

    // MARK: The host

    /// machine-id(5) asks that it is hashed; a host without one is known by its name.
    private func host(_ facts: HostFacts, name: String) throws(Failure) -> HostReport.Host {
        let machine =
            ["/etc/machine-id", "/var/lib/dbus/machine-id"].lazy
            .compactMap { context.files.text($0) }
            .first { $0.utf8.count == 32 } ?? "name:\(name)"
        let digest = try? SHA256Digest(of: Array((machine + HostIdentifier.digestSuffix).utf8))
        guard let id = digest.flatMap({ HostIdentifier(String($0.description.prefix(32))) }) else {
            throw Failure(.defect, "cannot compute the host's identifier")
        }
        let virtualization: HostReport.Virtualization =
            switch facts.subsystem.generation.rawValue {
            case "1": .wsl1
            case "2": .wsl2
            default: facts.containers.isEmpty ? .unknown : .container
            }
        return HostReport.Host(
            id: id,
            name: name,
            environment: context.environment["GOTOOLPROV_ENVIRONMENT"],
            ring: context.environment["GOTOOLPROV_RING"],
            osID: facts.operatingSystem?.identifier ?? "unknown",
            osVersion: facts.operatingSystem?.version,
            osName: facts.operatingSystem?.name,
            kernel: facts.kernel,
            architecture: facts.platform?.platform.architecture.rawValue ?? "unknown",
            libcKind: HostReport.LibcKind(rawValue: facts.library.kind.rawValue) ?? .unknown,
            libcVersion: facts.library.version,
            virtualization: virtualization
        )
    }

    private func debug(_ facts: DebugFacts, fit: @escaping DelveFit) -> HostReport.DebugReadiness {
        let checks = HostInspection.DebugReadiness(facts, fits: fit).checks
        func verdict(_ identifier: DoctorCheck.Identifier) -> DoctorCheck.Verdict {
            checks.first { $0.identifier == identifier }?.verdict ?? .unknown
        }
        let ability: HostReport.DebugReadiness.Ability =
            switch (verdict(.tracingLaunch), verdict(.tracingAttach), verdict(.subsystem)) {
            case (.blocked, _, _), (_, _, .blocked): .no
            case (.ok, .ok, _): .yes
            case (.ok, .degraded, _), (.ok, .blocked, _): .childOnly
            default: .unknown
            }
        var scope: Int?
        if case .scope(let found) = facts.policy.yama { scope = found }
        return HostReport.DebugReadiness(
            ability: ability,
            isProbed: facts.probe != nil,
            ptraceScope: scope,
            findings: checks.filter { $0.verdict != .ok }.map { check in
                .init(
                    check: check.identifier.rawValue,
                    detail: ([check.verdict.rawValue] + check.evidence).joined(separator: "; "),
                    fix: check.fix.isEmpty ? nil : check.fix.joined(separator: "; ")
                )
            }
        )
    }

    private func store(_ facts: HostFacts) -> HostReport.Store {
        let folder = facts.folder(.sdkRoot)
        return HostReport.Store(
            root: settings.sdkRoot,
            fileSystem: folder?.mount?.kind,
            freeBytes: folder?.availableByteCount,
            freeInodes: folder?.availableFileCount
        )
    }

    private func manifest() -> HostReport.ManifestState {
        guard let manifest = settings.manifest else { return .init(.none) }
        let digest = (try? FileSystem.contents(of: manifest.path, limit: 1 << 20)).flatMap {
            $0.flatMap { try? SHA256Digest(of: $0) }
        }
        return .init(.present, path: manifest.path, sha256: digest?.description)
    }

    private func effective(_ facts: HostFacts) -> HostReport.Effective {
        func program(_ name: String, _ version: String?) -> HostReport.Effective.Program? {
            facts.path.programs(name, in: context.files).first.map {
                .init(path: $0, version: version)
            }
        }
        let delve = facts.path.programs("dlv", in: context.files).first
        let version = facts.setting.tools.first { $0.path == delve }?.version
        return HostReport.Effective(
            go: program("go", facts.search.defaultInstallation?.version?.description),
            dlv: program("dlv", version),
            gotoolchain: context.environment["GOTOOLCHAIN"]
        )
    }

    // MARK: Go and tools

    private func toolchains(
        _ facts: HostFacts,
        _ knowledge: FleetKnowledge,
        _ record: HealRecord?
    ) throws(Failure) -> [HostReport.Toolchain] {
        let provisioner = try context.provisioner(settings)
        var found: [HostReport.Toolchain] = []
        for entry in try provisioner.store.entries() {
            guard case .installed(let receipt) = entry.state else { continue }
            var toolchain = HostReport.Toolchain(
                tool: entry.toolBuild?.tool.name ?? "go",
                version: entry.toolBuild?.version.description ?? entry.goVersion?.description ?? "",
                isActive: entry.goVersion != nil
                    && entry.goVersion == provisioner.store.defaultVersion,
                origin: .mirror,
                path: entry.goRoot,
                architecture: receipt.platform.architecture.rawValue,
                installedAt: UTCTime(receipt.installedAt),
                archiveSHA256: receipt.archiveDigest.description,
                fileCount: receipt.index.fileCount,
                byteCount: receipt.index.byteCount
            )
            if mode != .none {
                toolchain.integrity = integrity(
                    try provisioner.verify(entry, isQuick: mode == .quick)
                )
            } else if let known = integrity(
                of: entry.goRoot,
                installedAt: toolchain.installedAt,
                record
            ) {
                toolchain.integrity = known
            }
            found.append(toolchain)
        }
        for installation in facts.search.installations where installation.origin != .gotoolprov {
            guard let version = installation.version?.description else { continue }
            found.append(
                HostReport.Toolchain(
                    tool: "go",
                    version: version,
                    isActive: installation.root == facts.search.defaultInstallation?.root,
                    origin: .foreign,
                    manager: installation.origin.name,
                    path: installation.root,
                    architecture: installation.architecture?.rawValue
                )
            )
        }
        for tool in facts.setting.tools where !tool.path.isInside(settings.sdkRoot) {
            guard let version = tool.version else { continue }
            found.append(
                HostReport.Toolchain(
                    tool: tool.tool,
                    version: version,
                    origin: .foreign,
                    path: tool.path
                )
            )
        }
        for index in found.indices where found[index].tool == "go" {
            let version = found[index].version
            found[index].support = knowledge.calendar.support(of: version)
            found[index].vulnerabilities = knowledge.vulnerabilities?.findings(for: version)
        }
        return found
    }

    private func integrity(_ result: Provisioner.Verification) -> HostReport.Integrity {
        let state: HostReport.Integrity.State =
            switch result.verdict {
            case .clean: .ok
            case .corrupted:
                result.differences.allSatisfy { $0.kind == .missing } ? .incomplete : .modified
            case .unknown, .unchecked: .unverified
            }
        func count(_ kind: TreeVerifier.Difference.Kind) -> Int {
            result.differences.count { $0.kind == kind }
        }
        let isKnown = state != .unverified
        return HostReport.Integrity(
            state: state,
            mode: isKnown ? mode : .none,
            checkedAt: time,
            badFiles: isKnown
                ? result.differences.count - count(.missing) - count(.extra) : nil,
            missingFiles: isKnown ? count(.missing) : nil,
            extraFiles: isKnown ? count(.extra) : nil
        )
    }

    /// What the manifest asks for, by the versions that this means today; nil without a manifest.
    private func wanted(_ table: ToolCatalogue) throws(Failure) -> [Drift.Wanted]? {
        guard let manifest = settings.manifest?.manifest else { return nil }
        let provisioner = try context.provisioner(settings)
        var wanted: [Drift.Wanted] = []
        var versions: [GoVersion] = []
        for wish in manifest.wishes {
            let version = try provisioner.resolved(wish)
            versions.append(version)
            wanted.append(.init(tool: "go", text: wish.text, version: version.description))
        }
        let architecture = try context.platform().platform.architecture
        for request in manifest.tools {
            let tool = request.tool
            if let version = request.version {
                wanted.append(
                    .init(tool: tool.name, text: request.description, version: "\(version)")
                )
                continue
            }
            for version in versions {
                let fit =
                    tool == .delve
                    ? try? table.delve(for: version.line, on: architecture)
                    : tool == .gopls ? try? table.gopls(for: version.line) : nil
                guard let fit,
                    !wanted.contains(where: {
                        $0.tool == tool.name && $0.version == fit.version.description
                    })
                else { continue }
                wanted.append(
                    .init(
                        tool: tool.name,
                        text: request.description,
                        version: fit.version.description
                    )
                )
            }
        }
        return wanted
    }
}
