import LogFixtures
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost
import TransparencyLog

/// `catalog update`: each release that it adds is proven by the log.
@Suite(.programLimit)
struct CatalogUpdateTests {
    let sandbox: Sandbox
    let signer: LogSigner
    let manifest: String
    var catalog: String { "\(sandbox.directory.path)/new.json" }

    init() throws {
        sandbox = try Sandbox()
        signer = try LogSigner()
        manifest = try sandbox.trust(signer)
    }

    /// Returns an archive that can be installed with and without the log.
    private func archive(_ version: String = "1.99.1") throws -> ProvenArchive {
        var archive = try ProvenArchive(version)
        archive.files[archive.index(of: "bin/go")].mode = 0o755
        return archive
    }

    /// Writes an archive to the mirror, with its proof beside it.
    @discardableResult
    private func serve(_ version: String = "1.99.1", isProven: Bool = true) async throws -> String {
        let archive = try archive(version)
        let path = try await sandbox.serve(archive.fixture.gzipped, as: version).path
        if isProven {
            let proof = try ProvenArchive.proof(of: archive.record(version), signer: signer)
            let name = path.split(separator: "/").last ?? ""
            try sandbox.directory.write("mirror/\(name).tlog-proof", proof.document)
        }
        return path
    }

    private func update(_ options: String...) async throws -> CommandResult {
        try await run(
            sandbox.program,
            ["catalog", "update", "--output", catalog, "--manifest", manifest] + options,
            environment: sandbox.environment,
            in: sandbox.home
        )
    }

    private func contents() throws -> String {
        String(decoding: try bytes(of: catalog), as: UTF8.self)
    }

    @Test func `archives with proofs are added without a network`() async throws {
        let path = try await serve()
        try await serve("1.99.2")
        let check = try await update("--from", sandbox.mirror, "--check", "--format", "json")
        #expect(check.status == 20, "\(check)")
        try await validate(check.output, against: "catalog-update")
        #expect((try? bytes(of: catalog)) == nil)

        let result = try await update("--from", sandbox.mirror, "--format", "json")
        #expect(result.status == 0, "\(result)")
        try await validate(result.output, against: "catalog-update")
        #expect(result.output.count(of: #""result": "added""#) == 2, "\(result)")
        let text = try contents()
        try await validate(text, against: "catalog")
        #expect(text.contains(try await sha256(of: path)), "\(text)")
        #expect(text.contains(#""name": "log.example""#), "\(text)")
        #expect(try await sandbox.snapshot(of: "mirror").contains("tar.gz.tlog-proof"))

        // The second run finds nothing to do.
        let again = try await update("--from", sandbox.mirror)
        #expect(again.status == 0, "\(again)")
        #expect(again.output == "", "\(again)")
        #expect(try contents() == text)

        // Hosts need neither the log nor the proof.
        try sandbox.directory.write("off.json", #"{"log": false}"#)
        let installed = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--catalog",
            catalog,
            "--mirror",
            sandbox.mirror,
            "--manifest",
            "\(sandbox.directory.path)/off.json"
        )
        #expect(installed.status == 0, "\(installed)")
    }

