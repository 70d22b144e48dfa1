import LogFixtures
import TestSupport
import Testing
import TransparencyLog

/// What is kept of the log between runs: forks, damaged files and full disks.
@Suite(.programLimit)
struct LogStateTests {
    let host: OnlineHost
    var site: LogSite { host.site }

    init() throws { host = try OnlineHost() }

    /// The contents of the files that are kept as evidence of a fork.
    private func evidence() async throws -> [[UInt8]] {
        let list = try await shell("ls \"$1\" | grep '^fork-'", host.state).output
        return try list.split(separator: "\n").map { try bytes(of: "\(host.state)/\($0)") }
    }

    /// Serves a fork of the log from the site, with the right archive.
    private func addFork(_ size: Int) throws -> TestLog {
        let fork = try host.fork()
        site.add(try fork.documents(size), below: host.sumdb)
        site.add("/\(OnlineHost.fileName())", host.archive.fixture.gzipped)
        return fork
    }

    // MARK: - Forks

    @Test(arguments: [(300, 700), (300, 301), (300, 300), (256, 512)])
    func `a fork is refused, and both heads are printed and kept`(old: Int, new: Int) async throws {
        let fork = try addFork(new)
        try host.keep(old)
        let right = try LogSite()
        try host.addAll(to: right)
        for mirrors in [[site.url], [site.url, right.url]] {
            try await host.expectRefusal(
                65,
                saying: [
                    "forked", "\(try host.log.head(old).root)", "\(try fork.head(new).root)",
                    " log.example ", site.url, "\(host.state)/fork-",
                ],
                from: mirrors
            )
        }
        let kept = try await evidence()
        #expect(kept.count == 2)
        #expect(try kept.contains(host.log.note(old)) && kept.contains(fork.note(new)))
        #expect(!site.requests.contains { $0.path.hasSuffix(".tar.gz") })
    }

    @Test func `an older tree that the kept one does not begin with is a fork`() async throws {
        let fork = try addFork(OnlineHost.size)
        site.add(host.log.tiles(OnlineHost.grown), below: host.sumdb)
        try host.keep(OnlineHost.grown)
        try await host.expectRefusal(
            65,
            saying: ["forked", "\(try fork.head(OnlineHost.size).root)"]
        )
        #expect(try await evidence().count == 2)
    }

    @Test func `a fork between two runs of the program is noticed`() async throws {
        try host.addAll()
        let first = try await host.ensure()
        #expect(first.status == 0, "\(first)")
        try await host.sandbox.gotoolprov("remove", "go1.99.1").expectSuccess()
        _ = try addFork(OnlineHost.grown)
        try await host.expectRefusal(65, saying: ["forked"])
        #expect(host.head() == (try host.log.note(OnlineHost.size)))
        // The log from before the fork still counts.
        try host.addLog(OnlineHost.grown)
        let again = try await host.ensure()
        #expect(again.status == 0, "\(again)")
        #expect(host.head() == (try host.log.note(OnlineHost.grown)))
    }

    // MARK: - The file

    @Test(arguments: ["", "no note\n", "another key", "truncated"])
    func `a damaged head is reported, and not replaced`(contents: String) async throws {
        try host.addAll()
        var bytes = Array(contents.utf8)
        switch contents {
        case "another key":
            bytes = try TestLog(host.log.records, signer: LogSigner(seed: 9)).note(200)
        case "truncated": bytes = try host.log.note(200).dropLast(1)
        default: break
        }
        try host.keep(200)
        let path = "home/.local/state/gotoolprov/log/\(host.signer.key.label)/latest"
        try host.sandbox.directory.write(path, bytes)
        try await host.expectRefusal(65, saying: ["\(host.state)/latest"])
        #expect(host.head() == bytes)
    }

    /// Runs `ensure` where the state directory is a mount of its own.
    ///
    /// - Parameters:
    ///   - options: The options of the mount.
    ///   - setUp: A script with `$state` as the directory that has the kept head in the file `head`.
    /// - Returns: The result, and the kept head on stdout.
    /// - Throws: An error if the program cannot be started.
    private func ensureWithState(
        mounted options: String,
        setUp: String
    ) async throws -> CommandResult {
        let script = """
            state=$GOTOOLPROV_STATE
            mkdir -p "$state" && mount -t tmpfs -o "mode=755,\(options)" none "$state" || exit 99
            mkdir -p "$4" && cp "$2/head" "$4/latest" || exit 98
            \(setUp)
            "$1" ensure go1.99.1 --manifest "$2/log.json" --mirror "$3"
            status=$?
            cat "$4/latest"
            ls -A "$4" | grep -v -e '^latest$' -e '^lock$'
            exit $status
            """
        return try await run(
            "unshare",
            [
                "--mount", "sh", "-c", script, "sh", host.sandbox.program,
                host.sandbox.directory.path, site.url, host.state,
            ],
            environment: host.environment,
            in: host.sandbox.home
        )
    }

    @Test(.enabled(if: canMount, "needs root to mount file systems"), arguments: [200, 90])
    func `on a full disk the old head stays, and nothing is published`(old: Int) async throws {
        try host.addAll()
        let note = try host.log.note(old)
        try host.sandbox.directory.write("head", note)
        let result = try await ensureWithState(
            mounted: "size=64k",
            setUp: "head -c 100000 /dev/zero >\"$state/full\" 2>\"$2/full\" || :"
        )
        #expect(result.status == 73, "\(result)")
        #expect(result.error.contains("No space left on device"), "\(result)")
        #expect(result.output == String(decoding: note, as: UTF8.self), "\(result)")
        for path in [host.sandbox.sdkRoot, host.sandbox.goBin] {
            #expect(try await run("ls", ["-A", path]).output == "", "nothing is installed")
        }
        #expect(!site.requests.contains { $0.path.hasSuffix(".tar.gz") })
    }

    @Test(.enabled(if: canMount, "needs root to mount file systems"))
    func `on a read-only disk the proof counts, with a note`() async throws {
        try host.addAll()
        let note = try host.log.note(200)
        try host.sandbox.directory.write("head", note)
        let result = try await ensureWithState(
            mounted: "size=64k",
            setUp: "mount -o remount,ro \"$state\" || exit 97"
        )
        #expect(result.status == 0, "\(result)")
        #expect(result.error.contains("is not kept"), "\(result)")
        #expect(result.output.hasSuffix(String(decoding: note, as: UTF8.self)), "\(result)")
    }
}
