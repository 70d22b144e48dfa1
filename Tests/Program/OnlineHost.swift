import LogFixtures
import TestSupport
import Testing
import ToolchainCore
import TransparencyLog

/// A host whose manifest names a test log, and a web server with that log and the archives it records.
struct OnlineHost {
    /// The numbers of the records that are about toolchains.
    enum Entry: Int {
        /// `go1.99.1` without the line with its hash.
        case withoutLine = 120
        /// `go1.99.1` with two hashes.
        case twice
        /// `go1.99.1` with a third line.
        case withMore
        /// `go1.99.1` for an architecture that no test runs on.
        case otherArchitecture
        /// `go1.99.3`.
        case otherVersion
        /// `go1.99.1`.
        case asked = 130
        /// `go1.99.2`, which the log does not have at first.
        case later = 500
    }

    /// How many records the log has at first.
    static let size = 300
    /// How many it has in the end.
    static let grown = 700

    let sandbox: Sandbox
    let signer: LogSigner
    /// The archive of `go1.99.1`.
    let archive: ProvenArchive
    /// The archive of `go1.99.2`.
    let later: ProvenArchive
    let log: TestLog
    /// The mirror, which has neither the log nor an archive until a test adds them.
    let site: LogSite

    init() throws {
        sandbox = try Sandbox()
        signer = try LogSigner()
        archive = try ProvenArchive()
        later = try ProvenArchive("1.99.2")
        site = try LogSite()
        log = try Self.log(archive, later, seed: "record", signer)
        try trust()
    }

    /// Creates a log with all toolchains; other records differ by `seed`.
    private static func log(
        _ archive: ProvenArchive,
        _ later: ProvenArchive,
        seed: String,
        _ signer: LogSigner
    ) throws -> TestLog {
        var records = (0..<grown).map { Array("\(seed) \($0)\n".utf8) }
        let asked = try archive.record()
        let lines = String(decoding: asked, as: UTF8.self).split(separator: "\n")
        let other = try ProvenArchive("1.99.3").record("1.99.1")
        let otherLine = String(decoding: other, as: UTF8.self).split(separator: "\n")[0]
        for (entry, record) in [
            (.withoutLine, Array("\(lines[1])\n".utf8)),
            (.twice, Array("\(lines[0])\n\(otherLine)\n\(lines[1])\n".utf8)),
            (.withMore, asked + Array("\(otherLine.replacing("1.99.1", with: "1.99.4"))\n".utf8)),
            (.otherArchitecture, try archive.record(for: "s390x")),
            (.otherVersion, try ProvenArchive("1.99.3").record("1.99.3")),
            (.asked, asked),
            (.later, try later.record("1.99.2")),
        ] as [(Entry, [UInt8])] {
            records[entry.rawValue] = record
        }
        return try TestLog(records, signer: signer)
    }

    /// A log of the same key and with the same toolchains, but another history.
    func fork() throws -> TestLog { try Self.log(archive, later, seed: "other", signer) }

    // MARK: - What is where

    /// The name of the archive of a version.
    static func fileName(_ version: String = "1.99.1") -> String {
        "go\(version).linux-\(hostArchitecture).tar.gz"
    }

    /// The path of the log below the URL or directory of a mirror.
    var sumdb: String { "/sumdb/\(signer.key.name)" }

    /// The path of the lookup of `go1.99.1`, below the log.
    static let lookup =
        "lookup/golang.org/toolchain@v0.0.1-go1.99.1.linux-\(hostArchitecture)"

    /// Writes the manifest that names the log.
    ///
    /// - Parameters:
    ///   - url: The URL of the log itself.
    ///   - key: Its key, if another one than that of the signer.
    ///   - official: Whether the log itself may be asked.
    /// - Throws: ``SupportError`` if it cannot be written.
    func trust(_ url: String = "http://127.0.0.1:9", key: String? = nil, official: Bool = false)
        throws
    {
        try sandbox.directory.write(
            "log.json",
            """
            {"official": \(official), "durability": "none",
             "log": {"key": "\(key ?? "\(signer.key)")", "url": "\(url)"}}
            """
        )
    }

    /// Adds the log of the first `size` records to a site, where a mirror has it.
    func addLog(_ size: Int = size, to site: LogSite? = nil) throws {
        (site ?? self.site).add(try log.documents(size), below: sumdb)
    }

