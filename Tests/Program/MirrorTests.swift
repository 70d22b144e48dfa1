import LogFixtures
import TestSupport
import Testing
import ToolchainCore
import WebFixtures

/// `mirror`: what enters a mirror is verified, and hosts can use it.
@Suite(.programLimit)
struct MirrorTests {
    let world: MirrorSandbox
    var sandbox: Sandbox { world.sandbox }

    init() async throws {
        world = try MirrorSandbox()
        try await world.initialize()
    }

    @Test func `a Go and its proof enter, and hosts install it with the key of the log alone`()
        async throws
    {
        let digest = try await world.serve()
        let check = try await world.mirror(
            "add",
            "go1.99.1",
            "--from",
            sandbox.mirror,
            "--check",
            "--format",
            "json"
        )
        #expect(check.status == 20, "\(check)")
        #expect(check.output.contains(#""result": "planned""#), "\(check)")
        try await validate(check.output, against: "mirror-change")

        let added = try await world.mirror(
            "add",
            "go1.99.1",
            "--from",
            sandbox.mirror,
            "--format",
            "json"
        )
        #expect(added.status == 0, "\(added)")
        try await validate(added.output, against: "mirror-change")
        #expect(added.output.contains(#""result": "added""#), "\(added)")
        #expect(added.output.contains(digest), "\(added)")
        let index = String(decoding: try bytes(of: "\(world.site)/mirror.json"), as: UTF8.self)
        try await validate(index, against: "mirror")
        #expect(index.contains(#""evidence": "log""#), "\(index)")
        let list = try await world.mirror("list", "--format", "json")
        try await validate(list.output, against: "mirror-list")
        #expect(list.output.contains(digest), "\(list)")

        // The second run changes nothing, and needs no source.
        let before = try await sandbox.snapshot(of: "site")
        #expect(before.contains("go1.99.1.linux-\(hostArchitecture).tar.gz.tlog-proof"))
        let again = try await world.mirror("add", "go1.99.1")
        #expect(again.status == 0 && again.output.contains("kept"), "\(again)")
        #expect(try await sandbox.snapshot(of: "site") == before)

        let installed = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--mirror",
            world.site,
            "--manifest",
            world.manifest
        )
        #expect(installed.status == 0, "\(installed)")
    }

    @Test func `a mirror on the web has proofs for hosts that cannot ask the log`() async throws {
        try await world.serve()
        try await world.script("add go1.99.1").expectSuccess()
        let web = try LogSite()
        let name = "go/go1.99.1.linux-\(hostArchitecture).tar.gz"
        for name in [name, "\(name).tlog-proof"] {
            web.add("/site/\(name)", try bytes(of: "\(world.site)/\(name)"))
        }
        // As object stores answer for a missing file.
        let file = name.split(separator: "/")[1]
        web.answer("/site/\(file).tlog-proof", RawServer.Answer(status: 403, []))
        try sandbox.directory.write(
            "log.json",
            """
            {"official": false, "log": {"key": "\(world.signer.key)", "url": "http://127.0.0.1:9"}}
            """
        )
        var environment = sandbox.environment
        environment["GOTOOLPROV_OFFLINE"] = nil
        environment["GOPROXY"] = "off"
        let options = ["--manifest", world.manifest, "--mirror", "\(web.url)/site"]
        let installed = try await run(
            sandbox.program,
            ["ensure", "go1.99.1"] + options,
            environment: environment
        )
        #expect(installed.status == 0, "\(installed)")
        // A mirror of the mirror has the proof, too.
        try await sandbox.gotoolprov("mirror", "init", "copy").expectSuccess()
        let copied = try await run(
            sandbox.program,
            ["mirror", "add", "go1.99.1", "--directory", "\(sandbox.home)/copy"] + options,
            environment: environment
        )
        #expect(copied.status == 0, "\(copied)")
        let index = try bytes(of: "\(sandbox.home)/copy/mirror.json")
        #expect(try bytes(of: "\(world.site)/mirror.json") == index)
    }

    @Test func `an archive that the log does not prove never enters, and others do`()
        async throws
    {
        try await world.serve()
        try await world.serve("1.99.2") { $0.files[0].bytes.append(0x21) }
        try await world.serve("1.99.3", isProven: false)
        let result = try await world.mirror(
            "add",
            "go1.99.1",
            "go1.99.2",
            "go1.99.3",
            "--from",
            sandbox.mirror,
            "--format",
            "json"
        )
        #expect(result.status == 65, "\(result)")
        try await validate(result.output, against: "mirror-change")
        #expect(result.output.ranges(of: #""result": "rejected""#).count == 2, "\(result)")
        let files = try await sandbox.snapshot(of: "site")
        #expect(files.contains("go1.99.1.linux"), "\(files)")
        #expect(!files.contains("go1.99.2") && !files.contains("go1.99.3"), "\(files)")
        let staged = try await run("ls", ["\(world.site)/.gotoolprov/staging"])
        #expect(staged.output == "", "\(staged)")
    }

    @Test func `a pinned archive enters without a proof, and is replaced if it is damaged`()
        async throws
    {
        let digest = try await world.serve(isProven: false)
        let catalog = try sandbox.pin(digest)
        let result = try await world.script(
            """
            add go1.99.1 --catalog \(catalog); echo "status $?"
            printf x | dd of=site/go/$V bs=1 seek=40 conv=notrunc 2>/dev/null
            mirror add go1.99.1 --check --catalog \(catalog); echo "status $?"
            mirror add go1.99.1 --mirror mirror --catalog \(catalog); echo "status $?"
            sha256sum <site/go/$V
            """
        )
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 7, "\(result)")
        #expect(lines[0].contains("added") && lines[0].contains("site"), "\(result)")
        #expect(lines[1] == "status 0" && lines[3] == "status 20", "\(result)")
        #expect(lines[4].contains("replaced") && lines[5] == "status 0", "\(result)")
        #expect(lines[6].hasPrefix(digest), "\(result)")
        #expect(result.error.contains("no log proof for go1.99.1"), "\(result)")
        #expect(result.error.contains("in the mirror is replaced"), "\(result)")
    }

    @Test func `files that are already in the directory are verified and listed`()
        async throws
    {
        try await world.serve()
        let result = try await world.script(
            """
            mkdir site/go; mv mirror/$V* site/go/
            mirror add go1.99.1; echo "status $?"; mirror list
            """
        )
        #expect(result.output.contains("adopted"), "\(result)")
        #expect(result.output.contains("status 0\ngo1.99.1  \(hostArchitecture)"), "\(result)")
    }

    @Test func `Delve enters as source code, or as an archive if catalogs list one`()
        async throws
    {
        let source = try await sandbox.serveDelve(.delveSource())
        let first = try await world.script(
            "add dlv@1.24.0 --catalog \(source) --format json; cat site/mirror.json"
        )
        #expect(first.output.contains(#""path": "delve/v1.24.0.tar.gz""#), "\(first)")
        #expect(!first.output.contains(#""arch""#), "\(first)")
        let compiled = try await sandbox.serveTool()
        let second = try await world.script(
            "add dlv@1.20.2 --catalog \(compiled) --format json; cat site/mirror.json"
        )
        #expect(second.output.contains(#""path": "dlv/tool.tar.gz""#), "\(second)")
        #expect(second.output.contains(#""builtWith": "1.19.8""#), "\(second)")
    }
}
