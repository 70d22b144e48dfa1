import LogFixtures
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost

/// Requests for the newest version that only the official list names: it comes from go.dev, the proof from a
/// log, and the archive from a mirror.
@Suite(.programLimit)
struct LogLatestTests {
    let host: OnlineHost
    let official: OfficialSite

    init() async throws {
        host = try OnlineHost()
        try host.addAll()
        official = try await OfficialSite(host)
        try writeManifest()
        // The newest version of a catalog.
        let archive = ArchiveFixture.go("1.98.1", program: try hostProgram()).gzipped
        try host.sandbox.pin("\(try SHA256Digest(of: archive))", as: "1.98.1")
        host.site.add("/\(OnlineHost.fileName("1.98.1"))", archive)
    }

    private func writeManifest(cooldown: Int = 0) throws {
        try host.sandbox.directory.write(
            "log.json",
            """
            {"durability": "none", "mirrors": ["\(host.site.url)"], "catalogs": ["catalog.json"],
             "go": {"cooldown": \(cooldown)},
             "log": {"key": "\(host.signer.key)", "url": "http://127.0.0.1:9"}}
            """
        )
    }

    /// The list with `go1.99.1`.
    private var list: String {
        get throws { try OfficialSite.list(host.archive.fixture.gzipped) }
    }

    private func ensure(
        _ request: String = "go@latest",
        listing list: String?,
        _ options: String...,
        with changes: [String: String] = [:]
    ) async throws -> CommandResult {
        try await official.gotoolprov(
            ["ensure", request, "--manifest", "log.json", "--ca-file", "ca.pem"] + options,
            listing: list,
            with: changes
        )
    }

    private func remove() async throws {
        try await host.sandbox.gotoolprov("remove", "go1.99.1").expectSuccess()
    }

    // MARK: - The version

    @Test(arguments: ["go@latest", "go1.99", "go>=1.99", "stable"])
    func `the list names a version, the log proves it, and a mirror has it`(request: String)
        async throws
    {
        let result = try await ensure(request, listing: try list, "--format", "json")
        #expect(result.status == 0, "\(result)")
        try await validate(result.output, against: "ensure")
        for text in [
            #""version": "1.99.1""#, #""selectedBy": "official list of 20"#,
            #""provenByLog": true"#,
        ] {
            #expect(result.output.contains(text), "\(result)")
        }
        #expect(try official.requests == OfficialSite.listRequest)
        let receipt = try host.receipt()
        for text in [#""record": 130"#, host.site.url, #""voucher": "official list""#] {
            #expect(receipt.contains(text), "\(receipt)")
        }
    }

