internal import ArgumentParser
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Makes Go versions and tools present.
struct Ensure: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "ensure",
        abstract:
            "Make Go versions and the tools that fit them present: verified, complete, with a launcher.",
        discussion: """
            SPEC is go1.21.13 (exactly this), go1.21 or go1.20.x (its newest patch known), \
            go@latest, go>=1.21 (any that is not older) or go1.28rc (its newest release candidate); or \
            a tool: dlv (the newest that fits each Go), dlv@1.25.0, gopls. Without SPEC, the manifest \
            says what to have.

            Tools are for the Go versions that are named beside them or by --for, else for all that \
            are installed. They come from archives of a catalogue; Delve is otherwise built here from \
            its source, which needs no network, by a Go that fits, installed for that if need be.

            What is there already is left alone, in a few milliseconds.
            """
    )

    @Argument(
        help: ArgumentHelp("The versions and tools to have.", valueName: "spec"),
        completion: .known
    )
    var specs: [String] = []

    @Option(
        name: .customLong("sha256"),
        help: ArgumentHelp(
            "The digest of an archive that no catalogue knows; with one exact SPEC.",
            valueName: "hex"
        )
    )
    var digest: String?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "The Go version that tools have to fit; may be repeated.",
            valueName: "version"
        ),
        completion: .known
    )
    var targets: [String] = []

    @Flag(help: "Take a tree of golang.org/dl or of your own if it is what the archive holds.")
    var adopt = false

    @Flag(help: "Say what would be done and do nothing; exit status 20 if there is something.")
    var check = false

    @OptionGroup var source: SourceOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let given = try given()
        let settings = try context.settings { source.add(to: &$0) }
        let (wishes, tools) = try wishes(settings, context: context)
        if !targets.isEmpty, tools.isEmpty {
            throw Failure(
                .usage,
                "`--for` goes with a tool",
                hint: "for instance `gotoolprov ensure dlv --for go1.21.13`"
            )
        }
        if given.path != nil || given.digest != nil {
            guard wishes.count == 1, tools.isEmpty, case .exactly = wishes[0].request else {
                throw Failure(
                    .usage,
                    "`--archive` and `--sha256` go with one exact version of Go",
                    hint:
                        "for instance `gotoolprov ensure go1.21.13 --archive FILE`; what a tool is"
                        + " made from is found by `--mirror`, or after `gotoolprov cache add FILE`"
                )
            }
        }
        var policy = Provisioner.Policy()
        policy.adopts = adopt
        policy.isCheck = check
        if specs.isEmpty { policy.minimum = settings.manifest?.manifest.minimum }
        let session = try context.session(settings, change.allowance)
        let provisioner = Provisioner(
            Store(session),
            Supply(session, given: given),
            policy: policy
        )
        try provisioner.prefetch(wishes)
        var outcomes: [Outcome] = []
        var failure: Failure?
        do throws(Failure) {
            for wish in wishes {
                let outcome = try provisioner.ensure(wish)
                let isRepeated = outcomes.contains { $0.installation == outcome.installation }
                outcomes.append(outcome)
                if !isRepeated { show(outcome, in: context) }
                if let remark = outcome.remark { context.note(remark) }
                noteTakenLauncher(outcome, context: context)
            }
            let goals = try goals(outcomes, provisioner, context: context)
            for request in tools {
                for outcome in try provisioner.ensure(request, for: goals) {
                    outcomes.append(outcome)
                    show(outcome, in: context)
                }
            }
        } catch {
            failure = error
        }
        if common.format == .json, failure == nil || !outcomes.isEmpty {
            context.output.write(document(outcomes).rendered)
        }
        if let failure { throw failure }
        let isChanged = outcomes.contains { $0.action != .present }
        if isChanged { noteMissingPath(settings, context: context) }
        return check && isChanged ? 20 : 0
    }

    /// The archive that the command line names.
    private func given() throws(Failure) -> GivenArchive {
        guard let digest else { return GivenArchive(path: source.archive) }
        guard let parsed = SHA256Digest(hexadecimal: digest) else {
            throw Failure(
                .usage,
                "`--sha256` takes 64 hexadecimal digits",
                facts: [.init("found", digest)]
            )
        }
        return GivenArchive(path: source.archive, digest: parsed)
    }

    private func wishes(
        _ settings: Settings,
        context: Context
    ) throws(Failure) -> (go: [Manifest.Wish], tools: [ToolRequest]) {
        guard specs.isEmpty else { return try context.host.requests(specs) }
        if let failure = settings.manifestFailure { throw failure }
        guard let located = settings.manifest else {
            throw Failure(
                .usage,
                "nothing says which Go to have",
                hint: versionInArchiveName.map {
                    "the file's name says `gotoolprov ensure \($0.toolchainName) --archive FILE`"
                }
                    ?? "name a version, such as `gotoolprov ensure go1.21.13`, or write a"
                    + " gotoolprov.json"
            )
        }
        guard !located.manifest.wishes.isEmpty || !located.manifest.tools.isEmpty else {
            throw Failure(
                .configuration,
                "the manifest asks for no Go",
                facts: [.init("file", located.path)],
                hint: "give it `go` with `versions`"
            )
        }
        return (located.manifest.wishes, located.manifest.tools)
    }

    /// The version that the name of `--archive` says.
    private var versionInArchiveName: GoVersion? {
        let name = source.archive?.split(byte: "/").last?.split(byte: ".") ?? []
        guard let end = name.firstIndex(where: { $0.hasPrefix("linux-") }) else { return nil }
        let text = name[..<end].joined(separator: ".")
        return text.hasPrefix("go") ? GoVersion(text) : nil
    }

    /// The Go versions that tools have to fit; nil for all that are installed.
    private func goals(
        _ outcomes: [Outcome],
        _ provisioner: Provisioner,
        context: Context
    ) throws(Failure) -> [GoVersion]? {
        guard !targets.isEmpty else {
            return outcomes.isEmpty ? nil : outcomes.compactMap(\.goVersion)
        }
        var versions: [GoVersion] = []
        for text in targets {
            // How a Go names itself need not be a request, such as `go1.21.13-X:nodwarf5`.
            if (try? GoRequest(parsing: text)) == nil, let version = GoVersion(stated: text) {
                versions.append(version)
            } else {
                versions.append(try provisioner.resolved(try context.host.wish(text)))
            }
        }
        return versions
    }

    private func show(_ outcome: Outcome, in context: Context) {
        if common.format == .text {
            let targets = outcome.tool?.targets.map(\.toolchainName).joined(separator: ", ") ?? ""
            context.output.write(
                "\(outcome.installation.name)  \(words(outcome.action))"
                    + (targets.isEmpty ? "" : " for \(targets)")
                    + "  \(outcome.tool?.program ?? outcome.path)\n"
            )
        }
        if outcome.action != .present, let reason = outcome.tool?.reason { context.note(reason) }
    }

    private func words(_ action: Outcome.Action) -> String {
        switch action {
        case .present: "present"
        case .launcher: check ? "would write launcher" : "launcher written"
        case .link: check ? "would write link" : "link written"
        case .adopted: check ? "would adopt" : "adopted"
        case .installed: check ? "would install" : "installed"
        case .built: check ? "would build" : "built"
        case .repaired: check ? "would repair" : "repaired"
        }
    }

    private func document(_ outcomes: [Outcome]) -> JSONValue {
        [
            "schema": .string(DocumentKind.ensure.schema),
            "check": .boolean(check),
            "results": .array(outcomes.filter { $0.tool == nil }.map(\.document)),
            "tools": .array(outcomes.filter { $0.tool != nil }.map(\.document)),
        ]
    }

    private func noteMissingPath(_ settings: Settings, context: Context) {
        let folder = settings.goBin
        guard !context.searchPath.contains(where: { FileSystem.isSame($0, folder) }) else { return }
        let source = settings.goBinSource.map { " (from \($0))" } ?? ""
        context.note(
            "\(folder)\(source) is not on PATH; launchers are found by name once you have"
                + " \(settings.pathAdvice(in: context.environment))"
        )
    }

    /// A launcher has one name and runs one tree: its former one is then run by no name.
    private func noteTakenLauncher(_ outcome: Outcome, context: Context) {
        guard let root = outcome.formerGoRoot else { return }
        let verb = check ? "would run" : "runs"
        context.note(
            "\(outcome.launcherPath) \(verb) \(outcome.path) now, and no longer \(root)"
        )
    }
}

extension Settings {
    /// The command of the user's shell that puts GOBIN first on PATH, and what keeps it so.
    func pathAdvice(in environment: HostEnvironment) -> String {
        switch environment["SHELL"]?.split(byte: "/").last {
        case "fish": "`fish_add_path --move \(ShellSyntax.fish.quoted(goBin))`"
        case "zsh": "`\(pathCommand)`; ~/.zshrc keeps it"
        case "bash": "`\(pathCommand)`; ~/.bashrc keeps it"
        default: "`\(pathCommand)`; ~/.profile keeps it"
        }
    }

    /// The command of a POSIX shell that puts GOBIN first on PATH.
    private var pathCommand: String { "export PATH=\(ShellQuoting.quoted(goBin)):\"$PATH\"" }
}

extension Context {
    /// The folders of PATH, in order.
    var searchPath: [String] {
        (environment["PATH"] ?? "").split(byte: ":").compactMap { environment.absolutePath($0) }
    }
}