    /// Adds the log and the archive of `go1.99.1`.
    func addAll(to site: LogSite? = nil) throws {
        try addLog(to: site)
        (site ?? self.site).add("/\(Self.fileName())", archive.fixture.gzipped)
    }

    // MARK: - The program

    /// The environment of a host that may ask servers, but cannot reach any on the Internet.
    var environment: [String: String] {
        var environment = sandbox.environment
        environment["GOTOOLPROV_OFFLINE"] = nil
        environment["GOPROXY"] = "off"
        environment["https_proxy"] = "http://127.0.0.1:9"
        return environment
    }

    /// Runs `ensure`.
    ///
    /// - Parameters:
    ///   - version: The version.
    ///   - mirrors: The mirrors, or `nil` for the site alone.
    ///   - options: Other options.
    ///   - changes: Variables to set, or to remove if `nil`.
    /// - Returns: The result.
    /// - Throws: An error if it cannot be started.
    func ensure(
        _ version: String = "go1.99.1",
        from mirrors: [String]? = nil,
        _ options: [String] = [],
        with changes: [String: String?] = [:]
    ) async throws -> CommandResult {
        var environment = environment
        for (name, value) in changes { environment[name] = value }
        let places = (mirrors ?? [site.url]).flatMap { ["--mirror", $0] }
        return try await run(
            sandbox.program,
            ["ensure", version, "--manifest", "\(sandbox.directory.path)/log.json"] + places
                + options,
            environment: environment,
            in: sandbox.home
        )
    }

    // MARK: - What is left

    /// The state directory of the log.
    var state: String { "\(sandbox.home)/.local/state/gotoolprov/log/\(signer.key.label)" }

    /// The kept head, or `nil`.
    func head() -> [UInt8]? { try? bytes(of: "\(state)/latest") }

    /// Keeps a head, as an earlier run would have.
    func keep(_ size: Int) throws {
        let path = "home/.local/state/gotoolprov/log/\(signer.key.label)/latest"
        try sandbox.directory.write(path, log.note(size))
    }

    /// The files of the home directory, except caches and what is kept of the log.
    func files() async throws -> String {
        let script = """
            cd "$1" && find . \\( -path ./.cache -o -path ./.local \\) -prune \\
                -o -printf '%y %m %P %l\\n' | LC_ALL=C sort
            find . \\( -path ./.cache -o -path ./.local \\) -prune -o -type f -print0 \\
                | LC_ALL=C sort -z | xargs -0 -r sha256sum
            """
        let result = try await shell(script, sandbox.home)
        guard result.status == 0 else { throw SupportError(result.description) }
        return result.output
    }

    func receipt(_ version: String = "go1.99.1") throws -> String {
        let path = "\(sandbox.sdkRoot)/\(version)/.gotoolprov/receipt.json"
        return String(decoding: try bytes(of: path), as: UTF8.self)
    }

    /// Expects `ensure` to fail with certain words, to publish nothing, and to leave the kept head.
    ///
    /// - Parameters:
    ///   - statuses: The exit statuses that are right.
    ///   - phrases: What the error has to contain.
    ///   - mirrors: The mirrors, or `nil` for the site alone.
    ///   - options: Other options.
    ///   - head: The head that is kept afterwards, or `nil` for the one before.
    ///   - changes: Variables to set, or to remove if `nil`.
    ///   - sourceLocation: The caller.
    /// - Throws: An error if the program cannot be started.
    func expectRefusal(
        _ statuses: Int32...,
        saying phrases: [String],
        from mirrors: [String]? = nil,
        _ options: [String] = [],
        head: [UInt8]? = nil,
        with changes: [String: String?] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try await files()
        let expectedHead = head ?? self.head()
        let result = try await ensure(from: mirrors, options, with: changes)
        #expect(statuses.contains(result.status), "\(result)", sourceLocation: sourceLocation)
        #expect(result.error.contains("error: "), "\(result)", sourceLocation: sourceLocation)
        #expect(result.output == "", "\(result)", sourceLocation: sourceLocation)
        for phrase in phrases {
            #expect(
                result.error.contains(phrase),
                "\(phrase): \(result)",
                sourceLocation: sourceLocation
            )
        }
        #expect(try await files() == before, sourceLocation: sourceLocation)
        #expect(self.head() == expectedHead, sourceLocation: sourceLocation)
    }
}
