import TestSupport
import Testing

/// The static executable on real Go trees: what Scripts/test makes and names in the environment.
@Suite(
    .serialized,
    .timeLimit(.minutes(10)),
    .enabled(
        if: testVariable("GOTOOLPROV_TEST_STATIC") != nil
            && testVariable("GOTOOLPROV_TEST_MIRROR") != nil,
        "Scripts/test provides the static executable and the mirror"
    )
)
struct RealGoTests {
    let sandbox: Sandbox
    let mirror: String
    let archive: String

    init() throws {
        let program: String = try #require(testVariable("GOTOOLPROV_TEST_STATIC"))
        sandbox = try Sandbox(program: program, inMemory: true)
        // A child of go's would write its counters after the test has cleaned up.
        try sandbox.folder.write("home/.config/go/telemetry/mode", "off")
        mirror = try #require(testVariable("GOTOOLPROV_TEST_MIRROR"))
        archive = "\(mirror)/go1.27.3.linux-\(hostArchitecture).tar.gz"
    }

    /// Runs `ensure` with the demo mirror and its catalogue.
    func ensure(_ version: String) async throws -> CommandResult {
        try await sandbox.gotoolprov(
            "ensure",
            version,
            "--mirror",
            mirror,
            "--catalogue",
            "\(mirror)/catalogue.json",
            "--quiet"
        )
    }

    /// Runs a shell script with `$1` the program, `$2` the mirror, `$3` the archive.
    func shell(_ script: String, _ more: String...) async throws -> CommandResult {
        try await run(
            "sh",
            ["-c", script, "sh", sandbox.program, mirror, archive] + more,
            environment: sandbox.environment,
            in: sandbox.folder.path
        )
    }

    /// The golang.org/dl convention: the tree is the archive's, the mark beside it.
    @Test(arguments: ["C", "POSIX", "C.UTF-8", "xx_XX.UTF-8"])
    func `the tree is what tar unpacks, under any umask and locale`(locale: String) async throws {
        let result = try await shell(
            """
            set -e
            export LC_ALL="$4"
            umask 077
            "$1" ensure go1.27.3 --mirror "$2" --catalogue "$2/catalogue.json" --quiet
            umask 022
            mkdir reference
            tar xzf "$3" -C reference
            rm -r "$HOME/sdk/go1.27.3/.gotoolprov"
            test -f "$HOME/sdk/go1.27.3/.unpacked-success"
            rm "$HOME/sdk/go1.27.3/.unpacked-success"
            diff -r reference/go "$HOME/sdk/go1.27.3"
            list() { (cd "$1" && find . -type f -printf '%P %m %s %T@\\n' -o -printf '%y %P %m\\n' | sort); }
            list reference/go >one
            list "$HOME/sdk/go1.27.3" >other
            diff one other
            wc -l <one
            """,
            locale
        )
        #expect(result.status == 0, "\(result)")
        #expect((Int(result.output.split(separator: "\n").last ?? "") ?? 0) > 12_000, "\(result)")
    }

