import TestSupport
import Testing

/// Requests that several versions match, if sources lack the newest one.
@Suite(.programLimit)
struct OlderVersionTests {
    let web: WebTests
    var sandbox: Sandbox { web.sandbox }
    var catalog: String { "\(sandbox.directory.path)/catalog.json" }

    /// A catalog with go1.99.1 to go1.99.9, and a mirror that has only the first.
    init() async throws {
        web = try await WebTests()
        let releases = (1...9).map { patch in
            let digest = patch == 1 ? web.digest : String(repeating: "\(patch)", count: 64)
            return ("1.99.\(patch)", digest, Int?.none)
        }
        try sandbox.pin(releases)
    }

    private func ensure(_ arguments: String...) async throws -> CommandResult {
        try await run(
            sandbox.program,
            ["ensure", "--mirror", sandbox.mirror, "--catalog", catalog] + arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
    }

    @Test(arguments: ["go1.99", "go@latest", "go>=1.99", "go@1.99"])
    func `offline, a request resolves to the newest version in a directory`(
        request: String
    ) async throws {
        let tree = "\(sandbox.sdkRoot)/go1.99.1"
        let check = try await ensure(request, "--check")
        #expect(check.output == "go1.99.1  would install  \(tree)\n", "\(check)")
        let result = try await ensure(request)
        #expect(result.status == 0, "\(result)")
        #expect(result.output == "go1.99.1  installed  \(tree)\n", "\(result)")
        let note = "note: go1.99.9 is newer and also matches `\(request)`, but no source has it\n"
        #expect(result.error.contains(note), "\(result)")
        let again = try await ensure(request, "--format", "json")
        #expect(again.output.contains(#""action": "present""#), "\(again)")
        if request != "go>=1.99" {
            #expect(again.output.contains(#""missing": "1.99.9""#), "\(again)")
        }
    }

    @Test func `offline, several requests resolve to versions in a directory`() async throws {
        let result = try await ensure("go1.99", "go@latest")
        #expect(result.status == 0, "\(result)")
        #expect(result.output == "go1.99.1  installed  \(sandbox.sdkRoot)/go1.99.1\n", "\(result)")
    }

    @Test func `offline, cached archives count, and an exact version is never replaced`()
        async throws
    {
        let name = "go1.99.1.linux-\(hostArchitecture).tar.gz"
        try await sandbox.gotoolprov("cache", "add", "\(sandbox.mirror)/\(name)").expectSuccess()
        let result = try await sandbox.gotoolprov("ensure", "go1.99", "--catalog", catalog)
        #expect(result.status == 0 && result.output.contains("go1.99.1  installed"), "\(result)")
        let exact = try await ensure("go1.99.2")
        #expect(exact.status == 69, "\(exact)")
        let none = try await ensure("go1.99.5")
        #expect(none.error.contains("no mirror has go1.99.5"), "\(none)")
    }

    @Test func `offline, an error names the newest version if no source has any`()
        async throws
    {
        try await shell("rm \(sandbox.mirror)/*.gz").expectSuccess()
        let result = try await ensure("go1.99")
        #expect(result.status == 69, "\(result)")
        #expect(result.error.contains("error: no mirror has go1.99.9.linux-"), "\(result)")
    }

    @Test(arguments: ["plain", "store"])
    func `over HTTP, a limited number of older patches is tried if the newest is missing`(
        mode: String
    ) async throws {
        try sandbox.directory.write("manifest.json", #"{"official": false}"#)
        let rest =
            "--catalog \(catalog) --manifest manifest.json --mirror \"$url/\(mode)/{file}\""
        // From go1.99.9 down to go1.99.5.
        let far = try await web.withServer("\"$1\" ensure go1.99 \(rest)")
        #expect(far.status == 69, "\(far)")
        #expect(
            far.error.contains("also unavailable  go1.99.8, go1.99.7, go1.99.6, go1.99.5"),
            "\(far)"
        )
        #expect(try web.log().count == 5)
        try await run("rm", ["\(sandbox.directory.path)/port", "\(sandbox.directory.path)/log"])
            .expectSuccess()
        let text = String(decoding: try bytes(of: catalog), as: UTF8.self)
        try sandbox.directory.write(
            "catalog.json",
            text.split(separator: #"{"version": "1.99.4""#).first.map { known in
                known.prefix(upTo: known.lastIndex(of: ",") ?? known.endIndex) + "]}"
            } ?? ""
        )
        let near = try await web.withServer("\"$1\" ensure go1.99 \(rest)")
        #expect(near.status == 0, "\(near)")
        #expect(near.output.contains("go1.99.1  installed"), "\(near)")
        #expect(near.error.contains("note: go1.99.3 is newer"), "\(near)")
        #expect(try web.log().count == 3)
    }

    @Test func `an unreachable server results in a hint, not in an older version`()
        async throws
    {
        try sandbox.directory.write("manifest.json", #"{"official": false}"#)
        let result = try await web.withServer(
            """
            "$1" ensure go1.99 --catalog "\(catalog)" --manifest manifest.json \\
                --mirror http://127.0.0.1:9/ --mirror "$2/mirror" -q
            """
        )
        #expect(result.status == 69, "\(result)")
        #expect(result.error.contains("available offline  go1.99.1"), "\(result)")
        #expect(result.error.contains("hint: use `--offline` to install go1.99.1"), "\(result)")
    }

    @Test func `offline, the newest compatible tool in a directory is used`() async throws {
        try sandbox.directory.write("mirror/old.tar.gz", "here")
        let tools = [("1.20.2", "old"), ("1.21.0", "new")].map { version, name in
            """
            {"tool": "dlv", "version": "\(version)", "builtWith": "1.20.14",
             "arch": "\(hostArchitecture)", "file": "\(name).tar.gz",
             "sha256": "\(String(repeating: name == "old" ? "1" : "2", count: 64))"}
            """
        }
        try sandbox.directory.write(
            "catalog.json",
            #"{"schemaVersion": 1, "tools": [\#(tools.joined(separator: ","))]}"#
        )
        let result = try await ensure("dlv", "--for", "go1.20.14", "--check")
        #expect(result.status == 20, "\(result)")
        #expect(result.output.hasPrefix("dlv1.20.2-go1.20.14  would install"), "\(result)")
        #expect(
            result.error.contains("1.21.0 is also compatible, but not available offline"),
            "\(result)"
        )
    }

    @Test func `a file that is not the archive is described correctly`() async throws {
        let path = "\(sandbox.mirror)/go1.99.1.linux-\(hostArchitecture).tar.gz"
        let other = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.2",
            "--catalog",
            catalog,
            "--archive",
            path
        )
        #expect(other.status == 65, "\(other)")
        #expect(
            other.error.contains(
                "the file is named for go1.99.1: run `gotoolprov ensure go1.99.1 --archive FILE`"
            ),
            "\(other)"
        )
        let short = try await shell(
            "head -c 1000 \"$1\" >cut && exec \"$2\" ensure go1.99.1 --sha256 $3 --archive cut",
            path,
            sandbox.program,
            web.digest,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(short.status == 65, "\(short)")
        #expect(short.error.contains("hint: the file is incomplete or altered"), "\(short)")
        #expect(!short.error.contains("mirror"), "\(short)")
    }

    @Test func `a catalog next to the archives is mentioned but not read`() async throws {
        try await run("cp", [catalog, sandbox.mirror]).expectSuccess()
        for arguments in [
            ["go1.99.1", "--mirror", sandbox.mirror],
            [
                "go1.99.1", "--archive",
                "\(sandbox.mirror)/go1.99.1.linux-\(hostArchitecture).tar.gz",
            ],
            ["go1.99", "--mirror", sandbox.mirror],
        ] {
            let result = try await run(
                sandbox.program,
                ["ensure"] + arguments,
                environment: sandbox.environment
            )
            #expect(result.status == 65, "\(arguments): \(result)")
            #expect(
                result.error.contains("`--catalog '\(sandbox.mirror)/catalog.json'`"),
                "\(arguments): \(result)"
            )
        }
    }
}
