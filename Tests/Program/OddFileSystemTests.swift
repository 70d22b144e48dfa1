import TestSupport
import Testing

/// File systems that lack features, and files that cannot be deleted.
@Suite(.programLimit)
struct OddFileSystemTests {
    let sandbox: Sandbox
    let digest: String
    var tree: String { "\(sandbox.sdkRoot)/go1.99.1" }

    init() async throws {
        sandbox = try Sandbox()
        digest = try await sandbox.serve(
            try ArchiveFixture.hostGo()
                .file("go/src/a.go", "package a").file("go/src/deep/b.go", "package b").gzipped
        ).digest
    }

    /// Runs the program with failing system calls.
    func failing(_ calls: String, _ arguments: String...) async throws -> CommandResult {
        try await run(
            "strace",
            [
                "-f", "-qqq", "-o", "/dev/null", "-e", "trace=\(calls.prefix { $0 != ":" })", "-e",
                "inject=\(calls)", sandbox.program,
            ] + arguments,
            environment: sandbox.environment
        )
    }

    /// Whether an overlayfs can be mounted on a directory of the test.
    static let canOverlay = succeeds(
        "/usr/bin/unshare",
        [
            "--mount", "sh", "-c",
            "mount -t tmpfs n /mnt && cd /mnt && mkdir l u w m && mount -t overlay o -o lowerdir=l,upperdir=u,workdir=w m",
        ]
    )

    /// Damage to a tree in the lower layer, and the expected repair action.
    static let layered: [(script: String, action: String)] = [
        ("echo '{' >sdk/go1.99.1/.gotoolprov/receipt.json", "reinstalled"),
        (
            "rm -r sdk/go1.99.1/.gotoolprov; mkdir sdk/go1.99.1/.gotoolprov; echo x >sdk/go1.99.1/.gotoolprov/receipt.json",
            "reinstalled"
        ),
        (
            "mkdir -p sdk/go1.99.1/src/extra/deep; echo x >sdk/go1.99.1/src/extra/deep/file",
            "repaired"
        ),
        ("mkdir sdk/go1.99.1/src/extra; ln -s nowhere sdk/go1.99.1/src/extra/link", "repaired"),
        (
            "rm sdk/go1.99.1/VERSION; mkdir sdk/go1.99.1/VERSION; echo x >sdk/go1.99.1/VERSION/file",
            "repaired"
        ),
        (
            "echo x >>sdk/go1.99.1/src/a.go; rm -r sdk/go1.99.1/src/deep; echo x >sdk/go1.99.1/src/deep",
            "repaired"
        ),
        (
            "echo x >>sdk/go1.99.1/.gotoolprov/index.mtree; mv sdk/go1.99.1/src sdk/go1.99.1/other",
            "reinstalled"
        ),
    ]

    @Test(.enabled(if: canOverlay, "needs root and overlayfs"), arguments: layered.indices)
    func `a tree in a lower layer of overlayfs is repaired, and replaced files are kept`(row: Int)
        async throws
    {
        try await sandbox.install(digest).expectSuccess()
        // A tree without a receipt is reinstalled, which requires a pinned digest.
        let catalog = try sandbox.pin(digest, in: "catalog.json")
        let (damage, action) = Self.layered[row]
        let result = try await run(
            "unshare",
            [
                "--mount", "sh", "-ec",
                """
                cd "$HOME"; \(damage)
                mkdir ../top; mount -t tmpfs none ../top; mkdir ../top/u ../top/w
                mount -t overlay none -o lowerdir="$HOME",upperdir=../top/u,workdir=../top/w "$HOME"
                cd "$HOME"; "$@" --repair --mirror "\(sandbox.mirror)" --catalog "\(catalog)"
                "$@" --catalog "\(catalog)"
                find sdk/.gotoolprov/quarantine -mindepth 2 | grep -q . || echo nothing kept
                find sdk/.gotoolprov/staging -mindepth 1
                """, "sh", sandbox.program, "verify",
            ],
            environment: sandbox.environment
        )
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains(" \(action)\n"), "\(result)")
        #expect(result.output.hasSuffix("\ngo1.99.1  clean  5 files\n"), "\(result)")
    }

    @Test func `a failed repair leaves no empty quarantine`() async throws {
        try await sandbox.install(digest).expectSuccess()
        try await prepare("echo '{' >.gotoolprov/receipt.json", in: tree)
        let result = try await failing(
            "renameat2:error=EIO",
            "verify",
            "--repair",
            "--mirror",
            sandbox.mirror
        )
        #expect(result.status != 0 && !result.output.contains("kept"), "\(result)")
        let left = try await run("ls", ["-A", "\(sandbox.sdkRoot)/.gotoolprov"])
        #expect(!left.output.contains("quarantine"), "\(left)")
    }

    @Test(arguments: ["ENOSYS", "EINVAL", "EOPNOTSUPP", "EPERM"])
    func `without syncfs every file and directory is synced separately`(errno: String)
        async throws
    {
        let result = try await run(
            "strace",
            [
                "-f", "-qqq", "-o", "\(sandbox.directory.path)/calls", "-e",
                "trace=syncfs,fsync,renameat2",
                "-e", "inject=syncfs:error=\(errno)", "-y", sandbox.program, "ensure", "go1.99.1",
                "--mirror", sandbox.mirror, "--sha256", digest,
            ],
            environment: sandbox.environment
        )
        #expect(result.status == 0, "\(result)")
        let calls = String(
            decoding: try bytes(of: "\(sandbox.directory.path)/calls"),
            as: UTF8.self
        )
        for name in ["bin/go", "src/deep/b.go", "src/deep", "bin", ".gotoolprov/receipt.json"] {
            #expect(calls.contains("/\(name)>"), "\(name): \(calls)")
        }
    }

    @Test func `probe files that cannot be deleted never end up in a tree`() async throws {
        for number in 1...6 {
            let result = try await failing(
                "unlinkat:error=EBUSY:when=\(number)",
                "ensure",
                "go1.99.1",
                "--mirror",
                sandbox.mirror,
                "--sha256",
                digest
            )
            if result.status == 0 {
                let check = try await sandbox.gotoolprov("verify")
                #expect(check.status == 0, "\(number): \(check)")
            }
            try await sandbox.gotoolprov("remove", "go1.99.1").expectSuccess()
        }
        let left = try await run("ls", ["-A", "\(sandbox.sdkRoot)/.gotoolprov/staging"])
        #expect(left.output == "", "swept by the next run")
    }

    static let canBeImmutable = succeeds(
        "/bin/sh",
        ["-c", "f=$(mktemp) && chattr +i $f && chattr -i $f && rm $f"]
    )

    @Test(.enabled(if: canBeImmutable, "needs root and a file system with attributes"))
    func `nothing is removed if a launcher cannot be deleted`() async throws {
        try await sandbox.install(digest).expectSuccess()
        try await sandbox.gotoolprov("use", "go1.99.1").expectSuccess()
        for name in ["go1.99.1", "gofmt"] {
            let before = try await sandbox.snapshot()
            let path = "\(sandbox.goBin)/\(name)"
            try await run("chattr", ["+i", path]).expectSuccess()
            let result = try await sandbox.gotoolprov("remove", "go1.99.1")
            try await run("chattr", ["-i", path]).expectSuccess()
            #expect(result.status == 73, "\(result)")
            #expect(result.error.contains("chattr -i"), "\(result)")
            #expect(try await sandbox.snapshot() == before)
        }
        try await sandbox.gotoolprov("remove", "go1.99.1").expectSuccess()
    }
}
