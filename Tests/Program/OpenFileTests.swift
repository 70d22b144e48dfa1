import TestSupport
import Testing

/// Hosts with a low limit on open files.
@Suite(.programLimit)
struct OpenFileTests {
    let sandbox: Sandbox
    let digest: String

    init() async throws {
        sandbox = try Sandbox()
        let archive = try ArchiveFixture.hostGo()
        digest = try await sandbox.serve(archive.gzipped).digest
    }

    func ensure(_ limit: String) async throws -> CommandResult {
        try await run(
            "prlimit",
            [
                "--nofile=\(limit)", sandbox.program, "ensure", "go1.99.1", "--mirror",
                sandbox.mirror, "--sha256", digest,
            ],
            environment: sandbox.environment,
            in: sandbox.home
        )
    }

    @Test(arguments: [6, 8, 12, 24])
    func `nothing is started if too few files can be open`(
        limit: Int
    ) async throws {
        let result = try await ensure("\(limit)")
        #expect(result.status == 73, "\(result)")
        let find = [sandbox.home, "-mindepth", "1", "-not", "-name", ".keep"]
        let left = try await run("find", find)
        #expect(left.output == "", "\(result)\(left)")
    }

    @Test func `a soft limit is raised`() async throws {
        let result = try await ensure("8:1024")
        #expect(result.status == 0, "\(result)")
    }
}
