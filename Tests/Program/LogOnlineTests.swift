import LogFixtures
import TestSupport
import Testing
import TransparencyLog
import WebFixtures

/// Versions that no catalog lists, proven by copies of a log on servers and in directories.
@Suite(.programLimit)
struct LogOnlineTests {
    let host: OnlineHost
    var site: LogSite { host.site }

    init() throws { host = try OnlineHost() }

    /// Expects `go1.99.1` to be installed, proven by a tree of `size` records.
    private func expectInstalled(
        _ result: CommandResult,
        size: Int = OnlineHost.size,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        #expect(result.status == 0, "\(result)", sourceLocation: sourceLocation)
        let receipt = try host.receipt()
        try await validate(receipt, against: "receipt")
        for member in [
            #""voucher": "log""#, #""name": "log.example""#, #""treeSize": \#(size)"#,
            #""record": \#(OnlineHost.Entry.asked.rawValue)"#,
        ] {
            #expect(receipt.contains(member), "\(receipt)", sourceLocation: sourceLocation)
        }
        let launched = try await run("\(host.sandbox.goBin)/go1.99.1", [])
        #expect(launched.status == 0, "\(launched)", sourceLocation: sourceLocation)
    }

    /// The tiles among the paths of requests.
    private func tiles(_ requests: some Sequence<LogSite.Request>) -> [String] {
        requests.map(\.path).filter { $0.contains("/tile/") }
    }

    // MARK: - Where the log is

    @Test func `a mirror with the log proves a version, which is verified and stays`() async throws
    {
        try host.addAll()
        let check = try await host.ensure(from: nil, ["--check"])
        #expect(check.status == 20, "\(check)")
        #expect(host.head() == nil && site.requests.allSatisfy { !$0.path.hasSuffix(".tar.gz") })
        let result = try await host.ensure()
        try await expectInstalled(result)
        #expect(try host.receipt().contains(site.url))
        let file = try host.sandbox.directory.write("a.tar.gz", host.archive.fixture.gzipped)
        #expect(try host.receipt().contains(try await sha256(of: file)))
        #expect(host.head() == (try host.log.note(OnlineHost.size)))

        let verified = try await host.sandbox.gotoolprov("verify")
        #expect(verified.status == 0, "\(verified)")
        let count = site.requests.count
        let again = try await host.ensure(from: nil, ["--format", "json"])
        #expect(again.status == 0, "\(again)")
        #expect(again.output.contains(#""action": "present""#), "\(again)")
        #expect(site.requests.count == count, "an installed version requires no server")
    }

    @Test func `the log itself is asked after the mirrors`() async throws {
        let log = try LogSite()
        log.add(try host.log.documents(OnlineHost.size), below: "/db")
        site.add("/\(OnlineHost.fileName())", host.archive.fixture.gzipped)
        try host.trust("\(log.url)/db", official: true)
        try await expectInstalled(try await host.ensure())
        #expect(site.requests.first { $0.path == "\(host.sumdb)/\(OnlineHost.lookup)" } != nil)
        #expect(log.requests.first?.path == "/db/\(OnlineHost.lookup)")
        #expect(log.requests.allSatisfy { !$0.path.hasSuffix(".tar.gz") })
    }

    @Test func `a module proxy of GOPROXY proves what a mirror without the log has`() async throws {
        let proxy = try LogSite()
        proxy.add(try host.log.documents(OnlineHost.size), below: "/mod\(host.sumdb)")
        site.add("/\(OnlineHost.fileName())", host.archive.fixture.gzipped)
        let result = try await host.ensure(with: ["GOPROXY": "\(proxy.url)/mod,direct"])
        try await expectInstalled(result)
        #expect(proxy.requests.first?.path == "/mod\(host.sumdb)/\(OnlineHost.lookup)")
    }

    @Test(arguments: [true, false])
    func `a directory with the log and the archive requires no network`(isOffline: Bool)
        async throws
    {
        let sandbox = host.sandbox
        try host.log.write(OnlineHost.size, to: sandbox.directory, mirror: "mirror")
        try await sandbox.serve(host.archive.fixture.gzipped)
        let options = isOffline ? ["--offline"] : []
        try await expectInstalled(try await host.ensure(from: [sandbox.mirror], options))
        #expect(host.head() == (try host.log.note(OnlineHost.size)))
    }

    @Test func `offline, the log of a directory proves the archive of another`() async throws {
        let sandbox = host.sandbox
        try host.log.write(OnlineHost.size, to: sandbox.directory, mirror: "copy")
        try await sandbox.serve(host.archive.fixture.gzipped)
        let mirrors = ["\(sandbox.directory.path)/copy", sandbox.mirror]
        try await expectInstalled(try await host.ensure(from: mirrors, ["--offline"]))
    }

    @Test func `a proof beside the archive comes before the log`() async throws {
        let sandbox = host.sandbox
        let proof = try host.log.proof(OnlineHost.Entry.asked.rawValue, in: OnlineHost.grown)
        try await sandbox.serve(host.archive.fixture.gzipped, proof: proof.document)
        try host.addAll()
        let result = try await host.ensure(from: [sandbox.mirror, site.url])
        try await expectInstalled(result, size: OnlineHost.grown)
        #expect(site.requests.isEmpty, "\(site.requests)")
    }

