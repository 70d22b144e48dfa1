internal import ArgumentParser
internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Says what this host is and has.
struct Status: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show this host, its Go versions, and what is missing.",
        discussion: """
            Finds every Go on the host, whoever installed it, without running any. Compares them with \
            --want, else with the manifest, else with the nearest go.mod or go.work, and prints what \
            `ensure` would do: keep, install, upgrade, repair, side-by-side (other versions stay) or \
            blocked.
            """
    )

    @Option(
        name: .customLong("want"),
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Compare with these: go1.21.0, go@latest, dlv, dlv@1.25.0, gopls.",
            valueName: "spec"
        ),
        completion: .known
    )
    var wanted: [String] = []

    @Flag(help: "Accept newer versions, too.")
    var min = false

    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let settings = try context.host.settings(from: context.host.inspectionEnvironment) {
            $0.manifestUse = .usable
        }
        // A machine that Go is not made for is a failure, as for every command.
        _ = try context.host.platform()
        let catalog = try context.host.readableCatalog(settings)
        let facts = context.host.facts(settings, catalog.tools)
        let entries = try Installations(root: settings.sdkRoot).all()
        let steps = try alignment(facts, settings: settings, in: context)
        switch common.format {
        case .text:
            context.output.write(table(facts.rows(settings)))
            context.output.write(table(entries.map { [$0.name, $0.state.words] }))
            if !steps.isEmpty {
                context.output.write("\n")
                context.output.write(table(steps.map(\.row)))
            }
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
                    .array(entries.filter { $0.goVersion != nil }.map(\.document))
                ),
                .init("alignment", .array(steps.map(\.document))),
            ]
            let document = JSONValue.object(
                [DocumentKind.status.member] + facts.members + own
            )
            context.output.write(document.rendered)
        }
        return 0
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
            // go.mod says the oldest that will do.
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
                let settled = try supply.settled(request.version, installed: installed)
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
        return steps
            + tools.flatMap { tool in
                self.steps(
                    tool,
                    for: targets.isEmpty ? nil : targets,
                    source: source,
                    found: facts.setting.tools,
                    provisioner
                )
            }
    }

    /// What `ensure` would do for a tool.
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

extension HostFacts {
    /// The facts as text, one row each.
    fileprivate func rows(_ settings: Settings) -> [[String]] {
        var rows: [[String]] = []
        if let platform {
            let machine = "(\(platform.evidence); kernel reports \(platform.machine))"
            rows.append(["platform", "\(platform.platform)  \(machine)"])
            if platform.platform.architecture == .amd64 {
                rows.append(["GOAMD64", "up to \(amd64Level?.rawValue ?? "unknown")"])
            }
            if platform.platform.architecture == .arm {
                rows.append(["GOARM", "up to \(armLevel?.rawValue ?? "unknown")"])
            }
        }
        rows.append(["libc", "\(library.words)  (\(library.evidence))"])
        rows.append(["kernel", "Linux \(kernel)"])
        if let operatingSystem { rows.append(["system", operatingSystem.name]) }
        if subsystem.generation != .none {
            let evidence = subsystem.evidence.joined(separator: "; ")
            rows.append(["WSL", "\(subsystem.generation.rawValue)  (\(evidence))"])
        }
        for marker in containers {
            rows.append(["container", "\(marker.kind)  (\(marker.evidence))"])
        }
        let virtual = virtualization.name.map { ", \($0)" } ?? ""
        rows.append([
            "runs in", "\(virtualization.kind.rawValue)\(virtual)  (\(virtualization.evidence))",
        ])
        rows.append(["systemd", services.words])
        rows.append([
            "SDK directory",
            settings.sdkRoot + (directory(.sdkRoot).map { "  (\($0.words))" } ?? ""),
        ])
        let position = goBinPosition.map { "position \($0 + 1)" } ?? "not"
        let source = settings.goBinSource.map { "; from \($0)" } ?? ""
        rows.append(["launchers", "\(settings.goBin)  (\(position) on PATH\(source))"])
        let problem = settings.manifestFailure.map { "invalid  (\($0.onOneLine))" }
        rows.append(["manifest", settings.manifest?.path ?? problem ?? "none"])
        for mirror in settings.mirrors { rows.append(["mirror", mirror.name]) }
        let width = search.installations.map(\.title.count).max() ?? 0
        for installation in search.installations {
            rows.append(["Go", installation.line(titleWidth: width)])
        }
        if let first = search.goCommands.first {
            rows.append(["go on PATH", "\(first.path)  (\(first.words))"])
        }
        for tool in setting.tools {
            rows.append([tool.tool, "\(tool.path)  \(tool.version ?? "version unknown")"])
        }
        for trap in findings { rows.append([trap.isHarmful ? "warning" : "note", trap.evidence]) }
        return rows
    }
}

extension ServiceManager {
    fileprivate var words: String {
        isSystemd.map { $0 ? "running" : "not running  (\(evidence))" } ?? "unknown  (\(evidence))"
    }
}

extension DirectoryFacts {
    /// The file system and what is wrong with it.
    fileprivate var words: String {
        var parts = [mount?.kind ?? "unknown file system"]
        if isNoExec == true { parts.append("noexec") }
        if isWindowsDrive == true { parts.append("Windows drive") }
        if isCaseInsensitive == true { parts.append("case-insensitive") }
        if mount?.isReadOnly == true { parts.append("read-only") }
        if let availableByteCount { parts.append("\(ByteCount(availableByteCount)) free") }
        return parts.joined(separator: ", ")
    }
}

extension GoInstallation {
    fileprivate var title: String { version?.toolchainName ?? versionText ?? "unknown version" }

    /// The version, the tree, whose it is and what is wrong with it.
    fileprivate func line(titleWidth: Int) -> String {
        let problems =
            problems.isEmpty ? "" : ": " + self.problems.map(\.words).joined(separator: "; ")
        return "\(title.padded(to: titleWidth))  \(root)  (\(origin.name))\(problems)"
    }
}

extension Alignment {
    /// The step as a row of text.
    fileprivate var row: [String] {
        [request, action.rawValue, version ?? "-", "\(reason)  (\(source))"]
    }
}

extension CLibrary {
    /// `glibc 2.36`, or `none`.
    fileprivate var words: String {
        switch kind {
        case .none, .unknown: kind.rawValue
        case .glibc, .musl: "\(kind.rawValue) \(version ?? "(unknown version)")"
        }
    }
}
