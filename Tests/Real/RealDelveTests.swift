import TestSupport
import Testing

/// Building Delve from source with a real Go and the static executable, which Scripts/test provides
/// through environment variables.
@Suite(
    .serialized,
    .compilerLimit,
    .enabled(
        if: testVariable("GOTOOLPROV_TEST_STATIC") != nil
            && testVariable("GOTOOLPROV_TEST_MIRROR") != nil,
        "Scripts/test provides the static executable and the mirror"
    )
)
struct RealDelveTests {
    let sandbox: Sandbox
    let mirror: String
    let catalog: String

    init() async throws {
        let program: String = try #require(testVariable("GOTOOLPROV_TEST_STATIC"))
        sandbox = try Sandbox(program: program)
        try sandbox.directory.write("home/.config/go/telemetry/mode", "off")
        mirror = try #require(testVariable("GOTOOLPROV_TEST_MIRROR"))
        let source = try await sha256(of: "\(mirror)/delve/v1.24.0.tar.gz")
        catalog = try sandbox.directory.write(
            "delve.json",
            """
            {"schemaVersion": 1, "delve": [{"version": "1.24.0", "source": {
              "file": "v1.24.0.tar.gz", "sha256": "\(source)",
              "replaces": "940fc50d6338dfe515982ac5fcc3247616f23e2652048ac4f2b439ebd51741c1"}}]}
            """
        )
    }

    /// Runs gotoolprov with the mirror's archives.
    func gotoolprov(_ arguments: String...) async throws -> CommandResult {
        try await run(
            sandbox.program,
            arguments + [
                "--mirror", mirror, "--catalog", "\(mirror)/catalog.json", "--catalog",
                catalog,
            ],
            environment: sandbox.environment,
            in: sandbox.directory.path
        )
    }

    /// A program with a variable to inspect, and the line to stop at.
    static let program = """
        package main

        import "fmt"

        func main() {
        \tanswer := 6 * 7
        \tfmt.Println("the answer is", answer)
        }
        """
    static let stop = "7"

    /// Compiles the program with the installed Go, without optimizations.
    func compileProgram() async throws -> String {
        try sandbox.directory.write("app/go.mod", "module app\n\ngo 1.21\n")
        try sandbox.directory.write("app/main.go", Self.program)
        let result = try await run(
            "\(sandbox.goBin)/go1.21.13",
            ["build", "-gcflags=all=-N -l", "-o", "app", "."],
            environment: sandbox.environment.merging(["CGO_ENABLED": "0"]) { $1 },
            in: "\(sandbox.directory.path)/app"
        )
        try result.expectSuccess()
        return "\(sandbox.directory.path)/app/app"
    }

    /// Runs a session of the Debug Adapter Protocol: stops at a breakpoint and reads a variable.
    func session(_ delve: String, _ app: String) async throws -> CommandResult {
        try await run(
            "/usr/bin/python3",
            [
                "\(packageDirectory)/Tests/Support/Servers/dap-session.py", delve,
                app, "\(sandbox.directory.path)/app/main.go", Self.stop, "answer",
            ],
            environment: sandbox.environment,
            in: sandbox.directory.path
        )
    }

    /// Builds whose sources Delve finds only with `substitutePath`: the flags, the working directory of
    /// the compiler, the file of the workspace to stop in, and the line.
    static let movedSources: [(flags: [String], directory: String, file: String, line: String)] = [
        (["-gcflags=all=-N -l -trimpath=WORKSPACE"], "ws", "ws/main.go", "8"),
        (["-gcflags=all=-N -l -trimpath=WORKSPACE"], "ws", "ws/sub/sub.go", "5"),
        (["-gcflags=all=-N -l"], "link", "ws/sub/sub.go", "5"),
        (["-trimpath", "-gcflags=all=-N -l"], "ws", "ws/sub/sub.go", "5"),
        (["-trimpath", "-gcflags=all=-N -l"], "ws", "ws/vendor/example.com/dep/dep.go", "5"),
    ]

