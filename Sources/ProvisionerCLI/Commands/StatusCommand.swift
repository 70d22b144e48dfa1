internal import ArgumentParser
internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Shows the platform, the installations, and what `ensure` would do.
struct Status: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the Go versions on this host and what is missing.",
        discussion: """
            Finds every Go on this host, however it was installed, without running it. The result is \
            compared with --want; without --want, with the manifest; and without a manifest, with the \
            nearest go.mod or go.work.

            For each request, prints the action that `ensure` would take: keep, install, upgrade, \
            repair, side-by-side (install, and keep other versions), or blocked if no action is possible.

            --published reads every file of each Go and compares it with the release of the Go project. \
            It sends no requests: a release that is newer than gotoolprov requires a .tlog-proof file, or \
            what the go command has cached; otherwise, use `verify --published`. Without --published, the \
            receipt determines whether the published archive was installed, and text output mentions that \
            only if it was not.
            """
    )

    @Option(
        name: .customLong("want"),
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Compare with this request; for example, go1.21.0, go@latest, dlv@1.25.0 or gopls;"
                + " repeatable.",
            valueName: "spec"
        ),
        completion: .known
    )
    var wanted: [String] = []

    @Flag(help: "Also accept newer versions.")
    var min = false

    @Flag(help: PublishedFlag.help)
    var published = false

    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let settings = try context.host.settings(from: context.host.inspectionEnvironment) {
            $0.manifestUse = .usable
        }
        // A machine that Go does not support is a failure, as in every command.
        _ = try context.host.platform()
        let catalog = try context.host.readableCatalog(settings)
        let facts = context.host.facts(settings, catalog.tools)
        let entries = try Installations(root: settings.sdkRoot).all()
        let steps = try alignment(facts, settings: settings, in: context)
        let states = try PublicationSurvey(
            of: context.host,
            reading: published ? try context.session(settings) : nil,
            at: .now
        ).states(of: entries, and: facts.search.installations)
        switch common.format {
        case .text:
            context.output.write(
                Table(
                    facts.rows(settings) { root in
                        states[root]?.shown(always: published) ?? ""
                    }
                )
            )
            context.output.write(
                Table(entries.map { [$0.name.toned(.strong), $0.state.styled] })
            )
            if !steps.isEmpty {
                context.output.write("\n")
                context.output.write(Table(steps.map(\.row)))
            }
            let installations = Installations(root: settings.sdkRoot)
            let summary = summary(facts, settings, entries, steps, installations.defaultVersion)
            context.output.write(
                line: summary.sentence.toned(summary.isGood ? .good : .caution)
            )
        case .json:
            let own: [JSONValue.Member] = [
                .init("sdkRoot", .string(settings.sdkRoot)),
                .init(
                    "gobin",
                    [
                        "path": .string(settings.goBin),
                        "onPath": .boolean(facts.goBinPosition != nil),
                    ]
                ),
                .init("manifest", JSONValue(settings.manifest?.path)),
                .init("mirrors", .array(settings.mirrors.map { .string($0.name) })),
                .init(
                    "installed",
                    .array(
                        entries.filter { $0.goVersion != nil }.map {
                            $0.document(published: states[$0.path])
                        }
                    )
                ),
                .init("alignment", .array(steps.map(\.document))),
            ]
            let document = JSONValue.object(
                [DocumentKind.status.member] + facts.members(published: states) + own
            )
            context.output.write(document.rendered)
        }
        return 0
    }

    private func summary(
        _ facts: HostFacts,
        _ settings: Settings,
        _ entries: [Installed<Installation>],
        _ steps: [Alignment],
        _ selected: GoVersion?
    ) -> StatusSummary {
        let first = facts.search.defaultInstallation
        let isUnknown = facts.search.goCommands.first.map { $0.rootPath == nil } ?? false
        let source: StatusSummary.Source =
            if !wanted.isEmpty {
                min ? .minimum : .arguments(wanted)
            } else if settings.manifest != nil {
                min ? .minimum : .manifest(named: common.manifest)
            } else {
                .minimum
            }
        return StatusSummary(
            entries: entries.map { StatusSummary.Entry($0) },
            selected: selected,
            isSelectedOnPath: isUnknown
                ? nil : first?.origin == .gotoolprov && first?.version == selected,
            foreignCount: facts.search.installations.count {
                $0.origin != .gotoolprov && $0.isUsable
            },
            steps: steps,
            source: source
        )
    }

    private func alignment(
        _ facts: HostFacts,
        settings: Settings,
        in context: Context
    ) throws(Failure) -> [Alignment] {
        var (requests, tools) = try context.host.requests(wanted)
        var source = "arguments"
        var isMinimum = min
        var policy = Provisioner.Policy()
        if wanted.isEmpty, let manifest = settings.manifest {
            requests = manifest.manifest.requests
            tools = manifest.manifest.tools
            source = manifest.path
            policy.minimum = manifest.manifest.minimum
        } else if wanted.isEmpty, let module = facts.module {
            // go.mod contains the minimum version.
            isMinimum = true
            source = module.path
            requests = [Manifest.Request(exactly: module.version)]
        }
        guard !requests.isEmpty || !tools.isEmpty else { return [] }
        let session = try context.session(settings)
        let (store, supply) = (Store(session), Supply(session))
        if isMinimum {
            let installed = try store.installations.all().compactMap(\.goVersion)
            for (index, request) in requests.enumerated() {
                let settled = try supply.resolved(request.version, installed: installed)
                requests[index] = Manifest.Request(text: request.text, version: settled.orNewer)
            }
        }
        let provisioner = Provisioner(store, supply, policy: policy)
        let plan = provisioner.plan(requests)
        let steps = zip(requests, plan).map { request, step in
            Alignment(
                request,
                source: source,
                plan: step,
                found: facts.search.installations,
                incompatibility: { facts.incompatibility(with: $0) }
            )
        }
        let targets = steps.compactMap { $0.version.flatMap { GoVersion($0) } }
        let all =
            steps
            + tools.flatMap { tool in
                self.steps(
                    tool,
                    for: targets.isEmpty ? nil : targets,
                    source: source,
                    found: facts.setting.tools,
                    provisioner
                )
            }
        // A default is often among the versions.
        return all.withoutRepetitions { $0.isRepeated(by: $1) }
    }

    /// Returns the steps of `ensure` for a tool.
    private func steps(
        _ request: ToolRequest,
        for targets: [GoVersion]?,
        source: String,
        found: [FoundTool],
        _ provisioner: Provisioner
    ) -> [Alignment] {
        let (tool, text) = (request.tool.name, request.description)
        func step(_ action: Alignment.Action, _ version: String?, _ reason: String) -> Alignment {
            Alignment(
                tool: tool,
                request: text,
                source: source,
                action: action,
                version: version,
                reason: reason
            )
        }
        do throws(Failure) {
            let store = provisioner.store
            return try provisioner.plan(request, for: targets).map { planned in
                let version = planned.build.version.description
                let program = store.program(of: planned.build)
                switch planned.action {
                case .present: return step(.keep, version, "installed: \(program)")
                case .link:
                    return step(
                        .keep,
                        version,
                        "installed: \(program); would write \(store.link(of: planned.build))"
                    )
                case .installed, .built, .launcher, .adopted, .repaired:
                    return .toInstall(
                        tool: tool,
                        request: text,
                        source: source,
                        version: version,
                        reason: planned.reason,
                        found: found
                    )
                }
            }
        } catch {
            return [step(.blocked, request.version?.description, error.onOneLine)]
        }
    }
}

extension Alignment {
    /// Whether a later step is this one for another request.
    fileprivate func isRepeated(by other: Alignment) -> Bool {
        version != nil && tool == other.tool && version == other.version
            && (tool == "go" || reason == other.reason)
    }
}
