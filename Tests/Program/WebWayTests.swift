import TestSupport
import Testing

/// Mirrors, proxies and certificate authorities.
@Suite(.programLimit)
struct WebWayTests {
    let web: WebTests
    var sandbox: Sandbox { web.sandbox }

    init() async throws {
        web = try await WebTests()
        try sandbox.directory.write("manifest.json", #"{"official": false}"#)
    }

    /// An archive that one mirror lacks is downloaded from the next one.
    @Test(arguments: [
        "status-000", "status-999", "encoded", "portal", "store/x",
    ])
    func `the next mirror is tried after a failure`(mode: String) async throws {
        let result = try await web.withServer(
            "$ensure --mirror \"$url/\(mode)/{file}\" --mirror \"$url/plain/{file}\" -q"
        )
        #expect(result.status == 0, "\(result)")
    }

    @Test func `a mirror that is skipped is named, with the reason`() async throws {
        let mirrors = #"--mirror "http://127.0.0.1:9" --mirror "$url/plain/{file}""#
        let text = try await web.withServer("$ensure \(mirrors)")
        #expect(text.status == 0, "\(text)")
        let note = "note: skipped the mirror http://127.0.0.1:9: cannot connect to `127.0.0.1`: "
        #expect(text.error.split(separator: note).count == 2, "\(text)")
        for (option, isNoted) in [("-q", false), ("--progress json", true)] {
            try await run("rm", ["\(sandbox.directory.path)/port"]).expectSuccess()
            try await sandbox.gotoolprov("remove", "go1.99.1").expectSuccess()
            try await sandbox.gotoolprov("cache", "prune", "--all").expectSuccess()
            let result = try await web.withServer("$ensure \(mirrors) \(option)")
            #expect(result.status == 0, "\(result)")
            #expect(!result.error.contains("note: "), "\(result)")
            let event = #"{"event":"skipped","for":"go1.99.1","mirror":"http://127.0.0.1:9""#
            let compact = result.error.filter { $0 != " " }
            #expect(compact.contains(event) == isNoted, "\(result)")
        }
    }

    @Test func `GOTOOLPROV_MIRROR names several mirrors, separated by commas`() async throws {
        var result = try await web.withServer(
            "GOTOOLPROV_MIRROR=\"/nowhere, $url/forbidden,$url/plain\" $ensure -q"
        )
        #expect(result.status == 0, "\(result)")
        result = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.2",
            "--sha256",
            String(repeating: "0", count: 64),
            with: ["GOTOOLPROV_MIRROR": "/a:/b"]
        )
        #expect(result.status == 69, "\(result)")
        #expect(result.error.contains("hint: separate mirrors with commas"), "\(result)")
    }

    @Test func `a 404 takes precedence over a 403, in any order`() async throws {
        for (first, second) in [("store", "plain"), ("plain", "store")] {
            let result = try await web.withServer(
                """
                $ensure --manifest manifest.json -q --mirror "$url/\(first)/x/missing-{file}" \\
                    --mirror "$url/\(second)/x/missing-{file}"
                """
            )
            #expect(result.status == 69, "\(result)")
            #expect(result.error.contains("error: the server does not have"), "\(result)")
            #expect(result.error.contains("/store/x/missing-"), "\(result)")
            #expect(result.error.contains("(403)"), "\(result)")
            try await run("rm", ["\(sandbox.directory.path)/port"]).expectSuccess()
        }
    }

    /// URL, variables, exit status, and texts that the error contains and does not contain.
    static let ways: [(String, [String: String], Int32, [String], String)] = [
        (
            "https://x.test/", ["HTTPS_PROXY": "http://127.0.0.1:9"], 69,
            [
                "cannot connect to the proxy `127.0.0.1`", "set by HTTPS_PROXY",
                "hint: check HTTPS_PROXY, or set NO_PROXY=x.test to connect directly",
            ], "set HTTPS_PROXY"
        ),
        (
            "https://x.test/", ["https_proxy": "http://127.0.0.1"], 69,
            ["1080 (default; https_proxy has no port)"], "set HTTPS_PROXY"
        ),
        (
            "https://x.test/", ["ALL_PROXY": "http://no-such-host.invalid:1"], 69,
            ["cannot resolve the proxy `no-such-host.invalid`", "set by ALL_PROXY"],
            "set HTTPS_PROXY"
        ),
        (
            "https://x.test/", ["HTTPS_PROXY": "https://me:s3cret@p.test"], 78,
            ["`HTTPS_PROXY` is not a valid proxy setting", "names an https:// proxy"], "s3cret"
        ),
        (
            "https://x.test/", ["HTTPS_PROXY": "socks5://me:s3cret@p.test"], 78,
            ["SOCKS proxy with a user name and password"], "s3cret"
        ),
        (
            "http://192.0.2.1:1/",
            ["http_proxy": "http://127.0.0.1:9", "NO_PROXY": "192.0.2.0/24"],
            69, ["NO_PROXY excludes `192.0.2.1`: to use the proxy in http_proxy, correct it"],
            "set by"
        ),
        (
            "http://127.evil.invalid:1/", ["http_proxy": "http://127.0.0.1:9"], 69,
            ["set by http_proxy"], "set HTTPS_PROXY"
        ),
        (
            "http://127.0.0.1:9/", ["http_proxy": "ftp://x"], 69,
            ["check that the server is running"],
            "PROXY"
        ),
        (
            "https://no-such-host.invalid/", [:], 69, ["hint: behind a proxy, set HTTPS_PROXY"],
            "set by"
        ),
    ]

