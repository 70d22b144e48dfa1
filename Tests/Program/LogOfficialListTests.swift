import LogFixtures
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost
import TransparencyLog

/// The official list of releases as the second witness of an archive that the log proves, from a server
/// that plays go.dev: Servers/official.py.
@Suite(.programLimit)
struct LogOfficialListTests {
    let host: OnlineHost
    let official: OfficialSite
    /// The path of the archive on a mirror.
    private let path = "/\(OnlineHost.fileName())"

    init() async throws {
        host = try OnlineHost()
        try host.addLog()
        try host.trust(official: true)
        official = try await OfficialSite(host)
    }

    /// The archive that the log proves.
    private var right: [UInt8] { host.archive.fixture.gzipped }

    /// An archive with the same files except one.
    private var wrong: [UInt8] {
        var altered = host.archive
        altered.files[altered.index(of: "VERSION")].bytes.append(10)
        return altered.fixture.gzipped
    }

    /// An archive with the recorded files that is another file.
    private var repacked: [UInt8] {
        var altered = host.archive
        altered.files.append(.init(path: "misc/new", bytes: [1]))
        return altered.fixture.gzipped
    }

    /// The list of releases with one archive of `go1.99.1`.
    private func list(_ archive: [UInt8], size: Int? = nil) throws -> String {
        try OfficialSite.list(archive, size: size)
    }

    /// Runs `ensure` with a list that go.dev serves, and stops go.dev.
    private func ensure(
        listing list: String,
        from mirrors: [String]? = nil
    ) async throws -> CommandResult {
        let fixed = ["ensure", "go1.99.1", "--manifest", "log.json", "--ca-file", "ca.pem"]
        return try await official.gotoolprov(
            fixed + (mirrors ?? [host.site.url]).flatMap { ["--mirror", $0] },
            listing: list
        )
    }

    private func expectInstalled(
        _ result: CommandResult,
        from origin: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        #expect(result.status == 0, "\(result)", sourceLocation: sourceLocation)
        let receipt = try host.receipt()
        try await validate(receipt, against: "receipt")
        for text in [#""record": 130"#, "\(try SHA256Digest(of: right))", origin] {
            #expect(receipt.contains(text), "\(receipt)", sourceLocation: sourceLocation)
        }
        let verified = try await host.sandbox.gotoolprov("verify")
        #expect(verified.status == 0, "\(verified)", sourceLocation: sourceLocation)
    }

    private func expectRefusal(
        _ result: CommandResult,
        saying phrases: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        #expect(result.status == 65, "\(result)", sourceLocation: sourceLocation)
        for phrase in phrases {
            #expect(
                result.error.contains(phrase),
                "\(phrase): \(result)",
                sourceLocation: sourceLocation
            )
        }
        #expect(result.output == "", "\(result)", sourceLocation: sourceLocation)
        #expect(try await host.files().contains("sdk") == false, sourceLocation: sourceLocation)
        #expect(
            host.head() == (try host.log.note(OnlineHost.size)),
            sourceLocation: sourceLocation
        )
    }

    @Test func `an archive that both witnesses agree on is installed from a mirror`() async throws {
        host.site.add(path, right)
        let result = try await ensure(listing: try list(right))
        try await expectInstalled(result, from: host.site.url)
        #expect(try official.requests == OfficialSite.listRequest)
    }

    @Test func `the official site is the last source of the archive`() async throws {
        try official.add(OnlineHost.fileName(), right)
        let result = try await ensure(listing: try list(right))
        try await expectInstalled(result, from: "https://go.dev/dl/")
        #expect(host.site.requests.contains { $0.path == path })
    }

    @Test func `a mirror with another archive than the listed one is skipped`() async throws {
        host.site.add(path, repacked)
        let good = try LogSite()
        good.add(path, right)
        let result = try await ensure(
            listing: try list(right),
            from: [host.site.url, good.url]
        )
        try await expectInstalled(result, from: good.url)
        #expect(result.error.contains(host.site.url), "\(result)")
    }

    @Test(arguments: ["digest", "size"])
    func `an archive that the log proves and the list does not is refused`(member: String)
        async throws
    {
        host.site.add(path, repacked)
        let list =
            member == "digest" ? try list(right) : try list(repacked, size: right.count)
        try await expectRefusal(try await ensure(listing: list), saying: [host.site.url])
    }

    @Test(arguments: ["digest", "size"])
    func `an archive with a proof is refused if the last copy of the list has another`(
        member: String
    ) async throws {
        let list =
            member == "digest" ? try list(right) : try list(repacked, size: right.count)
        // No mirror has the archive, and the list is kept.
        let first = try await ensure(listing: list)
        #expect(first.status == 69, "\(first)")
        let proof = try host.log.proof(OnlineHost.Entry.asked.rawValue, in: OnlineHost.size)
        let mirror = host.sandbox.mirror
        try await host.sandbox.serve(repacked, proof: proof.document)
        let result = try await ensure(listing: "{", from: [mirror, host.site.url])
        let phrase = "the archive is not the one in the official list"
        try await expectRefusal(result, saying: [phrase, mirror, "\(right.count) bytes"])
        let lists = try official.requests.split(separator: "\n").filter { $0.contains("mode=json") }
        #expect(lists.count == 1, "\(lists)")
    }

    @Test func `an archive that the list has and the log does not prove is refused`() async throws {
        host.site.add(path, wrong)
        let result = try await ensure(listing: try list(wrong))
        try await expectRefusal(result, saying: ["does not prove", "130"])
    }

    /// What go.dev may serve instead of a list with the version.
    static let lists = [
        "[]", #"[{"version": "go1.99.3", "stable": true, "files": []}]"#, "{", "",
        "<html>Please log in</html>", #"[{"version": "go1.99.1", "stable": true, "files": 1}]"#,
    ]

    @Test(arguments: lists)
    func `without a row in the list, the log alone proves the archive`(list: String) async throws {
        host.site.add(path, right)
        try await expectInstalled(try await ensure(listing: list), from: host.site.url)
    }
}
