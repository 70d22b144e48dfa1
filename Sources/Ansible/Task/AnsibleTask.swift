internal import CLinux
internal import FleetReport
internal import HostInspection
package import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// A run of the Ansible module on this host.
package struct AnsibleTask {
    let arguments: AnsibleArguments
    let settings: Settings
    let store: Store
    let supply: Supply
    let host: HostContext

    /// Runs the task.
    ///
    /// - Parameters:
    ///   - file: The path of the arguments file that Ansible passes to a module.
    ///   - host: The host to run on.
    /// - Returns: The result, which contains the failure if there is one.
    package static func reply(toArgumentsIn file: String, on host: HostContext) -> AnsibleReply {
        var reply = AnsibleReply()
        do throws(Failure) {
            let arguments = try AnsibleArguments(file: file, from: host.environment)
            reply.wantsDiff = arguments.wantsDiff
            reply.isCheck = arguments.isCheck
            reply.state = arguments.state
            let task = try AnsibleTask(arguments, on: host)
            try task.run(answering: &reply)
        } catch {
            reply.failure = error
        }
        return reply
    }

    private init(_ arguments: AnsibleArguments, on host: HostContext) throws(Failure) {
        self.arguments = arguments
        self.host = host
        var directories: [String: String] = [:]
        if let root = arguments.sdkRoot { directories["GOTOOLPROV_SDK_ROOT"] = root }
        if let directory = arguments.goBin {
            // Go does not expand `~` in GOBIN, but users write it in tasks.
            directories["GOBIN"] =
                directory.hasPrefix("~") ? host.environment.absolutePath(directory) : directory
        }
        let environment = host.environment.setting(directories)
        var options = Settings.Options()
        options.manifest = arguments.manifest
        // The working directory of a task is arbitrary.
        options.searchesWorkingDirectory = false
        options.mirrors = arguments.mirrors
        options.catalogs = arguments.catalogs
        options.isOffline = arguments.isOffline
        settings = try Settings.gathered(options, from: environment)
        var allowance = Session.Allowance()
        if let seconds = arguments.wait { allowance.lockTimeout = .atMost(.seconds(seconds)) }
        allowance.trustsRoots = arguments.trustsRoots
        let session = try Self.session(settings, allowance, on: host, environment)
        store = Store(session)
        supply = Supply(session)
    }

    /// Creates a session without progress output.
    private static func session(
        _ settings: Settings,
        _ allowance: Session.Allowance,
        on host: HostContext,
        _ environment: HostEnvironment
    ) throws(Failure) -> Session {
        Session(
            settings: settings,
            allowance: allowance,
            platform: try host.platform().platform,
            environment: environment,
            onEvent: { _ in },
            signal: { clinux_caught_signal() }
        )
    }

    /// Runs the task.
    ///
    /// If it throws, `reply` contains what was done until then.
    private func run(answering reply: inout AnsibleReply) throws(Failure) {
        reply.header = settings.sdkRoot
        let entries = try store.installations.all()
        for entry in entries { reply.before[entry.installation] = entry.state.words }
        reply.after = reply.before
        reply.facts = facts(entries)
        var failure: Failure?
        do throws(Failure) {
            switch arguments.state {
            case .converged: try converge(&reply)
            case .verified: try verify(entries, &reply)
            case .absent: try remove(entries, &reply)
            case .reported: reply.report = try report()
            }
        } catch {
            failure = error
        }
        if reply.isChanged, !arguments.isCheck, let now = try? store.installations.all() {
            reply.facts = facts(now)
        }
        if let failure { throw failure }
    }

    // MARK: States

    private func converge(_ reply: inout AnsibleReply) throws(Failure) {
        var policy = Provisioner.Policy()
        policy.adopts = arguments.adopts
        policy.isCheck = arguments.isCheck
        let (requests, tools) = try requests()
        if arguments.versions.isEmpty { policy.minimum = settings.manifest?.manifest.minimum }
        let provisioner = Provisioner(store, supply, policy: policy)
        try provisioner.prefetch(requests)
        var outcomes: [Outcome] = []
        for request in requests {
            let outcome = try provisioner.ensure(request)
            if outcomes.appendNew(outcome) { record(outcome, in: &reply) }
        }
        let versions = outcomes.compactMap(\.goVersion)
        for tool in tools {
            for outcome in try provisioner.ensure(tool, for: versions.isEmpty ? nil : versions)
            where outcomes.appendNew(outcome) {
                record(outcome, in: &reply)
            }
        }
    }

    private func record(_ outcome: Outcome, in reply: inout AnsibleReply) {
        let lacking: String? =
            switch outcome.action {
            case .launcher: "its launcher"
            case .link: "its link"
            case .present, .adopted, .installed, .built, .repaired: nil
            }
        reply.record(
            outcome.installation,
            words(outcome.action)
                + (outcome.missing.map { " (no source has \($0.toolchainName))" } ?? "")
                + (outcome.cooling.map { " (\($0.version.toolchainName) is too new)" } ?? ""),
            outcome.document,
            isChange: outcome.action != .present,
            lacking: lacking
        )
    }

    private func words(_ action: Outcome.Action) -> String {
        let would = arguments.isCheck
        return switch action {
        case .present: "present"
        case .launcher: would ? "launcher would be written" : "launcher written"
        case .link: would ? "link would be written" : "link written"
        case .adopted: would ? "would be adopted" : "adopted"
        case .installed: would ? "would be installed" : "installed"
        case .built: would ? "would be built" : "built"
        case .repaired: would ? "would be repaired" : "repaired"
        }
    }

    private func requests() throws(Failure) -> (go: [Manifest.Request], tools: [ToolRequest]) {
        guard arguments.versions.isEmpty else { return try host.requests(arguments.versions) }
        guard let manifest = settings.manifest?.manifest,
            !manifest.requests.isEmpty || !manifest.tools.isEmpty
        else {
            throw Failure(
                .configuration,
                "no Go version is requested",
                facts: [.init("manifest", settings.manifest?.path ?? "none")],
                hint: "set `versions` in the task, or `go` in the host's gotoolprov.json"
            )
        }
        return (manifest.requests, manifest.tools)
    }

    private func remove(
        _ entries: [Installed<Installation>],
        _ reply: inout AnsibleReply
    ) throws(Failure) {
        for installation in try host.exactly(arguments.versions, among: entries) {
            let wasPresent: Bool
            if arguments.isCheck {
                wasPresent = try Remover(store).isManaged(installation)
            } else {
                wasPresent =
                    try Remover(store).remove(installation, isForced: arguments.isForced).wasPresent
            }
            let action = arguments.isCheck ? "would be removed" : "removed"
            reply.clauses.append(
                "\(installation.name) \(wasPresent ? action : "not installed")"
            )
            reply.results.append(
                [
                    "name": .string(installation.name),
                    "action": wasPresent ? "removed" : "absent",
                    "path": .string(store.installations.path(of: installation)),
                ]
            )
            if wasPresent {
                reply.isChanged = true
                reply.after[installation] = nil
            }
        }
    }

    // MARK: Reports and facts

    /// Returns the host's report, as `report --quick` does.
    private func report() throws(Failure) -> JSONValue {
        try ReportGathering(
            on: host,
            settings: settings,
            session: Self.session(settings, Session.Allowance(), on: host, host.environment),
            mode: .quick,
            time: .now
        ).report().document
    }

    /// Returns the facts for Ansible under one key, with names in Ansible's style.
    private func facts(_ entries: [Installed<Installation>]) -> JSONValue {
        [
            "agent_version": .string(ProgramIdentity.version),
            "platform": JSONValue(try? host.platform().platform),
            "sdk_root": .string(settings.sdkRoot),
            "gobin": .string(settings.goBin),
            "default": JSONValue(store.installations.defaultVersion?.description),
            "go": .array(
                entries.compactMap { entry in
                    entry.goVersion.map { version in
                        [
                            "version": .string(version.description),
                            "state": .string(entry.state.name),
                            "goroot": .string(entry.path),
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
                            "path": .string(entry.path),
                        ]
                    }
                }
            ),
        ]
    }
}
