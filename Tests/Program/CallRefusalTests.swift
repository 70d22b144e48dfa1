import TestSupport
import Testing

/// Invalid command lines, manifests and outputs, each with its exit status and error.
@Suite(.programLimit)
struct CallRefusalTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test(arguments: [
        ["ensure", "go1.banana"], ["ensure", "python3"], ["ensure", "go"], ["ensure", "go1"],
        ["ensure", "../../etc"], ["ensure", "gotip"], ["ensure"], ["ensure", "--nonsense"],
        ["ensure", "go1.27.1", "--sha256", "abc"],
        ["ensure", "go1.27", "--archive", "x"],
        ["ensure", "go1.27.1", "go1.26.1", "--archive", "x"],
        ["ensure", "go1.27.1", "--mirror", "ftp://host/go"],
        ["ensure", "go1.27.1", "--mirror", "file://other/go"],
        ["ensure", "go1.27.1", "--durability", "perhaps"],
        ["remove"], ["remove", "go1.27"], ["remove", "go@latest"], ["which"], ["nonsense"],
        ["list", "--format", "yaml"], ["which", "go1.banana"],
    ])
    func `an invalid command line is a usage error`(arguments: [String]) async throws {
        let result = try await run(
            sandbox.program,
            arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(result.status == 64, "\(result)")
        #expect(result.error.hasPrefix("error: "), "\(result)")
        #expect(result.output == "")
    }

    @Test func `an error in a manifest has a line and column`() async throws {
        let path = try sandbox.directory.write(
            "home/project/gotoolprov.json",
            "{\n  \"go\": {\"version\": []}\n}\n"
        )
        try await sandbox.expectRefusal(
            78,
            "\(path):2:10",
            "ensure",
            in: "\(sandbox.home)/project"
        )
        try await sandbox.expectRefusal(
            78,
            "the manifest does not exist",
            "ensure",
            "--manifest",
            "/nonexistent.json"
        )
    }

    @Test func `terminal control sequences are not printed`() async throws {
        let result = try await sandbox.gotoolprov("ensure", "--manifest", "/\u{1B}[31mred")
        #expect(result.status == 78)
        #expect(!result.error.unicodeScalars.contains("\u{1B}"), "\(result)")
    }

    @Test func `an error is one JSON object with --format json`() async throws {
        let result = try await sandbox.gotoolprov("ensure", "go1.99.1", "--format", "json")
        #expect(result.status == 65)
        #expect(result.error.contains("\"kind\": \"integrity\""), "\(result)")
        #expect(result.error.hasPrefix("{"))
    }

    @Test func `a write error fails the command, a closed pipe does not`()
        async throws
    {
        let full = try await run(
            "sh",
            ["-c", "\"$0\" list --available >/dev/full", sandbox.program],
            environment: sandbox.environment
        )
        #expect(full.status == 73, "\(full)")
        #expect(full.error.contains("cannot write the result"))
        let left = try await run(
            "sh",
            ["-c", "(\"$0\" list --available; echo $? >&2) | true", sandbox.program],
            environment: sandbox.environment
        )
        #expect(left.error == "141\n" || left.error == "0\n", "\(left)")
    }
}
