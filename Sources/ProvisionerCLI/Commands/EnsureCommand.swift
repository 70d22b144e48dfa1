internal import ArgumentParser
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Installs Go versions and tools.
struct Ensure: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "ensure",
        abstract:
            "Install Go versions and matching tools.",
        discussion: """
            SPEC is one of:
              go1.21.13      exactly this version
              go1.21         the newest patch release of Go 1.21 (also: go1.21.x)
              go1.20.x       the newest patch release of Go 1.20 (go1.20 is the .0 release)
              go@latest      the newest stable release (alias: stable)
              oldstable      the newest patch release of the previous Go 1.N line
              'go>=1.21'     1.21 or newer; if none is installed, the newest release
              go1.28rc       the newest release candidate of Go 1.28
              dlv, gopls     the newest compatible version, separately for each Go
              dlv@1.25.0     exactly this version
            Without SPEC, installs the versions and tools in the manifest, or with --site-manifest those \
            that the site lists under that name.

            To find the newest release of a line or the latest one, `ensure` reads the catalogs and \
            go.dev's list of releases, which it requests at most once an hour and never with --offline.

            A version that no catalog lists can be installed if Go's checksum database vouches for it. \
            The record is proven by FILE.tlog-proof next to the archive FILE or, without that file, \
            looked up online.

            A compatible version of each tool is installed for every Go version given with --for. \
            Without --for, it is installed for the Go versions requested along with it or, if there \
            are none, for every installed Go.

            Tools are installed from archives that a catalog lists. If no archive is available, Delve is \
            built from source with an installed Go; the build does not use the network. If no installed \
            Go can build it, one that can is installed first.

            Installed versions that are intact are not changed. `install` is an alias.
            """,
        aliases: ["install"]
    )

    @Argument(
        help: ArgumentHelp("The versions and tools to install.", valueName: "spec"),
        completion: .known
    )
    var specs: [String] = []

    @Option(
        name: .customLong("sha256"),
        help: ArgumentHelp(
            "The SHA-256 of an archive that no catalog lists; requires one exact Go version.",
            valueName: "hex"
        )
    )
    var digest: String?

    @Option(
        help: ArgumentHelp(
            "Install from this archive; requires one exact Go version.",
            valueName: "file"
        ),
        completion: .file()
    )
    var archive: String?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "Select tools for this Go version; repeatable.",
            valueName: "version"
        ),
        completion: .known
    )
    var targets: [String] = []

    @Flag(
        help:
            "Take over an existing toolchain that gotoolprov did not install, if its files are those of the archive or of the published Go."
    )
    var adopt = false

    @Flag(help: "Do not use Go's checksum database to verify versions that no catalog lists.")
    var noLog = false

    @Flag(
        help: ArgumentHelp(
            "Print what would change, without changing it; exit with status 20 if anything would."
        )
    )
    var check = false

    @OptionGroup var source: SourceOptions
    @OptionGroup var site: SiteOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let given = try given()
        let settings = try context.settings {
            source.add(to: &$0)
            $0.isLogDisabled = noLog
        }
        var allowance = change.allowance
        allowance.acceptsExpired = site.acceptExpired
        let session = try context.session(settings, allowance)
        let siteManifest = try site.manifest.map { name throws(Failure) in
            try Supply(session).siteManifest(name, isCheck: check)
        }
        let (requests, tools) = try requests(settings, siteManifest, context: context)
        if !targets.isEmpty, tools.isEmpty {
            throw Failure(
                .usage,
                "`--for` requires a tool",
                hint: "for example, `gotoolprov ensure dlv --for go1.21.13`"
            )
        }
        if given.path != nil || given.digest != nil {
            guard requests.count == 1, tools.isEmpty, case .exactly = requests[0].version else {
                throw Failure(
                    .usage,
                    "`--archive` and `--sha256` require one exact Go version",
                    hint:
                        "for example, `gotoolprov ensure go1.21.13 --archive FILE`; pass the"
                        + " archive of a tool with `--mirror DIR` or `gotoolprov cache add FILE`"
                )
            }
        }
        var policy = Provisioner.Policy()
        policy.adopts = adopt
        policy.isCheck = check
        if specs.isEmpty {
            policy.minimum = (siteManifest ?? settings.manifest?.manifest)?.minimum
        }
        let provisioner = Provisioner(
            Store(session),
            Supply(session, given: given),
            policy: policy
        )
        try provisioner.prefetch(requests)
        var outcomes: [Outcome] = []
        var failure: Failure?
        do throws(Failure) {
            for request in requests {
                let outcome = try provisioner.ensure(request)
                guard outcomes.appendNew(outcome) else { continue }
                show(outcome, in: context)
                for remark in outcome.remarks(isOffline: settings.isOffline) {
                    context.note(remark)
                }
                noteTakenLauncher(outcome, context: context)
            }
            let targets = try targets(outcomes, provisioner, context: context)
            for request in tools {
                for outcome in try provisioner.ensure(request, for: targets)
                where outcomes.appendNew(outcome) {
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

    func validate() throws {
        if site.manifest != nil, !specs.isEmpty {
            throw ValidationError("`--site-manifest` and SPEC cannot be combined")
        }
    }

    /// Returns the archive in the command-line options.
    private func given() throws(Failure) -> GivenArchive {
        guard let digest else { return GivenArchive(path: archive) }
        guard let parsed = SHA256Digest(hexadecimal: digest) else {
            throw Failure(
                .usage,
                "`--sha256` must be 64 hexadecimal digits",
                facts: [.init("found", digest)]
            )
        }
        return GivenArchive(path: archive, digest: parsed)
    }

    private func requests(
        _ settings: Settings,
        _ manifest: Manifest?,
        context: Context
    ) throws(Failure) -> (go: [Manifest.Request], tools: [ToolRequest]) {
        if let manifest { return (manifest.requests, manifest.tools) }
        guard specs.isEmpty else { return try context.host.requests(specs) }
        if let failure = settings.manifestFailure { throw failure }
        guard let located = settings.manifest else {
            throw Failure(
                .usage,
                "no version is named, and there is no manifest",
                hint: versionInArchiveName.map {
                    "run `gotoolprov ensure \($0.toolchainName) --archive FILE`"
                }
                    ?? "run `gotoolprov ensure go1.21.13`, or write a"
                    + " gotoolprov.json"
            )
        }
        guard !located.manifest.requests.isEmpty || !located.manifest.tools.isEmpty else {
            throw Failure(
                .configuration,
                "the manifest lists no versions",
                facts: [.init("file", located.path)],
                hint: "add a version to `go.versions`"
            )
        }
        return (located.manifest.requests, located.manifest.tools)
    }

    /// The version in the file name of `--archive`.
    private var versionInArchiveName: GoVersion? {
        let name = archive?.split(byte: "/").last?.split(byte: ".") ?? []
        guard let end = name.firstIndex(where: { $0.hasPrefix("linux-") }) else { return nil }
        let text = name[..<end].joined(separator: ".")
        return text.hasPrefix("go") ? GoVersion(text) : nil
    }

    /// Returns the Go versions that tools must be compatible with, or `nil` for all installed ones.
    private func targets(
        _ outcomes: [Outcome],
        _ provisioner: Provisioner,
        context: Context
    ) throws(Failure) -> [GoVersion]? {
        guard !targets.isEmpty else {
            return outcomes.isEmpty ? nil : outcomes.compactMap(\.goVersion)
        }
        var versions: [GoVersion] = []
        for text in targets {
            // The version that a Go reports may not be a valid request: `go1.21.13-X:nodwarf5`.
            if (try? GoRequest(parsing: text)) == nil, let version = GoVersion(reported: text) {
                versions.append(version)
            } else {
                versions.append(try provisioner.resolved(try context.host.request(text)))
            }
        }
        return versions
    }

    private func show(_ outcome: Outcome, in context: Context) {
        if common.format == .text {
            let targets = outcome.tool?.targets.map(\.toolchainName).joined(separator: ", ") ?? ""
            let isChange = outcome.action != .present
            let action =
                words(outcome).toned(check && isChange ? .caution : .good)
                + StyledText(targets.isEmpty ? "" : " for \(targets)")
            context.output.write(
                line: .result(
                    outcome.installation.name,
                    action,
                    outcome.program ?? outcome.path
                )
            )
        }
        if outcome.action != .present { noteSelection(outcome, context: context) }
    }

    private func words(_ outcome: Outcome) -> String {
        let proof =
            outcome.provingLog.map {
                check ? ", if \($0) proves its files" : ", proven by \($0)"
            } ?? ""
        return words(outcome.action) + proof
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

    /// Says why this version of a tool was selected, if there was a choice.
    private func noteSelection(_ outcome: Outcome, context: Context) {
        guard case .tool(let build) = outcome.installation,
            let reason = outcome.tool?.reason, reason.hasPrefix("\(build.version) ")
        else { return }
        let rest = reason.dropFirst("\(build.version) ".count)
        context.note("selected \(build.tool) \(build.version), which \(rest)")
    }

    private func noteMissingPath(_ settings: Settings, context: Context) {
        let directory = settings.goBin
        guard !context.searchPath.contains(where: { FileSystem.isSame($0, directory) }) else {
            return
        }
        let source = settings.goBinSource.map { " (from \($0))" } ?? ""
        context.note(
            "\(directory)\(source) is not on PATH, so your shell cannot find the launchers; run"
                + " \(settings.pathAdvice(in: context.environment))"
        )
    }

    /// A launcher runs a single tree, so the previous tree loses its launcher.
    private func noteTakenLauncher(_ outcome: Outcome, context: Context) {
        guard let root = outcome.formerGoRoot else { return }
        let verb = check ? "would now run" : "now runs"
        context.note(
            "\(outcome.launcherPath) \(verb) \(outcome.path) instead of \(root)"
        )
    }
}

extension Settings {
    /// Returns the command of the user's shell that puts GOBIN first on PATH, and how to make it permanent.
    func pathAdvice(in environment: HostEnvironment) -> String {
        switch environment["SHELL"]?.split(byte: "/").last {
        case "fish": "`fish_add_path --move \(ShellSyntax.fish.quoted(goBin))`"
        case "zsh": "`\(pathCommand)`, and add it to ~/.zshrc"
        default: "`\(pathCommand)`, and add it to ~/.profile"
        }
    }

    /// The command that puts GOBIN first on PATH in a POSIX shell.
    private var pathCommand: String { "export PATH=\(ShellQuoting.quoted(goBin)):\"$PATH\"" }
}

extension Context {
    /// The directories of PATH in order.
    var searchPath: [String] {
        (environment["PATH"] ?? "").split(byte: ":").compactMap { environment.absolutePath($0) }
    }
}