    /// mtree(5) is a format of others, so another program has to agree.
    @Test func `the index is what mtree finds`() async throws {
        #expect(try await ensure("go1.27.3").status == 0)
        let result = try await shell(
            """
            mtree -p "$HOME/sdk/go1.27.3" -f "$HOME/sdk/go1.27.3/.gotoolprov/index.mtree"
            echo >>"$HOME/sdk/go1.27.3/VERSION"
            mtree -p "$HOME/sdk/go1.27.3" -f "$HOME/sdk/go1.27.3/.gotoolprov/index.mtree"
            """
        )
        #expect(
            result.output.hasPrefix("extra: .unpacked-success\nextra: .gotoolprov\n"),
            "\(result)"
        )
        #expect(result.output.contains("VERSION: \n\tsize (35, 36)"), "\(result)")
    }

    @Test func `two versions lie side by side, each right whatever GOROOT is exported`()
        async throws
    {
        for version in ["go1.27.3", "go1.21.13"] {
            let result = try await ensure(version)
            #expect(result.status == 0, "\(result)")
        }
        let result = try await shell(
            """
            set -e
            export PATH="$HOME/go/bin:$PATH" GOROOT=/nonexistent/go GOFLAGS=-mod=mod GOTOOLCHAIN=local
            mkdir hello
            cd hello
            printf 'package main\\nimport ("fmt"; "runtime")\\nfunc main() { fmt.Println(runtime.Version()) }\\n' >main.go
            printf 'module hello\\n\\ngo 1.21\\n' >go.mod
            for version in go1.21.13 go1.27.3; do
                export GOROOT="$HOME/sdk/go1.21.13"
                $version build -o hello.$version .
                ./hello.$version
                $version env GOROOT
            done
            """
        )
        #expect(
            result.output == """
                go1.21.13
                \(sandbox.sdkRoot)/go1.21.13
                go1.27.3
                \(sandbox.sdkRoot)/go1.27.3

                """,
            "\(result)"
        )
        let list = try await sandbox.gotoolprov("list")
        #expect(
            list.output == """
                go1.21.13  installed  \(sandbox.sdkRoot)/go1.21.13
                go1.27.3   installed  \(sandbox.sdkRoot)/go1.27.3

                """
        )
    }

    /// Go finds a toolchain by its name in PATH before it looks anywhere else
    /// (docs/facts/go-toolchains.md#toolchains-on-path).
    @Test func `Go's own toolchain switching finds the launchers, offline`() async throws {
        for version in ["go1.27.3", "go1.21.13"] { _ = try await ensure(version) }
        let result = try await shell(
            """
            set -e
            export PATH="$HOME/go/bin:$PATH" GOTOOLCHAIN=auto GOPROXY=off
            mkdir switched
            cd switched
            printf 'module switched\\n\\ngo 1.27.3\\n' >go.mod
            go1.21.13 version
            """
        )
        #expect(result.output.hasPrefix("go version go1.27.3 linux/"), "\(result)")
    }

    @Test func `a second ensure opens no archive and takes no lock`() async throws {
        _ = try await ensure("go1.27.3")
        let result = try await shell(
            """
            strace -f -qq -o trace "$1" ensure go1.27.3 --mirror "$2"
            echo "$(wc -l <trace) calls"
            grep -v execve trace | grep -e "flock(" -e "clone3*(" -e "getdents[64]*(" -e "$2" -e "$3"
            """
        )
        #expect(result.output.hasPrefix("go1.27.3  present"), "\(result)")
        let calls = result.output.split(separator: "\n").last?.split(separator: " ").first
        #expect((calls.flatMap { Int($0) } ?? 999) < 120, "\(result)")
    }

    @Test func `six at once all succeed and make one tree`() async throws {
        let result = try await shell(
            """
            pids=
            for number in 1 2 3 4 5 6; do
                "$1" ensure go1.27.3 --mirror "$2" --catalogue "$2/catalogue.json" 2>log.$number &
                pids="$pids $!"
            done
            failed=0
            for pid in $pids; do wait "$pid" || failed=$((failed + 1)); done
            echo "$failed failed"
            ls "$HOME/sdk" "$HOME/sdk/.gotoolprov/staging"
            grep -l unpacking log.* | wc -l
            mtree -p "$HOME/sdk/go1.27.3" -f "$HOME/sdk/go1.27.3/.gotoolprov/index.mtree"
            """
        )
        #expect(
            result.output.hasSuffix(
                """
                0 failed
                \(sandbox.sdkRoot):
                go1.27.3

                \(sandbox.sdkRoot)/.gotoolprov/staging:
                1
                extra: .unpacked-success
                extra: .gotoolprov

                """
            ),
            "\(result)"
        )
    }

    @Test func `killed at any moment, there is never half a tree, and the next run succeeds`()
        async throws
    {
        // Fifty moments from beyond the end, as one run shows it, back to the start, closer and closer.
        let result = try await shell(
            """
            set -u
            staging="$HOME/sdk/.gotoolprov/staging"
            limit=600
            for step in $(seq 51 -1 1); do
                rm -rf "$HOME/sdk/go1.21.13"
                started=$(date +%s%N)
                timeout -s KILL "$(awk "BEGIN { print $limit * $step * $step / 2500 }")" \
                    "$1" ensure go1.21.13 --mirror "$2" --catalogue "$2/catalogue.json" -q >/dev/null
                [ "$step" != 51 ] || limit=$(awk "BEGIN { print ($(date +%s%N) - $started) * 1.3e-9 }")
                if [ -e "$HOME/sdk/go1.21.13" ]; then
                    echo complete
                    mtree -p "$HOME/sdk/go1.21.13" -f "$HOME/sdk/go1.21.13/.gotoolprov/index.mtree" \
                        | grep -v -e '^extra: .unpacked-success$' -e '^extra: .gotoolprov$'
                elif [ -n "$(ls -A "$staging" 2>/dev/null)" ]; then
                    echo unfinished
                fi
            done >outcomes 2>killed
            sort -u outcomes
            rm -rf "$HOME/sdk/go1.21.13"
            "$1" ensure go1.21.13 --mirror "$2" --catalogue "$2/catalogue.json" -q
            ls -A "$staging"
            """
        )
        #expect(
            result.output == """
                complete
                unfinished
                go1.21.13  installed  \(sandbox.sdkRoot)/go1.21.13

                """,
            "\(result)"
        )
        #expect(result.status == 0)
    }

    /// A server that only gives out files, and a name that only /etc/hosts of an empty root knows.
    @Test(.enabled(if: canMount, "needs root to change the root folder"))
    func `a real Go comes over the web into an empty root, in bounded memory`() async throws {
        let result = try await shell(
            """
            set -e
            python3 -u -m http.server --bind 127.0.0.1 --directory "$2" 0 >server.log 2>&1 & server=$!
            trap 'kill $server' EXIT
            until grep -q "port " server.log; do kill -0 $server || exit 99; done
            port=$(sed -n 's/.* port \\([0-9]*\\) .*/\\1/p' server.log)
            mkdir -p root/proc root/etc root/home
            cp "$1" root/gotoolprov
            cp "$2/catalogue.json" root/catalogue.json
            echo "127.0.0.1 mirror.test" >root/etc/hosts
            cat >measure.py <<'EOF'
            import resource, subprocess, sys
            status = subprocess.run(sys.argv[1:]).returncode
            print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, "MiB")
            sys.exit(status)
            EOF
            unshare --mount sh -c '
                mount -t proc proc root/proc
                exec env -i HOME=/home "$(command -v python3)" measure.py \\
                    "$(command -v chroot)" root /gotoolprov ensure go1.27.3 -q \\
                    --catalogue /catalogue.json --mirror "http://mirror.test:$1"
            ' sh "$port"
            """
        )
        #expect(result.status == 0, "\(result)")
        #expect(result.output.hasPrefix("go1.27.3  installed  /home/sdk/go1.27.3\n"), "\(result)")
        let peak = result.output.split(separator: " ").dropLast().last.flatMap { Int($0) }
        #expect((peak ?? .max) < 64, "\(result)")
    }

    /// Nothing but the program, /proc and the mirror: no shell, no C library, no /etc, no /tmp.
    @Test(.enabled(if: canMount, "needs root to change the root folder"))
    func `it installs in an empty root, and in one that has only musl`() async throws {
        let result = try await shell(
            """
            set -e
            chroot=$(command -v chroot)
            export chroot
            mkdir -p root/proc root/mirror root/home
            cp "$1" root/gotoolprov
            ln "$2/catalogue.json" "$3" root/mirror/ 2>/dev/null || cp "$2/catalogue.json" "$3" root/mirror/
            inside() {
                unshare --mount --pid --fork sh -c 'mount -t proc proc root/proc && cd root && \\
                    exec env -i HOME=/home "$chroot" . /gotoolprov "$@"' sh "$@"
            }
            inside ensure go1.27.3 --mirror /mirror --catalogue /mirror/catalogue.json --quiet
            inside status | grep -e ^libc -e ^platform
            rm -rf root/home/sdk
            mkdir -p root/lib root/bin
            cp /lib/ld-musl-*.so.1 root/lib/
            printf 'int main(void) { return 0; }\\n' >sh.c
            musl-gcc -o root/bin/sh sh.c
            inside ensure go1.27.3 --mirror /mirror --catalogue /mirror/catalogue.json --quiet
            inside status | grep -e ^libc
            inside exec go1.27.3 -- go version
            """
        )
        let lines = result.output.split(separator: "\n")
        #expect(result.status == 0, "\(result)")
        try #require(lines.count == 6, "\(result)")
        #expect(lines[0] == "go1.27.3  installed  /home/sdk/go1.27.3")
        #expect(lines[1].hasPrefix("platform") && lines[1].contains("/proc/self/exe"))
        #expect(lines[2].contains("none"))
        #expect(lines[3] == lines[0])
        #expect(lines[4].contains("musl 1.2."), "\(lines[4])")
        #expect(lines[5].hasPrefix("go version go1.27.3 linux/"))
    }

    @Test func `an archive for another architecture is refused for what is in it`() async throws {
        let other = hostArchitecture == "amd64" ? "arm64" : "amd64"
        let path = "\(mirror)/go1.27.3.linux-\(other).tar.gz"
        let digest = try await sha256(of: path)
        // No catalogue knows 1.27.3 here, so the digest is taken at its word.
        let result = try await sandbox.gotoolprov(
            "ensure",
            "go1.27.3",
            "--archive",
            path,
            "--sha256",
            digest,
            "--quiet"
        )
        #expect(result.status == 65, "\(result)")
        #expect(result.error.contains("one for linux/\(other)"), "\(result)")
    }

    /// docs/facts/edge-cases.md#failing-system-calls: one error, no hang, no staging.
    ///
    /// strace counts calls by thread: of `openat`, the one that fails may also be of those that delete
    /// what was begun, and then the next run does.
    @Test(arguments: [
        ("write", "ENOSPC", 3), ("write", "ENOSPC", 3000), ("write", "EIO", 200),
        ("write", "EDQUOT", 4000), ("openat", "EMFILE", 5000), ("mkdirat", "ENOSPC", 300),
        ("utimensat", "EPERM", 700), ("syncfs", "EIO", 1), ("renameat2", "EIO", 1),
        ("pread64", "EIO", 100), ("fsync", "EIO", 1),
    ])
    func `a call that fails in the middle leaves nothing`(
        call: String,
        error: String,
        number: Int
    ) async throws {
        let result = try await shell(
            """
            mkdir -p "$HOME/sdk"
            timeout 60 strace -f -qq -o /dev/null -e trace=$4 -e inject=$4:error=$5:when=$6 \
                "$1" ensure go1.27.3 --mirror "$2" --catalogue "$2/catalogue.json" -q
            echo "status $?"
            if [ $4 = openat ]; then
                "$1" remove go1.27.3 -q >/dev/null
                find "$HOME/sdk" -maxdepth 0
                find "$HOME/sdk" "$HOME/go" -name 'go1.27.3*' 2>/dev/null
            else
                find "$HOME/sdk" "$HOME/go" 2>/dev/null
            fi
            """,
            call,
            error,
            "\(number)"
        )
        let isReading = call == "pread64"
        #expect(
            result.output == "status \(isReading ? 69 : 73)\n\(sandbox.sdkRoot)\n",
            "\(result)"
        )
        #expect(result.error.hasPrefix("error: "), "\(result)")
    }

    @Test(arguments: [("syncfs", #"{"durability": "none"}"#, 1), ("none", "{}", 0)])
    func `what is asked for is put on disk, and nothing else is`(
        option: String,
        manifest: String,
        syncCount: Int
    ) async throws {
        try sandbox.folder.write("home/.config/gotoolprov/gotoolprov.json", manifest)
        let result = try await shell(
            """
            count() { grep -c "$1(" trace; }
            strace -f -qq -o trace -e trace=syncfs,fsync "$1" ensure go1.27.3 --mirror "$2" \\
                --catalogue "$2/catalogue.json" -q --durability "$4" >/dev/null
            count syncfs
            rm -r "$HOME/sdk/go1.27.3"
            strace -f -qq -o trace -e trace=syncfs,fsync "$1" ensure go1.27.3 --mirror "$2" \\
                --catalogue "$2/catalogue.json" -q >/dev/null
            count syncfs
            """,
            option
        )
        // The option goes before the manifest, and the default is to be safe.
        #expect(result.output == "\(syncCount)\n\(1 - syncCount)\n", "\(result)")
    }

    @Test func `what unpacks to more than any Go is refused at its bound`() async throws {
        let result = try await shell(
            """
            set -e
            mkdir -p many/go zeros/go
            truncate -s 600M zeros/go/a zeros/go/b
            (cd many/go && seq 61000 | xargs touch)
            for name in many zeros; do
                (cd $name && tar cf - go | gzip -1 >../$name.tar.gz)
                digest=$(sha256sum $name.tar.gz | cut -c1-64)
                status=0
                "$1" ensure go1.99.1 --archive $name.tar.gz --sha256 "$digest" -q || status=$?
                echo "$name $status"
            done
            ls -A "$HOME"
            """
        )
        #expect(result.output == "many 65\nzeros 65\n.config\n.keep\n", "\(result)")
        #expect(result.error.contains("60000 members"), "\(result)")
        #expect(result.error.contains("1024 MiB"), "\(result)")
    }

    @Test func `on this host the C library is told from what programs ask for`() async throws {
        let result = try await sandbox.gotoolprov("status")
        let version =
            try await run("getconf", ["GNU_LIBC_VERSION"]).output
            .split(separator: "\n").first ?? "?"
        #expect(result.output.contains("  \(version)  (/bin/sh asks for"), "\(result)")
        let kernel = try await run("uname", ["-r"]).output
        #expect(result.output.contains("Linux \(kernel)"))
    }
}
