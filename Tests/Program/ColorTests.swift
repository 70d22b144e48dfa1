import TestSupport
import Testing

/// Where escape codes are written, and where they never are.
@Suite(.programLimit)
struct ColorTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    static let escape = "\u{1B}["

    /// Runs the program with stdout and stderr in pipes.
    func run(
        _ arguments: [String],
        with variables: [String: String] = [:]
    ) async throws -> CommandResult {
        try await TestSupport.run(
            sandbox.program,
            arguments,
            environment: sandbox.environment.merging(variables) { $1 },
            in: sandbox.home
        )
    }

    @Test func `a pipe gets no colors, unless they are asked for`() async throws {
        for (options, variables, isColored) in [
            ([], [:], false), (["--color", "always"], [:], true),
            (["--color", "always"], ["NO_COLOR": "1"], true),
            ([], ["CLICOLOR_FORCE": "1"], true),
            ([], ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false),
            ([], ["CLICOLOR_FORCE": "1", "NO_COLOR": ""], true),
            (["--color=never"], ["CLICOLOR_FORCE": "1"], false),
        ] as [([String], [String: String], Bool)] {
            let error = try await run(["which", "go1.99.1"] + options, with: variables)
            #expect(error.status == 69, "\(error)")
            #expect(error.output == "")
            #expect(error.error.hasPrefix("\(Self.escape)1;31merror:") == isColored, "\(error)")
            #expect(error.error.contains(Self.escape) == isColored, "\(error)")
        }
    }

    @Test func `a command line that cannot be parsed has a colored error, too`() async throws {
        for arguments in [["instal"], ["list", "--fast"]] {
            let colored = try await run(arguments + ["--color", "always"])
            #expect(colored.status == 64, "\(colored)")
            #expect(colored.error.hasPrefix("\(Self.escape)1;31merror:"), "\(colored)")
            #expect(colored.error.contains("\(Self.escape)1;36mhint:"), "\(colored)")
            let plain = try await run(arguments)
            #expect(plain.error.hasPrefix("error: "), "\(plain)")
        }
        let topic = try await run(["help", "instal"], with: ["CLICOLOR_FORCE": "1"])
        #expect(topic.error.hasPrefix("\(Self.escape)1;31merror:"), "\(topic)")
    }

    @Test func `JSON, shell code and paths never have colors`() async throws {
        let (_, digest) = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
        try await sandbox.install(digest).expectSuccess()
        for arguments in [
            ["list", "--format", "json"], ["list", "--available", "--format", "json"],
            ["status", "--format", "json"], ["doctor", "--format", "json"],
            ["verify", "--format", "json"], ["cache", "list", "--format", "json"],
            ["inspect", "/bin/true", "--format", "json"], ["which", "go1.2", "--format", "json"],
            ["report", "--format", "json"], ["report", "--format", "prometheus"],
            ["which", "go1.99.1"], ["env", "go1.99.1"], ["completions", "bash"], ["--help"],
        ] {
            let result = try await run(arguments, with: ["CLICOLOR_FORCE": "1"])
            #expect(!result.output.contains(Self.escape), "\(arguments): \(result)")
            if arguments.contains("json") {
                #expect(!result.error.contains(Self.escape), "\(arguments): \(result)")
            }
        }
    }
}
