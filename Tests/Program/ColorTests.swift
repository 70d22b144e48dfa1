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

    @Test func `fleet colors what stdout gets, and no file or other format`() async throws {
        let report = try await run(["report"])
        let path = try sandbox.directory.write("host.json", report.output)
        let text = "\(sandbox.directory.path)/fleet.txt"
        let colored = try await run(["fleet", path, "--color", "always"])
        #expect(colored.status == 0, "\(colored)")
        #expect(colored.output.contains(Self.escape), "\(colored)")
        for format in ["markdown", "csv", "json", "jsonl", "prometheus", "html"] {
            let plain = try await run(["fleet", path, "--color", "always", "--format", format])
            #expect(plain.status == 0, "\(plain)")
            #expect(!plain.output.contains(Self.escape), "\(format)")
        }
        try await run(["fleet", path, "--color", "always", "--output", text]).expectSuccess()
        let written = String(decoding: try bytes(of: text), as: UTF8.self)
        #expect(written.hasPrefix("hosts"), "\(written)")
        #expect(!written.contains(Self.escape), "\(written)")
    }

    // MARK: Terminals

    /// Runs the program in a terminal of its own.
    func inTerminal(
        _ columns: Int,
        _ arguments: [String],
        with variables: [String: String] = [:]
    ) async throws -> CommandResult {
        try await TestSupport.run(
            "python3",
            [
                "\(packageDirectory)/Tests/Support/Servers/terminal.py", "\(columns)",
                sandbox.program,
            ] + arguments,
            environment: sandbox.environment.merging(variables) { $1 },
            in: sandbox.home
        )
    }

    /// The lines that were written to a terminal, without escape codes.
    static func lines(_ result: CommandResult) -> [String] {
        result.output.split { $0 == "\r\n" || $0 == "\n" }.map { line in
            let parts = line.split(separator: "\u{1B}[", omittingEmptySubsequences: false)
            return parts[0]
                + parts.dropFirst().map { $0.drop { $0 != "m" }.dropFirst() }.joined()
        }
    }

    @Test func `a terminal gets colors, unless NO_COLOR says not`() async throws {
        let colored = try await inTerminal(80, ["doctor"])
        #expect(colored.output.contains("\(Self.escape)32mok\(Self.escape)0m"), "\(colored)")
        let plain = try await inTerminal(80, ["doctor"], with: ["NO_COLOR": "1"])
        #expect(!plain.output.contains(Self.escape), "\(plain)")
    }

    @Test(arguments: [60, 80, 120])
    func `tables fit a terminal, and a pipe has one line for each row`(
        columns: Int
    ) async throws {
        let piped = try await run(["status"])
        let terminal = try await inTerminal(columns, ["status"])
        let lines = Self.lines(terminal)
        #expect(
            // The last line has a command to copy, and a path may be wider than the terminal.
            lines.dropLast().allSatisfy {
                $0.count <= columns || $0.split(separator: " ").count <= 4
            },
            "\(terminal)"
        )
        #expect(lines.count >= piped.output.split(separator: "\n").count)
        let narrow = try await inTerminal(200, ["status"], with: ["COLUMNS": "50"])
        #expect(Self.lines(narrow).count > Self.lines(try await inTerminal(200, ["status"])).count)
        let ignored = try await run(["status"], with: ["COLUMNS": "50"])
        #expect(
            ignored.output.split(separator: "\n").count
                == piped.output.split(separator: "\n").count
        )
    }

    // MARK: Last lines

    @Test func `status ends with how the host stands and what to run`() async throws {
        func last(_ arguments: String...) async throws -> String {
            let result = try await run(["status"] + arguments)
            #expect(result.status == 0, "\(result)")
            return result.output.split(separator: "\n").last.map(String.init) ?? ""
        }
        #expect(try await last().hasSuffix("; run `gotoolprov ensure go@latest`"))
        let (_, digest) = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
        try await sandbox.install(digest).expectSuccess()
        #expect(
            try await last()
                == "1 Go version is installed, and none is the default;"
                + " run `gotoolprov use go1.99.1`"
        )
        #expect(try await last("--want", "go1.99.1") == "the request is met")
        try await sandbox.gotoolprov("use", "go1.99.1").expectSuccess()
        #expect(
            try await last()
                == "go1.99.1 is the default, but `go` on PATH is not it; run `gotoolprov doctor`"
        )
        let path = "\(sandbox.goBin):\(baseEnvironment["PATH"] ?? "")"
        let found = try await run(["status"], with: ["PATH": path])
        #expect(
            found.output.hasSuffix("\ngo1.99.1 is the default, and 1 Go version is installed\n"),
            "\(found)"
        )
    }

    @Test func `doctor ends with how the host stands and what to do first`() async throws {
        let result = try await run(["doctor"])
        let last = result.output.split(separator: "\n").last ?? ""
        #expect(last.contains("; start with: "), "\(result)")
        #expect(last.contains(result.status == 20 ? " debugging" : " limit"), "\(result)")
    }
}
