import LogFixtures
import TestSupport
import Testing
import ToolchainHost
import WebFixtures

/// `mirror`: other directories, hostile archives, kills, locks and full disks.
@Suite(.programLimit)
struct MirrorFaultTests {
    let world: MirrorSandbox
    var sandbox: Sandbox { world.sandbox }

    init() async throws {
        world = try MirrorSandbox()
        try await world.initialize()
    }

    @Test(arguments: [
        ("rm site/mirror.json", 64, "it has no mirror.json"),
        ("rm -r site", 64, "the directory does not exist"),
        ("mv site/mirror.json m; ln -s ../m site/mirror.json", 64, "not a regular file"),
        ("rm -r site; touch site", 64, "not a directory"),
        ("echo >>site/mirror.json", 65, "not in canonical form"),
        ("echo '{' >site/mirror.json", 65, "the index of the mirror is damaged"),
    ])
    func `a directory that is not a mirror is refused and not changed`(
        change: String,
        status: Int32,
        reason: String
    ) async throws {
        try await world.serve()
        let result = try await world.script(
            """
            \(change); find site | sort >before; add go1.99.1; echo "status $?"
            find site | sort | diff before - && echo same
            """
        )
        #expect(result.output == "status \(status)\nsame\n", "\(result)")
        #expect(result.error.contains(reason), "\(result)")
    }

    @Test func `an archive with the pinned digest that no installation accepts never enters`()
        async throws
    {
        let hostile = ArchiveFixture().directory("go/").file("go/VERSION", "go1.99.1\n")
            .file("go/../../x", "x")
        let digest = try await sandbox.serve(hostile.gzipped).digest
        let catalog = try sandbox.pin(digest)
        let result = try await world.script(
            """
            add go1.99.1 --catalog \(catalog); echo "status $?"
            find site -name '*.gz' -o -name "\(digest)*"
            """
        )
        #expect(result.output.hasSuffix("status 65\n"), "\(result)")
        #expect(result.error.contains("never contain"), "\(result)")
    }

    @Test func `two commands at once wait for each other, or exit with status 75`()
        async throws
    {
        try await world.serve()
        try await world.serve("1.99.2")
        let result = try await world.script(
            """
            add go1.99.1 & add go1.99.2 & wait; mirror list | wc -l
            exec 9<site/.gotoolprov/lock; flock 9; add go1.99.1 --no-wait; echo "status $?"
            """
        )
        #expect(result.output.hasSuffix("3\nstatus 75\n"), "\(result)")
        #expect(result.error.contains("is working on the mirror"), "\(result)")
    }

    @Test func `after a kill at any change, the index lists only complete archives`()
        async throws
    {
        try await world.serve()
        let result = try await world.script(
            """
            cp -r site empty; kills=0; n=1
            for call in rename renameat syncfs; do
                n=1
                while :; do
                    rm -rf site; cp -r empty site
                    strace -f -qqq -o /dev/null -e trace=$call -e inject=$call:signal=SIGKILL:when=$n \\
                        "$G" mirror add go1.99.1 --directory site --manifest log.json --from mirror -q \\
                        >/dev/null 2>&1
                    [ $? = 137 ] || break
                    kills=$((kills + 1)); n=$((n + 1))
                    mirror list -q >listed || echo "no index after $call $n"
                    if [ -s listed ]; then cmp mirror/$V site/go/$V; fi
                    add go1.99.1 >/dev/null || echo "not completed after $call $n"
                    cmp mirror/$V site/go/$V; cmp mirror/$V.tlog-proof site/go/$V.tlog-proof
                    mirror verify -q | grep -q intact || echo "not intact after $call $n"
                    find site/.gotoolprov/staging -type f
                done
            done
            [ $kills -ge 5 ] && echo enough
            """
        )
        #expect(result.output == "enough\n", "\(result)")
    }

    @Test(.enabled(if: canMount, "needs root to mount file systems"))
    func `a full disk and read-only media leave the index as it was`() async throws {
        try await world.serve { archive in
            // It does not compress, so that the archive does not fit.
            var state: UInt64 = 1
            let noise = (0..<(1 << 20)).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 33)
            }
            archive.files.append(ProvenArchive.File(path: "test/noise", bytes: noise))
        }
        let result = try await world.script(
            """
            unshare -m bash -c '
                mount -t tmpfs -o size=600k,mode=755 none site; "$0" mirror init site -q
                "$0" mirror add go1.99.1 --directory site --manifest log.json --from mirror -q
                echo "status $?"; "$0" mirror list --directory site; ls site
                mount -o remount,ro site
                "$0" mirror add go1.99.1 --directory site --manifest log.json --from mirror -q
                echo "status $?"; "$0" mirror list --directory site
            ' "$G"
            """
        )
        #expect(
            result.output.hasSuffix("status 73\nindex.html\nmirror.json\nstatus 73\n"),
            "\(result)"
        )
        #expect(result.error.contains("No space left"), "\(result)")
        #expect(result.error.contains("Read-only file system"), "\(result)")
        #expect(!result.error.contains("GOTOOLPROV_CACHE"), "\(result)")
    }

    @Test func `an interrupted download is kept in the mirror, and resumed`() async throws {
        let web = try LogSite()
        let archive = try ArchiveFixture.hostGo().gzipped
        let digest = try await sandbox.serve(archive).digest
        let catalog = try sandbox.pin(digest, size: archive.count)
        let manifest = try sandbox.directory.write(
            "web.json",
            #"{"official": false, "log": false}"#
        )
        let path = "/go1.99.1.linux-\(hostArchitecture).tar.gz"
        func add() async throws -> CommandResult {
            var environment = sandbox.environment
            environment["GOTOOLPROV_OFFLINE"] = nil
            return try await run(
                sandbox.program,
                [
                    "mirror", "add", "go1.99.1", "--directory", world.site, "--mirror", web.url,
                    "--manifest", manifest, "--catalog", catalog,
                ],
                environment: environment
            )
        }
        let staging = "\(world.site)/.gotoolprov/staging"
        let isFirst = Guarded(true)
        web.answer(path) { _ in
            let wasFirst = isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst
            }
            return wasFirst
                ? .part(of: archive, from: nil, sending: archive.count / 2)
                : RawServer.Answer(status: 404, [])
        }
        let cut = try await add()
        #expect(cut.status == 69, "\(cut)")
        let kept = try await run("ls", [staging])
        #expect(kept.output == "\(digest).partial\n\(digest).validator\n", "\(kept)")

        web.answer(path) { .part(of: archive, from: $0.start) }
        let resumed = try await add()
        #expect(resumed.status == 0, "\(resumed)")
        #expect((web.requests.last?.start ?? 0) > 0)
        let left = try await run("ls", [staging])
        #expect(left.output == "", "\(left)")
        #expect(!(try await sandbox.snapshot()).contains("archives"))
    }
}
