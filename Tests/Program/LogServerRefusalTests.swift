import LogFixtures
import TestSupport
import Testing
import ToolchainHost
import WebFixtures

/// Servers that do not serve the log: login pages, errors, silence, endless responses.
@Suite(.programLimit)
struct LogServerRefusalTests {
    let host: OnlineHost
    var site: LogSite { host.site }

    init() throws { host = try OnlineHost() }

    /// A document of the log, and what a server answers instead.
    struct Fault: Sendable {
        let what: String
        let phrases: [String]
        let answer: RawServer.Answer

        init(_ what: String, _ phrases: [String], _ answer: RawServer.Answer) {
            self.what = what
            self.phrases = phrases
            self.answer = answer
        }
    }

    /// Headers of a response without a length, and a text that is repeated for ever.
    private static func trickle(_ text: String) -> RawServer.Answer {
        RawServer.Answer(
            bytes: "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
            refrain: text,
            closes: false
        )
    }

    /// What any document can be replaced with.
    private static let common: [Fault] = [
        Fault("a login page", ["page"], .portal),
        Fault("an error of the server", ["500"], RawServer.Answer(status: 500, [])),
        Fault("a server that is overloaded", ["503"], RawServer.Answer(status: 503, [])),
        Fault("a file that may not be read", ["403"], RawServer.Answer(status: 403, [])),
        Fault("silence", ["no data"], .silence),
        Fault("a byte now and then", ["slow"], trickle("1")),
        Fault("an endless response", ["larger"], .endless(Array(repeating: 49, count: 1 << 16))),
        Fault(
            "a connection that is closed early",
            ["closed"],
            .part(of: Array(repeating: 49, count: 100), from: nil, sending: 10)
        ),
        Fault(
            "a compressed response",
            ["Content-Encoding"],
            RawServer.Answer(
                bytes: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
                closes: false
            )
        ),
        Fault("no HTTP", [], RawServer.Answer(bytes: "220 ftp ready\r\n\r\n")),
    ]

    static let lookups =
        common + [
            Fault(
                "a page that is said to be text",
                ["page"],
                .page("text/plain", "<html>Please log in</html>\n")
            ),
            Fault("404", ["go1.99.1"], RawServer.Answer(status: 404, [])),
            Fault("410", ["go1.99.1"], RawServer.Answer(status: 410, [])),
        ]

    static let tiles =
        common + [
            Fault("404", ["tile/8/0/000"], RawServer.Answer(status: 404, [])),
            Fault("410", ["tile/8/0/000"], RawServer.Answer(status: 410, [])),
        ]

