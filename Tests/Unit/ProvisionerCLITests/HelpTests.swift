import ArgumentParser
import TestSupport
import Testing

@testable import ProvisionerCLI

/// The output of `--help`.
@Suite(.unitLimit)
struct HelpTests {
    /// Returns a command and all its subcommands.
    static func commands(
        below command: any ParsableCommand.Type = Gotoolprov.self
    ) -> [any ParsableCommand.Type] {
        let below =
            command.configuration.subcommands
            + command.configuration.groupedSubcommands.flatMap(\.subcommands)
        return [command] + below.flatMap { commands(below: $0) }
    }

    @Test func `a summary is one sentence of at most 60 characters`() {
        let commands = Self.commands()
        #expect(commands.count > 20)
        for command in commands {
            let summary = command.configuration.abstract
            #expect(summary.count <= 60, "\(summary)")
            #expect(summary.hasSuffix("."), "\(summary)")
        }
    }

    @Test func `global options are listed only once`() {
        let program = HelpText.shown(Gotoolprov.helpMessage(columns: 80))
        #expect(program.contains("GLOBAL OPTIONS:\n  --format"))
        #expect(program.contains("\nINSTALL:\n  ensure"))
        let command = HelpText.shown(Gotoolprov.helpMessage(for: Which.self, columns: 80))
        #expect(!command.contains("--progress <how>  "))
        #expect(command.hasSuffix("\n\nGLOBAL OPTIONS:\n  See `gotoolprov --help`."))
    }

    @Test func `former option names are replaced, except in the command to run`() {
        let arguments = ["ensure", "--catalogue", "a", "--catalogue=b", "--", "x", "--catalogue"]
        #expect(
            FormerNames.replaced(arguments)
                == ["ensure", "--catalog", "a", "--catalog=b", "--", "x", "--catalogue"]
        )
        #expect(FormerNames.replaced(["list", "--catalogued"]) == ["list", "--catalogued"])
    }
}
