import LogFixtures
import TestSupport
import Testing
import WebFixtures

/// Archives from servers whose files have to be those that the log records, as no digest is known.
@Suite(.programLimit)
struct LogArchiveTests {
    let host: OnlineHost
    var site: LogSite { host.site }

    /// The path of the archive on a mirror.
    private let path = "/\(OnlineHost.fileName())"

    init() throws {
        host = try OnlineHost()
        try host.addAll()
    }

    /// Expects the archive to be refused after the log has proven its record.
    private func refuse(
        _ statuses: Int32...,
        saying phrases: [String],
        from mirrors: [String]? = nil,
        _ options: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try await host.files()
        let result = try await host.ensure(from: mirrors, options)
        #expect(statuses.contains(result.status), "\(result)", sourceLocation: sourceLocation)
        #expect(result.output == "", "\(result)", sourceLocation: sourceLocation)
        for phrase in phrases + ["error: ", site.url] {
            #expect(
                result.error.contains(phrase),
                "\(phrase): \(result)",
                sourceLocation: sourceLocation
            )
        }
        #expect(try await host.files() == before, sourceLocation: sourceLocation)
        #expect(
            host.head() == (try host.log.note(OnlineHost.size)),
            "the log is right",
            sourceLocation: sourceLocation
        )
    }

    /// Expects that the right archive is installed.
    private func expectInstalled(
        from mirrors: [String]? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await host.ensure(from: mirrors)
        #expect(result.status == 0, "\(result)", sourceLocation: sourceLocation)
        let verified = try await host.sandbox.gotoolprov("verify")
        #expect(verified.status == 0, "\(verified)", sourceLocation: sourceLocation)
    }

    private var requestsOfArchive: [LogSite.Request] { site.requests.filter { $0.path == path } }

    // MARK: - Other files

    @Test(arguments: LogProofTests.altered.indices)
    func `an archive with other files than the recorded ones leaves nothing`(row: Int) async throws
    {
        let (what, phrase, change) = LogProofTests.altered[row]
        var altered = host.archive
        change(&altered)
        site.add(path, altered.fixture.gzipped)
        try await refuse(65, saying: what == "the name in the module" ? [phrase] : [phrase, "130"])
        // What was downloaded is in the way of nothing.
        site.add(path, host.archive.fixture.gzipped)
        try await expectInstalled()
    }

    @Test func `the archive of another version or an old one leaves nothing`() async throws {
        site.add(path, host.later.fixture.gzipped)
        try await refuse(65, saying: ["go1.99"])
        site.add(path, try ArchiveFixture.hostGo().gzipped)
        try await refuse(65, saying: ["does not prove", "130"])
    }

    @Test func `an archive with another top directory leaves nothing`() async throws {
        site.add(path, host.archive.fixture.file("gopher/x").gzipped)
        try await refuse(65, saying: ["directory `go/`"])
    }

    @Test func `an archive with a link or a name that leads outside leaves nothing`() async throws {
        site.add(path, host.archive.fixture.symbolicLink("go/src/l", to: "/etc/passwd").gzipped)
        try await refuse(65, saying: ["symbolic link"])
        site.add(path, host.archive.fixture.file("go/../../x").gzipped)
        try await refuse(65, saying: ["`..`"])
    }

    @Test func `modes are those of published toolchains, whatever the archive has`() async throws {
        var altered = host.archive
        for index in altered.files.indices { altered.files[index].mode ^= 0o111 }
        altered.files.append(.init(path: "misc/new", bytes: [1], mode: 0o755))
        site.add(path, altered.fixture.gzipped)
        try await expectInstalled()
        let modes = try await shell(
            "cd \"$1\" && stat -c %a bin/go go.env src/go.mod src/make.bash; ls -d api misc test",
            "\(host.sandbox.sdkRoot)/go1.99.1"
        )
        #expect(modes.output == "755\n644\n644\n755\n", "\(modes)")
    }

    // MARK: - Several mirrors

    @Test func `a mirror with a wrong archive is followed by the next, and named`() async throws {
        var altered = host.archive
        altered.files[altered.index(of: "bin/go")].bytes[4000] ^= 1
        site.add(path, altered.fixture.gzipped)
        let good = try LogSite()
        try host.addAll(to: good)
        let result = try await host.ensure(from: [site.url, good.url])
        #expect(result.status == 0, "\(result)")
        #expect(result.error.contains(site.url), "\(result)")
        let receipt = try host.receipt()
        #expect(receipt.contains(good.url) && !receipt.contains(site.url), "\(receipt)")
        let verified = try await host.sandbox.gotoolprov("verify")
        #expect(verified.status == 0, "\(verified)")
    }

    @Test func `if all mirrors have wrong archives, the error names them`() async throws {
        var altered = host.archive
        altered.files[altered.index(of: "VERSION")].bytes.append(10)
        site.add(path, altered.fixture.gzipped)
        let other = try LogSite()
        altered.files[altered.index(of: "go.env")].bytes.append(10)
        other.add(path, altered.fixture.gzipped)
        try await refuse(
            65,
            saying: ["does not prove", "130", other.url],
            from: [site.url, other.url]
        )
    }

    @Test func `a directory with a wrong archive is followed by a server`() async throws {
        var altered = host.archive
        altered.files[altered.index(of: "go.env")].bytes.append(10)
        try await host.sandbox.serve(altered.fixture.gzipped)
        let result = try await host.ensure(from: [host.sandbox.mirror, site.url])
        #expect(result.status == 0, "\(result)")
        #expect(result.error.contains(host.sandbox.mirror), "\(result)")
        #expect(try host.receipt().contains(site.url))
    }

    @Test func `an archive given by its path is proven by the log of a server`() async throws {
        let directory = host.sandbox.directory
        var altered = host.archive
        altered.files[altered.index(of: "go.env")].bytes.append(10)
        let wrong = try directory.write("given/wrong.tar.gz", altered.fixture.gzipped)
        let before = try await host.files()
        let refused = try await host.ensure(from: nil, ["--archive", wrong])
        #expect(refused.status == 65, "\(refused)")
        #expect(refused.error.contains(wrong), "\(refused)")
        #expect(try await host.files() == before)
        let right = try directory.write("given/right.tar.gz", host.archive.fixture.gzipped)
        let result = try await host.ensure(from: nil, ["--archive", right])
        #expect(result.status == 0, "\(result)")
        #expect(try host.receipt().contains(right))
        #expect(try bytes(of: wrong) == altered.fixture.gzipped, "a given file is not deleted")
        #expect(requestsOfArchive.isEmpty)
    }

    // MARK: - No archives

    @Test func `a server without an archive is reported`() async throws {
        site.remove(path)
        try await refuse(69, saying: [OnlineHost.fileName()])
        site.answer(path, .portal)
        try await refuse(69, saying: ["page"])
        site.answer(path, RawServer.Answer(status: 500, []))
        try await refuse(69, saying: ["500"])
        site.answer(path, .silence)
        try await refuse(69, saying: ["no data"], from: nil, ["--idle-timeout", "1"])
    }

    @Test(arguments: ["half", "garbage after it", "no gzip"])
    func `a file that is not an archive leaves nothing`(fault: String) async throws {
        let bytes = host.archive.fixture.gzipped
        switch fault {
        case "half": site.add(path, Array(bytes.prefix(bytes.count / 2)))
        case "garbage after it": site.add(path, bytes + [1])
        default: site.add(path, Array("just a text\n".utf8))
        }
        try await refuse(65, 69, saying: [])
        site.add(path, bytes)
        try await expectInstalled()
    }

    /// The largest archive that is downloaded without a known digest.
    static let limit = 256 << 20

    @Test(arguments: [true, false])
    func `an archive larger than any of Go is refused, and no part of it is kept`(
        isDeclared: Bool
    ) async throws {
        let length =
            isDeclared ? "Content-Length: \(Self.limit + 1)\r\n" : "Connection: close\r\n"
        // The beginning of a valid archive.
        let start = Array(host.archive.fixture.gzipped.prefix(1000))
        site.answer(
            path,
            RawServer.Answer(
                bytes: "HTTP/1.1 200 OK\r\n\(length)ETag: \"tag\"\r\n\r\n",
                body: start,
                torrent: [UInt8](repeating: 0, count: 1 << 20),
                closes: false
            )
        )
        try await refuse(65, 69, saying: ["larger"])
        #expect(requestsOfArchive.count == 1, "it is not requested again")
        let large = try await run("find", [host.sandbox.home, "-type", "f", "-size", "+1024k"])
        #expect(large.output == "", "\(large)")
    }

    // MARK: - Downloads

    @Test func `a download that is cut is resumed at once`() async throws {
        let bytes = host.archive.fixture.gzipped
        site.answer(path) { request in
            .part(of: bytes, from: request.start, sending: request.start == nil ? 1000 : nil)
        }
        try await expectInstalled()
        #expect(requestsOfArchive.map(\.start) == [nil, 1000])
    }

    @Test func `a download that fails is resumed by the next run`() async throws {
        let bytes = host.archive.fixture.gzipped
        site.answer(path) { request in
            .part(of: bytes, from: request.start, sending: request.start == nil ? 1000 : 0)
        }
        try await refuse(69, saying: ["closed"])
        let count = requestsOfArchive.count
        site.answer(path) { .part(of: bytes, from: $0.start) }
        try await expectInstalled()
        #expect(requestsOfArchive.dropFirst(count).map(\.start) == [1000])
    }

    @Test func `an archive that is not proven does not enter the cache, nor replace one there`()
        async throws
    {
        // The mirror has the archive of another version, which this host has in its cache.
        let other = try ArchiveFixture.hostGo().gzipped
        let file = try host.sandbox.directory.write("other.tar.gz", other)
        let added = try await host.sandbox.gotoolprov("cache", "add", file)
        #expect(added.status == 0, "\(added)")
        let list = "cd \"$1\" && find . -type f ! -name '*.lock' | LC_ALL=C sort"
        let cache = "\(host.sandbox.home)/.cache/gotoolprov"
        let before = try await shell(list, cache).output
        #expect(before.contains("/"), "\(before)")
        site.add(path, other)
        try await refuse(65, saying: ["does not prove"])
        #expect(try await shell(list, cache).output == before)
        var altered = host.archive
        altered.files[0].bytes.append(10)
        site.add(path, altered.fixture.gzipped)
        try await refuse(65, saying: ["log"])
        #expect(try await shell(list, cache).output == before)
    }

    @Test func `several versions are proven and installed by one run`() async throws {
        try host.addLog(OnlineHost.grown)
        site.add("/\(OnlineHost.fileName("1.99.2"))", host.later.fixture.gzipped)
        let result = try await host.ensure(from: nil, ["go1.99.2"])
        #expect(result.status == 0, "\(result)")
        for version in ["go1.99.1", "go1.99.2"] {
            #expect(try host.receipt(version).contains(#""voucher": "log""#))
        }
        let verified = try await host.sandbox.gotoolprov("verify")
        #expect(verified.status == 0, "\(verified)")
    }

    @Test func `after a wrong archive, what was installed before it stays`() async throws {
        try host.addLog(OnlineHost.grown)
        site.add("/\(OnlineHost.fileName("1.99.2"))", host.later.fixture.gzipped)
        site.add(path, try ArchiveFixture.hostGo().gzipped)
        let result = try await host.ensure("go1.99.2", from: nil, ["go1.99.1"])
        #expect(result.status == 65, "\(result)")
        #expect(try await run("ls", [host.sandbox.sdkRoot]).output == "go1.99.2\n")
    }

    @Test func `a damaged installation is repaired from the server`() async throws {
        try await expectInstalled()
        try await prepare(
            "rm bin/go && chmod 600 go.env && echo x >>VERSION",
            in: "\(host.sandbox.sdkRoot)/go1.99.1"
        )
        try await run("rm", ["-rf", "\(host.sandbox.home)/.cache"]).expectSuccess()
        let before = try host.receipt()
        let repair = try await run(
            host.sandbox.program,
            [
                "verify", "--repair", "--mirror", site.url, "--manifest",
                "\(host.sandbox.directory.path)/log.json",
            ],
            environment: host.environment,
            in: host.sandbox.home
        )
        #expect(repair.status == 0, "\(repair)")
        #expect(try host.receipt().contains(#""record": 130"#), "\(before)")
        let verified = try await host.sandbox.gotoolprov("verify")
        #expect(verified.status == 0, "\(verified)")
    }
}
