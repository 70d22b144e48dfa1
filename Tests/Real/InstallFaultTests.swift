import TestSupport
import Testing

extension RealGoTests {
    /// Failing system calls, kills, concurrent runs and synchronization.
    struct InstallFaultTests {
        let go: RealGo

        init() throws { go = try RealGo() }

        @Test func `a second ensure opens no archive and acquires no lock`() async throws {
            _ = try await go.ensure("go1.27.3")
            let result = try await go.shell(
                """
                strace -f -qq -o trace "$1" ensure go1.27.3 --mirror "$2"
                echo "$(wc -l <trace) calls"
                grep -v execve trace | grep -e "flock(" -e "clone3*(" -e "getdents[64]*(" -e "$2" -e "$3"
                """
            )
            #expect(result.output.hasPrefix("go1.27.3  present"), "\(result)")
            let calls = result.output.split(separator: "\n").last?.split(separator: " ").first
            #expect((calls.flatMap { Int($0) } ?? 999) < 130, "\(result)")
        }

        @Test func `six concurrent runs succeed and install one tree`() async throws {
            let result = try await go.shell(
                """
                pids=
                for number in 1 2 3 4 5 6; do
                    "$1" ensure go1.27.3 --mirror "$2" --catalog "$2/catalog.json" 2>log.$number &
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
                    \(go.sandbox.sdkRoot):
                    go1.27.3

                    \(go.sandbox.sdkRoot)/.gotoolprov/staging:
                    1
                    extra: .unpacked-success
                    extra: .gotoolprov

                    """
                ),
                "\(result)"
            )
        }

        @Test func `a kill at any moment leaves no partial tree, and the next run succeeds`()
            async throws
        {
            // Fifty moments, from after the end of a run back to its start, at decreasing distances.
            let result = try await go.shell(
                """
                set -u
                staging="$HOME/sdk/.gotoolprov/staging"
                limit=600
                for step in $(seq 51 -1 1); do
                    rm -rf "$HOME/sdk/go1.21.13"
                    started=$(date +%s%N)
                    timeout -s KILL "$(awk "BEGIN { print $limit * $step * $step / 2500 }")" \
                        "$1" ensure go1.21.13 --mirror "$2" --catalog "$2/catalog.json" -q >/dev/null
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
                "$1" ensure go1.21.13 --mirror "$2" --catalog "$2/catalog.json" -q
                ls -A "$staging"
                """
            )
            #expect(
                result.output == """
                    complete
                    unfinished
                    go1.21.13  installed  \(go.sandbox.sdkRoot)/go1.21.13

                    """,
                "\(result)"
            )
            #expect(result.status == 0)
        }

        /// See docs/facts/edge-cases.md#failing-system-calls: one error, no hang, no staging.
        ///
        /// strace counts calls per thread, so the failing `openat` may also be one that cleans up; the
        /// next run then does so.
        @Test(arguments: [
            ("write", "ENOSPC", 3), ("write", "ENOSPC", 3000), ("write", "EIO", 200),
            ("write", "EDQUOT", 4000), ("openat", "EMFILE", 5000), ("mkdirat", "ENOSPC", 300),
            ("utimensat", "EPERM", 700), ("syncfs", "EIO", 1), ("renameat2", "EIO", 1),
            ("pread64", "EIO", 100), ("fsync", "EIO", 1),
        ])
        func `a failing system call leaves nothing behind`(
            call: String,
            error: String,
            number: Int
        ) async throws {
            let result = try await go.shell(
                """
                mkdir -p "$HOME/sdk"
                timeout 60 strace -f -qq -o /dev/null -e trace=$4 -e inject=$4:error=$5:when=$6 \
                    "$1" ensure go1.27.3 --mirror "$2" --catalog "$2/catalog.json" -q
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
                result.output == "status \(isReading ? 69 : 73)\n\(go.sandbox.sdkRoot)\n",
                "\(result)"
            )
            #expect(result.error.hasPrefix("error: "), "\(result)")
        }

        @Test(arguments: [("syncfs", #"{"durability": "none"}"#, 1), ("none", "{}", 0)])
        func `files are synchronized only as requested`(
            option: String,
            manifest: String,
            syncCount: Int
        ) async throws {
            try go.sandbox.directory.write("home/.config/gotoolprov/gotoolprov.json", manifest)
            let result = try await go.shell(
                """
                count() { grep -c "$1(" trace; }
                strace -f -qq -o trace -e trace=syncfs,fsync "$1" ensure go1.27.3 --mirror "$2" \\
                    --catalog "$2/catalog.json" -q --durability "$4" >/dev/null
                count syncfs
                rm -r "$HOME/sdk/go1.27.3"
                strace -f -qq -o trace -e trace=syncfs,fsync "$1" ensure go1.27.3 --mirror "$2" \\
                    --catalog "$2/catalog.json" -q >/dev/null
                count syncfs
                """,
                option
            )
            // The option overrides the manifest, and the default is to synchronize.
            #expect(result.output == "\(syncCount)\n\(1 - syncCount)\n", "\(result)")
        }
    }
}
