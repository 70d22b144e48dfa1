import LogFixtures
import TestSupport
import Testing
import ToolchainCore
import TransparencyLog
import WebFixtures

/// What a server has: a Go, as the archive that gotoolprov installs and as the module that Go's own
/// switching installs, and a log that records it.
struct RefereedGo: Sendable {
    /// The number of the record of the Go.
    static let index = 6
    /// The paths of two tiles: the full one with the record, and the partial one at the end.
    static let tile = "tile/8/0/000"
    static let edge = "tile/8/0/002"

    let version: String
    /// The archive, unless ``archive`` has another one.
    var go: ProvenArchive
    /// The bytes of an archive.
    var archive: [UInt8]?
    /// The text of the record.
    var record: [UInt8]
    /// How many records the log has: two full tiles and a partial one.
    var size = 600
    /// What the other records begin with.
    var seed = "record"
    var signer: LogSigner
    /// Documents of the log in place of the true ones, by their paths; `nil` for one that is not served.
    var replaced: [String: [UInt8]?] = [:]
    /// Whether neither the archive nor the module is served.
    var isMissing = false

    /// A small Go that the log records as it is.
    init() throws {
        version = "1.99.1"
        go = try ProvenArchive(version)
        // Go makes the files here executable, and fails if there are none.
        for path in ["bin/gofmt", "lib/a.txt", "pkg/tool/a"] {
            go.files.append(.init(path: path, bytes: try hostProgram()))
        }
        record = try go.record(version)
        signer = try LogSigner()
    }

    /// A real Go, and the record of its hash.
    init(version: String, hash: String, archive: [UInt8]) throws {
        self.version = version
        self.archive = archive
        go = try ProvenArchive(version)
        record = Array(
            """
            golang.org/toolchain v0.0.1-go\(version).linux-\(hostArchitecture) \(hash)
            golang.org/toolchain v0.0.1-go\(version).linux-\(hostArchitecture)/go.mod \
            h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=

            """.utf8
        )
        signer = try LogSigner()
    }

    var moduleVersion: String { "v0.0.1-go\(version).linux-\(hostArchitecture)" }
    var archiveName: String { "go\(version).linux-\(hostArchitecture).tar.gz" }
    var lookup: String { "lookup/golang.org/toolchain@\(moduleVersion)" }

    /// The log with the record.
    var log: TestLog {
        get throws {
            var records = (0..<size).map { Array("\(seed) \($0)\n".utf8) }
            records[Self.index] = record
            return try TestLog(records, signer: signer)
        }
    }

    /// A true document of the log.
    func document(_ path: String) throws -> [UInt8] {
        guard let document = try log.tiles(size)[path] else { throw SupportError("no \(path)") }
        return document
    }

    /// The hash of a record, as bytes of a tile.
    static func leaf(_ record: [UInt8]) throws -> [UInt8] {
        var hasher = try LogHasher.starting()
        var bytes: [UInt8] = []
        try hasher.leaf(record).appendBytes(to: &bytes)
        return bytes
    }

    /// The documents of the log, by their paths.
    func documents() throws -> [String: [UInt8]] {
        let log = try log
        var documents = try log.documents(size)
        // Also if the record is about something else.
        documents[lookup] = try log.lookup(Self.index, in: size)
        for (path, document) in replaced { documents[path] = document }
        return documents
    }
}

/// Go and gotoolprov, who judge the same server: each accepts or refuses what it has.
struct LogReferee {
    /// The Go with all fixes, which judges first.
    static let newest = "1.27.3"
    /// A Go without fixes of the verification: each is one of a CVE of 2026.
    static let oldest = "1.21.13"

    let sandbox: Sandbox
    /// The directory with the Go versions that judge.
    let trees: String

    init(_ real: RealGo) throws {
        sandbox = real.sandbox
        trees = try #require(testVariable("GOTOOLPROV_TEST_GO_TREES"))
        try sandbox.directory.write(
            "log.json",
            """
            {"official": false, "durability": "none",
             "log": {"key": "\(Self.trusted)", "url": "\(Self.closed)"}}
            """
        )
    }

    /// The key that Go and gotoolprov trust.
    private static let trusted: VerifierKey = {
        guard let signer = try? LogSigner() else { preconditionFailure("no key") }
        return signer.key
    }()

    /// The URL of a port without a server, where the log itself is.
    private static let closed = "http://127.0.0.1:9"