    @Test(arguments: ways.indices)
    func `a connection failure is named, and no hint suggests a setting that is set`(
        row: Int
    ) async throws {
        let (mirror, variables, status, phrases, never) = Self.ways[row]
        let result = try await sandbox.gotoolprov(
            "ensure",
            "go1.99.1",
            "--sha256",
            web.digest,
            "--manifest",
            "\(sandbox.directory.path)/manifest.json",
            "--idle-timeout",
            "1",
            "--mirror",
            mirror,
            with: (variables as [String: String?]).merging(["GOTOOLPROV_OFFLINE": nil]) { $1 }
        )
        #expect(result.status == status, "\(mirror): \(result)")
        // Without the columns.
        let text = result.error.split(separator: " ").joined(separator: " ")
        for phrase in phrases { #expect(text.contains(phrase), "\(phrase): \(result)") }
        #expect(!text.contains(never), "\(never): \(result)")
    }

    @Test(.enabled(if: canMount, "needs root to mount file systems"))
    func `specified authorities are sufficient if the host has none`() async throws {
        try await TestAuthority.make(in: sandbox.directory, names: ["localhost"])
        try sandbox.directory.write("authorities/.keep", "")
        let result = try await web.withServer(
            """
            bare() {
                unshare --mount sh -c 'mount -t tmpfs tmpfs /etc/ssl && exec "$0" "$@"' "$@"
            }
            cp ca.pem authorities/any.name
            rest="--manifest manifest.json --mirror https://localhost:$(cat port)/plain/{file}"
            again() { "$program" remove go1.99.1 && "$program" cache prune --all; }
            program=$1
            bare $ensure $rest && exit 90
            bare $ensure $rest --ca-file ca.pem && again || exit 91
            bare env GOTOOLPROV_CA_FILE=ca.pem $ensure $rest && again || exit 92
            bare env SSL_CERT_FILE=ca.pem $ensure $rest && again || exit 93
            bare env SSL_CERT_DIR=/nowhere:authorities $ensure $rest && again || exit 94
            SSL_CERT_DIR=authorities $ensure $rest && again || exit 95
            bare env GOTOOLPROV_CA_FILE=/nope $ensure $rest
            """,
            variables: ["MIRROR_CERTIFICATE": "cert.pem", "MIRROR_KEY": "key.pem"]
        )
        #expect(result.status == 78, "\(result)")
        #expect(result.error.contains("this host has no CA certificates"), "\(result)")
        for phrase in [
            "error: cannot read the CA certificates of GOTOOLPROV_CA_FILE",
            "file     /nope", "because  no such file", "or unset GOTOOLPROV_CA_FILE",
        ] {
            #expect(result.error.contains(phrase), "\(phrase): \(result)")
        }
        #expect(!result.error.contains("unknownError"), "\(result)")
    }

    @Test(.enabled(if: canMount, "needs root to make a network of its own"))
    func `the hint explains what to request if only a module proxy is reachable`() async throws {
        var environment = sandbox.environment
        environment["GOTOOLPROV_OFFLINE"] = nil
        environment["GOPROXY"] = "https://proxy.test/go,direct"
        let result = try await run(
            "unshare",
            ["--net", sandbox.program, "ensure", "go1.21.13", "-q", "--idle-timeout", "1"],
            environment: environment
        )
        #expect(result.status == 69, "\(result)")
        #expect(result.error.contains("a module proxy (GOPROXY) does not serve"), "\(result)")
        #expect(result.error.contains("use a mirror of https://go.dev/dl/"), "\(result)")
    }
}