    private func refuse(
        _ fault: Fault,
        at path: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try host.addAll()
        try host.keep(200)
        site.answer("\(host.sumdb)/\(path)", fault.answer)
        let before = try await host.files()
        let result = try await host.ensure(from: nil, ["--idle-timeout", "1"])
        #expect(
            result.status == 69,
            "\(fault.what): \(result)",
            sourceLocation: sourceLocation
        )
        for phrase in fault.phrases + ["error: ", site.url] {
            #expect(
                result.error.contains(phrase),
                "\(fault.what): \(phrase): \(result)",
                sourceLocation: sourceLocation
            )
        }
        #expect(try await host.files() == before, sourceLocation: sourceLocation)
        #expect(host.head() == (try host.log.note(200)), sourceLocation: sourceLocation)
        #expect(
            !site.requests.contains { $0.path.hasSuffix(".tar.gz") },
            sourceLocation: sourceLocation
        )
    }

    @Test(arguments: lookups.indices)
    func `a server that does not answer a lookup proves nothing`(row: Int) async throws {
        try await refuse(Self.lookups[row], at: OnlineHost.lookup)
    }

    @Test(arguments: tiles.indices)
    func `a server that does not have the tiles proves nothing`(row: Int) async throws {
        try await refuse(Self.tiles[row], at: "tile/8/0/000")
    }

    @Test(arguments: ["page", "500", "silence", "tile", "closed port"])
    func `the next copy is asked, and the first is named`(fault: String) async throws {
        let other = try LogSite()
        try host.addAll()
        try host.addAll(to: other)
        var first = site.url
        switch fault {
        case "page": site.answer("\(host.sumdb)/\(OnlineHost.lookup)", .portal)
        case "500":
            site.answer("\(host.sumdb)/\(OnlineHost.lookup)", RawServer.Answer(status: 500, []))
        case "silence": site.answer("\(host.sumdb)/\(OnlineHost.lookup)", .silence)
        case "tile": site.answer("\(host.sumdb)/tile/8/0/000", RawServer.Answer(status: 500, []))
        default: first = "http://127.0.0.1:9"
        }
        let result = try await host.ensure(from: [first, other.url], ["--idle-timeout", "1"])
        #expect(result.status == 0, "\(result)")
        #expect(result.error.contains(first), "\(result)")
        #expect(host.head() == (try host.log.note(OnlineHost.size)))
    }

    @Test func `a server that fails once is asked again`() async throws {
        try host.addAll()
        let lookup = try host.log.lookup(OnlineHost.Entry.asked.rawValue, in: OnlineHost.size)
        let path = "\(host.sumdb)/\(OnlineHost.lookup)"
        let isFirst = Guarded(true)
        site.answer(path) { _ in
            let fails = isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst
            }
            return RawServer.Answer(status: fails ? 503 : 200, fails ? [] : lookup)
        }
        let result = try await host.ensure()
        #expect(result.status == 0, "\(result)")
    }

    @Test func `a version that no copy records is refused, with the places`() async throws {
        let other = try LogSite()
        // Yesterday's log does not have the record yet.
        try host.addLog(100)
        try host.addLog(100, to: other)
        site.add("/\(OnlineHost.fileName())", host.archive.fixture.gzipped)
        try await host.expectRefusal(
            69,
            saying: ["go1.99.1", site.url, other.url],
            from: [site.url, other.url]
        )
        #expect(host.head() == nil)
        #expect(!site.requests.contains { $0.path.hasSuffix(".tar.gz") })
    }

    // MARK: - Settings

    @Test(arguments: ["hash", "base64", "algorithm", "name"])
    func `an invalid key in the manifest is an error of the manifest`(fault: String) async throws {
        try host.addAll()
        let key = "\(host.signer.key)"
        let parts = key.split(separator: "+", maxSplits: 2)
        let wrong =
            switch fault {
            case "hash": "\(parts[0])+0badc0de+\(parts[2])"
            case "base64": "\(parts[0])+\(parts[1])+\(parts[2].dropLast(3))"
            case "algorithm": "\(parts[0])+\(parts[1])+B\(parts[2].dropFirst(1))"
            default: "other.example+\(parts[1])+\(parts[2])"
            }
        try host.trust(key: wrong)
        try await host.expectRefusal(78, saying: ["key", "log.json"])
        #expect(host.head() == nil && site.requests.isEmpty)
    }

    @Test func `the key of another log proves nothing`() async throws {
        try host.addAll()
        try host.trust(key: "\(try LogSigner(seed: 9).key)")
        try await host.expectRefusal(65, saying: ["expected", "found", site.url])
        #expect(host.head() == nil)
    }

    @Test func `a disabled log is not asked, and the error names what disables it`() async throws {
        try host.addAll()
        try await host.expectRefusal(65, saying: ["log disabled by", "--no-log"], ["--no-log"])
        try host.sandbox.directory.write("log.json", #"{"official": false, "log": false}"#)
        try await host.expectRefusal(65, saying: ["log disabled by", "log.json"])
        #expect(host.head() == nil && site.requests.isEmpty)
    }

    @Test func `offline, no server is asked`() async throws {
        try host.addAll()
        try await host.expectRefusal(65, saying: ["go1.99.1"], ["--offline"])
        try await host.expectRefusal(
            65,
            saying: ["go1.99.1"],
            with: ["GOTOOLPROV_OFFLINE": "1", "GOPROXY": site.url]
        )
        #expect(host.head() == nil && site.requests.isEmpty)
    }
}