    /// Stops in a file of the workspace with the rules that `inspect` suggests.
    func expectSources(
        of build: (flags: [String], directory: String, file: String, line: String),
        foundBy delve: String
    ) async throws {
        let root = sandbox.directory.path
        func function(_ package: String) -> String {
            "package \(package)\n\nfunc Add(n int) int {\n\tanswer := n + 1\n\treturn answer\n}\n"
        }
        try sandbox.directory.write("ws/sub/sub.go", function("sub"))
        try sandbox.directory.write("ws/vendor/example.com/dep/dep.go", function("dep"))
        try sandbox.directory.write(
            "ws/vendor/modules.txt",
            "# example.com/dep v1.2.0\n## explicit; go 1.21\nexample.com/dep\n"
        )
        try sandbox.directory.write(
            "ws/go.mod",
            "module example.com/ws\n\ngo 1.21\n\nrequire example.com/dep v1.2.0\n"
        )
        try sandbox.directory.write(
            "ws/main.go",
            """
            package main

            import "example.com/dep"
            import "example.com/ws/sub"

            func main() {
            \tanswer := sub.Add(dep.Add(40))
            \tprintln(answer)
            }
            """
        )
        try await run("ln", ["-sfn", "ws", "\(root)/link"]).expectSuccess()
        let script = """
            cd "$1/$2" && shift 2 && "$@" && "$PROGRAM" inspect --format json ../moved >../report.json
            """
        let flags = build.flags.map { $0.replacing("WORKSPACE", with: "\(root)/ws") }
        let compiler = ["\(sandbox.goBin)/go1.21.13", "build", "-o", "../moved"]
        let made = try await run(
            "sh",
            ["-c", script, "sh", root, build.directory] + compiler + flags + ["."],
            environment: sandbox.environment.merging(
                ["CGO_ENABLED": "0", "PROGRAM": sandbox.program]
            ) { $1 }
        )
        try made.expectSuccess()
        let stopped = try await run(
            "/usr/bin/python3",
            [
                "\(packageDirectory)/Tests/Support/Servers/dap-session.py", delve,
                "\(root)/moved", "\(root)/\(build.file)", build.line, "answer", "--report",
                "\(root)/report.json", "--workspace", "\(root)/ws",
            ],
            environment: sandbox.environment,
            in: root
        )
        #expect(stopped.output.contains(#""stopped": true"#), "\(build): \(stopped)")
    }

    @Test func `Delve is built from source, debugs, and is reproducible`() async throws {
        let ensured = try await gotoolprov("ensure", "go1.21.13", "dlv@1.24.0")
        #expect(ensured.status == 0, "\(ensured)")
        let delve = "\(sandbox.sdkRoot)/dlv1.24.0-go1.21.13/bin/dlv"
        #expect(
            ensured.output.hasSuffix("dlv1.24.0-go1.21.13  built for go1.21.13  \(delve)\n"),
            "\(ensured)"
        )
        let verified = try await sandbox.gotoolprov("verify")
        #expect(verified.status == 0, "\(verified)")
        // The catalog given at installation replaced built-in digests.
        #expect(verified.error.contains("the installed one was verified against"), "\(verified)")

