import LogFixtures
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost
import TransparencyLog
import WebFixtures

/// A mirror for Go's own switching, `site`, which is made without a network, and clients of it.
struct SwitchingMirror {
    let sandbox: Sandbox
    /// The log that proves archives, in place of sum.golang.org.
    let signer: LogSigner
    private let trees: String

    var site: String { "\(sandbox.directory.path)/site" }
    private var manifest: String { "\(sandbox.directory.path)/log.json" }

    init(_ real: RealGo) async throws {
        sandbox = real.sandbox
        trees = try #require(testVariable("GOTOOLPROV_TEST_GO_TREES"))
        signer = try LogSigner()
        try sandbox.directory.write(
            "log.json",
            """
            {"durability": "none", "official": false,
             "log": {"key": "\(signer.key)", "url": "http://127.0.0.1:9"}}
            """
        )
        try await sandbox.gotoolprov("mirror", "init", site).expectSuccess()
        try sandbox.directory.write(
            "module/go.mod",
            "module example.com/m\n\ngo 1.26\n\ntoolchain go1.27.3\n"
        )
        try sandbox.directory.write(
            "module/main.go",
            """
            package main

            import "runtime"

            func main() { print(runtime.Version()) }
            """
        )
    }

    // MARK: The mirror

    /// Adds a real archive, with a proof of the test log that its files are the recorded ones.
    func add(_ version: String, at archive: String) async throws {
        let name = "go\(version).linux-\(hostArchitecture).tar.gz"
        try await prepare(
            #"mkdir -p "$1/from"; cp "$2" "$1/from/$3""#,
            sandbox.directory.path,
            archive,
            name
        )
        let module = try Self.module(version)
        let monitor = ProgressMonitor(report: { _, _, _ in }, signal: { 0 })
        let file = try ArchiveFile.opening(archive).pinnedToItself(
            as: .go(module.go),
            platform: module.platform,
            fileName: name,
            monitor: monitor
        )
        let index = try ArchiveUnpacker(form: .toolchainModule, umask: 0, monitor: monitor)
            .index(of: file, topDirectory: "go")
        let hash = try ModuleHash(of: ToolchainFileList(module, index: index))
        try await enter(version, record: ToolchainRecord(of: module, hash: hash).text)
    }

    /// Adds a small archive.
    func addSmall(_ version: String) async throws {
        let go = try Self.small(version)
        let name = "go\(version).linux-\(hostArchitecture).tar.gz"
        try sandbox.directory.write("from/\(name)", go.fixture.gzipped)
        try await enter(version, record: go.record(version))
    }

    /// A small Go that other Gos switch to.
    static func small(_ version: String) throws -> ProvenArchive {
        var go = try ProvenArchive(version)
        // Go makes the files here executable, and fails if there are none.
        for path in ["bin/gofmt", "lib/a.txt", "pkg/tool/a"] {
            go.files.append(.init(path: path, bytes: try hostProgram()))
        }
        go.files[go.index(of: "bin/go")].mode = 0o755
        return go
    }

    private func enter(_ version: String, record: [UInt8]) async throws {
        let name = "go\(version).linux-\(hostArchitecture).tar.gz"
        let proof = try ProvenArchive.proof(of: record, signer: signer)
        try sandbox.directory.write("from/\(name)\(LogProof.fileSuffix)", proof.document)
        try await sandbox.gotoolprov(
            "mirror",
            "add",
            "go\(version)",
            "--from",
            "\(sandbox.directory.path)/from",
            "--directory",
            site,
            "--manifest",
            manifest,
            "-q"
        ).expectSuccess()
    }

    static func module(_ version: String) throws -> ToolchainModule {
        ToolchainModule(
            try #require(GoVersion(version)),
            GoPlatform(try #require(GoArchitecture(rawValue: hostArchitecture)))
        )
    }

    /// Runs `mirror gomod`.
    ///
    /// - Returns: The result as JSON.
    func publish(
        _ arguments: String...,
        with changes: [String: String] = [:]
    ) async throws -> String {
        let result = try await run(
            sandbox.program,
            ["mirror", "gomod", "--directory", site, "--manifest", manifest, "--format", "json"]
                + arguments,
            environment: sandbox.environment.merging(changes) { $1 },
            in: sandbox.home
        )
        try result.expectSuccess()
        return result.output
    }

    /// Makes the modules, and a log of the site.
    ///
    /// - Returns: The public key of the log.
    func publishWithOwnLog() async throws -> String {
        let key = "\(sandbox.directory.path)/site.key"
        let output = try await publish("--log-name", "golog.example/x", "--log-key", key)
        try await validate(output, against: "mirror-modules")
        let text = try #require(output.firstMatch(of: #/"key": "([^"]+)"/#)).1
        return String(text)
    }

    func verify() async throws -> CommandResult {
        try await sandbox.gotoolprov(
            "mirror",
            "verify",
            "--directory",
            site,
            "--manifest",
            manifest
        )
    }

    // MARK: Clients

    /// Serves the mirror over HTTP.
    func serve() throws -> RawServer {
        try RawServer { [site] request in
            let path = String(request.drop { $0 != " " }.dropFirst().prefix { $0 != " " })
            guard let page = try? bytes(of: site + path) else {
                return RawServer.Answer(status: 404, [])
            }
            return RawServer.Answer(status: 200, page)
        }
    }

    /// Runs `go` in the module, with the environment that `env --offline` prints.
    ///
    /// - Parameters:
    ///   - arguments: The arguments of `go`.
    ///   - user: The name of the user, who keeps what was seen of logs.
    ///   - mirror: The mirror, a path or a URL.
    ///   - key: The key of the log; nil for that of the settings.
    ///   - toolchain: The value of GOTOOLCHAIN; nil for the printed one.
    /// - Returns: The result.
    /// - Throws: An error if it cannot be started.
    func go(
        _ arguments: String,
        as user: String,
        from mirror: String,
        key: String?,
        toolchain: String? = nil
    ) async throws -> CommandResult {
        let home = "\(sandbox.directory.path)/users/\(user)"
        try sandbox.directory.write("users/\(user)/.config/go/telemetry/mode", "off")
        let script = """
            lines=$("$1" env --offline --mirror "$2" --manifest "$3" ${4:+--sumdb "$4"}) || exit 99
            eval "$lines"
            [ -z "$6" ] || export GOTOOLCHAIN="$6"
            exec "$5/go1.21.13/bin/go" \(arguments)
            """
        return try await run(
            "sh",
            [
                "-c", script, "sh", sandbox.program, mirror, manifest, key ?? "", trees,
                toolchain ?? "",
            ],
            environment: baseEnvironment.merging([
                "HOME": home, "GOFLAGS": "-modcacherw",
                "GOCACHE": "\(sandbox.directory.path)/cache",
                "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9",
                "no_proxy": "127.0.0.1",
            ]) { $1 },
            in: "\(sandbox.directory.path)/module"
        )
    }

    /// Deletes what a user has downloaded, but not what was seen of logs.
    func forgetDownloads(of user: String) async throws {
        try await prepare(
            #"rm -rf "$1/users/$2/go/pkg/mod/golang.org" "$1/users/$2/go/pkg/mod/cache/download/golang.org""#,
            sandbox.directory.path,
            user
        )
    }
}