    @Test(arguments: [true, false])
    func `a useless proof beside the archive is replaced by the record in the log`(isDamaged: Bool)
        async throws
    {
        let sandbox = host.sandbox
        let other = try host.log.proof(OnlineHost.Entry.later.rawValue, in: OnlineHost.grown)
        let proof = isDamaged ? Array(other.document.dropLast(1)) : other.document
        let path = try await sandbox.serve(host.archive.fixture.gzipped, proof: proof)
        try host.addLog()
        let result = try await host.ensure("go@latest", from: [sandbox.mirror, site.url])
        try await expectInstalled(result)
        #expect(try host.receipt().contains(path))
        #expect(result.error.contains("the proof beside \(path) is not used"), "\(result)")
        #expect(site.requests.allSatisfy { !$0.path.hasSuffix(".tar.gz") })
    }

    @Test func `a copy without the record is followed by one that has it`() async throws {
        let old = try LogSite()
        try host.addLog(100, to: old)
        try host.addAll()
        try await expectInstalled(try await host.ensure(from: [old.url, site.url]))
        #expect(host.head() == (try host.log.note(OnlineHost.size)))
    }

    // MARK: - What is read

    @Test func `a lookup reads at most eight tiles, and each once`() async throws {
        try host.addAll()
        try host.addLog(OnlineHost.grown)
        site.add("/\(OnlineHost.fileName("1.99.2"))", host.later.fixture.gzipped)
        try await expectInstalled(try await host.ensure(), size: OnlineHost.grown)
        let first = site.requests
        #expect((1...8).contains(tiles(first).count), "\(first)")
        let lookups = first.filter { $0.path.contains("/lookup/") }
        #expect(lookups.count == 1, "\(lookups)")
        #expect(Set(tiles(first)).count == tiles(first).count)
        // The tree is known, so nothing is compared.
        let second = try await host.ensure("go1.99.2")
        #expect(second.status == 0, "\(second)")
        #expect((1...8).contains(tiles(site.requests.dropFirst(first.count)).count))
    }

    @Test func `a log with three levels of tiles is read in as few`() async throws {
        let asked = 60_000
        var records = (0..<66_000).map { Array("record \($0)\n".utf8) }
        records[asked] = try host.archive.record()
        let log = try TestLog(records, signer: host.signer)
        site.add("/\(OnlineHost.fileName())", host.archive.fixture.gzipped)
        let documents = try log.documents(records.count)
        site.add(documents, below: host.sumdb)
        let result = try await host.ensure()
        #expect(result.status == 0, "\(result)")
        #expect(try host.receipt().contains(#""record": \#(asked)"#))
        #expect((1...8).contains(tiles(site.requests).count), "\(site.requests)")
    }

    // MARK: - The kept head

    @Test func `the kept head grows with the log`() async throws {
        try host.addAll()
        try await expectInstalled(try await host.ensure())
        let count = site.requests.count
        try host.addLog(OnlineHost.grown)
        site.add("/\(OnlineHost.fileName("1.99.2"))", host.later.fixture.gzipped)
        let result = try await host.ensure("go1.99.2")
        #expect(result.status == 0, "\(result)")
        #expect(host.head() == (try host.log.note(OnlineHost.grown)))
        let receipt = try host.receipt("go1.99.2")
        #expect(receipt.contains(#""record": \#(OnlineHost.Entry.later.rawValue)"#), "\(receipt)")
        #expect(receipt.contains(#""treeSize": \#(OnlineHost.grown)"#), "\(receipt)")
        // One proof for the record, and one that the old tree is the start of the new one.
        #expect((1...16).contains(tiles(site.requests.dropFirst(count)).count))
        let verified = try await host.sandbox.gotoolprov("verify")
        #expect(verified.status == 0, "\(verified)")
    }

    @Test func `an older copy proves by its own tree, with a note, and the newer head stays`()
        async throws
    {
        try host.addAll()
        try host.keep(OnlineHost.grown)
        let result = try await host.ensure()
        try await expectInstalled(result)
        #expect(result.error.contains("\(OnlineHost.size) records"), "\(result)")
        #expect(result.error.contains("\(OnlineHost.grown)"), "\(result)")
        #expect(host.head() == (try host.log.note(OnlineHost.grown)))
    }

    @Test func `an older copy that has newer tiles proves by the kept tree`() async throws {
        try host.addAll()
        site.add(host.log.tiles(OnlineHost.grown), below: host.sumdb)
        try host.keep(OnlineHost.grown)
        try await expectInstalled(try await host.ensure(), size: OnlineHost.grown)
        #expect(host.head() == (try host.log.note(OnlineHost.grown)))
    }

    @Test func `two processes at once keep the larger of their heads`() async throws {
        let other = try LogSite()
        try host.addAll()
        try host.addAll(to: other)
        try host.addLog(OnlineHost.grown, to: other)
        // Each site has the tiles to compare both trees.
        site.add(host.log.tiles(OnlineHost.grown), below: host.sumdb)
        other.add(host.log.tiles(OnlineHost.size), below: host.sumdb)
        func variables(_ name: String) -> [String: String?] {
            let home = host.sandbox.home
            return ["GOTOOLPROV_SDK_ROOT": "\(home)/sdk\(name)", "GOBIN": "\(home)/bin\(name)"]
        }
        let (host, mirrors) = (host, [[site.url], [other.url]])
        let changes = [variables("1"), variables("2")]
        for _ in 0..<3 {
            async let small = host.ensure(from: mirrors[0], with: changes[0])
            async let large = host.ensure(from: mirrors[1], with: changes[1])
            for result in [try await small, try await large] {
                #expect(result.status == 0, "\(result)")
            }
            #expect(host.head() == (try host.log.note(OnlineHost.grown)))
            try await run("rm", ["-rf", "\(host.sandbox.home)"]).expectSuccess()
            try host.sandbox.directory.write("home/.keep", "")
        }
    }
}
