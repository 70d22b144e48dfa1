internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// The Go and the tools that run by default: the first on PATH, or otherwise the one selected by
/// `gotoolprov use`.
struct ProgramsInUse {
    /// The root directory of the Go in use with links resolved, or `nil` if there is none or it is
    /// unknown.
    let goRoot: String?
    let goVersion: GoVersion?
    /// The first programs on PATH.
    let effective: HostReport.Effective
    /// The paths of the tools in use with links resolved, by name.
    private let tools: [String: String]
    private let files: RootedFiles

    init(_ facts: HostFacts, _ settings: Settings, _ store: Installations, _ host: HostContext) {
        let files = host.files
        // A `go.exe` runs only if it is called by that name.
        let commands = facts.search.goCommands.filter { !$0.path.hasSuffix("/go.exe") }
        let root: String? =
            if let command = commands.first {
                command.target == .snap
                    ? files.withoutLinks("/snap/go/current")
                    : command.rootPath.flatMap { files.withoutLinks($0) }
            } else {
                store.defaultVersion.flatMap { files.withoutLinks(store.goRoot(of: $0)) }
            }
        goRoot = root
        let version = facts.search.installations.first { $0.root == root }?.version
        goVersion = version
        var tools: [String: String] = [:]
        for name in ["dlv", "gopls"] {
            let linked = "\(settings.goBin)/\(name)"
            let path =
                facts.path.programs(name, in: files).first
                ?? (files.isExecutable(linked) ? linked : nil)
            tools[name] = path.flatMap { files.withoutLinks($0) }
        }
        self.tools = tools
        self.files = files
        let sdkRoot = files.withoutLinks(settings.sdkRoot) ?? settings.sdkRoot
        func isLauncher(_ command: GoCommand) -> Bool {
            if case .launcher = command.target { return true }
            return command.rootPath.map { $0.isInside(sdkRoot) } ?? false
        }
        // Another Go is shadowing only if a launcher follows it on PATH or `use` selected a
        // version.
        let hides = commands.contains(where: isLauncher) || store.defaultVersion != nil
        effective = HostReport.Effective(
            go: commands.first.map { .init(path: $0.path, version: version?.description) },
            dlv: facts.delveOnPath.map { path in
                let real = files.withoutLinks(path)
                return .init(
                    path: path,
                    version: facts.setting.tools.first { $0.path == real }?.version
                )
            },
            gotoolchain: host.environment["GOTOOLCHAIN"],
            shadowedBy: hides ? commands.prefix { !isLauncher($0) }.prefix(256).map(\.path) : []
        )
    }

    /// Whether an installation made by gotoolprov is in use.
    func isInUse(_ entry: Installed<Installation>) -> Bool {
        if let name = entry.toolBuild?.tool.name {
            return files.withoutLinks("\(entry.path)/bin/\(name)").map { isInUse($0, as: name) }
                ?? false
        }
        return goRoot != nil && files.withoutLinks(entry.path) == goRoot
    }

    /// Whether a program, with links resolved, is the tool in use.
    func isInUse(_ path: String, as tool: String) -> Bool { tools[tool] == path }
}
