import TestSupport
import Testing

/// Requests for tools, and errors about unavailable ones.
@Suite(.programLimit)
struct ToolRequestTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test(arguments: [
        (["ensure", "dlv"], 64, "no Go is installed"),
        (["ensure", "nosuchtool"], 64, "known tools  dlv, gopls"),
        (["ensure", "dlv@1.99.0"], 78, "1.27.2 is the newest known"),
        (["ensure", "dlv@x"], 64, "does not name a version of dlv"),
        (["ensure", "dlv@1.26.3", "--for", "go1.21.13"], 78, "1.25.0 is compatible"),
        (["ensure", "dlv", "--for", "go1.99.0"], 78, "which is compatible with go1.25 to go1.27"),
        (
            ["ensure", "gopls", "--for", "go1.21.13"], 78,
            "0.17.1 is the newest compatible with go1.21"
        ),
        (["ensure", "go1.21.13", "--for", "go1.21.13"], 64, "requires a tool"),
        (["use", "dlv"], 69, "`dlv` is not installed"),
        (["exec", "dlv", "--", "version"], 69, "`dlv` is not installed"),
        (["which", "dlv1.25.0-go1.21.13"], 69, "is not installed"),
        (["remove", "dlv"], 64, "`dlv` has no version"),
        (["build-tool", "gopls@0.17.1", "--output", "x"], 64, "only Delve"),
        (
            ["build-tool", "dlv@1.25.0", "--arch", "arm", "--output", "x"], 78,
            "does not support linux/arm"
        ),
        (
            ["build-tool", "dlv@1.25.0", "--arch", "vax", "--output", "x"], 64,
            "is not a supported GOARCH"
        ),
        (["build-tool", "dlv@1.25.0", "--output", "x"], 64, "no installed Go can build"),
        (
            ["build-tool", "dlv@1.25.0", "--go", "go1.20.1", "--output", "x"], 78,
            "too old to build the tool"
        ),
    ])
    func `an unavailable tool is reported`(
        arguments: [String],
        status: Int32,
        words: String
    ) async throws {
        let before = try await sandbox.snapshot()
        let result = try await run(
            sandbox.program,
            arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(result.status == status, "\(result)")
        #expect(result.error.contains(words), "\(result)")
        #expect(try await sandbox.snapshot() == before)
    }

    @Test func `a manifest can require tools`() async throws {
        try await sandbox.installShellGo()
        let catalog = try await sandbox.serveTool(tool: "dlv")
        let manifest = try sandbox.directory.write(
            "manifest.json",
            """
            {"go": {"versions": ["go1.99.1"]}, "tools": ["dlv@1.20.2"],
             "mirrors": ["\(sandbox.mirror)"], "catalogs": ["\(catalog)"]}
            """
        )
        // They have to be compatible with the manifest's Go versions.
        let result = try await sandbox.gotoolprov("ensure", "--manifest", manifest)
        #expect(result.status == 78, "\(result)")
        #expect(result.output.hasPrefix("go1.99.1  present"), "\(result)")
        #expect(result.error.contains("is not compatible with go1.99"), "\(result)")
    }

    @Test func `an unknown Delve is neither compatible nor incompatible`()
        async throws
    {
        let result = try await sandbox.gotoolprov("ensure", "dlv@1.27.2", "--for", "go1.27.3")
        #expect(result.status == 78, "\(result)")
        #expect(result.error.contains("the compatibility of dlv@1.27.2 is unknown"), "\(result)")
        #expect(!result.error.contains("is not compatible"), "\(result)")
        #expect(result.error.contains("1.27.1 is compatible with go1.27"), "\(result)")
    }
}
