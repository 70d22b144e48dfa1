internal import AnsibleInterface
internal import CLinux
internal import FleetReport
internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// One task of Ansible on this host.
struct AnsibleTask {
    private let arguments: AnsibleArguments
    private let settings: Settings
    private let provisioner: Provisioner
    private let context: Context

    init(_ arguments: AnsibleArguments, in context: Context) throws(Failure) {
        self.arguments = arguments
        self.context = context
        var folders: [String: String] = [:]
        if let root = arguments.sdkRoot { folders["GOTOOLPROV_SDK_ROOT"] = root }
        if let folder = arguments.goBin {
            // Go expands no `~`, and a task may have one.
            folders["GOBIN"] =
                folder.hasPrefix("~") ? context.environment.absolutePath(folder) : folder
        }
        let environment = context.environment.setting(folders)
        var options = Settings.Options()
        options.manifest = arguments.manifest
        // Where a task happens to run says nothing about the host.
        options.searchesWorkingFolder = false
        options.mirrors = arguments.mirrors
        options.catalogues = arguments.catalogues
        options.isOffline = arguments.isOffline
        settings = try Settings.gathered(options, from: environment)
        var conduct = Provisioner.Conduct()
        if let seconds = arguments.wait { conduct.patience = .atMost(.seconds(seconds)) }
        conduct.trustsRoots = arguments.trustsRoots
        provisioner = Provisioner(
            settings: settings,
            conduct: conduct,
            platform: try context.host.platform().platform,
            environment: environment,
            onEvent: { _ in },
            signal: { clinux_caught_signal() }
        )
    }

    /// Does it; what is known by then is in `reply`, also where this throws.
    func run(answering reply: inout AnsibleReply) throws(Failure) {
        reply.header = settings.sdkRoot
        let entries = try provisioner.store.entries()
        for entry in entries { reply.before[entry.installation] = entry.state.words }
        reply.after = reply.before
        reply.facts = facts(entries)
        var failure: Failure?
        do throws(Failure) {
            switch arguments.state {
            case .converged: try converge(&reply)
            case .verified: try verify(entries, &reply)
            case .absent: try remove(entries, &reply)
            case .reported: reply.report = try report(&reply)
            }
        } catch {
            failure = error
        }
        if reply.isChanged, !arguments.isCheck, let now = try? provisioner.store.entries() {
            reply.facts = facts(now)
        }
        if let failure { throw failure }
    }

    // MARK: The states

    private func converge(_ reply: inout AnsibleReply) throws(Failure) {
        var options = Provisioner.EnsureOptions()
        options.durability = settings.durability
        options.adopts = arguments.adopts
        options.isCheck = arguments.isCheck
        let (wishes, tools) = try requests()
        if arguments.versions.isEmpty { options.minimum = settings.manifest?.manifest.minimum }
        let provisioner = try provisioner.prefetching(wishes, options: options)
        var versions: [GoVersion] = []
        for wish in wishes {
            let outcome = try provisioner.ensure(wish, options: options)
            versions.append(outcome.version)
            tell(outcome, in: &reply)
        }
        for tool in tools {
            let outcomes = try provisioner.ensure(
                tool,
                for: versions.isEmpty ? nil : versions,
                options: options
            )
            for outcome in outcomes {
                if let builder = outcome.builder { tell(builder, in: &reply) }
                tell(outcome, in: &reply)
            }
        }
    }

    private func tell(_ outcome: Provisioner.Outcome, in reply: inout AnsibleReply) {
        reply.tell(
            .go(outcome.version),
            words(outcome.action)
                + (outcome.missing.map { " (no source has \($0.toolchainName))" } ?? ""),
            outcome.document,
            isChange: outcome.action != .present,
            lacking: outcome.action == .launcher ? "its launcher" : nil
        )
    }