    /// Starts a server.
    func serve(_ go: RefereedGo) async throws -> RawServer {
        let directory = sandbox.directory
        var pages: [String: [UInt8]] = [:]
        for (path, document) in try go.documents() {
            pages["/sumdb/\(Self.trusted.name)/\(path)"] = document
        }
        if !go.isMissing {
            let archive = go.archive ?? go.go.fixture.gzipped
            let path = try directory.write("served.tar.gz", archive)
            let zip = "\(directory.path)/served.zip"
            let script = "\(packageDirectory)/Tests/Support/module-zip.py"
            try await run("python3", [script, path, go.moduleVersion, zip]).expectSuccess()
            pages["/\(go.archiveName)"] = archive
            pages["/golang.org/toolchain/@v/\(go.moduleVersion).zip"] = try bytes(of: zip)
        }
        return try RawServer { [pages] request in
            let path = String(request.drop { $0 != " " }.dropFirst().prefix { $0 != " " })
            guard let page = pages[path] else { return RawServer.Answer(status: 404, []) }
            return RawServer.Answer(status: 200, page)
        }
    }

    /// Lets a Go switch to the version.
    ///
    /// - Parameters:
    ///   - client: The version that switches.
    ///   - go: The version to switch to.
    ///   - server: The module proxy.
    /// - Returns: The result of `go version`.
    /// - Throws: An error if it cannot be started.
    func go(
        _ client: String,
        to go: RefereedGo,
        from server: RawServer
    ) async throws -> CommandResult {
        let home = "\(sandbox.directory.path)/go\(client)"
        try sandbox.directory.write("go\(client)/.config/go/telemetry/mode", "off")
        return try await run(
            "\(trees)/go\(client)/bin/go",
            ["version"],
            environment: baseEnvironment.merging([
                "HOME": home, "GOTOOLCHAIN": "go\(go.version)", "GOFLAGS": "-modcacherw",
                "GOPROXY": "http://127.0.0.1:\(server.port)",
                "GOSUMDB": "\(Self.trusted)", "https_proxy": Self.closed,
            ]) { $1 },
            in: home
        )
    }

    /// Runs `ensure` for the version.
    func ensure(_ go: RefereedGo, from server: RawServer) async throws -> CommandResult {
        try await sandbox.gotoolprov(
            "ensure",
            "go\(go.version)",
            "--manifest",
            "\(sandbox.directory.path)/log.json",
            "--mirror",
            "http://127.0.0.1:\(server.port)",
            "--quiet",
            with: ["GOTOOLPROV_OFFLINE": nil, "GOPROXY": "off"]
        )
    }

    /// Deletes what was installed, and nothing that either keeps of the log, except answers to lookups.
    func forgetToolchains() async throws {
        try await prepare(
            """
            cd "$1"
            rm -rf home/sdk home/go go*/go/pkg/mod/golang.org go*/go/pkg/mod/cache/download/golang.org
            rm -rf go*/go/pkg/mod/cache/download/sumdb/*/lookup
            """,
            sandbox.directory.path
        )
    }

    /// Expects verdicts on a server.
    ///
    /// - Parameters:
    ///   - what: What it has.
    ///   - served: The Go.
    ///   - accepted: The verdict of gotoolprov.
    ///   - go: That of the newest Go, or `nil` for the same.
    ///   - old: That of the oldest Go, or `nil` for that of the newest.
    ///   - words: What the newest Go says.
    ///   - sourceLocation: The caller.
    /// - Throws: An error if a program cannot be started.
    func expect(
        _ what: String,
        _ served: RefereedGo,
        accepted: Bool,
        go: Bool? = nil,
        old: Bool? = nil,
        words: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let server = try await serve(served)
        let newest = go ?? accepted
        for (client, verdict) in [(Self.newest, newest), (Self.oldest, old ?? newest)] {
            let result = try await self.go(client, to: served, from: server)
            #expect(
                (result.status == 0) == verdict,
                "\(what), go\(client): \(result)",
                sourceLocation: sourceLocation
            )
            if client == Self.newest {
                #expect(
                    result.error.contains(words),
                    "\(what), go\(client): \(result)",
                    sourceLocation: sourceLocation
                )
            }
        }
        let result = try await ensure(served, from: server)
        let isInstalled = (try? bytes(of: "\(sandbox.sdkRoot)/go\(served.version)/VERSION")) != nil
        // Integrity, or nothing there.
        let statuses: [Int32] = accepted ? [0] : [65, 69]
        #expect(
            statuses.contains(result.status) && isInstalled == accepted,
            "\(what), gotoolprov: \(result)",
            sourceLocation: sourceLocation
        )
        withExtendedLifetime(server) {}
    }
}
