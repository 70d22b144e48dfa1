import TestSupport
import Testing

/// `gotoolprov inspect` on files and processes of this host.
@Suite(.programLimit)
struct InspectTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    func inspect(_ arguments: String...) async throws -> CommandResult {
        try await run(
            sandbox.program,
            ["inspect"] + arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
    }

    @Test func `a program without a symbol table is reported as not debuggable`() async throws {
        var fixture = ELFFixture.go()
        fixture.sections.removeAll { $0.name == ".symtab" }
        try sandbox.directory.write("home/app", fixture.bytes, mode: 0o755)
        let result = try await inspect("app")
        #expect(result.output.hasPrefix("app: none\n"), "\(result)")
        #expect(result.output.contains("no symbol table"), "\(result)")
        #expect(result.output.contains("Delve refuses to debug it."), "\(result)")
        #expect(result.output.contains("  build    "), "\(result)")
    }

    @Test func `obstacles to starting a program are noted`() async throws {
        try sandbox.directory.write("home/app", ELFFixture.go().bytes, mode: 0o644)
        let plain = try await inspect("app")
        #expect(plain.output.hasPrefix("app: full\n"), "\(plain)")
        #expect(plain.output.contains("It is not executable (mode 644): chmod +x app"))
        #expect(plain.output.contains("It must be executable first."), "\(plain)")
        try await run("chmod", ["6755", "\(sandbox.home)/app"]).expectSuccess()
        let raised = try await inspect("app")
        #expect(
            raised.output.contains("the set-user-ID bit and the set-group-ID bit: under a"),
            "\(raised)"
        )
        let document = try await inspect("app", "--format", "json")
        try await validate(document.output, against: "inspect")
        #expect(document.output.contains("CAP_SYS_PTRACE"), "\(document)")
    }

    /// The kernel appends ` (deleted)` to the name, which an existing file may have too.
    @Test(arguments: [("nap", true), ("nap (deleted)", false), ("nap (deleted)", true)])
    func `the executable of a process is found by its name`(name: String, isDeleted: Bool)
        async throws
    {
        let script = """
            cp "$(command -v sleep)" "$1"
            "./$1" 60 & pid=$!
            until [ "$(readlink "/proc/$pid/exe")" = "$PWD/$1" ]; do sleep 0.01; done
            $2 rm "$1"
            "$3" inspect --pid $pid --format json
            kill $pid
            """
        let result = try await run(
            "bash",
            ["-c", script, "bash", name, isDeleted ? "" : "true", sandbox.program],
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(result.output.contains("\"file\": \"\(sandbox.home)/\(name)\""), "\(result)")
        #expect(result.output.contains("was deleted or replaced") == isDeleted, "\(result)")
    }

    @Test func `a version that is not a release is reported as unknown`() async throws {
        for (version, words) in [
            ("devel +0123abc", "unknown: `devel +0123abc` is not a Go release"),
            ("go1.20.14b7", "dlv 1.22.1"), ("devel go1.28-0123abc", "dlv 1.27.1"),
        ] {
            var fixture = ELFFixture.go(producerFlags: nil)
            fixture.sections[2].contents = ELFFixture.inlineBuildInfo(
                version: version,
                modules: ELFFixture.defaultModules
            )
            try sandbox.directory.write("home/app", fixture.bytes, mode: 0o755)
            let result = try await inspect("app")
            let line = result.output.split(separator: "\n").first { $0.hasPrefix("  compatible ") }
            #expect(line?.hasSuffix("  \(words)") == true, "\(result)")
        }
    }

    @Test func `bidirectional control characters are not printed`() async throws {
        let modules = "path\ta.b/a\nmod\ta.b/a\t(devel)\t\nbuild\t-ldflags=-X=a=\u{202E}b\u{2066}\n"
        let fixture = ELFFixture.go(producerFlags: nil, modules: modules)
        try sandbox.directory.write("home/a\u{202E}pp", fixture.bytes, mode: 0o755)
        let result = try await inspect("a\u{202E}pp")
        #expect(!result.output.contains("\u{202E}") && !result.output.contains("\u{2066}"))
        #expect(result.output.contains(#"-ldflags=$'-X=a=\342\200\256b\342\201\246'"#), "\(result)")
    }
}
