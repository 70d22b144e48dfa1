import TestSupport
import Testing

/// Which Delve `exec dlv` runs, tested with Debian's, which supports Go 1.18 to 1.20.
@Suite(.realLimit)
struct ExecDelveTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// `debug`, `test`, `trace` and `dap` build a program with the `go` on PATH, or the one that it
    /// switches to.
    @Test func `exec runs the Delve that is compatible with the go on PATH`() async throws {
        let catalog = try await sandbox.serveTool()
        let source = ["--mirror", sandbox.mirror, "--catalog", catalog]
        try await run(
            sandbox.program,
            ["ensure", "dlv@1.20.2"] + source,
            environment: sandbox.environment
        ).expectSuccess()
        try sandbox.directory.write("home/g/bin/go", hostProgram(), mode: 0o755)
        func debug(
            _ version: String,
            _ command: [String] = ["debug", "--help"],
            module: String = "go 1.19",
            variables: [String: String] = [:]
        ) async throws -> CommandResult {
            try sandbox.directory.write("home/g/VERSION", "\(version)\n")
            try sandbox.directory.write("home/m/go.mod", "module m\n\n\(module)\n")
            let values = variables.merging(["PATH": "\(sandbox.home)/g/bin:/usr/bin:/bin"]) {
                $1
            }
            return try await run(
                sandbox.program,
                ["exec", "dlv", "--"] + command,
                environment: sandbox.environment.merging(values) { $1 },
                in: "\(sandbox.home)/m"
            )
        }
        // It supports Go 1.18 to 1.20.
        for command in ["debug", "test", "trace", "dap"] {
            let compatible = try await debug("go1.20.14b7", [command, "--help"])
            #expect(compatible.status == 0, "\(compatible)")
            let refused = try await debug("go1.21.13-X:nodwarf5", [command, "--help"])
            #expect(refused.status == 69, "\(refused)")
            #expect(
                refused.error.contains("no installed dlv is compatible with go1.21.13"),
                "\(refused)"
            )
        }
        let switching = try await debug("go1.21.13", module: "go 1.27.0")
        #expect(switching.error.contains("compatible with go1.27.0"), "\(switching)")
        let local = try await debug(
            "go1.21.13",
            module: "go 1.27.0",
            variables: ["GOTOOLCHAIN": "local"]
        )
        #expect(local.error.contains("compatible with go1.21.13"), "\(local)")
        let fixed = try await debug("go1.21.13", variables: ["GOTOOLCHAIN": "go1.20.14"])
        #expect(fixed.status == 0, "\(fixed)")
        // A program contains the version of its Go; if it is unknown, Delve itself decides.
        let program = try await debug("go1.27.3", ["trace", "-e", debianDelve, "--help"])
        #expect(program.status == 0, "\(program)")
        #expect(try await debug("devel +0123abc").status == 0)
    }
}