    @Test func `a note says what named the version`() async throws {
        let result = try await ensure("go1.99", listing: try list)
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("go1.99.1  installed, proven by the log"), "\(result)")
        #expect(result.error.contains("`go1.99` is go1.99.1: official list of 20"), "\(result)")
        // The next run changes nothing, so there is no note.
        let again = try await ensure("go1.99", listing: try list)
        #expect(again.output.contains("present"), "\(again)")
        #expect(!again.error.contains("official list"), "\(again)")
    }

    @Test func `a version that the list names and the log does not record is refused`() async throws
    {
        host.site.remove("\(host.sumdb)/\(OnlineHost.lookup)")
        let result = try await ensure("go1.99", listing: try list)
        #expect(result.status == 69, "\(result)")
        #expect(try await !host.files().contains("sdk"))
    }

    // MARK: - The copy

    @Test func `a second run uses the copy in the cache`() async throws {
        try await ensure(listing: try list).expectSuccess()
        try await remove()
        let result = try await ensure("go1.99", listing: "{")
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("go1.99.1  installed"), "\(result)")
        #expect(result.error.contains("official list of 20"), "\(result)")
        #expect(try official.requests == OfficialSite.listRequest)
    }

    @Test func `--check and status --want use the copy, and agree with ensure`() async throws {
        let manifest = ["--manifest", "log.json", "--format", "json"]
        let check = ["ensure", "go@latest", "--check"] + manifest
        let status = ["status", "--want", "go@latest"] + manifest
        // They fetch nothing.
        for arguments in [check, status] {
            let result = try await official.gotoolprov(arguments, listing: try list)
            #expect(result.output.contains(#""version": "1.98.1""#), "\(result)")
            #expect(!result.output.contains("1.99.1"), "\(result)")
        }
        #expect(try official.requests == "")
        try await ensure(listing: try list).expectSuccess()
        try await remove()
        for arguments in [check, status] {
            let result = try await official.gotoolprov(arguments, listing: "[]")
            #expect(result.status == (arguments == check ? 20 : 0), "\(result)")
            #expect(result.output.contains(#""version": "1.99.1""#), "\(result)")
        }
        #expect(try official.requests == OfficialSite.listRequest)
        let result = try await ensure(listing: "[]")
        #expect(result.output.contains("go1.99.1  installed"), "\(result)")
    }

    // MARK: - Without a list

    /// What go.dev may serve instead of the list; `nil` is status 404.
    static let answers: [String?] = [
        "{", "", "<html>Please log in</html>", #"[{"version": 1}]"#, nil,
    ]

    @Test(arguments: answers)
    func `without a list, the newest version of the catalogs is installed`(answer: String?)
        async throws
    {
        let result = try await ensure(listing: answer)
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("go1.98.1  installed"), "\(result)")
        for text in [
            "no new list of releases: ", "; using the catalogs alone", "is go1.98.1: catalog /",
        ] {
            #expect(result.error.contains(text), "\(result)")
        }
        // It is asked again: that costs no time.
        let again = try await ensure(listing: try list)
        #expect(again.output.contains("go1.99.1  installed"), "\(again)")
    }

    @Test func `a list that stops arriving is not waited for, and not asked for again at once`()
        async throws
    {
        let stall = ["OFFICIAL_STALL": "1"]
        let result = try await ensure(listing: try list, "--idle-timeout", "3", with: stall)
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("go1.98.1  installed"), "\(result)")
        #expect(result.error.contains("no new list of releases: "), "\(result)")
        #expect(!result.error.contains("last tried"), "\(result)")
        let requests = try official.requests
        #expect(requests.hasPrefix(OfficialSite.listRequest), "\(requests)")
        let name = "home/.cache/gotoolprov/archives/official-releases-failure.json"
        let path = "\(host.sandbox.directory.path)/\(name)"
        let failure = try OfficialFailure(parsing: try bytes(of: path))
        #expect(failure.proxy?.hasPrefix("127.0.0.1:") == true)
        // As if it was about the proxy of `OnlineHost`. Nothing listens there, so a request would fail
        // with another message.
        try host.sandbox.directory.write(
            name,
            OfficialFailure(
                failedAt: failure.failedAt,
                proxy: "127.0.0.1:9",
                reason: failure.reason
            ).document
        )
        let again = try await host.ensure("go@latest", from: [])
        #expect(again.status == 0, "\(again)")
        #expect(
            again.error.contains("\(failure.reason); last tried \(failure.failedAt)"),
            "\(again)"
        )
        #expect(again.error.contains("tried again from \(failure.askedAgainAt)"), "\(again)")
        #expect(again.output.contains("go1.98.1  present"), "\(again)")
        #expect(try official.requests == requests)
        // Through another proxy, it is asked, and the failure is forgotten.
        let other = try await ensure(listing: try list)
        #expect(other.output.contains("go1.99.1  installed"), "\(other)")
        #expect(try official.requests == requests + OfficialSite.listRequest)
        #expect(!FileSystem.exists(path))
    }

    @Test func `offline, a note says that newer versions are unknown`() async throws {
        // The archive is in the cache.
        try await ensure("go1.98.1", listing: try list).expectSuccess()
        try await host.sandbox.gotoolprov("remove", "go1.98.1").expectSuccess()
        let before = try official.requests
        let result = try await ensure(listing: try list, "--offline")
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("go1.98.1  installed"), "\(result)")
        #expect(result.error.contains("; offline, newer ones are unknown"), "\(result)")
        #expect(try official.requests == before)
    }

    // MARK: - The cooldown

    @Test func `a release that was first seen today is younger than the cooldown`() async throws {
        try writeManifest(cooldown: 2)
        // The catalog has a date, long ago.
        let archive = ArchiveFixture.go("1.98.1", program: try hostProgram()).gzipped
        try host.sandbox.directory.write(
            "catalog.json",
            """
            {"schemaVersion": 1, "go": [{"version": "1.98.1", "date": "2026-01-01", "archives": [
              {"arch": "\(hostArchitecture)", "sha256": "\(try SHA256Digest(of: archive))"}]}]}
            """
        )
        let result = try await ensure(listing: try list)
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("go1.98.1  installed"), "\(result)")
        #expect(
            result.error.contains("go1.99.1 also matches `go@latest`, but is younger"),
            "\(result)"
        )
        let line = try await ensure("go1.99", listing: try list)
        #expect(line.status == 69, "\(line)")
        #expect(line.error.contains("is younger than the cooldown"), "\(line)")
        // An exact version is installed at once.
        let exact = try await ensure("go1.99.1", listing: try list)
        #expect(exact.output.contains("go1.99.1  installed, proven by the log"), "\(exact)")
        #expect(try official.requests == OfficialSite.listRequest)
    }
}
