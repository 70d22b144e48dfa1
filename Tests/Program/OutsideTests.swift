import TestSupport
import Testing

/// Files outside the store, behind symbolic links and mounts, which are never changed.
@Suite(.programLimit)
struct OutsideTests {
    let sandbox: Sandbox
    let digest: String
    var tree: String { "\(sandbox.sdkRoot)/go1.99.1" }

    init() async throws {
        sandbox = try Sandbox()
        digest = try await sandbox.serve(
            try ArchiveFixture.hostGo().file("go/src/a.go", "a").gzipped
        ).digest
    }

    /// Runs a script in the home directory that gets commands as `$ENSURE`, `$REPAIR` and `$GOTOOLPROV`.
    ///
    /// - Parameters:
    ///   - script: The script to run.
    ///   - mounts: Whether it runs in a separate mount namespace.
    ///   - missing: System calls that fail as if the kernel lacked them.
    /// - Returns: The result of the script.
    /// - Throws: An error if it could not be started.
    func shell(
        _ script: String,
        mounts: Bool = false,
        missing: String = ""
    ) async throws -> CommandResult {
        let tracer =
            "strace -f -qqq -o /dev/null -e trace=\(missing) -e inject=\(missing):error=ENOSYS "
        let program = (missing.isEmpty ? "" : tracer) + sandbox.program
        let variables = [
            "GOTOOLPROV": program,
            "ENSURE": "\(program) ensure go1.99.1 --mirror \(sandbox.mirror) --sha256 \(digest)",
            "REPAIR": "\(program) verify --repair --mirror \(sandbox.mirror)",
        ]
        return try await run(
            mounts ? "unshare" : "sh",
            (mounts ? ["--mount", "sh"] : []) + ["-c", script],
            environment: sandbox.environment.merging(variables) { $1 },
            in: sandbox.home
        )
    }

    /// Foreign files whose names would make a managed tree look half removed.
    static let outside = """
        mkdir -p precious/.gotoolprov; echo data >precious/file
        touch precious/removal precious/.gotoolprov/removal
        """

    /// Links in place of gotoolprov's own directories and files.
    static let links = [
        "mkdir -p sdk/go1.99.1; ln -s \"$PWD/precious\" sdk/go1.99.1/.gotoolprov",
        "mkdir -p sdk/go1.99.1; touch removal; ln -s ../.. sdk/go1.99.1/.gotoolprov",
        "mkdir -p sdk; ln -s \"$PWD/precious\" sdk/go1.99.1",
        "mkdir -p sdk/go1.99.1/.gotoolprov; ln -s \"$PWD/precious/file\" sdk/go1.99.1/.gotoolprov/removal",
        "mkdir -p sdk; ln -s \"$PWD/precious\" sdk/.gotoolprov",
        "mkdir -p sdk/.gotoolprov; mkdir precious/go1.99.1.1; ln -s \"$PWD/precious\" sdk/.gotoolprov/staging",
        "mkdir -p sdk/.gotoolprov; ln -s \"$PWD/precious\" sdk/.gotoolprov/lock",
        """
        $ENSURE; mkdir precious/go1.99.1-1 precious/go1.99.1-2 precious/go1.99.1-3
        touch sdk/go1.99.1/extra; ln -s "$PWD/precious" sdk/.gotoolprov/quarantine
        """,
        """
        $ENSURE; mv sdk/go1.99.1/.gotoolprov kept; touch kept/removal
        ln -s "$PWD/kept" sdk/go1.99.1/.gotoolprov; mv kept/receipt.json kept/old
        """,
        "$ENSURE; mv sdk/go1.99.1/src src; ln -s \"$PWD/src\" sdk/go1.99.1/src; chmod 700 src",
        "$ENSURE; mkdir precious/bin; mv sdk/go1.99.1/bin bin; ln -s \"$PWD/bin\" sdk/go1.99.1/bin",
    ]

    @Test(arguments: links.indices)
    func `targets of symbolic links in the store are unchanged`(row: Int) async throws {
        let before =
            "find . -path ./sdk -prune -o -path ./go -prune -o -printf '%y %m %p\\n' | sort"
        try await shell("exec >/dev/null; \(Self.outside)\n\(Self.links[row])").expectSuccess()
        let found = try await shell(before).output
        for command in [
            "$ENSURE", "$REPAIR", "$GOTOOLPROV remove go1.99.1", "$GOTOOLPROV list",
            "$GOTOOLPROV use go1.99.1", "$GOTOOLPROV use --none", "$ENSURE --adopt",
            "$GOTOOLPROV remove go1.99.1",
        ] {
            let result = try await shell(command)
            let after = try await shell(before).output
            #expect(after == found, "\(command): \(result)")
        }
    }

