internal import ArgumentParser
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Prints the environment for a Go version in shell syntax.
struct Env: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "Print shell commands that select an installed Go.",
        discussion: """
            sh, bash, zsh: eval "$(gotoolprov env go1.21.13)"
            fish: gotoolprov env go1.21.13 --shell fish | source
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

    @OptionGroup var switching: ToolchainOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let entry = try SelectedInstallation(spec: spec).entry(in: context)
        if switching.toolchain == nil { context.noteSwitching(from: entry) }
        let bin = "\(entry.goRoot)/bin"
        let variables = ["GOROOT": entry.goRoot].merging(switching.variables) { $1 }
            .sorted { $0.key < $1.key }
        switch common.format {
        case .text:
            let shell = shell ?? .sh
            context.output.write(shell.lines(variables, bin: bin))
            // The login shell may differ from the calling shell, so it is not used.
            if self.shell == nil, context.environment["SHELL"]?.hasSuffix("/fish") == true {
                context.note("these lines are for sh, bash and zsh; for fish add `--shell fish`")
            }
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.env.schema),
                "version": .string(entry.version.description),
                "variables": .object(variables.map { .init($0.key, .string($0.value)) }),
                "pathPrepend": [.string(bin)],
            ]
            context.output.write(document.rendered)
        }
        return 0
    }
}
