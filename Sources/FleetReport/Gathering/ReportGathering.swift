internal import HostInspection
package import Provisioning
package import ToolchainCore
internal import ToolchainHost

/// Collects the report of a host.
package struct ReportGathering {
    let host: HostContext
    let settings: Settings
    let provisioner: Provisioner
    /// Why the manifest is unusable, or `nil` if it is usable or does not exist.
    private let manifestProblem: Failure?
    /// How thoroughly installed toolchains are verified.
    let mode: HostReport.Integrity.Mode
    /// The run in which files are compared with the published ones, or `nil` if they are not.
    let publishedSession: Session?
    /// The path of the `gotoolprov-heal` record to include, or `nil` for the default path, whose
    /// file may be missing.
    private let healRecord: String?
    let time: UTCTime

    /// Creates the collection of a report.
    ///
    /// - Parameters:
    ///   - host: The host to report on.
    ///   - settings: The settings of gotoolprov.
    ///   - session: The run that the report is part of.
    ///   - manifestProblem: Why the manifest is unusable, or `nil` if it is usable or does not
    ///     exist.
    ///   - mode: How thoroughly installed toolchains are verified.
    ///   - readsPublished: Whether the files of each Go are compared with the published ones.
    ///   - healRecord: The path of the `gotoolprov-heal` record, or `nil` for the default path.
    ///   - time: The time of the report.
    package init(
        on host: HostContext,
        settings: Settings,
        session: Session,
        manifestProblem: Failure? = nil,
        mode: HostReport.Integrity.Mode,
        readsPublished: Bool = false,
        healRecord: String? = nil,
        time: UTCTime
    ) {
        self.host = host
        self.settings = settings
        provisioner = Provisioner(Store(session), Supply(session))
        self.manifestProblem = manifestProblem
        self.mode = mode
        publishedSession = readsPublished ? session : nil
        self.healRecord = healRecord
        self.time = time
    }

    /// The path at which `gotoolprov-heal` writes its record by default.
    package static let defaultRecordPath = "/var/lib/gotoolprov/heal.json"

    /// Reads the signed catalogs of sites; if the allowed signers cannot be read, there are none.
    private func readableSites() -> [UsedSite] {
        do throws(Failure) {
            return try settings.knowledge.keptSites { host.note($0) }
        } catch {
            host.note("the catalogs of sites are ignored: \(error.onOneLine)")
            return []
        }
    }

    /// Collects the report.
    ///
    /// - Returns: The state of the host. A tree that cannot be verified is reported as
    ///   `unverified`.
    /// - Throws: ``Failure`` if Go does not support the machine, the store cannot be read, or a
    ///   `gotoolprov-heal` record named by the caller does not exist.
    package func report() throws(Failure) -> HostReport {
        let catalog = try host.readableCatalog(settings)
        let knowledge = try FleetKnowledge(
            of: catalog,
            at: time,
            hostLists: settings.knowledge.vulnerabilityLists,
            sites: readableSites(),
            note: { host.note($0) }
        )
        let table = catalog.tools
        let facts = host.facts(settings, table)
        let debugFacts = host.debugFacts(facts)
        let compatibility = try host.compatibility(table)
        let debug = debug(debugFacts, compatibility)
        let (record, lastRun) = try healing()
        let programs = ProgramsInUse(facts, settings, provisioner.store.installations, host)
        var toolchains = try toolchains(facts, programs, record)
        let system = facts.operatingSystem?.identifier ?? "unknown"
        for index in toolchains.indices {
            toolchains[index].removal = toolchains[index].removalCommand(on: system)
        }
        let homes = otherHomes()
        // The store may be in another user's home directory.
        let known = Set(toolchains.map(\.path))
        toolchains +=
            homes.map { self.toolchains(in: $0, on: system) }?
            .filter { !known.contains($0.path) } ?? []
        assess(&toolchains, with: knowledge)
        assessCompatibility(
            &toolchains,
            facts.setting.tools,
            with: programs.goVersion,
            compatibility
        )
        var manifest = manifest()
        var wanted: [Drift.Wanted]?
        if manifest.state == .present {
            do throws(Failure) {
                wanted = try self.wanted(table)
            } catch {
                manifest.state = .invalid
                manifest.reason = Self.reason(error)
            }
        }
        if let wanted {
            for index in toolchains.indices where toolchains[index].user == nil {
                let toolchain = toolchains[index]
                toolchains[index].isWanted = wanted.contains {
                    $0.tool == toolchain.tool && $0.version == toolchain.version
                }
            }
        }
        return HostReport(
            generatedAt: time,
            agentVersion: ProgramIdentity.version,
            host: try host(facts, name: debugFacts.hostName),
            scope: scope(homes),
            knowledge: knowledge.vulnerabilities.map {
                .init(snapshot: $0.snapshot, isStale: knowledge.isStale)
            },
            debug: debug,
            manifest: manifest,
            store: store(facts, toolchains),
            toolchains: toolchains,
            effective: programs.effective,
            drift: Drift(wanted: wanted, found: toolchains, debug: debug),
            lastRun: lastRun,
            repairs: record?.repairs
        )
    }

    // MARK: Other users

    /// Returns the Go toolchains of other users, or `nil` if this process does not run as root and
    /// cannot read them.
    private func otherHomes() -> OtherHomes? {
        guard FileSystem.currentUser == 0 else { return nil }
        return OtherHomes.searched(
            in: host.files,
            except: 0,
            home: host.environment.home
        )
    }

    private func scope(_ homes: OtherHomes?) -> HostReport.Scope {
        HostReport.Scope(
            user: UserNames(in: host.files).name(of: FileSystem.currentUser),
            otherHomes: homes.map { $0.isComplete ? .read : .partlyRead } ?? .notRead
        )
    }

    // MARK: Self-healing

    /// Returns the record of the last `gotoolprov-heal` run, or nothing if there is none on this
    /// host.
    ///
    /// An unusable record must not prevent the report. The result of the run is then unknown rather
    /// than successful.
    private func healing() throws(Failure) -> (record: HealRecord?, run: HostReport.LastRun?) {
        let path = healRecord ?? Self.defaultRecordPath
        let reason: String
        if let bytes = host.files.bytes(path, limit: Self.maximumRecordSize + 1) {
            if bytes.count > Self.maximumRecordSize {
                reason = "larger than \(ByteCount(Self.maximumRecordSize))"
            } else {
                do {
                    let record = try HealRecord(parsing: bytes)
                    return (record, record.run.assessed(at: time))
                } catch {
                    reason = error.description
                }
            }
        } else if host.files.exists(path) {
            reason = "cannot read the file"
        } else if healRecord == nil {
            return (nil, nil)
        } else {
            throw Failure(
                .configuration,
                "cannot read the record of gotoolprov-heal",
                facts: [.init("file", path), .init("because", "the file does not exist")]
            )
        }
        host.note("ignored \(path): \(reason)")
        return (
            nil,
            HostReport.LastRun(
                operation: "heal",
                result: .unknown,
                error: "ignored \(path): \(reason)"
            )
        )
    }

    /// The maximum size of a record, in bytes.
    ///
    /// It contains the result of `verify`, which names every modified file.
    private static let maximumRecordSize = 64 << 20

    /// Returns the result of the last full verification of a tree, unless the tree was installed
    /// later.
    func integrity(
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

    /// machine-id(5) requires hashing it.
    ///
    /// A host without a machine-id is identified by its name.
    private func host(_ facts: HostFacts, name: String) throws(Failure) -> HostReport.Host {
        let machine =
            ["/etc/machine-id", "/var/lib/dbus/machine-id"].lazy
            .compactMap { host.files.text($0) }
            .first { $0.utf8.count == 32 } ?? "name:\(name)"
        let digest = try? SHA256Digest(of: Array((machine + HostIdentifier.digestSuffix).utf8))
        guard let id = digest.flatMap({ HostIdentifier(String($0.description.prefix(32))) }) else {
            throw Failure(.defect, "cannot compute the host's identifier")
        }
        let virtualization = HostReport.Virtualization(
            facts.virtualization.kind,
            facts.subsystem.generation
        )
        let isSubsystem = virtualization == .wsl1 || virtualization == .wsl2
        return HostReport.Host(
            id: id,
            name: name,
            environment: host.environment["GOTOOLPROV_ENVIRONMENT"],
            ring: host.environment["GOTOOLPROV_RING"],
            osID: facts.operatingSystem?.identifier ?? "unknown",
            osVersion: facts.operatingSystem?.version,
            osName: facts.operatingSystem?.name,
            kernel: facts.kernel,
            architecture: facts.platform?.platform.architecture.rawValue ?? "unknown",
            libcKind: HostReport.LibcKind(facts.library.kind),
            libcVersion: facts.library.version,
            virtualization: virtualization,
            wslDistribution: isSubsystem ? host.environment["WSL_DISTRO_NAME"] : nil,
            wslInterop: isSubsystem
                ? Self.interopFiles.contains(where: host.files.exists) : nil
        )
    }

    /// At least one of these exists if Linux can start Windows programs.
    private static let interopFiles = [
        "/proc/sys/fs/binfmt_misc/WSLInterop", "/proc/sys/fs/binfmt_misc/WSLInterop-late",
    ]

    private func debug(
        _ facts: DebugFacts,
        _ compatibility: Compatibility
    ) -> HostReport.DebugReadiness {
        let checks = HostInspection.DebugReadiness(facts, compatibility: compatibility).checks
        func verdict(_ identifier: DoctorCheck.Identifier) -> DoctorCheck.Verdict {
            checks.first { $0.identifier == identifier }?.verdict ?? .unknown
        }
        var scope: Int?
        if case .scope(let found) = facts.policy.yama { scope = found }
        let hasCapability = facts.policy.status?.hasTracingCapability
        // With Yama's scope 2, tracing requires CAP_SYS_PTRACE, even for child processes.
        let isForRoot =
            scope == 2 && hasCapability == false && facts.probe?.launch == .refused(errno: 1)
        let ability: HostReport.DebugReadiness.Ability =
            switch (verdict(.tracingLaunch), verdict(.tracingAttach), verdict(.subsystem)) {
            case (_, _, .blocked): .no
            case (.blocked, _, _): isForRoot ? .rootOnly : .no
            case (.ok, .ok, _): .yes
            case (.ok, .degraded, _), (.ok, .blocked, _): .childOnly
            default: .unknown
            }
        return HostReport.DebugReadiness(
            ability: ability,
            isProbed: facts.probe != nil,
            ptraceScope: scope,
            hasTraceCapability: hasCapability,
            findings: checks.filter { $0.verdict != .ok }.map { check in
                .init(
                    check: check.identifier.rawValue,
                    detail: ([check.verdict.rawValue] + check.evidence).joined(separator: "; "),
                    fix: check.fix.isEmpty ? nil : check.fix.joined(separator: "; ")
                )
            }
        )
    }

    private func store(
        _ facts: HostFacts,
        _ toolchains: [HostReport.Toolchain]
    ) -> HostReport.Store {
        let directory = facts.directory(.sdkRoot)
        return HostReport.Store(
            root: settings.sdkRoot,
            fileSystem: directory?.mount?.kind,
            freeBytes: directory?.availableByteCount,
            usedBytes: toolchains.lazy.filter { $0.origin == .mirror }.compactMap(\.byteCount)
                .reduce(0) { $0.saturatingPlus($1) },
            freeInodes: directory?.availableFileCount
        )
    }

    // MARK: The manifest

    /// Returns the settings, and why the manifest is ignored if it is unusable.
    ///
    /// A host must be able to report, especially after its manifest was broken.
    ///
    /// - Throws: ``Failure`` if the settings are invalid for a reason other than the manifest.
    package static func settings(
        on host: HostContext
    ) throws(Failure) -> (settings: Settings, problem: Failure?) {
        let environment = host.inspectionEnvironment
        let problem: Failure
        do throws(Failure) {
            let settings = try host.settings(from: environment)
            return (settings, settings.manifestFailure)
        } catch {
            problem = error
        }
        // A manifest named by the user that does not exist is an error of the command line.
        if let named = host.manifest {
            guard let path = environment.absolutePath(named), host.files.exists(path)
            else { throw problem }
        }
        for use in [Settings.ManifestUse.readable, .none] {
            let settings = try? host.settings(from: environment) { $0.manifestUse = use }
            if let settings { return (settings, problem) }
        }
        throw problem
    }

    /// Returns the message of a failure, shortened for a report.
    private static func reason(_ failure: Failure) -> String {
        String(decoding: failure.onOneLine.utf8.prefix(2000), as: UTF8.self)
    }

    private func manifest() -> HostReport.ManifestState {
        if let manifestProblem {
            return .init(
                .invalid,
                path: host.manifest.flatMap {
                    host.inspectionEnvironment.absolutePath($0)
                },
                reason: Self.reason(manifestProblem)
            )
        }
        guard let manifest = settings.manifest else { return .init(.none) }
        let digest = (try? FileSystem.contents(of: manifest.path, limit: 1 << 20)).flatMap {
            $0.flatMap { try? SHA256Digest(of: $0) }
        }
        return .init(.present, path: manifest.path, sha256: digest?.description)
    }
}
