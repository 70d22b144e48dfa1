import TestSupport
import Testing

/// Whether tests can run as several users.
private let canBeOthers = succeeds(
    "/bin/sh",
    ["-c", "test $(id -u) = 0 && setpriv --reuid 2001 --regid 2001 --clear-groups true"]
)

/// Protection of the store, cache and settings against other users of the host.
@Suite(.programLimit, .enabled(if: canBeOthers))
struct OtherUsersTests {
    let sandbox: Sandbox
    let digest: String

    init() async throws {
        sandbox = try Sandbox()
        digest = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped).digest
    }

    /// Runs a script as root with the program as `$G`, the sandbox as `$S`, and `as UID GID COMMAND`.
    func shell(_ script: String) async throws -> CommandResult {
        let prelude = """
            umask 022; cd "$S"
            as() {
                u=$1 g=$2; shift 2
                setpriv --reuid "$u" --regid "$g" --clear-groups "$@"
            }
            ensure() { "$G" ensure go1.99.1 --mirror "$S/mirror" --sha256 "$D" -q "$@"; }
            mode() { stat -c %a "$1"; }

            """
        return try await run(
            "bash",
            ["-c", prelude + script],
            environment: sandbox.environment.merging([
                "G": sandbox.program, "S": sandbox.directory.path, "D": digest,
            ]) { $1 }
        )
    }

    @Test func `other users cannot hold a lock of the store, nor one of an earlier version`()
        async throws
    {
        let result = try await shell(
            """
            ensure; cd home/sdk/.gotoolprov
            mode lock; mode lock/go1.99.1
            chmod 755 lock; chmod 644 lock/go1.99.1
            "$G" remove go1.99.1 -q; mode lock; mode lock/go1.99.1
            as 2001 2001 flock -n lock/go1.99.1 true || echo kept out
            """
        )
        #expect(
            result.output.hasSuffix("700\n600\n\(removed)700\n600\nkept out\n"),
            "\(result)"
        )
    }

    var removed: String { "go1.99.1  removed  \(sandbox.sdkRoot)/go1.99.1\n" }

    @Test func `users of one group can share a store deliberately`() async throws {
        let second = try await sandbox.serve(
            ArchiveFixture.hostGo("1.99.2").gzipped,
            as: "1.99.2"
        ).digest
        let result = try await shell(
            """
            install -d -m 775 -o 1001 -g 0 os os/sdk os/go os/go/bin; export HOME=$S/os
            one() { as 1000670000 0 "$@"; }; two() { as 1000999999 0 "$@"; }
            one "$G" ensure go1.99.1 --mirror mirror --sha256 "$D" -q || echo refused
            one "$G" ensure go1.99.1 --mirror mirror --sha256 "$D" -q --trust-roots
            two "$G" use go1.99.1 -q --trust-roots
            two "$G" ensure go1.99.2 --mirror mirror --sha256 \(second) -q --trust-roots
            two "$G" verify --repair -q --trust-roots
            one "$G" use go1.99.2 -q --trust-roots
            as 2001 2001 flock -n os/sdk/.gotoolprov/lock/current true || echo kept out
            two "$G" remove go1.99.1 --trust-roots; echo $?
            one "$G" remove go1.99.1 -q --trust-roots; echo $?
            """
        )
        #expect(result.output.hasPrefix("refused\ngo1.99.1  installed"), "\(result)")
        #expect(result.output.contains("go1.99.1  selected"), "\(result)")
        #expect(result.output.contains("go1.99.2  installed"), "\(result)")
        #expect(result.output.contains("go1.99.1  clean"), "\(result)")
        #expect(result.output.contains("go1.99.2  selected"), "\(result)")
        #expect(result.output.contains("kept out\n73\n"), "\(result)")
        #expect(result.error.contains("belongs to another user"), "\(result)")
        #expect(result.output.hasSuffix("\n0\n"), "\(result)")
    }

    /// A setup, the user and home directory for `ensure`, and the expected error.
    static let hazards: [(script: String, user: Int, phrase: String)] = [
        // docker creates bind-mounted directories like this.
        (
            "install -d -o 2001 -g 2001 h; install -d h/sdk h/go h/go/bin", 0,
            "inside another user's directory"
        ),
        (
            "install -d -o 2001 -g 2001 p; install -d -o 2002 -g 2002 p/h; ln -s p/h h", 2002,
            "inside another user's directory"
        ),
        ("install -d -m 1777 -o 2001 h; install -d h/sdk", 0, "inside another user's directory"),
        (
            "mkdir real h; ln -s ../real h/x; chown -h 2001 h/x; L=/x", 0,
            "another user's symbolic link"
        ),
        ("install -d -m 775 -g 2001 h h/sdk", 0, "a group can modify"),
        ("install -d -o 2002 -g 100 -m 775 h", 2002, "a group can modify"),
    ]

    @Test(arguments: hazards.indices)
    func `every parent directory must belong to root or the user`(row: Int) async throws {
        let (script, user, phrase) = Self.hazards[row]
        let result = try await shell(
            """
            \(script); export HOME=$S/h$L; find . >before
            as \(user) 2001 "$G" ensure go1.99.1 --mirror mirror --sha256 "$D" -q; echo $?
            find . >after; grep -vx ./after after | diff before - && echo unchanged
            """
        )
        #expect(result.error.contains(phrase), "\(result)")
        #expect(result.output.hasPrefix("73\n"), "\(result)")
        #expect(result.output.hasSuffix("unchanged\n"), "\(result)")
    }

    @Test func `write permission of the user's private group or root's is allowed`() async throws {
        let result = try await shell(
            """
            install -d -m 775 -o 2001 -g 2001 h h/sdk; export HOME=$S/h
            as 2001 2001 "$G" ensure go1.99.1 --mirror mirror --sha256 "$D" -q; echo $?
            install -d -m 775 r r/sdk; export HOME=$S/r
            ensure; echo $?
            """
        )
        #expect(result.output.contains("h/sdk/go1.99.1\n0\n"), "\(result)")
        #expect(result.output.hasSuffix("r/sdk/go1.99.1\n0\n"), "\(result)")
    }

    @Test func `the cache is protected like the store`() async throws {
        let result = try await shell(
            """
            install -d -o 2001 -g 2001 h; export GOTOOLPROV_CACHE=$S/h/c
            "$G" cache add mirror/*; echo $?; ls h
            "$G" cache add mirror/* -q --trust-roots; echo $?
            "$G" cache prune --all; echo $?
            """
        )
        #expect(result.output.hasPrefix("73\nadded  "), "\(result)")
        #expect(result.output.contains("  complete  \(digest)\n"), "\(result)")
        #expect(result.output.hasSuffix("\n0\n73\n"), "\(result)")
        #expect(result.error.contains("GOTOOLPROV_CACHE"), "\(result)")
    }

    @Test func `editor settings that other users can replace are not changed`() async throws {
        let result = try await shell(
            """
            d=home/.vscode-server/data; mkdir -p $d/Machine; echo '{}' >$d/Machine/settings.json
            chmod 777 $d; "$G" vscode settings --dlv /bin/true; echo $?; cat $d/Machine/settings.json
            """
        )
        #expect(result.output.hasSuffix("73\n{}\n"), "\(result)")
        #expect(result.error.contains("every user can write to"), "\(result)")
    }

    @Test func `a link to an archive is rejected, so that no file of root is exposed`() async throws
    {
        let result = try await shell(
            """
            install -m 600 /dev/null secret; cat mirror/*.gz >secret
            install -d -o 2001 usb; as 2001 2001 ln -s "$S/secret" usb/go.tar.gz
            "$G" cache add usb/go.tar.gz; echo $?; ls -A home/.cache 2>/dev/null
            """
        )
        #expect(result.output == "69\n", "\(result)")
        #expect(result.error.contains("is a symbolic link"), "\(result)")
        #expect(result.error.contains("\(sandbox.directory.path)/secret"), "\(result)")
    }

    @Test func `a hint names the variable of the failing directory`() async throws {
        let result = try await shell(
            """
            export HOME=$S/h; install -d -o 2001 -g 2001 h; mkdir h/.cache
            as 2001 2001 "$G" cache add mirror/*
            install -d h/.cache/gotoolprov/archives h/go h/go/bin
            as 2001 2001 "$G" ensure go1.99.1 --mirror mirror --sha256 "$D" -q
            rmdir h/go/bin; install -d -o 2001 h/go/bin; install -d h/sdk
            as 2001 2001 "$G" ensure go1.99.1 --mirror mirror --sha256 "$D" -q
            """
        )
        let hints = result.error.split(separator: "\n").filter { $0.contains("hint:") }
        #expect(hints.count == 3, "\(result)")
        for (hint, name) in zip(hints, ["GOTOOLPROV_CACHE", "GOBIN", "GOTOOLPROV_SDK_ROOT"]) {
            #expect(hint.contains("set \(name) to a directory that you can write to"), "\(result)")
        }
    }

    @Test func `a full disk is reported with the directory`() async throws {
        let result = try await shell(
            """
            ensure; mkdir -p home/go/bin
            unshare -m bash -c 'mount -t tmpfs -o size=4k,nr_inodes=3,mode=755 t home/go/bin || exit 99
                touch home/go/bin/full home/go/bin/fuller; "$G" use go1.99.1'; echo $?
            """
        )
        guard !result.output.hasSuffix("99\n") else { return }
        #expect(result.output.hasSuffix("73\n"), "\(result)")
        #expect(result.error.contains("free space"), "\(result)")
        #expect(result.error.contains("GOBIN"), "\(result)")
    }

    @Test func `a manifest of another user above the working directory is ignored`()
        async throws
    {
        let result = try await shell(
            """
            install -d -m 1777 shared; mkdir -p shared/work; cd shared
            echo '{"go": {"versions": ["go1.12"]}}' >gotoolprov.json; chown 2001 gotoolprov.json
            cd work
            "$G" ensure; echo $?
            "$G" list -q; echo $?
            printf '{"state": "converged"}' >"$S/a.json"; "$G" ansible "$S/a.json"
            mkfifo gotoolprov.json; chown 2001 gotoolprov.json
            "$G" list; echo $?
            """
        )
        #expect(result.output.hasPrefix("64\n0\n"), "\(result)")
        #expect(result.output.hasSuffix("0\n"), "\(result)")
        #expect(!result.output.contains("go1.12"), "\(result)")
        #expect(result.error.contains("it belongs to user 2001"), "\(result)")
    }

    @Test func `an unsearchable working directory has no manifest`() async throws {
        let result = try await shell(
            """
            mkdir -m 700 private; cd private
            for c in list "verify -q" "ensure go1.99.1 --offline -q"; do
                as 2001 2001 env HOME=/nowhere "$G" $c; echo $?
            done
            """
        )
        #expect(result.output.hasPrefix("0\n0\n"), "\(result)")
        #expect(!result.error.contains("manifest"), "\(result)")
    }
}
