import TestSupport
import Testing

/// Leftovers of killed processes, locks of running ones, and obstacles.
@Suite(.programLimit)
struct RecoveryTests {
    let sandbox: Sandbox
    let digest: String
    var tree: String { "\(sandbox.sdkRoot)/go1.99.1" }
    var staging: String { "\(sandbox.sdkRoot)/.gotoolprov/staging" }

    init() async throws {
        sandbox = try Sandbox()
        let archive = ArchiveFixture.go("1.99.1", program: try bytes(of: "/bin/sleep"))
        digest = try await sandbox.serve(archive.gzipped).digest
        let result = try await sandbox.install(digest)
        #expect(result.status == 0, "\(result)")
    }

    /// Runs the program and kills it at a system call.
    func kill(at call: String, _ arguments: String...) async throws -> CommandResult {
        try await run(
            "strace",
            [
                "-f", "-qqq", "-o", "/dev/null", "-e", "trace=\(call.prefix { $0 != ":" })", "-e",
                "inject=\(call)", sandbox.program,
            ] + arguments,
            environment: sandbox.environment
        )
    }

    /// Another store may use the same GOBIN with other locks.
    @Test func `a launcher that a running process writes is not deleted`() async throws {
        let script = """
            cd "$1"; for n in 55555 66666 7; do echo '#!/bin/sh' >.go1.99.1.$n; done
            ln -s x .go1.99.1.$$-88888; ln -s x .go1.99.1.4194304-99999
            flock .go1.99.1.66666 "$2" remove go1.99.1 >/dev/null; ls -A | sed "s/$$/PID/" | sort
            """
        let result = try await run(
            "sh",
            ["-c", script, "sh", sandbox.goBin, sandbox.program],
            environment: sandbox.environment
        )
        #expect(result.output == ".go1.99.1.66666\n.go1.99.1.PID-88888\n", "\(result)")
    }