        let app = try await compileProgram()
        let stopped = try await session(delve, app)
        #expect(stopped.status == 0, "\(stopped)")
        #expect(stopped.output.contains(#""stopped": true"#), "\(stopped)")
        #expect(stopped.output.contains(#""value": "42""#), "\(stopped)")
        // Debian's Delve, which is older than go1.21, rejects the same program.
        let refused = try await session("/usr/bin/dlv", app)
        #expect(
            refused.output.contains("Version of Delve is too old for Go version 1.21.13"),
            "\(refused)"
        )
        let selected = try await sandbox.gotoolprov("exec", "dlv", "--", "version", "exec", app)
        #expect(selected.output.contains("Version: 1.24.0"), "\(selected)")

        for build in Self.movedSources { try await expectSources(of: build, foundBy: delve) }

        // Build it again, in another directory with another cache, and for another architecture.
        let output = "\(sandbox.directory.path)/tools"
        let built = try await gotoolprov(
            "build-tool",
            "dlv@1.24.0",
            "--go",
            "go1.21.13",
            "--arch",
            "\(hostArchitecture),\(hostArchitecture == "amd64" ? "arm64" : "amd64")",
            "--output",
            output,
            "--format",
            "json"
        )
        #expect(built.status == 0, "\(built)")
        try await validate(built.output, against: "build-tool")
        let archive = "\(output)/dlv1.24.0-go1.21.13.linux-\(hostArchitecture).tar.gz"
        let unpacked = try await run("tar", ["xzf", archive, "-C", output])
        try unpacked.expectSuccess()
        #expect(try await sha256(of: "\(output)/dlv") == sha256(of: delve))
        try await validate(
            String(decoding: try bytes(of: "\(output)/dlv1.24.0-go1.21.13.json"), as: UTF8.self),
            against: "catalog"
        )

        // A host without Go and without a compiler.
        let host = try Sandbox(program: sandbox.program)
        let installed = try await host.gotoolprov(
            "ensure",
            "dlv@1.24.0",
            "--mirror",
            output,
            "--catalog",
            "\(output)/dlv1.24.0-go1.21.13.json",
            with: ["PATH": nil]
        )
        #expect(installed.status == 0, "\(installed)")
        #expect(installed.output.contains("dlv1.24.0-go1.21.13  installed"), "\(installed)")

        // A damaged one is built again.
        try await shell("echo x >>'\(delve)'").expectSuccess()
        let repaired = try await gotoolprov("verify", "--repair", "dlv")
        #expect(repaired.status == 0, "\(repaired)")
        #expect(try await sha256(of: "\(output)/dlv") == sha256(of: delve))
    }

    /// Debian's Delve requires glibc; in a root with only musl, it is refused before it is installed.
    @Test func `a program for glibc is refused on a host with musl`() async throws {
        let script = """
            set -e
            mkdir -p pack root/lib root/bin root/proc root/tmp root/mirror
            cp /usr/bin/dlv pack/ && tar czf root/mirror/tool.tar.gz -C pack dlv
            cp "$1" root/gotoolprov
            cp /lib/ld-musl-*.so.1 root/lib/
            printf 'int main(void) { return 0; }' >sh.c && musl-gcc -o root/bin/sh sh.c
            cat >root/catalog.json <<JSON
            {"schemaVersion": 1, "tools": [{"tool": "dlv", "version": "1.20.2", "builtWith": "1.19.8",
              "arch": "\(hostArchitecture)", "file": "tool.tar.gz",
              "sha256": "$(sha256sum root/mirror/tool.tar.gz | cut -c1-64)"}]}
            JSON
            mount -t proc proc root/proc
            status=0
            env -i HOME=/tmp PATH=/usr/sbin:/usr/bin chroot root /gotoolprov ensure dlv@1.20.2 --offline --mirror /mirror \\
                --catalog /catalog.json || status=$?
            umount root/proc
            ls -A root/tmp/sdk 2>/dev/null || true
            exit $status
            """
        let result = try await run(
            "unshare",
            ["--mount", "sh", "-c", script, "sh", sandbox.program],
            environment: baseEnvironment,
            in: sandbox.directory.path
        )
        #expect(result.status == 78, "\(result)")
        #expect(result.error.contains("cannot run on this host"), "\(result)")
        #expect(result.error.contains("this host uses musl"), "\(result)")
        #expect(result.error.contains("build-tool dlv@1.20.2"), "\(result)")
        #expect(result.output == "", "\(result)")
    }
}
