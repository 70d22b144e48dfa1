package import ArgumentParser
internal import CLinux
internal import Provisioning
internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// The root command of the executable.
package struct Gotoolprov: ParsableCommand {
    /// The name, help and subcommands.
    package static let configuration = CommandConfiguration(
        commandName: "gotoolprov",
        abstract:
            "Install verified Go toolchains and the matching Delve.",
        discussion: """
            Toolchains are installed side by side, from the cache, mirrors or the official site. Each \
            archive is verified against a SHA-256 in a catalog or against Go's checksum database, so \
            mirrors do not have to be trusted.

            ENVIRONMENT
              GOTOOLPROV_SDK_ROOT   directory for toolchains (default: ~/sdk)
              GOTOOLPROV_MIRROR     directories and URLs with archives, comma-separated
              GOTOOLPROV_CACHE      directory for downloads (default: ~/.cache/gotoolprov)
              GOTOOLPROV_OFFLINE    do not use the network (set to 1)
              GOBIN, GOPATH         launchers go to $GOBIN, $GOPATH/bin or ~/go/bin
              HTTPS_PROXY, HTTP_PROXY, ALL_PROXY   proxies to use
              NO_PROXY              hosts to reach without a proxy
              SSL_CERT_FILE, SSL_CERT_DIR   additional certificates to trust
              NO_COLOR, CLICOLOR_FORCE   never or always use color (see --color)
              CI                    print progress as lines instead of a bar
            An empty variable counts as unset.

            EXIT STATUS
              0 success
              1, 2, 4 `verify`: modified, no receipt, not verifiable (or a sum of these)
              10 `doctor`: debugging is degraded
              20 `doctor`: debugging is blocked; --check: something would change;
                 `fleet`: a gate failed
              64 usage · 65 integrity · 69 unavailable · 70 internal error
              73 cannot write · 75 busy · 78 configuration · 128+n signal n
            """,
        version: "gotoolprov \(ProgramIdentity.version)",
        groupedSubcommands: [
            CommandGroup(
                name: "Install",
                subcommands: [
                    Ensure.self, Remove.self, Cache.self, BuildTool.self, CatalogCommand.self,
                    MirrorCommand.self,
                ]
            ),
            CommandGroup(
                name: "Use",
                subcommands: [
                    Use.self, Which.self, Env.self, Exec.self, VSCode.self, Completions.self,
                ]
            ),
            CommandGroup(
                name: "Fleet",
                subcommands: [Report.self, FleetCommand.self, Ansible.self]
            ),
            CommandGroup(
                name: "Inspect",
                subcommands: [
                    List.self, Status.self, Doctor.self, Inspect.self, Verify.self,
                    VersionCommand.self,
                ]
            ),
        ]
    )

    /// Creates the command; for the argument parser.
    package init() {}
}

/// A subcommand that runs on a host.
protocol HostCommand: ParsableCommand {
    /// The options of all commands.
    var common: CommonOptions { get }

    /// Runs the command and returns its exit status.
    func run(in context: Context) throws(Failure) -> Int32
}

/// The entry point of the program.
package enum Program {
    /// The arguments of this process, beginning with its name.
    ///
    /// `CommandLine.arguments` is empty if /proc is not mounted.
    package static var arguments: [String] {
        (0..<clinux_argument_count()).compactMap { index in
            unsafe clinux_argument(index).map { unsafe String(cString: $0) }
        }
    }

    /// Runs the command in `arguments`, which begin with the program's name.
    ///
    /// - Returns: The exit status, as defined by docs/reference/exit-status.md.
    package static func run(_ arguments: [String]) -> Int32 {
        clinux_restore_environment()
        clinux_silence_system_log()
        clinux_open_standard_streams()
        clinux_catch_termination()
        let arguments = FormerNames.replaced(Array(arguments.dropFirst()))
        return LongArguments.folding(arguments) { runCommand(in: $0) }
    }

    /// The output of a command, with the colors that it requests.
    private static func output(_ color: ColorChoice) -> Output {
        Output(.ofThisProcess(color, .ofThisProcess()))
    }

    private static func runCommand(in given: [String]) -> Int32 {
        let color = ColorChoice(in: given)
        let arguments = given.first == "help" ? ColorChoice.removed(from: given) : given
        let command: any ParsableCommand
        do {
            command = try Gotoolprov.parseAsRoot(arguments)
        } catch {
            return report(error, of: arguments, to: output(color))
        }
        let output = output((command as? any HostCommand)?.common.color ?? color)
        if let failure = UsageAdvice(arguments: arguments).unknownHelpTopic() {
            output.report(failure, format: .text)
            return failure.kind.exitStatus
        }
        guard let command = command as? any HostCommand else {
            // The parser's own command `help`.
            var command = command
            do {
                try command.run()
                return 0
            } catch {
                return report(error, of: arguments, to: output)
            }
        }
        var status: Int32
        do throws(Failure) {
            let context = Context(common: command.common, output: output)
            status = try command.run(in: context)
        } catch {
            output.endProgress()
            output.report(error, format: command.common.format)
            status = error.kind.exitStatus
        }
        return finish(output, format: command.common.format) ?? status
    }

    /// Reports a result that could not be written.
    ///
    /// - Returns: The exit status for the error, or `nil` if there is none.
    private static func finish(_ output: Output, format: OutputFormat) -> Int32? {
        switch output.problem {
        case nil: return nil
        // The exit status of SIGPIPE, without a message.
        case .pipeClosed: return 128 + 13
        case .failed(let errno):
            let failure = Failure(
                .destination,
                "cannot write the result",
                facts: [.init("because", errno)]
            )
            output.report(failure, format: format)
            return failure.kind.exitStatus
        }
    }

    /// Reports help, version and usage errors of the argument parser.
    private static func report(
        _ error: any Error,
        of arguments: [String],
        to output: Output
    ) -> Int32 {
        let status = Gotoolprov.exitCode(for: error)
        guard !status.isSuccess else {
            output.write(HelpText.shown(Gotoolprov.message(for: error)) + "\n")
            return finish(output, format: .text) ?? 0
        }
        output.report(
            UsageAdvice(arguments: arguments)
                .failure(message: Gotoolprov.message(for: error)),
            format: .text
        )
        return Failure.Kind.usage.exitStatus
    }
}
