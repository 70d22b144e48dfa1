internal import ArgumentParser
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Makes Go versions present.
struct Ensure: HostCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make Go versions present: verified, complete, with a launcher.",
        discussion: """
            SPEC is go1.21.13 (exactly this), go1.21 or go1.20.x (its newest patch known), \
            go@latest, go>=1.21 (any that is not older) or go1.28rc (its newest release candidate). \
            Without SPEC, the manifest says what to have.

            What is there already is left alone, in a few milliseconds.
            """
    )

    @Argument(help: ArgumentHelp("The versions to have.", valueName: "spec"))
    var specs: [String] = []

    @Option(
        name: .customLong("sha256"),
        help: ArgumentHelp(
            "The digest of an archive that no catalogue knows; with one exact SPEC.",
            valueName: "hex"
        )
    )
    var digest: String?

    @Flag(help: "Take a tree of golang.org/dl or of your own if it is what the archive holds.")
    var adopt = false

    @Flag(help: "Say what would be done and do nothing; exit status 20 if there is something.")
    var check = false

    @OptionGroup var source: SourceOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        var options = try options()
        let settings = try context.settings { source.add(to: &$0) }
        options.durability = settings.durability
        let wishes = try wishes(settings, context: context)
        if specs.isEmpty { options.minimum = settings.manifest?.manifest.minimum }
        if source.archive != nil || digest != nil {
            guard wishes.count == 1, case .exactly = wishes[0].request else {
                throw Failure(
                    .usage,
                    "`--archive` and `--sha256` go with one exact version",
                    hint: "for instance `gotoolprov ensure go1.21.13 --archive FILE`"
                )
            }
        }
        let provisioner = try context.provisioner(settings, change.conduct)
            .prefetching(wishes, options: options)
        var outcomes: [Provisioner.Outcome] = []
        var failure: Failure?
        for wish in wishes {
            do throws(Failure) {
                let outcome = try provisioner.ensure(wish, options: options)
                outcomes.append(outcome)
                if common.format == .text { context.output.write(line(outcome)) }
            } catch {
                failure = error
                break
            }
        }
        if common.format == .json, failure == nil || !outcomes.isEmpty {
            context.output.write(document(outcomes).rendered)
        }
        if let failure { throw failure }
        if outcomes.contains(where: { $0.action != .present }) {
            noteMissingPath(settings, context: context)
        }
        let isChanged = outcomes.contains { $0.action != .present }
        return check && isChanged ? 20 : 0
    }

    private func options() throws(Failure) -> Provisioner.EnsureOptions {
        var options = Provisioner.EnsureOptions()
        options.archivePath = source.archive
        options.adopts = adopt
        options.isCheck = check
        if let digest {
            guard let parsed = SHA256Digest(hexadecimal: digest) else {
                throw Failure(
                    .usage,
                    "`--sha256` takes 64 hexadecimal digits",
                    facts: [.init("found", digest)]
                )
            }
            options.digest = parsed
        }
        return options
    }

    private func wishes(
        _ settings: Settings,
        context: Context
    ) throws(Failure) -> [Manifest.Wish] {
        if !specs.isEmpty {
            var wishes: [Manifest.Wish] = []
            for spec in specs { wishes.append(try context.wish(spec)) }
            return wishes
        }
        guard let located = settings.manifest else {
            throw Failure(
                .usage,
                "nothing says which Go to have",
                hint: "name a version, such as `gotoolprov ensure go1.21.13`, or write a"
                    + " gotoolprov.json"
            )
        }
        guard !located.manifest.wishes.isEmpty else {
            throw Failure(
                .configuration,
                "the manifest asks for no Go",
                facts: [.init("file", located.path)],
                hint: "give it `go` with `versions`"
            )
        }
        return located.manifest.wishes
    }

    private func line(_ outcome: Provisioner.Outcome) -> String {
        let action =
            switch outcome.action {
            case .present: "present"
            case .launcher: check ? "would write launcher" : "launcher written"
            case .adopted: check ? "would adopt" : "adopted"
            case .installed: check ? "would install" : "installed"
            }
        return "\(outcome.version.toolchainName)  \(action)  \(outcome.goRoot)\n"
    }

    private func document(_ outcomes: [Provisioner.Outcome]) -> JSONValue {
        [
            "schemaVersion": 1,
            "check": .boolean(check),
            "results": .array(
                outcomes.map { outcome in
                    [
                        "request": .string(outcome.text),
                        "version": .string(outcome.version.description),
                        "action": .string(outcome.action.rawValue),
                        "goroot": .string(outcome.goRoot),
                        "launcher": .string(outcome.launcherPath),
                    ]
                }
            ),
        ]
    }

    private func noteMissingPath(_ settings: Settings, context: Context) {
        guard !context.searchPath.contains(settings.goBin) else { return }
        context.note(
            "\(settings.goBin) is not on PATH; launchers are found by name once you have"
                + " `export PATH=\(ShellQuoting.quoted(settings.goBin)):\"$PATH\"`"
        )
    }
}

extension Context {
    /// The folders of PATH, in order.
    var searchPath: [String] {
        (environment["PATH"] ?? "").split(byte: ":").compactMap { environment.absolutePath($0) }
    }
}