    private func tell(_ outcome: Provisioner.ToolOutcome, in reply: inout AnsibleReply) {
        reply.tell(
            .tool(outcome.build),
            words(outcome.action),
            outcome.document(withReason: false),
            isChange: outcome.action != .present,
            lacking: outcome.action == .link ? "its link" : nil
        )
    }

    private func words(_ action: Provisioner.ToolOutcome.Action) -> String {
        let would = arguments.isCheck
        return switch action {
        case .present: "present"
        case .link: would ? "would get its link" : "link written"
        case .installed: would ? "would be installed" : "installed"
        case .built: would ? "would be built" : "built"
        }
    }

    private func words(_ action: Provisioner.Outcome.Action) -> String {
        let would = arguments.isCheck
        return switch action {
        case .present: "present"
        case .launcher: would ? "would get its launcher" : "launcher written"
        case .adopted: would ? "would be adopted" : "adopted"
        case .installed: would ? "would be installed" : "installed"
        case .repaired: would ? "would be repaired" : "repaired"
        }
    }

    private func requests() throws(Failure) -> (go: [Manifest.Wish], tools: [ToolRequest]) {
        guard arguments.versions.isEmpty else { return try context.requests(arguments.versions) }
        guard let manifest = settings.manifest?.manifest,
            !manifest.wishes.isEmpty || !manifest.tools.isEmpty
        else {
            throw Failure(
                .configuration,
                "nothing says which Go to have",
                facts: [.init("manifest", settings.manifest?.path ?? "none")],
                hint: "give the task `versions`, or the host a gotoolprov.json with `go`"
            )
        }
        return (manifest.wishes, manifest.tools)
    }

    private func verify(
        _ entries: [SDKStore.Entry],
        _ reply: inout AnsibleReply
    ) throws(Failure) {
        var failure: Failure?
        var options = Provisioner.EnsureOptions()
        options.durability = settings.durability
        for entry in try chosen(entries) {
            let repairs = arguments.repairs && !arguments.isCheck
            let result =
                repairs
                ? try provisioner.repair(entry, isQuick: arguments.isQuick, options: options)
                : try provisioner.verify(entry, isQuick: arguments.isQuick)
            let found = result.repair?.found ?? result.differences
            reply.results.append(document(result, found))
            let name = result.installation.name
            if let repair = result.repair {
                reply.isChanged = true
                reply.before[result.installation] = Self.words(.corrupted, found.count)
                reply.clauses.append("\(name) \(repair.action.rawValue)")
            } else {
                reply.before[result.installation] = Self.words(result.verdict, found.count)
            }
            reply.after[result.installation] = Self.words(result.verdict, result.differences.count)
            switch result.verdict {
            case .clean:
                if result.repair == nil { reply.clauses.append("\(name) clean") }
            case .unknown(let reason) where arguments.versions.isEmpty:
                reply.warnings.append("\(name) could not be verified: \(reason)")
            case .corrupted where arguments.isCheck && arguments.repairs,
                .unchecked where arguments.isCheck && arguments.repairs:
                reply.isChanged = true
                reply.clauses.append("\(name) would be repaired")
                reply.after[result.installation] = Self.words(.clean, 0)
            case .corrupted, .unchecked, .unknown:
                // The first is told; the others are in the results.
                failure = failure ?? self.failure(result)
            }
        }
        if let failure { throw failure }
    }

    private func failure(_ result: Provisioner.Verification) -> Failure {
        if let failure = result.repair?.failure { return failure }
        var facts: [Failure.Fact] = [.init("tree", result.goRoot)]
        if let reason = result.verdict.reason { facts.append(.init("because", reason)) }
        for difference in result.differences.prefix(3) {
            facts.append(.init(difference.kind.rawValue, difference.path))
        }
        let count = result.differences.count
        if count > 3 { facts.append(.init("and", "\(count - 3) more")) }
        return Failure(
            .integrity,
            "\(result.installation.name) is not as it was installed",
            facts: facts,
            hint: "`repair: true` puts it right"
        )
    }

