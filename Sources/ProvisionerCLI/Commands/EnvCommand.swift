internal import ArgumentParser
internal import HostInspection
internal import Mirrors
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Prints the environment for a Go version, or for Go's own switching from a mirror, in shell syntax.
struct Env: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "Print shell commands that select an installed Go.",
        discussion: """
            sh, bash, zsh: eval "$(gotoolprov env go1.21.13)"
            fish: gotoolprov env go1.21.13 --shell fish | source

            With --offline, the variables that make `go` itself download the version in a `toolchain` line from a \
            mirror, and verify it: eval "$(gotoolprov env --offline --mirror /srv/mirror)". They apply to all \
            modules: checksums of other modules are verified by go.sum alone.
            """
    )

    @Argument(help: SelectedInstallation.goHelp, completion: .installed)
    var spec: String?

    @Option(
        help: ArgumentHelp(
            "The shell to print commands for (default: sh).",
            valueName: "shell"
        )
    )
    var shell: ShellSyntax?

    @Flag(
        help:
            "Print variables for Go's own switching from a mirror that `mirror gomod` has prepared."
    )
    var offline = false

    @Option(
        help: ArgumentHelp(
            "With --offline, the mirror (default: the first mirror of the environment or the manifest).",
            valueName: "path-or-url"
        ),
        completion: .directory
    )
    var mirror: String?

    @Option(
        help: ArgumentHelp(
            "With --offline, the public key of the mirror's own log, as `mirror gomod` has printed it"
                + " (default: the `log` of the manifest, or sum.golang.org).",
            valueName: "key"
        )
    )
    var sumdb: String?

    @OptionGroup var switching: ToolchainOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func validate() throws {
        guard !offline, mirror != nil || sumdb != nil else { return }
        throw ValidationError("`--mirror` and `--sumdb` require `--offline`")
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        let entry =
            offline && spec == nil ? nil : try SelectedInstallation(spec: spec).entry(in: context)
        if let entry, switching.toolchain == nil, !offline { context.noteSwitching(from: entry) }
        let bin = entry.map { "\($0.goRoot)/bin" }
        var values = offline ? try offlineVariables(in: context) : [:]
        if let entry { values["GOROOT"] = entry.goRoot }
        let variables = values.merging(switching.variables) { $1 }.sorted { $0.key < $1.key }
        switch common.format {
        case .text:
            let shell = shell ?? .sh
            context.output.write(shell.lines(variables, bin: bin))
            // The login shell may differ from the calling shell, so it is not used.
            if self.shell == nil, context.environment["SHELL"]?.hasSuffix("/fish") == true {
                context.note("these lines are for sh, bash and zsh; for fish add `--shell fish`")
            }
        case .json:
            var document: JSONValue = ["schema": .string(DocumentKind.env.schema)]
            if let entry {
                document = document.adding("version", .string(entry.version.description))
            }
            document = document.adding(
                "variables",
                .object(variables.map { .init($0.key, .string($0.value)) })
            ).adding("pathPrepend", .array(bin.map { [.string($0)] } ?? []))
            context.output.write(document.rendered)
        }
        return 0
    }

    private func offlineVariables(in context: Context) throws(Failure) -> [String: String] {
        let settings = try context.settings { options in
            if let mirror { options.mirrors = [mirror] }
        }
        guard let mirror = settings.mirrors.first else {
            throw Failure(
                .usage,
                "no mirror is configured",
                hint:
                    "use `--mirror DIR` with the mirror that `gotoolprov mirror gomod` has prepared"
            )
        }
        let current = GoSettings.gathered(
            environment: context.environment,
            goRoot: nil,
            in: RootedFiles()
        )
        let switching = try OfflineSwitching(
            mirror: mirror,
            sumdb: sumdb,
            settings: settings,
            current: { current[$0]?.value }
        )
        return Dictionary(uniqueKeysWithValues: switching.variables)
    }
}
