import TestSupport
import Testing

/// Directories that other users own or can modify.
@Suite(.programLimit)
struct GuardTests {
    let sandbox: Sandbox
    let digest: String

    init() async throws {
        sandbox = try Sandbox()
        digest = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped).digest
    }

    /// Changes to the home directory, each with the expected error.
    static let unsafe: [(script: String, phrase: String, needsRoot: Bool)] = [
        ("mkdir ../real; ln -s ../real sdk", "the SDK directory is a symbolic link", false),
        ("ln -s nowhere sdk", "the SDK directory is a symbolic link", false),
        ("mkdir sdk; chmod 0777 sdk", "every user can modify the SDK directory", false),
        ("mkdir sdk; chmod 1777 sdk", "every user can modify the SDK directory", false),
        ("chmod 0777 .", "every user can modify the SDK directory", false),
        (
            "mkdir -p go/bin; chmod 0777 go/bin", "every user can modify the launcher directory",
            false
        ),
        ("mkdir -p go ../b; ln -s ../../b go/bin", "launcher directory is a symbolic link", false),
        ("mkdir sdk; chown 65534 sdk", "the SDK directory belongs to another user", true),
        ("chown 65534 .", "run as that user, without sudo", true),
    ]

    @Test(arguments: unsafe.indices)
    func `unsafe directories are rejected unless they are trusted`(row: Int) async throws {
        let (script, phrase, needsRoot) = Self.unsafe[row]
        guard !needsRoot || isRoot else { return }
        try await prepare(script, in: sandbox.home)
        let before = try await sandbox.snapshot()
        let arguments = [
            "ensure", "go1.99.1", "--mirror", sandbox.mirror, "--sha256", digest, "-q",
        ]
        let result = try await run(
            sandbox.program,
            arguments,
            environment: sandbox.environment
        )
        #expect(result.status == 73, "\(result)")
        #expect(result.error.contains(phrase), "\(result)")
        #expect(result.error.contains("--trust-roots"), "\(result)")
        #expect(try await sandbox.snapshot() == before)
        guard !script.contains("nowhere") else { return }
        let trusted = try await run(
            sandbox.program,
            arguments + ["--trust-roots"],
            environment: sandbox.environment
        )
        #expect(trusted.status == 0, "\(trusted)")
        let present = try await run(
            sandbox.program,
            arguments,
            environment: sandbox.environment
        )
        #expect(present.status == 0, "what is there needs no change: \(present)")
    }
}