    @Test func `a killed removal is completed by the next command`() async throws {
        #expect(try await sandbox.gotoolprov("use", "go1.99.1").status == 0)
        let killed = try await kill(at: "unlinkat:signal=SIGKILL:when=1", "remove", "go1.99.1")
        #expect(killed.status == 137, "\(killed)")
        let result = try await sandbox.gotoolprov("remove", "go1.99.1")
        #expect(result.status == 0, "\(result)")
        let find = "find \(sandbox.sdkRoot) \(sandbox.goBin) -not -type d | sort"
        let left = try await shell(find)
        #expect(
            left.output == "\(sandbox.sdkRoot)/.gotoolprov/lock/current\n"
                + "\(sandbox.sdkRoot)/.gotoolprov/lock/go1.99.1\n"
        )
    }

    @Test func `a tree that cannot be moved is deleted in place, and is never partially installed`()
        async throws
    {
        // overlayfs does not move directories of a lower layer.
        let inject = "renameat2:error=EXDEV"
        let killed = try await run(
            "strace",
            [
                "-f", "-qqq", "-o", "/dev/null", "-e", "trace=renameat2,unlinkat", "-e",
                "inject=\(inject)", "-e", "inject=unlinkat:signal=SIGKILL:when=8", sandbox.program,
                "remove", "go1.99.1",
            ],
            environment: sandbox.environment
        )
        #expect(killed.status == 137, "\(killed)")
        let list = try await sandbox.gotoolprov("list")
        #expect(list.output.contains("half removed"), "\(list)")
        #expect(try await sandbox.gotoolprov("verify").status == 2)
        #expect(try await sandbox.gotoolprov("which", "go1.99.1").status == 69)
        #expect(try await sandbox.install(digest).status == 0, "finished and made anew")
        #expect(try await sandbox.gotoolprov("verify").status == 0)
        #expect(try await kill(at: inject, "remove", "go1.99.1").status == 0)
        #expect(try await run("test", ["-e", tree]).status == 1)
    }

    @Test func `a killed deletion in place is completed by the next run`() async throws {
        for number in 1..<40 {
            let result = try await run(
                "strace",
                [
                    "-f", "-qqq", "-o", "/dev/null", "-e", "trace=renameat2,unlinkat", "-e",
                    "inject=renameat2:error=EXDEV", "-e",
                    "inject=unlinkat:signal=SIGKILL:when=\(number)", sandbox.program, "remove",
                    "go1.99.1",
                ],
                environment: sandbox.environment
            )
            let next = try await sandbox.install(digest)
            #expect(next.status == 0, "killed at \(number): \(next)")
            if result.status == 0 { return }
        }
        Issue.record("it was still killed")
    }

    @Test(.enabled(if: canMount, "needs root to mount file systems"))
    func `a mount inside a tree is not emptied`() async throws {
        try sandbox.directory.write("home/data/file", "precious")
        let script = """
            mkdir "$1/mnt"; mount --bind "$HOME/data" "$1/mnt"; shift; "$@"
            """
        let result = try await run(
            "unshare",
            ["--mount", "sh", "-c", script, "sh", tree, sandbox.program, "remove", "go1.99.1"],
            environment: sandbox.environment
        )
        #expect(result.status == 73, "\(result)")
        #expect(result.error.contains("umount"), "\(result)")
        #expect(try bytes(of: "\(sandbox.home)/data/file").count == 8)
        #expect(try await sandbox.gotoolprov("verify").output.contains("extra  mnt"))
    }

    /// Permissions do not restrict root, so this runs as another user.
    @Test(.enabled(if: isRoot, "requires root to run as another user"))
    func `read-only directories do not prevent a removal by their owner`() async throws {
        try await run("chown", ["-R", "65534", sandbox.home]).expectSuccess()
        func asNobody(_ script: String) async throws -> CommandResult {
            try await run(
                "setpriv",
                [
                    "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", script,
                    sandbox.program, tree,
                ],
                environment: sandbox.environment
            )
        }
        var result = try await asNobody("chmod 0 \"$1/bin\"; \"$0\" verify --repair")
        #expect(result.status == 0, "no archive is needed: \(result)")
        result = try await asNobody(
            "mkdir -p \"$1/mod/x\"; chmod -R a-w \"$1\"; \"$0\" verify --repair"
        )
        #expect(result.status == 0, "\(result)")
        result = try await asNobody("chmod -R a-w \"$1\"; \"$0\" remove go1.99.1")
        #expect(result.status == 0, "\(result)")
        #expect(try await run("ls", ["-A", staging]).output == "")
    }

    @Test func `default access lists do not change what is installed`() async throws {
        #expect(try await sandbox.gotoolprov("remove", "go1.99.1").status == 0)
        try await run("setfacl", ["-d", "-m", "o::---", staging]).expectSuccess()
        #expect(try await sandbox.install(digest).status == 0)
        let result = try await sandbox.gotoolprov("verify")
        #expect(result.status == 0, "\(result)")
    }

    @Test func `a tree with a running program is not removed`() async throws {
        let script = """
            "$1/bin/go" 100 & echo $!; wait 2>/dev/null
            """
        async let sleeper = shell(script, tree)
        // The program appears in /proc after a short delay.
        let finder = "until pgrep -f '\(tree)/bin/go' >/dev/null; do :; done"
        #expect(try await shell(finder).status == 0)
        let before = try await sandbox.snapshot()
        let result = try await sandbox.gotoolprov("remove", "go1.99.1")
        #expect(result.status == 75, "\(result)")
        #expect(result.error.contains("\(tree)/bin/go 100"), "\(result)")
        #expect(try await sandbox.snapshot() == before)
        #expect(try await sandbox.gotoolprov("remove", "go1.99.1", "--force").status == 0)
        try await run("pkill", ["-f", "\(tree)/bin/go"]).expectSuccess()
        _ = try await sleeper
    }

    @Test func `the lock holder is reported, and waiting has a limit`() async throws {
        let lock = "\(sandbox.sdkRoot)/.gotoolprov/lock/go1.99.2"
        try await sandbox.serve(
            ArchiveFixture.hostGo("1.99.2").gzipped,
            as: "1.99.2"
        )
        let other = "flock \(lock) sleep 100 & echo $! >\(sandbox.directory.path)/pid; wait"
        async let holder = shell(other)
        let waiter = "until ! flock -n \(lock) true; do :; done"
        #expect(try await shell(waiter).status == 0)
        let arguments = [
            "ensure", "go1.99.2", "--mirror", sandbox.mirror, "--sha256",
            try await sha256(
                of: "\(sandbox.mirror)/go1.99.2.linux-\(hostArchitecture).tar.gz"
            ),
        ]
        for patience in [["--no-wait"], ["--wait", "0"], ["--wait", "1"]] {
            let result = try await run(
                sandbox.program,
                arguments + patience,
                environment: sandbox.environment
            )
            #expect(result.status == 75, "\(result)")
            #expect(result.error.contains("sleep 100"), "\(result)")
            #expect(
                result.error.contains("waiting for another gotoolprov: process")
                    == (patience == ["--wait", "1"]),
                "\(result)"
            )
        }
        #expect(try await sandbox.gotoolprov("list").status == 0, "readers do not wait")
        #expect(try await sandbox.gotoolprov("verify").status == 0, "readers do not wait")
        let end =
            "kill $(pgrep -P $(cat \(sandbox.directory.path)/pid)) $(cat \(sandbox.directory.path)/pid)"
        try await shell(end).expectSuccess()
        _ = try await holder
        let result = try await run(
            sandbox.program,
            arguments + ["--no-wait"],
            environment: sandbox.environment
        )
        #expect(result.status == 0, "\(result)")
    }

    @Test func `a file system without effective locks is rejected`() async throws {
        let result = try await run(
            "strace",
            [
                "-f", "-qqq", "-o", "/dev/null", "-e", "trace=flock", "-e", "inject=flock:retval=0",
                sandbox.program, "remove", "go1.99.1",
            ],
            environment: sandbox.environment
        )
        #expect(result.status == 73, "\(result)")
        #expect(result.error.contains("does not enforce file locks"), "\(result)")
        #expect(result.error.contains("file system  "), "it is named: \(result)")
        #expect(try await sandbox.gotoolprov("verify").status == 0)
    }

    @Test(.enabled(if: canMount, "needs root to mount file systems"))
    func `a file system without permission bits is rejected`() async throws {
        let script = """
            set -e
            truncate -s 64M "$1/image"; mkfs.ntfs -qF "$1/image" >/dev/null 2>&1
            mkdir "$1/ntfs"; mount -t ntfs-3g -o loop "$1/image" "$1/ntfs"
            shift; set +e; "$@"; status=$?; find "$GOTOOLPROV_SDK_ROOT" -mindepth 1 >&2; exit $status
            """
        let result = try await run(
            "unshare",
            [
                "--mount", "sh", "-c", script, "sh", sandbox.directory.path, sandbox.program,
                "ensure",
                "go1.99.1", "--mirror", sandbox.mirror, "--sha256", digest, "-q", "--trust-roots",
            ],
            environment: sandbox.environment.merging(
                ["GOTOOLPROV_SDK_ROOT": "\(sandbox.directory.path)/ntfs/sdk"]
            ) { $1 }
        )
        #expect(result.status == 73, "\(result)")
        #expect(result.error.contains("does not keep permission bits"), "\(result)")
        #expect(result.error.contains("file system  fuse"), "\(result)")
        #expect(!result.error.contains("\n/"), "nothing is left: \(result)")
    }
}

