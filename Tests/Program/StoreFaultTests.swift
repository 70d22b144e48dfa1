import TestSupport
import Testing

/// Faults found in a review of the store: files that must not be deleted, trusted or run.
@Suite(.programLimit)
struct StoreFaultTests {
    let sandbox: Sandbox
    let digest: String

    init() async throws {
        sandbox = try Sandbox()
        digest = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped).digest
    }

    /// Runs a script with the program as `$G`, the home directory as `$HOME`, and `ensure`.
    func shell(_ script: String) async throws -> CommandResult {
        let prelude = """
            umask 022; cd "$HOME"; S="$HOME/sdk"
            ensure() { "$G" ensure go1.99.1 --mirror "$M" --sha256 "$D" -q "$@" 2>&1; }

            """
        return try await run(
            "bash",
            ["-c", prelude + script],
            environment: sandbox.environment.merging([
                "G": sandbox.program, "M": sandbox.mirror, "D": digest,
            ]) { $1 }
        )
    }

    @Test func `a repair keeps replaced files, whatever other directories are named`()
        async throws
    {
        let result = try await shell(
            """
            ensure; Q="$S/.gotoolprov/quarantine"
            for day in 1 2 3; do
                mkdir -p "$Q/go1.99.1-2099010${day}T000000.000000001Z/src"
                mkdir -p "$Q/go1.99.1-custom-2026010${day}T000000.000000001Z"
            done
            echo mine >"$S/go1.99.1/mywork.go"
            "$G" verify --repair go1.99.1 --mirror "$M" -q; echo "status $?"
            cat "$Q"/go1.99.1-20[0-8]*/mywork.go; ls "$Q" | grep -c custom; ls "$Q" | grep -vc custom
            """
        )
        #expect(result.output.hasSuffix("status 0\nmine\n3\n3\n"), "\(result)")
    }

    @Test func `an unreadable cached archive is not deleted`() async throws {
        let result = try await shell(
            """
            "$G" cache add "$M"/go1.99.1.*.gz -q >/dev/null; F=$(find "$HOME/.cache" -name "$D")
            strace -f -qqq -o /dev/null -P "$F" -e trace=pread64 -e inject=pread64:error=EIO \\
                "$G" ensure go1.99.1 --sha256 "$D" --offline -q; echo "status $?"
            "$G" ensure go1.99.1 --sha256 "$D" --offline -q; echo "status $?"
            """
        )
        #expect(result.output.hasPrefix("status 69\n"), "\(result)")
        #expect(result.output.hasSuffix("status 0\n"), "\(result)")
    }

    @Test func `use trusts only the link that it writes itself`() async throws {
        let result = try await shell(
            """
            ensure; "$G" use go1.99.1 -q; cp -r "$S/go1.99.1" "$HOME/other"; mkdir evil
            mv other evil/go1.99.1; ln -sfn "$HOME/evil/go1.99.1" "$S/.gotoolprov/current"
            "$G" use go1.99.1 -q; echo "status $?"; readlink "$S/.gotoolprov/current"
            """
        )
        #expect(result.output.hasSuffix("status 0\n../go1.99.1\n"), "\(result)")
    }

    @Test func `prune keeps an archive that a damaged tree needs for repair`() async throws {
        let catalog = """
            {"schemaVersion": 1, "updated": "2026-11-28", "releases": [{"version": "1.99.1",
             "archives": {"ARCH": {"sha256": "\(digest)"}}}]}
            """
        let result = try await shell(
            """
            case $(uname -m) in x86_64) A=amd64;; aarch64) A=arm64;; esac
            sed "s/ARCH/$A/" <<'END' >catalog.json
            \(catalog)
            END
            "$G" cache add "$M"/go1.99.1.*.gz -q >/dev/null; ensure; echo "{" >"$S/go1.99.1/.gotoolprov/receipt.json"
            echo '{"catalogs": ["'"$HOME"'/catalog.json"]}' >gotoolprov.json
            "$G" cache prune --manifest "$HOME/gotoolprov.json"; find "$HOME/.cache" -name "$D" | wc -l
            """
        )
        #expect(result.output.hasSuffix("1\n"), "\(result)")
    }

    @Test func `an incomplete removal leaves no broken go on PATH`()
        async throws
    {
        let result = try await shell(
            """
            ensure; "$G" use go1.99.1 -q
            strace -f -qqq -o /dev/null -e trace=unlinkat -e inject=unlinkat:error=EBUSY \\
                -P "$S/.gotoolprov/staging" "$G" remove go1.99.1 >/dev/null; true
            strace -f -qqq -o /dev/null -e trace=unlinkat -e inject=unlinkat:error=EBUSY:when=3+ \\
                "$G" remove go1.99.1; echo "status $?"
            ls "$(dirname "$("$G" list --format json | grep -o '"path": "[^"]*"' | head -1)")" 2>/dev/null
            test ! -e "$S/go1.99.1" && for name in go gofmt; do test ! -e "$B/$name" || echo "$name is there"; done
            """.replacing("$B", with: sandbox.goBin)
        )
        #expect(!result.output.contains("is there"), "\(result)")
    }

    @Test func `a report is synced before it is renamed`() async throws {
        let result = try await shell(
            """
            strace -f -qqq -o trace -e trace=fsync,renameat2,renameat,rename "$G" report --output r.json -q
            grep -o -e fsync -e rename trace | head -2 | paste -sd ' '
            """
        )
        #expect(result.output == "fsync rename\n", "\(result)")
    }

    @Test func `files unpacked over a half-removed tree are not deleted`() async throws {
        let result = try await shell(
            """
            mkdir -p "$S/go1.99.1/.gotoolprov" "$S/go1.99.1/work"
            touch "$S/go1.99.1/.gotoolprov/removal" "$S/go1.99.1/.unpacked-success"
            echo mine >"$S/go1.99.1/work/f"; ensure >/dev/null; echo "status $?"; cat "$S/go1.99.1/work/f"
            """
        )
        #expect(result.output == "status 73\nmine\n", "\(result)")
    }

    @Test(.enabled(if: isRoot))
    func `a formerly shared store is rejected until all of it is protected`() async throws {
        let result = try await shell(
            """
            install -d -m 2775 -g 3000 "$S"; ensure --trust-roots >/dev/null; chmod g-w "$S"
            "$G" use go1.99.1 2>&1; echo "status $?"
            chmod g-w "$S"/.gotoolprov "$S"/.gotoolprov/*; "$G" use go1.99.1 -q; echo "status $?"
            """
        )
        #expect(result.output.contains("a group can modify"), "\(result)")
        #expect(result.output.contains("chmod g-w"), "\(result)")
        #expect(result.output.contains("status 73\n"), "\(result)")
        #expect(result.output.hasSuffix("status 0\n"), "\(result)")
    }

    @Test(.enabled(if: isRoot))
    func `root neither runs nor trusts anything in a store of another user`()
        async throws
    {
        let result = try await shell(
            """
            ensure >/dev/null; "$G" use go1.99.1 -q >/dev/null; chown -R 2001 "$S"
            for command in "exec go1.99.1 -- go version" "which go1.99.1" "env go1.99.1" "use go1.99.1"; do
                "$G" $command >/dev/null 2>&1; echo "$?"
            done
            ensure >/dev/null; echo "$?"; ensure --check >/dev/null; echo "$?"
            """
        )
        #expect(result.output == "73\n73\n73\n73\n73\n73\n", "\(result)")
    }
}