    @Test func `a link to the catalog stays, and its file is updated`() async throws {
        try await serve()
        try sandbox.directory.write("site/real.json", #"{"schemaVersion": 1, "go": []}"#)
        _ = try await run("ln", ["-s", "site/real.json", catalog])
        let result = try await update("--from", sandbox.mirror)
        #expect(result.status == 0, "\(result)")
        #expect(FileSystem.linkTarget(of: catalog) == "site/real.json")
        #expect(try contents().contains("1.99.1"))
        // So does a link whose file does not exist yet.
        _ = try await run("rm", ["\(sandbox.directory.path)/site/real.json"])
        let new = try await update("--from", sandbox.mirror)
        #expect(new.status == 0, "\(new)")
        #expect(FileSystem.linkTarget(of: catalog) == "site/real.json")
        #expect(try contents().contains("1.99.1"))
    }

    @Test func `the catalog in the state directory is always read, unless others can write it`()
        async throws
    {
        try await serve()
        let arguments = ["catalog", "update", "--from", sandbox.mirror, "--manifest", manifest]
        let result = try await run(
            sandbox.program,
            arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(result.status == 0, "\(result)")
        let path = "\(sandbox.home)/.local/state/gotoolprov/catalog.json"
        try await validate(String(decoding: bytes(of: path), as: UTF8.self), against: "catalog")
        let version = try await sandbox.gotoolprov("version")
        #expect(version.output.contains(" go1.99.1\n"), "\(version)")
        #expect(version.output.contains("(0 days old, \(path))\n"), "\(version)")
        try sandbox.directory.write("off.json", #"{"log": false}"#)
        let off = "\(sandbox.directory.path)/off.json"
        let check = [
            "ensure", "go1.99.1", "--check", "--mirror", sandbox.mirror, "--manifest", off,
        ]
        func status() async throws -> CommandResult {
            try await run(
                sandbox.program,
                check,
                environment: sandbox.environment,
                in: sandbox.home
            )
        }
        let known = try await status()
        #expect(known.status == 20, "\(known)")
        _ = try await run("chmod", ["o+w", path])
        let ignored = try await status()
        #expect(ignored.status == 65, "\(ignored)")
        #expect(ignored.error.contains("\(path) is ignored"), "\(ignored)")
        // An update would make it trusted.
        let before = try bytes(of: path)
        let update = try await run(
            sandbox.program,
            arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(update.status == 73, "\(update)")
        #expect(try bytes(of: path) == before)
    }

    @Test func `a damaged catalog in the state directory is ignored, and not replaced`()
        async throws
    {
        try await serve()
        let path = try sandbox.directory.write(
            "home/.local/state/gotoolprov/catalog.json",
            #"{"schemaVersion": 1, "go": ["#
        )
        for arguments in [
            ["list", "--available"], ["status"], ["version"], ["fleet", "/dev/null"],
        ] {
            let result = try await run(
                sandbox.program,
                arguments,
                environment: sandbox.environment,
                in: sandbox.home
            )
            #expect(result.status != 78, "\(result)")
            let note = "\(path) is ignored: the catalog file is invalid"
            #expect(result.error.contains(note), "\(result)")
        }
        let before = try bytes(of: path)
        let update = try await run(
            sandbox.program,
            ["catalog", "update", "--from", sandbox.mirror, "--manifest", manifest],
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(update.status == 78, "\(update)")
        #expect(update.error.contains("hint: correct it, or delete it"), "\(update)")
        #expect(try bytes(of: path) == before)
    }

    @Test func `a copy of the log proves archives, and proofs are written beside them`()
        async throws
    {
        let path = try await serve(isProven: false)
        let version = try #require(GoVersion("1.99.1"))
        let architecture = try #require(GoArchitecture(rawValue: hostArchitecture))
        let record = try ToolchainRecord(
            parsing: archive().record(),
            of: ToolchainModule(version, GoPlatform(architecture))
        )
        let log = try TestLog(count: 300, toolchains: [17: record], signer: signer)
        try log.write(300, to: sandbox.directory, mirror: "log")
        let copy = "\(sandbox.directory.path)/log"
        let result = try await update("--from", sandbox.mirror, "--mirror", copy)
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("record 17 of log.example"), "\(result)")
        #expect(try bytes(of: "\(path).tlog-proof") == log.proof(17, in: 300).document)

        // The proof alone is enough now.
        _ = try await run("rm", ["-r", catalog, copy])
        let proofs = "\(sandbox.directory.path)/proofs"
        let offline = try await update("--from", sandbox.mirror, "--proofs", proofs, "go1.99.1")
        #expect(offline.status == 0, "\(offline)")
        let name = try #require(path.split(separator: "/").last)
        #expect(
            try bytes(of: "\(proofs)/\(name).tlog-proof") == log.proof(17, in: 300).document
        )
    }

    @Test func `an archive that is not proven is rejected, and the others are added`() async throws
    {
        let path = try await serve()
        try await serve("1.99.2")
        let name = path.split(separator: "/").last ?? ""
        var altered = try archive()
        altered.files[altered.index(of: "VERSION")].bytes.append(10)
        try sandbox.directory.write("mirror/\(name)", altered.fixture.gzipped)
        let result = try await update("--from", sandbox.mirror, "--format", "json")
        #expect(result.status == 65, "\(result)")
        try await validate(result.output, against: "catalog-update")
        try await validate(result.error, against: "error")
        #expect(result.output.count(of: #""result": "added""#) == 1, "\(result)")
        #expect(result.output.contains("the log does not prove the files of go1.99.1"), "\(result)")
        #expect(try contents().contains("1.99.2") && !contents().contains("1.99.1"))
    }

    @Test func `without any evidence, nothing is added`() async throws {
        try await serve(isProven: false)
        let result = try await update("--from", sandbox.mirror)
        #expect(result.status == 69, "\(result)")
        #expect((try? bytes(of: catalog)) == nil)
        let none = try await update()
        #expect(none.status == 69, "\(none)")
        #expect(none.error.contains("--list FILE"), "\(none)")
        let unknown = try await update("--from", sandbox.mirror, "go1.98.1")
        #expect(unknown.status == 69, "\(unknown)")
        #expect(unknown.error.contains("no release matches `go1.98.1`"), "\(unknown)")
        try sandbox.directory.write("log.json", #"{"log": false}"#)
        let disabled = try await update("--from", sandbox.mirror)
        #expect(disabled.status == 78, "\(disabled)")
    }

    /// Writes an official list with one archive.
    private func list(_ digest: String, _ size: Int) throws -> String {
        let name = "go1.99.1.linux-\(hostArchitecture).tar.gz"
        return try sandbox.directory.write(
            "list.json",
            """
            [{"version": "go1.99.1", "stable": true, "files": [{"filename": "\(name)", "os": "linux",
              "arch": "\(hostArchitecture)", "version": "go1.99.1", "sha256": "\(digest)",
              "size": \(size), "kind": "archive"}]}]
            """
        )
    }

    @Test func `an archive must be the one in the official list`() async throws {
        let path = try await serve()
        let digest = try await sha256(of: path)
        let size = try bytes(of: path).count
        for (wrongDigest, wrongSize) in [(String(digest.reversed()), size), (digest, size + 1)] {
            let list = try list(wrongDigest, wrongSize)
            let result = try await update("--from", sandbox.mirror, "--list", list)
            #expect(result.status == 65, "\(result)")
            #expect(result.error.contains("not the one in the official list"), "\(result)")
            #expect((try? bytes(of: catalog)) == nil)
        }
        // Without --from, a mirror has the archive that the list names.
        let list = try list(digest, size)
        let proven = try await update("--list", list, "--mirror", sandbox.mirror)
        #expect(proven.status == 69, "\(proven)")
        let version = try #require(GoVersion("1.99.1"))
        let architecture = try #require(GoArchitecture(rawValue: hostArchitecture))
        let record = try ToolchainRecord(
            parsing: archive().record(),
            of: ToolchainModule(version, GoPlatform(architecture))
        )
        let log = try TestLog(count: 30, toolchains: [7: record], signer: signer)
        try log.write(30, to: sandbox.directory, mirror: "mirror")
        let result = try await update("--list", list, "--mirror", sandbox.mirror)
        #expect(result.status == 0, "\(result)")
        #expect(try contents().contains(digest))
        let invalid = try await update("--list", manifest)
        #expect(invalid.status == 65, "\(invalid)")
    }

    @Test func `what a catalog lists is kept, and a contradiction is refused`() async throws {
        let path = try await serve()
        let other = String(repeating: "ab", count: 32)
        try sandbox.pin(other, as: "1.98.1", in: "new.json")
        let result = try await update("--from", sandbox.mirror)
        #expect(result.status == 0, "\(result)")
        let digest = try await sha256(of: path)
        #expect(try contents().contains(other) && contents().contains(digest))
        // A listed release is not looked at again.
        try sandbox.pin(other, in: "new.json")
        let listed = try await update("--from", sandbox.mirror)
        #expect(listed.status == 0 && listed.output == "", "\(listed)")
        try sandbox.directory.write("new.json", "{")
        let broken = try await update("--from", sandbox.mirror)
        #expect(broken.status == 78, "\(broken)")
        #expect(try contents() == "{")
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func count(of text: String) -> Int { ranges(of: text).count }
}
