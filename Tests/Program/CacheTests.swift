import TestSupport
import Testing

/// Archives added by hand, and files left by killed processes.
@Suite(.programLimit)
struct CacheTests {
    let sandbox: Sandbox
    let archive: String
    let digest: String
    var cache: String { "\(sandbox.home)/.cache/gotoolprov/archives" }

    init() async throws {
        sandbox = try Sandbox()
        (archive, digest) = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
    }

    func shell(_ script: String) async throws -> CommandResult {
        try await run(
            "sh",
            ["-c", script],
            environment: sandbox.environment.merging([
                "G": sandbox.program, "A": archive, "D": digest, "C": cache,
            ]) { $1 },
            in: sandbox.home
        )
    }

    @Test(arguments: [
        ("ln -s \"$A\" x", 69, "is a symbolic link"), ("mkdir x", 69, "not a regular file"),
        ("mkfifo x", 69, "not a regular file"), (":", 69, "No such file"),
        ("echo text >x", 65, "not a gzip archive"), (": >x", 65, "not a gzip archive"),
        ("head -c 2 \"$A\" >x; truncate -s 1T x", 65, "larger than any Go archive"),
    ])
    func `only a file that can be an archive is added`(
        script: String,
        status: Int,
        phrase: String
    ) async throws {
        let result = try await shell("\(script); \"$G\" cache add x; s=$?; ls -A $C; exit $s")
        #expect(result.status == Int32(status), "\(result)")
        #expect(result.error.contains(phrase), "\(result)")
        #expect(result.output == "", "nothing is left in the cache")
    }

    @Test func `an archive that is not in any catalog stays private, with a note`()
        async throws
    {
        let result = try await shell("\"$G\" cache add \"$A\"; stat -c %a $C/$D")
        #expect(result.output.hasSuffix("600\n"), "\(result)")
        #expect(result.error.contains("no catalog lists"), "\(result)")
        try sandbox.pin(digest)
        let manifest = try sandbox.directory.write("m.json", #"{"catalogs": ["catalog.json"]}"#)
        let known = try await shell(
            "\"$G\" cache add \"$A\" --manifest \(manifest); stat -c %a $C/$D"
        )
        #expect(known.output.hasSuffix("644\n") && known.error == "", "\(known)")
    }

    @Test func `files of killed processes are deleted, those of running ones are not`()
        async throws
    {
        let result = try await shell(
            """
            mkdir -p $C; cd $C
            touch .adding.1 .adding.2 $D.lock; echo x >$D.validator
            flock .adding.2 "$G" cache prune; ls -A
            "$G" cache add "$A" -q >/dev/null; ls -A | grep -c adding
            """
        )
        #expect(result.output == ".adding.2\n0\n", "\(result)")
    }

    @Test func `partial settings of a killed process are deleted by the next one`()
        async throws
    {
        let result = try await shell(
            """
            d=.vscode-server/data/Machine; mkdir -p $d; echo '{}' >$d/settings.json
            touch $d/.settings.json.4093129481 $d/.settings.json.1
            touch $d/.settings.json.gotoolprov-backup.4093129481
            "$G" vscode settings --dlv /bin/true >/dev/null; ls -A $d
            "$G" status --format json >/dev/null; touch .r.json.4093129481
            "$G" report --output r.json; ls -A . | grep r.json
            """
        )
        #expect(
            result.output.contains(
                """
                .settings.json.1
                settings.json
                settings.json.gotoolprov-backup
                settings.json.gotoolprov-written
                r.json

                """
            ),
            "\(result)"
        )
    }

    @Test(
        .enabled(if: succeeds("/bin/sh", ["-c", "strace -o /dev/null true"])),
        arguments: [
            ("settings --dlv /bin/true", "fsync"), ("settings --remove", "unlinkat"),
        ]
    )
    func `an error after settings were changed reports the change`(
        arguments: String,
        call: String
    ) async throws {
        let result = try await shell(
            """
            f=.vscode-server/data/Machine/settings.json; mkdir -p ${f%/*}; echo '{}' >$f
            case '\(arguments)' in *remove) "$G" vscode settings --dlv /bin/true >/dev/null ;; esac
            cp $f before
            for n in 1 2 3 4 5 6 7 8 9; do
                strace -f -qq -o /dev/null -e trace=\(call) -e inject=\(call):error=EIO:when=$n \
                    "$G" vscode \(arguments) 2>error && break
                if cmp -s before $f; then grep -q 'file was changed' error && echo wrong $n
                else grep -q 'file was changed' error && echo reported; fi
                cp before $f
            done
            """
        )
        #expect(result.output.contains("reported\n"), "\(result)")
        #expect(!result.output.contains("wrong"), "\(result)")
    }
}
