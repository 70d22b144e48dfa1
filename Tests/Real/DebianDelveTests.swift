import TestSupport
import Testing

/// Installing tools from archives, with Debian's Delve as the tool.
@Suite(.realLimit)
struct DebianDelveTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test(arguments: [
        "cp /usr/bin/dlv .", "mkdir -p d/bin && cp /usr/bin/dlv d/bin/ && touch d/LICENSE",
    ])
    func `Debian's Delve is installed from an archive`(layout: String) async throws {
        let catalog = try await sandbox.serveTool(layout: layout)
        let arguments = ["--mirror", sandbox.mirror, "--catalog", catalog]
        let first = try await run(
            sandbox.program,
            ["ensure", "dlv@1.20.2"] + arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
        let program = "\(sandbox.sdkRoot)/dlv1.20.2-go1.19.8/bin/dlv"
        #expect(first.status == 0, "\(first)")
        #expect(first.output == "dlv1.20.2-go1.19.8  installed  \(program)\n")
        let again = try await run(
            sandbox.program,
            ["ensure", "dlv@1.20.2"] + arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(again.output == "dlv1.20.2-go1.19.8  present  \(program)\n", "\(again)")
        #expect(again.error == "")
        let version = try await run("\(sandbox.goBin)/dlv1.20.2", ["version"])
        #expect(version.output.contains("Version: 1.20.2"), "\(version)")
        // It supports Go 1.18 to 1.20, and is refused for other versions.
        let refused = try await sandbox.gotoolprov(
            "ensure",
            "dlv@1.20.2",
            "--for",
            "go1.27.3",
            "--catalog",
            catalog
        )
        #expect(refused.status == 78, "\(refused)")
        #expect(
            refused.error.contains("is not compatible with go1.27: it supports up to go1.20"),
            "\(refused)"
        )
        #expect(refused.error.contains("1.27.1 is compatible"), "\(refused)")
        for (arguments, output) in [
            (["use", "dlv"], "dlv1.20.2-go1.19.8  selected  \(sandbox.goBin)/dlv\n"),
            (["use", "dlv"], "dlv1.20.2-go1.19.8  already selected  \(sandbox.goBin)/dlv\n"),
            (["which", "dlv"], "\(program)\n"),
            (["verify", "dlv"], "dlv1.20.2-go1.19.8  clean"),
            (["remove", "dlv@1.20.2"], "dlv1.20.2-go1.19.8  removed"),
        ] {
            let result = try await run(
                sandbox.program,
                arguments,
                environment: sandbox.environment,
                in: sandbox.home
            )
            #expect(result.status == 0, "\(result)")
            #expect(result.output.hasPrefix(output), "\(result)")
        }
        let left = try await run("ls", ["-A", sandbox.goBin, sandbox.sdkRoot])
        #expect(left.output == "\(sandbox.goBin):\n\n\(sandbox.sdkRoot):\n.gotoolprov\n", "\(left)")
    }

    @Test func `a compatible archive is preferred to compiling`() async throws {
        let catalog = try await sandbox.serveTool()
        let manifest = try sandbox.directory.write(
            "home/gotoolprov.json",
            #"{"mirrors": ["\#(sandbox.mirror)"], "catalogs": ["\#(catalog)"]}"#
        )
        let source = ["--manifest", manifest]
        func gotoolprov(_ arguments: String...) async throws -> CommandResult {
            try await run(
                sandbox.program,
                arguments + source,
                environment: sandbox.environment,
                in: sandbox.home
            )
        }
        // The newest that supports go1.20 is 1.22.1, which would have to be built.
        let planned = try await gotoolprov(
            "status",
            "--want",
            "go1.20.14",
            "dlv",
            "gopls",
            "--format",
            "json"
        )
        // As with `ensure`, no mirror has that Go, but a tool is selected for it.
        #expect(planned.output.contains("no mirror has go1.20.14."), "\(planned)")
        #expect(planned.output.contains(#""version": "1.20.2""#), "\(planned)")
        #expect(planned.output.contains("no catalog lists an archive of gopls"), "\(planned)")
        try await validate(planned.output, against: "status")
        let installed = try await gotoolprov("ensure", "dlv", "--for", "go1.20.14")
        #expect(
            installed.output.hasPrefix("dlv1.20.2-go1.19.8  installed for go1.20.14"),
            "\(installed)"
        )
        let kept = try await gotoolprov("status", "--want", "go1.20.14", "dlv")
        #expect(kept.output.contains("keep"), "\(kept)")
        // The report lists what `ensure` would install, and no newer Delve.
        let request = #"{"mirrors": ["\#(sandbox.mirror)"], "catalogs": ["\#(catalog)"],"#
        try sandbox.directory.write(
            "home/gotoolprov.json",
            request + #" "go": {"versions": ["go1.20.14"]}, "tools": ["dlv"]}"#
        )
        let report = try await gotoolprov("report")
        #expect(report.output.contains(#""version": "1.20.14""#), "\(report)")
        #expect(!report.output.contains("1.22.1"), "\(report)")
    }

    @Test func `exec runs the Delve that is compatible with the program`() async throws {
        let catalog = try await sandbox.serveTool()
        let installed = try await sandbox.gotoolprov(
            "ensure",
            "dlv@1.20.2",
            "--mirror",
            sandbox.mirror,
            "--catalog",
            catalog
        )
        #expect(installed.status == 0, "\(installed)")
        // Debian's Delve is itself a program built by go1.19.8, which Delve 1.20.2 supports.
        let compatible = try await sandbox.gotoolprov("exec", "dlv", "--", "version", "exec", "x")
        #expect(compatible.output.contains("Version: 1.20.2"), "\(compatible)")
        let help = try await sandbox.gotoolprov(
            "exec",
            "dlv",
            "--",
            "exec",
            debianDelve,
            "--help"
        )
        #expect(help.status == 0, "\(help)")
        #expect(help.output.contains("Execute a precompiled binary"), "\(help)")
    }

    @Test(arguments: [
        ("touch other", "dlv", "1.20.2", "1.19.8", "none"),
        (
            "mkdir a b && cp /usr/bin/dlv a && cp /usr/bin/dlv b", "dlv", "1.20.2", "1.19.8",
            "several"
        ),
        ("cp /bin/true dlv", "dlv", "1.20.2", "1.19.8", "without Go build information"),
        ("echo x >dlv", "dlv", "1.20.2", "1.19.8", "not a Linux executable"),
        ("cp /usr/bin/dlv .", "dlv", "1.20.2", "1.21.13", "built by go1.19.8"),
        ("cp /usr/bin/dlv .", "dlv", "1.20.1", "1.19.8", "dlv1.20.2"),
        ("cp /usr/bin/dlv gopls", "gopls", "0.11.0", "1.19.8", "github.com/go-delve/delve/cmd/dlv"),
    ])
    func `an archive of another program is refused`(
        layout: String,
        tool: String,
        version: String,
        builtWith: String,
        found: String
    ) async throws {
        let catalog = try await sandbox.serveTool(
            layout: layout,
            tool: tool,
            version: version,
            builtWith: builtWith
        )
        let before = try await sandbox.snapshot()
        let result = try await sandbox.gotoolprov(
            "ensure",
            "\(tool)@\(version)",
            "--mirror",
            sandbox.mirror,
            "--catalog",
            catalog
        )
        #expect(result.status == 65, "\(result)")
        #expect(result.error.contains(found), "\(result)")
        #expect(try await sandbox.snapshot() == before)
    }

    @Test func `a damaged tool is repaired from its archive`() async throws {
        let catalog = try await sandbox.serveTool()
        let arguments = ["--mirror", sandbox.mirror, "--catalog", catalog]
        _ = try await run(
            sandbox.program,
            ["ensure", "dlv@1.20.2"] + arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
        let program = "\(sandbox.sdkRoot)/dlv1.20.2-go1.19.8/bin/dlv"
        _ = try await shell("echo x >>'\(program)'")
        let found = try await sandbox.gotoolprov("verify", "dlv")
        #expect(found.status == 1, "\(found)")
        let repaired = try await run(
            sandbox.program,
            ["verify", "--repair", "dlv@1.20.2"] + arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(repaired.status == 0, "\(repaired)")
        #expect(try await sha256(of: program) == sha256(of: debianDelve))
    }

    @Test func `a user's file is not replaced by a link`() async throws {
        let catalog = try await sandbox.serveTool()
        try sandbox.directory.write("home/go/bin/dlv1.20.2", "mine")
        let before = try await sandbox.snapshot()
        let result = try await sandbox.gotoolprov(
            "ensure",
            "dlv@1.20.2",
            "--mirror",
            sandbox.mirror,
            "--catalog",
            catalog
        )
        #expect(result.status == 73, "\(result)")
        #expect(result.error.contains("a file that gotoolprov did not write"), "\(result)")
        #expect(try await sandbox.snapshot() == before)
    }
}