@Suite(.programLimit)
struct UseTests {
    let sandbox: Sandbox

    init() async throws {
        sandbox = try Sandbox()
        for version in ["1.99.1", "1.99.2"] {
            let program = Array("#!/bin/sh\necho $(basename \"$GOROOT\") \"$@\"\n".utf8)
            let archive = try ArchiveFixture.hostGo(version)
                .file("go/bin/gofmt", bytes: program, mode: 0o755)
            let (_, digest) = try await sandbox.serve(archive.gzipped, as: version)
            let result = try await sandbox.gotoolprov(
                "ensure",
                "go\(version)",
                "--mirror",
                sandbox.mirror,
                "--sha256",
                digest
            )
            #expect(result.status == 0, "\(result)")
        }
    }

    func gofmt() async throws -> String {
        try await run(
            "\(sandbox.goBin)/gofmt",
            ["-l"],
            environment: sandbox.environment.merging(["GOROOT": "/elsewhere"]) { $1 }
        ).output
    }

    @Test func `one link selects go and gofmt`() async throws {
        #expect(try await sandbox.gotoolprov("use").output == "none\n")
        let first = try await sandbox.gotoolprov("use", "go1.99.1")
        #expect(first.output == "go1.99.1  selected  \(sandbox.sdkRoot)/go1.99.1\n", "\(first)")
        #expect(first.error.contains("first"), "GOBIN is not on PATH: \(first)")
        #expect(try await gofmt() == "go1.99.1 -l\n")
        #expect(
            try await sandbox.gotoolprov("which").output == "\(sandbox.sdkRoot)/go1.99.1/bin/go\n"
        )
        #expect(try await sandbox.gotoolprov("use", "go1.99").status == 0)
        #expect(try await gofmt() == "go1.99.2 -l\n")
        let again = try await sandbox.gotoolprov("use", "go1.99.2")
        #expect(again.output.contains("already selected"), "\(again)")
        #expect(try await sandbox.gotoolprov("use", "go1.98").status == 69)
        #expect(try await sandbox.gotoolprov("remove", "go1.99.2").status == 0)
        #expect(try await sandbox.gotoolprov("use").output == "none\n", "removed with the tree")
        #expect(try await run("ls", [sandbox.goBin]).output == "go1.99.1\n")
        #expect(try await sandbox.gotoolprov("use", "go1.99.1").status == 0)
        #expect(try await sandbox.gotoolprov("use", "--none").output == "none  deselected\n")
        #expect(try await run("ls", [sandbox.goBin]).output == "go1.99.1\n")
    }

    @Test func `a foreign go is kept`() async throws {
        try sandbox.directory.write("home/go/bin/gofmt", "mine")
        let before = try await sandbox.snapshot()
        let result = try await sandbox.gotoolprov("use", "go1.99.1")
        #expect(result.status == 73, "\(result)")
        #expect(try await sandbox.snapshot() == before)
    }
}
