import TestSupport
import Testing

/// Manifests found above the working directory.
@Suite(.programLimit)
struct ManifestSearchTests {
    let sandbox: Sandbox
    var work: String { "\(sandbox.home)/work/below" }

    init() async throws {
        sandbox = try Sandbox()
        try sandbox.directory.write("home/work/below/.keep", "")
        let digest = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped).digest
        try await sandbox.install(digest)
    }

    static let kinds = [
        "mkdir gotoolprov.json", "mkfifo gotoolprov.json", "echo '{' >gotoolprov.json",
        "truncate -s 1T gotoolprov.json", "echo '{\"gobin\": \"/x\"}' >gotoolprov.json",
    ]

    func make(_ script: String) async throws {
        try await prepare(script, in: "\(sandbox.home)/work")
    }

    @Test(arguments: kinds)
    func `an unusable manifest fails only the commands that need it`(script: String) async throws {
        try await make(script)
        let list = try await sandbox.gotoolprov("list", in: work)
        #expect(list.status == 0, "\(list)")
        #expect(list.error.contains("work/gotoolprov.json is ignored: "), "\(list)")
        let ensure = try await sandbox.gotoolprov("ensure", in: work)
        #expect(ensure.status == 78, "\(ensure)")
        let present = try await sandbox.gotoolprov("ensure", "go1.99.1", in: work)
        #expect(present.status == 0, "\(present)")
    }

    @Test(arguments: [
        ["which", "go1.99.1"], ["exec", "go1.99.1", "--", "true"], ["env", "go1.99.1"],
        ["status"], ["verify"], ["doctor"], ["cache", "list"], ["remove", "go1.99.7"],
    ])
    func `a broken file in a repository does not prevent other commands`(
        command: [String]
    ) async throws {
        try await make("echo garbage >gotoolprov.json")
        let result = try await run(
            sandbox.program,
            command,
            environment: sandbox.environment,
            in: work
        )
        #expect(result.status == 0 || command == ["doctor"] && result.status != 78, "\(result)")
        #expect(result.error.contains("is ignored: the manifest is invalid"), "\(result)")
    }

    @Test func `a broken user manifest does not prevent inspecting the host`() async throws {
        try sandbox.directory.write("home/.config/gotoolprov/gotoolprov.json", "garbage")
        for command in ["list", "status", "verify"] {
            let result = try await sandbox.gotoolprov(command)
            #expect(result.status == 0, "\(result)")
            #expect(result.error.contains(".config/gotoolprov/gotoolprov.json is ignored"))
        }
        #expect(try await sandbox.gotoolprov("ensure", "go1.99.1").status == 78)
    }

    @Test func `an Ansible task ignores manifests in its working directory`() async throws {
        try await make("echo '{\"go\": {\"versions\": [\"go1.12\"]}}' >gotoolprov.json")
        let arguments = try sandbox.directory.write("a.json", #"{"state": "converged"}"#)
        let result = try await sandbox.gotoolprov("ansible", arguments, in: work)
        #expect(result.status == 1, "\(result)")
        #expect(result.output.contains("no Go version is requested"), "\(result)")
    }

    @Test func `a missing catalog named by a manifest is reported with a hint`()
        async throws
    {
        let manifest = try sandbox.directory.write(
            "named.json",
            #"{"go": {"versions": ["go1.99.2"]}, "catalogs": ["catalog-2027.json"]}"#
        )
        let result = try await sandbox.gotoolprov("ensure", "--manifest", manifest)
        #expect(result.status == 78, "\(result)")
        #expect(result.error.contains("hint: copy the file there"), "\(result)")
    }
}
