internal import CLinux
internal import HostInspection
package import Provisioning
package import ToolchainCore
internal import ToolchainHost

/// One task of Ansible on this host.
package struct AnsibleTask {
    /// Makes a host's report.
    package typealias Reporting = (Settings) throws(Failure) -> JSONValue

    let arguments: AnsibleArguments
    let settings: Settings
    let provisioner: Provisioner
    let host: HostContext
    private let reporting: Reporting

    /// Does what a task asks.
    ///
    /// - Parameters:
    ///   - file: The file of arguments that Ansible hands to a module.
    ///   - host: The host.
    ///   - reporting: Makes the host's report.
    /// - Returns: What to answer, whatever happened.
    package static func reply(
        toArgumentsIn file: String,
        on host: HostContext,
        reporting: @escaping Reporting
    ) -> AnsibleReply {
        var reply = AnsibleReply()
        do throws(Failure) {
            let arguments = try AnsibleArguments(file: file, from: host.environment)
            reply.wantsDiff = arguments.wantsDiff
            reply.isCheck = arguments.isCheck
            reply.state = arguments.state
            let task = try AnsibleTask(arguments, on: host, reporting)
            try task.run(answering: &reply)
        } catch {
            reply.failure = error
        }
        return reply
    }

    private init(
        _ arguments: AnsibleArguments,
        on host: HostContext,
        _ reporting: @escaping Reporting
    ) throws(Failure) {
        self.arguments = arguments
        self.host = host
        self.reporting = reporting
        var folders: [String: String] = [:]
        if let root = arguments.sdkRoot { folders["GOTOOLPROV_SDK_ROOT"] = root }
        if let folder = arguments.goBin {
            // Go expands no `~`, and a task may have one.
            folders["GOBIN"] =
                folder.hasPrefix("~") ? host.environment.absolutePath(folder) : folder
        }
        let environment = host.environment.setting(folders)
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
            platform: try host.platform().platform,
            environment: environment,
            onEvent: { _ in },
            signal: { clinux_caught_signal() }
        )
    }

    /// Does it; what is known by then is in `reply`, also where this throws.
    private func run(answering reply: inout AnsibleReply) throws(Failure) {
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
            case .reported: reply.report = try reporting(settings)
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
        guard arguments.versions.isEmpty else { return try host.requests(arguments.versions) }
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

    private func remove(
        _ entries: [SDKStore.Entry],
        _ reply: inout AnsibleReply
    ) throws(Failure) {
        for installation in try host.exactly(arguments.versions, among: entries) {
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

    // MARK: Facts

    /// What Ansible is to remember: under one key, small, and named as Ansible names things.
    private func facts(_ entries: [SDKStore.Entry]) -> JSONValue {
        [
            "agent_version": .string(ProgramIdentity.version),
            "platform": JSONValue(try? host.platform().platform),
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