    @Test func `a link in place of a tree or bookkeeping directory is not trusted`()
        async throws
    {
        try await shell(
            "exec >/dev/null; $ENSURE; mv sdk/go1.99.1 real; ln -s ../real sdk/go1.99.1"
        )
        .expectSuccess()
        var result = try await sandbox.gotoolprov("list")
        #expect(result.output.contains("foreign"), "a complete Go, and not ours: \(result)")
        result = try await sandbox.gotoolprov("remove", "go1.99.1")
        #expect(result.status == 73, "\(result)")
        try await shell(
            "rm sdk/go1.99.1; mv real sdk/go1.99.1; cd sdk/go1.99.1; rm .unpacked-success"
        )
        .expectSuccess()
        try await shell("cd sdk/go1.99.1; mv .gotoolprov ../../x; ln -s ../../x .gotoolprov")
            .expectSuccess()
        result = try await sandbox.gotoolprov("list")
        #expect(result.output.contains("unknown"), "\(result)")
    }

    /// Bind mounts of the same file system, each with a command.
    static let mounts: [(script: String, isRefused: Bool)] = [
        ("mkdir -p sdk/go1.99.1/mnt; mount --bind precious sdk/go1.99.1/mnt; $REPAIR", true),
        ("mkdir -p sdk/go1.99.1/a/b; mount --bind precious sdk/go1.99.1/a/b; $REPAIR", true),
        ("mount --bind precious sdk/go1.99.1/src; $REPAIR", true),
        (
            "touch sdk/go1.99.1/x; mount --bind precious/file sdk/go1.99.1/x; $REPAIR", true
        ),
        (
            """
            mkdir -p sdk/go1.99.1/mnt; mount --bind precious sdk/go1.99.1/mnt
            echo '{' >sdk/go1.99.1/.gotoolprov/receipt.json; $REPAIR
            """, true
        ),
        (
            "mkdir -p sdk/go1.99.1/mnt; mount --bind precious sdk/go1.99.1/mnt; $GOTOOLPROV remove go1.99.1",
            true
        ),
        ("mount --bind precious sdk/go1.99.1; $GOTOOLPROV remove go1.99.1; $REPAIR", true),
        (
            """
            mkdir -p sdk/.gotoolprov/staging/go1.99.1.7/mnt
            mount --bind precious sdk/.gotoolprov/staging/go1.99.1.7/mnt
            rm -f go/bin/go1.99.1; $ENSURE
            """, false
        ),
        (
            """
            mkdir -p sdk/.gotoolprov/staging/go1.99.1.7; chmod 0 precious
            mount --bind precious sdk/.gotoolprov/staging/go1.99.1.7
            rm -f go/bin/go1.99.1; $ENSURE; status=$?; mode=$(stat -c %a precious)
            chmod 755 precious; test $mode = 0 && exit $status
            """, false
        ),
        (
            """
            for n in 1 2 3; do mkdir -p sdk/.gotoolprov/quarantine/go1.99.1-$n; done
            mount --bind precious sdk/.gotoolprov/quarantine/go1.99.1-1
            touch sdk/go1.99.1/extra; $REPAIR
            """, false
        ),
    ]

    @Test(.enabled(if: canMount, "needs root to mount"), arguments: mounts.indices)
    func `mounts in the store are neither entered, changed, moved nor emptied`(
        row: Int
    ) async throws {
        let (script, isRefused) = Self.mounts[row]
        try await sandbox.install(digest).expectSuccess()
        try await shell(
            "\(Self.outside); mkdir precious/deep; echo x >precious/deep/file; chmod 755 precious/deep"
        )
        .expectSuccess()
        let look = "cd precious && find . -printf '%y %m %p\\n' | sort"
        let before = try await shell(look).output
        // With openat2 and as before Linux 5.6.
        for missing in ["", "openat2"] {
            let result = try await shell(
                "exec 2>&1; \(script)",
                mounts: true,
                missing: missing
            )
            #expect(try await shell(look).output == before, "\(missing): \(result)")
            if isRefused {
                #expect(result.status != 0, "\(missing): \(result)")
                #expect(result.output.contains("umount"), "\(missing): \(result)")
            } else {
                #expect(result.status == 0, "\(missing): \(result)")
            }
        }
    }

    @Test(.enabled(if: canMount, "needs root to mount"))
    func `without openat2 and statx, mounts are detected with /proc`() async throws {
        try await sandbox.install(digest).expectSuccess()
        let result = try await shell(
            """
            mkdir -p precious sdk/.gotoolprov/staging/go1.99.1.7/mnt; echo x >precious/file
            mount --bind precious sdk/.gotoolprov/staging/go1.99.1.7/mnt
            rm go/bin/go1.99.1; $ENSURE; cat precious/file
            """,
            mounts: true,
            missing: "openat2,statx"
        )
        #expect(result.output.hasSuffix("\nx\n"), "\(result)")
    }
}
