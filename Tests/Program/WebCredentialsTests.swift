import TestSupport
import Testing

/// Mirrors that require a password or a token.
@Suite(.programLimit)
struct WebCredentialsTests {
    let web: WebTests
    var sandbox: Sandbox { web.sandbox }

    /// The password and the token, and what is sent of the password.
    private static let secrets = ["s3cret", "bWU6czNjcmV0"]
    /// Finds the secrets in what the program has written.
    private static let search = """
        if grep -rlE 's3cret|bWU6czNjcmV0' "$HOME" --exclude=.netrc --exclude=token; then exit 9; fi
        """

    init() async throws {
        web = try await WebTests()
        try sandbox.directory.write("none.json", #"{"official": false}"#)
    }

    private func writeNetrc(_ text: String, mode: UInt32 = 0o600) throws {
        try sandbox.directory.write("home/.netrc", text, mode: mode)
    }

    private func expectNoSecrets(
        in result: CommandResult,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for secret in Self.secrets {
            #expect(!"\(result)".contains(secret), "\(result)", sourceLocation: sourceLocation)
        }
    }

    /// The schemes of the requests' Authorization headers, and whether the path begins so.
    private func schemes(_ prefix: String = "") throws -> [Substring] {
        try web.log().filter { $0[0].hasPrefix(prefix) }.map { $0[4] }
    }

    @Test func `a password in .netrc is sent, but neither recorded nor printed`() async throws {
        try writeNetrc("default login no password no\nmachine 127.0.0.1\nlogin me password s3cret")
        let result = try await web.withServer(
            """
            $ensure --mirror "$url/basic" --progress json --format json
            "$1" status --format json --mirror "$url/basic"
            "$1" report --format json
            "$1" doctor; "$1" cache list
            \(Self.search)
            """
        )
        #expect(result.status == 0, "\(result)")
        expectNoSecrets(in: result)
        #expect(try schemes() == ["Basic"])
        #expect(!result.error.contains("every user can read"), "\(result)")
    }

    @Test func `NETRC names another file, and a file that every user can read is reported`()
        async throws
    {
        try writeNetrc("machine 127.0.0.1 login me password wrong")
        try sandbox.directory.write("netrc", #"machine 127.0.0.1 login "me" password "s3cret""#)
        let result = try await web.withServer(
            "$ensure --mirror \"$url/basic/{file}\"",
            variables: ["NETRC": "netrc"]
        )
        #expect(result.status == 0, "\(result)")
        expectNoSecrets(in: result)
        let note = "note: every user can read \(sandbox.directory.path)/netrc: run `chmod 600"
        #expect(result.error.split(separator: "\n").count { $0.hasPrefix(note) } == 1, "\(result)")
    }

    /// The variable, the user's manifest, and both for a mirror that the command line names.
    @Test(arguments: ["variable", "manifest", "option"])
    func `a token is sent from a file of headers`(way: String) async throws {
        try sandbox.directory.write("token", "# x\nAuthorization: Bearer s3cret\n", mode: 0o600)
        let option = way == "manifest" ? "" : "--mirror \"$url/bearer\""
        let result = try await web.withServer(
            """
            mkdir -p "$HOME/.config/gotoolprov"
            if [ \(way) != variable ]; then
                cp token "$HOME/.config/gotoolprov"
                printf '{"official": false, "mirrors": [{"url": "%s", "headerFile": "token"}]}' \\
                    "$url/bearer/{file}" >"$HOME/.config/gotoolprov/gotoolprov.json"
            fi
            $ensure \(option) --progress lines && "$1" report --format json
            \(Self.search)
            """,
            variables: way == "variable" ? ["GOTOOLPROV_MIRROR_HEADER_FILE": "token"] : [:]
        )
        #expect(result.status == 0, "\(result)")
        expectNoSecrets(in: result)
        #expect(try schemes() == ["Bearer"])
    }

    @Test func `a redirect to storage with a signed URL works, and gets no password`() async throws
    {
        try writeNetrc("machine 127.0.0.1 login me password s3cret")
        let result = try await web.withServer(
            """
            $ensure --mirror "$url/artifactory" -q
            \(Self.search)
            """
        )
        #expect(result.status == 0, "\(result)")
        expectNoSecrets(in: result)
        #expect(try schemes("/artifactory") == ["Basic"])
        #expect(try schemes("/storage") == ["-"])
    }

    /// Files, and what the error says.
    @Test(arguments: [
        ("machine 127.0.0.1 login me password s3cretx", "rejected the password", ".netrc:1"),
        ("\n\nmachine 127.0.0.1 login me", "requires a password", ".netrc:3 lacks a login or"),
        (
            "machine localhost login me password s3cret", "requires a password",
            ".netrc has no entry"
        ),
        ("machine 127.0.0.1 password \"s3cret", "requires a password", ".netrc:1 is ignored"),
    ])
    func `a wrong password is reported with the line that it came from`(
        netrc: String,
        message: String,
        fact: String
    ) async throws {
        try writeNetrc(netrc)
        let result = try await web.withServer(
            "$ensure --mirror \"$url/basic/{file}\" --manifest none.json -q"
        )
        #expect(result.status == 69, "\(result)")
        expectNoSecrets(in: result)
        #expect(result.error.contains("error: the server \(message)"), "\(result)")
        #expect(result.error.contains("credentials  \(sandbox.home)/\(fact)"), "\(result)")
    }

    @Test func `a manifest in the working directory gets neither a token nor the default password`()
        async throws
    {
        try writeNetrc("default login me password s3cret")
        try sandbox.directory.write("token", "Authorization: Bearer s3cret", mode: 0o600)
        let result = try await web.withServer(
            """
            printf '{"official": false, "mirrors": ["%s"]}' "$url/basic/{file}" >gotoolprov.json
            $ensure -q
            """,
            variables: ["GOTOOLPROV_MIRROR_HEADER_FILE": "\(sandbox.directory.path)/token"]
        )
        #expect(result.status == 69, "\(result)")
        expectNoSecrets(in: result)
        #expect(result.error.contains("GOTOOLPROV_MIRROR_HEADER_FILE is not for"), "\(result)")
        #expect(Set(try schemes()) == ["-"])
        // Nor can it name a file.
        try sandbox.directory.write(
            "home/gotoolprov.json",
            #"{"mirrors": [{"url": "http://127.0.0.1:9", "headerFile": "../token"}]}"#
        )
        let refused = try await sandbox.gotoolprov("ensure")
        #expect(refused.status == 78, "\(refused)")
        #expect(refused.error.contains("cannot set `headerFile`"), "\(refused)")
    }

    /// The mirrors, what is in the file, and what the error says.
    @Test(arguments: [
        (["$url/bearer"], "Authorization s3cret", "token:1", "it has no colon"),
        (["$url/bearer"], "X: y\nHost: s3cret", "token:2", "only gotoolprov sets"),
        (["$url/bearer", "http://127.0.0.1:9"], "X: s3cret", "127.0.0.1:9", "on several"),
    ])
    func `a file of headers that is invalid or for several servers is an error`(
        mirrors: [String],
        text: String,
        fact: String,
        reason: String
    ) async throws {
        try sandbox.directory.write("token", text, mode: 0o600)
        let options = mirrors.map { "--mirror \"\($0)\"" }.joined(separator: " ")
        let result = try await web.withServer(
            "$ensure \(options) --manifest none.json",
            variables: ["GOTOOLPROV_MIRROR_HEADER_FILE": "token"]
        )
        #expect(result.status == 78, "\(result)")
        expectNoSecrets(in: result)
        #expect(result.error.contains(fact) && result.error.contains(reason), "\(result)")
    }

    /// What is missing on one server comes from the next.
    @Test(arguments: ["s3", "nexus", "artifactory"])
    func `a file that storage does not have comes from the next mirror`(mode: String) async throws {
        try writeNetrc("machine 127.0.0.1 login me password s3cret")
        let result = try await web.withServer(
            """
            mkdir next && mv mirror/*.gz next
            $ensure --mirror "$url/\(mode)" --mirror "$PWD/next" --manifest none.json
            """
        )
        #expect(result.status == 0, "\(result)")
        expectNoSecrets(in: result)
        let note = "/\(mode): the server \(mode == "s3" ? "denied access (403" : "does not have")"
        #expect(result.error.contains(note), "\(result)")
    }

    @Test func `the log on a mirror gets the same password`() async throws {
        let host = try OnlineHost()
        try host.addAll()
        try host.sandbox.directory.write(
            "home/.netrc",
            "machine 127.0.0.1 login me password s3cret",
            mode: 0o600
        )
        let result = try await host.ensure()
        #expect(result.status == 0, "\(result)")
        let paths = host.site.requests.map(\.path)
        for part in ["/lookup/", "/tile/", ".tar.gz"] {
            #expect(paths.contains { $0.contains(part) }, "\(paths)")
        }
        for request in host.site.requests {
            #expect(request.authorization == "Basic \(Self.secrets[1])", "\(request.path)")
        }
        expectNoSecrets(in: result)
    }
}
