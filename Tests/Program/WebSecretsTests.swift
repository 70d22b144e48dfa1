import TestSupport
import Testing

/// Passwords and tokens in URLs are never disclosed.
@Suite(.programLimit)
struct WebSecretsTests {
    let web: WebTests
    var sandbox: Sandbox { web.sandbox }

    init() async throws { web = try await WebTests() }

    /// Mirrors that are rejected or unreachable.
    @Test(arguments: [
        "https://me:s3cret@x.test/", "http://me:s3cret@127.0.0.1:1/x", "ftp://me:s3cret@x.test/",
        "http://127.0.0.1:9/{file}?sig=s3cret", "https://x.test/a b?sig=s3cret",
        "https://x.test:port/?s3cret",
    ])
    func `a secret in a mirror is in no message, JSON or report`(mirror: String) async throws {
        try sandbox.directory.write(
            "home/gotoolprov.json",
            #"{"official": false, "mirrors": ["\#(mirror)"], "go": {"versions": ["go1.99.1"]}}"#
        )
        try sandbox.directory.write("none.json", #"{"official": false}"#)
        try sandbox.directory.write(
            "arguments",
            #"{"versions": ["go1.99.1"], "mirrors": ["\#(mirror)"]}"#
        )
        let none = "\(sandbox.directory.path)/none.json"
        let variables = ["GOTOOLPROV_OFFLINE": nil] as [String: String?]
        let option = [
            "ensure", "go1.99.1", "--manifest", none, "--mirror", mirror, "--sha256", web.digest,
        ]
        let commands = [
            option, option + ["--format", "json"], ["ensure", mirror], ["ensure"], ["status"],
            ["status", "--format", "json"], ["report", "--format", "json"],
            ["ansible", "\(sandbox.directory.path)/arguments"],
            ["ensure", "go1.99.1", "--mirrror", mirror], ["install", mirror],
            ["exec", "go1.99.1", "curl", mirror], ["ensure", "--mirrror=\(mirror)"],
        ]
        for command in commands {
            let result = try await run(
                sandbox.program,
                command,
                environment: sandbox.environment.merging(["GOTOOLPROV_OFFLINE": ""]) { $1 },
                in: sandbox.home
            )
            #expect(!"\(result)".contains("s3cret"), "\(command): \(result)")
        }
        let result = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            with: variables.merging(["GOTOOLPROV_MIRROR": mirror]) { $1 }
        )
        #expect(!"\(result)".contains("s3cret"), "\(result)")
    }

    @Test func `a token in a mirror's query is sent, but neither recorded nor printed`()
        async throws
    {
        let result = try await web.withServer(
            """
            $ensure --mirror "$url/token/{file}?sig=s3cret" --progress lines
            "$1" status --format json --mirror "$url/token/{file}?sig=s3cret"
            grep -r s3cret "$HOME/sdk" "$HOME/.cache" && exit 9
            "$1" remove go1.99.1; "$1" cache prune --all
            $ensure --mirror "$url/token?sig=s3cret"
            """
        )
        #expect(result.status == 0, "\(result)")
        #expect(!"\(result)".contains("s3cret"), "\(result)")
        #expect(try web.log().allSatisfy { $0[0].hasSuffix("?sig=s3cret") })
    }

    @Test func `a mirror with a password is rejected with a hint`() async throws {
        let result = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--mirror",
            "https://me:s3cret@x.test/go"
        )
        #expect(result.status == 64, "\(result)")
        #expect(result.error.contains("error: `https://***@x.test/go` is not a valid mirror\n"))
        #expect(result.error.contains("contains a user name or password"), "\(result)")
        #expect(
            result.error.contains("add `machine HOST login USER password PASSWORD` to"),
            "\(result)"
        )
    }

    @Test func `a rejected redirect is reported with both URLs, without the secret`()
        async throws
    {
        try await TestAuthority.make(in: sandbox.directory, names: ["localhost"])
        try sandbox.directory.write("manifest.json", #"{"official": false}"#)
        let result = try await web.withServer(
            """
            $ensure --ca-file ca.pem --manifest manifest.json -q \\
                --mirror "https://localhost:$(cat port)/downgrade/{file}"
            """,
            variables: ["MIRROR_CERTIFICATE": "cert.pem", "MIRROR_KEY": "key.pem"]
        )
        #expect(result.status == 69, "\(result)")
        #expect(result.error.contains("redirects from https to http"), "\(result)")
        #expect(result.error.contains("from     https://localhost:"), "\(result)")
        #expect(result.error.contains("to       http://localhost:"), "\(result)")
        #expect(result.error.contains("X-Forwarded-Proto"), "\(result)")
        #expect(!result.error.contains("s3cret"), "\(result)")
    }
}
