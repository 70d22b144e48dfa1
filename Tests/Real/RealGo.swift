import TestSupport
import Testing

/// A home directory, the static executable, and a mirror with real Go archives, which Scripts/test
/// provides through environment variables.
struct RealGo {
    let sandbox: Sandbox
    let mirror: String
    let archive: String

    init() throws {
        let program: String = try #require(testVariable("GOTOOLPROV_TEST_STATIC"))
        sandbox = try Sandbox(program: program, inMemory: true)
        // Otherwise, a child process of go could write telemetry counters after the test has cleaned
        // up.
        try sandbox.directory.write("home/.config/go/telemetry/mode", "off")
        mirror = try #require(testVariable("GOTOOLPROV_TEST_MIRROR"))
        archive = "\(mirror)/go1.27.3.linux-\(hostArchitecture).tar.gz"
    }

    /// Runs `ensure` with the demo mirror and its catalog.
    func ensure(_ version: String) async throws -> CommandResult {
        try await sandbox.gotoolprov(
            "ensure",
            version,
            "--mirror",
            mirror,
            "--catalog",
            "\(mirror)/catalog.json",
            "--quiet"
        )
    }

    /// Runs a shell script; `$1` is the program, `$2` the mirror and `$3` the archive.
    func shell(_ script: String, _ more: String...) async throws -> CommandResult {
        try await run(
            "sh",
            ["-c", script, "sh", sandbox.program, mirror, archive] + more,
            environment: sandbox.environment,
            in: sandbox.directory.path
        )
    }
}
