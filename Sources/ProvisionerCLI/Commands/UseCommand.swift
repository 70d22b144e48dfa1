internal import ArgumentParser
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Selects the default Go, or the default version of a tool.
struct Use: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "use",
        abstract:
            "Select the default Go, or the default version of a tool.",
        discussion: """
            Creates the launchers `go` and `gofmt` in GOBIN. Selecting another version replaces a single \
            symbolic link, so both switch at once. Without SPEC, selects the default version in the \
            manifest. If the manifest has none, prints the selected version.

            With `dlv@1.25.0`, links `dlv` in GOBIN to that version. With `dlv`, links it to the newest \
            installed version that is compatible with the selected Go.
            """
    )

    @Argument(
        help: ArgumentHelp("An installed version, a prefix of one, or a tool.", valueName: "spec"),
        completion: .installed
    )
    var spec: String?

    @Flag(help: "Delete the launchers `go` and `gofmt`, or the launcher of the given tool.")
    var none = false

    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func validate() throws {
        if none, let spec, Tool(spec) == nil {
            throw ValidationError("`--none` accepts a tool such as `dlv`, but no version")
        }
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        let settings = try context.settings()
        let session = try context.session(settings, change.allowance)
        let store = Store(session)
        let chooser = Chooser(store, Supply(session))
        if none, let spec, let tool = Tool(spec) {
            show(tool, try chooser.useNone(of: tool), in: context)
            return 0
        }
        if none {
            let chosen = try chooser.useNone()
            show(nil, isChanged: chosen != nil, store, in: context)
            return 0
        }
        if let spec, ToolRequest.isForTool(spec) {
            show(try chooser.use(try context.host.toolRequest(spec)), in: context)
            return 0
        }
        let request: Manifest.Request?
        if let spec {
            request = try context.host.request(spec)
        } else {
            if let failure = settings.manifestFailure { throw failure }
            request = settings.manifest?.manifest.defaultVersion
        }
        guard let request else {
            show(store.installations.defaultVersion, isChanged: false, store, in: context)
            return 0
        }
        let selection = try chooser.use(request)
        show(selection.version, isChanged: selection.isChanged, store, in: context)
        noteOtherGo(selection, settings, context)
        return 0
    }

    private func show(
        _ tool: Tool,
        _ deleted: (build: ToolBuild, link: String)?,
        in context: Context
    ) {
        switch common.format {
        case .text:
            context.output.write(
                line: deleted.map { .result($0.build.name, "deselected", $0.link) } ?? "none"
            )
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.use.schema), "tool": .string(tool.name),
                "version": nil, "program": nil, "link": JSONValue(deleted?.link),
                "changed": .boolean(deleted != nil),
            ]
            context.output.write(document.rendered)
        }
    }

    private func show(_ selection: ToolSelection, in context: Context) {
        let build = selection.tool.build
        switch common.format {
        case .text:
            let action = (selection.isChanged ? "selected" : "already selected").toned(.good)
            context.output.write(line: .result(build.name, action, selection.link))
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.use.schema), "tool": .string(build.tool.name),
                "version": .string(build.version.description),
                "program": .string(selection.tool.program), "link": .string(selection.link),
                "changed": .boolean(selection.isChanged),
            ]
            context.output.write(document.rendered)
        }
    }

    private func show(
        _ version: GoVersion?,
        isChanged: Bool,
        _ store: Store,
        in context: Context
    ) {
        let goRoot = version.map(store.installations.goRoot)
        switch common.format {
        case .text:
            guard let version, let goRoot else {
                context.output.write(line: isChanged ? "none  deselected" : "none")
                return
            }
            let action = (isChanged ? "selected" : "already selected").toned(.good)
            context.output.write(line: .result(version.toolchainName, action, goRoot))
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.use.schema),
                "version": JSONValue(version?.description),
                "goroot": JSONValue(goRoot), "changed": .boolean(isChanged),
            ]
            context.output.write(document.rendered)
        }
    }

    /// Notes if typing `go` would run something else.
    private func noteOtherGo(
        _ selection: Selection,
        _ settings: Settings,
        _ context: Context
    ) {
        if let former = selection.formerLink {
            context.note("`go` in \(settings.goBin) previously followed \(former)")
        }
        guard let wanted = selection.launcherPaths.first else { return }
        let first = context.searchPath.map { "\($0)/go" }.first(where: FileSystem.isExecutable)
        if let first, FileSystem.isSame(first, wanted) { return }
        let found = first.map { "`go` on PATH is \($0)" } ?? "no `go` is on PATH"
        let source = settings.goBinSource.map { " (from \($0))" } ?? ""
        context.note(
            "\(found); put \(settings.goBin)\(source) first:"
                + " \(settings.pathAdvice(in: context.environment))"
        )
    }
}