    /// The trees that are to be compared: those that `versions` name, or all.
    private func chosen(_ entries: [SDKStore.Entry]) throws(Failure) -> [SDKStore.Entry] {
        guard !arguments.versions.isEmpty else { return entries }
        return try context.chosen(arguments.versions, among: entries)
    }

    /// The most differences that are told of a tree: a tree has thousands of files.
    private static let mostDifferences = 20

    private func document(
        _ result: Provisioner.Verification,
        _ found: [TreeVerifier.Difference]
    ) -> JSONValue {
        [
            "name": .string(result.installation.name),
            "goroot": .string(result.goRoot),
            "verdict": .string(result.verdict.words),
            "reason": JSONValue(result.verdict.reason),
            "files": .integer(result.fileCount),
            "differenceCount": .integer(found.count),
            "differences": .array(
                found.prefix(Self.mostDifferences).map {
                    [
                        "path": .string($0.path), "kind": .string($0.kind.rawValue),
                        "detail": .string($0.detail),
                    ]
                }
            ),
            "repair": JSONValue(result.repair?.action.rawValue),
            "quarantine": JSONValue(result.repair?.quarantine),
        ]
    }

    private static func words(
        _ verdict: Provisioner.Verification.Verdict,
        _ differenceCount: Int
    ) -> String {
        guard differenceCount > 0 else { return verdict.words }
        return "\(verdict.words), \(differenceCount) differ"
    }

    private func remove(
        _ entries: [SDKStore.Entry],
        _ reply: inout AnsibleReply
    ) throws(Failure) {
        for installation in try context.exactly(arguments.versions, among: entries) {
            let wasPresent: Bool
            if arguments.isCheck {
                wasPresent = try provisioner.isOurs(installation)
            } else {
                wasPresent =
                    try provisioner.remove(installation, isForced: arguments.isForced).wasPresent
            }
            let action = arguments.isCheck ? "would be removed" : "removed"
            reply.clauses.append(
                "\(installation.name) \(wasPresent ? action : "not installed")"
            )
            reply.results.append(
                [
                    "name": .string(installation.name),
                    "action": wasPresent ? "removed" : "absent",
                    "path": .string(provisioner.store.path(of: installation)),
                ]
            )
            if wasPresent {
                reply.isChanged = true
                reply.after[installation] = nil
            }
        }
    }

    // MARK: Reports and facts

    /// The host's report, as `report` writes it, where it can be had.
    ///
    /// It changes nothing on the host.
    private func report(_ reply: inout AnsibleReply) throws(Failure) -> JSONValue? {
        guard let time = UTCTime(Timestamp.now()) else {
            throw Failure(.defect, "the clock shows no time")
        }
        let gathering = ReportGathering(
            context: context,
            settings: settings,
            mode: .quick,
            time: time
        )
        return try gathering.report().document
    }

    /// What Ansible is to remember: under one key, small, and named as Ansible names things.
    private func facts(_ entries: [SDKStore.Entry]) -> JSONValue {
        [
            "agent_version": .string(ProgramIdentity.version),
            "platform": JSONValue(try? context.host.platform().platform),
            "sdk_root": .string(settings.sdkRoot),
            "gobin": .string(settings.goBin),
            "default": JSONValue(provisioner.store.defaultVersion?.description),
            "go": .array(
                entries.compactMap { entry in
                    entry.goVersion.map { version in
                        [
                            "version": .string(version.description),
                            "state": .string(entry.state.name),
                            "goroot": .string(entry.goRoot),
                        ]
                    }
                }
            ),
            "tools": .array(
                entries.compactMap { entry in
                    entry.toolBuild.map { build in
                        [
                            "tool": .string(build.tool.name),
                            "version": .string(build.version.description),
                            "built_with": .string(build.builder.description),
                            "state": .string(entry.state.name),
                            "path": .string(entry.goRoot),
                        ]
                    }
                }
            ),
        ]
    }
}
