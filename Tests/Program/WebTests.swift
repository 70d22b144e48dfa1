import TestSupport
import Testing
import ToolchainCore

/// Archives over HTTP, from a server whose faults are selected by path: Servers/mirror.py.
@Suite(.programLimit)
struct WebTests {
    let sandbox: Sandbox
    let digest: String
    let byteCount: Int
    var cache: String { "\(sandbox.home)/.cache/gotoolprov/archives" }

    init() async throws {
        // The static executable, if Scripts/test has built it.
        sandbox = try Sandbox(program: testVariable("GOTOOLPROV_TEST_STATIC"))
        let archive = try ArchiveFixture.hostGo()
        digest = try await sandbox.serve(archive.gzipped).digest
        byteCount = archive.gzipped.count
    }

    static let server = "\(packageDirectory)/Tests/Support/Servers/mirror.py"

    /// Runs a script with `$1` as the program and `$url` as the server, and stops the server.
    func withServer(
        _ script: String,
        variables: [String: String] = [:]
    ) async throws -> CommandResult {
        let start = """
            cd "$2"
            python3 "$3" "$2/mirror" "$2/log" "$2/port" & server=$!
            trap 'kill $server' EXIT
            until [ -e port ]; do kill -0 $server || exit 99; done
            url=http://127.0.0.1:$(cat port)
            ensure="$1 ensure go1.99.1 --sha256 $4"
            \(script)
            """
        var environment = sandbox.environment
        environment["GOTOOLPROV_OFFLINE"] = nil
        return try await shell(
            start,
            sandbox.program,
            sandbox.directory.path,
            Self.server,
            digest,
            environment: environment.merging(variables) { $1 }
        )
    }

    /// Returns the requests to the server: path, range, bytes sent.
    func log() throws -> [[Substring]] {
        String(decoding: try bytes(of: "\(sandbox.directory.path)/log"), as: UTF8.self)
            .split(separator: "\n").map { $0.split(separator: " ") }
    }

    /// Server modes in which a download succeeds, each with the number of requests.
    @Test(arguments: [
        ("plain", 1), ("redirect", 2), ("busy", 2), ("failing", 3), ("cut", 2), ("no-range", 2),
        ("no-validator", 2), ("changing", 2), ("wrong-range", 3), ("corrupt-once", 2),
        ("throttled", 1), ("page-type", 1), ("labeled", 1),
    ])
    func `a download succeeds after retries`(
        mode: String,
        requestCount: Int
    ) async throws {
        let result = try await withServer("$ensure --mirror $url/\(mode)/{file} -q")
        #expect(result.status == 0, "\(result)")
        let requests = try log()
        #expect(requests.count == requestCount, "\(requests)")
        let left = try await run("ls", ["-A", cache])
        #expect(left.output == "\(digest)\n", "\(left)")
        let receipt = try bytes(of: "\(sandbox.sdkRoot)/go1.99.1/.gotoolprov/receipt.json")
        let text = String(decoding: receipt, as: UTF8.self)
        #expect(text.contains("/\(mode)/") && !text.contains("secret"), "\(text)")
        if mode == "cut" {
            #expect(requests[1][1] == "bytes=\(byteCount / 2)-", "\(requests)")
        }
    }

    /// Server modes in which a download fails: exit status, message, and whether a part is kept.
    static let failures: [(mode: String, status: Int32, phrase: String, isKept: Bool)] = [
        ("html", 69, "content type  text/html; charset=utf-8\n  begins with   <html>", false),
        ("portal", 69, "begins with   <html><body>Please log in", false),
        ("loop", 69, "redirects in a loop", false), ("circle", 69, "in a loop", false),
        ("file", 69, "it is neither http nor https", false), ("down", 69, "status  503", false),
        ("forbidden", 69, "403, which some servers send for missing files", false),
        ("password", 69, "the server requires a password", false),
        ("encoded", 65, "Content-Encoding  gzip", false),
        ("steady", 69, "limit  3 s", true), ("status-000", 69, "invalid status 000", false),
        ("nowhere", 69, "does not have go1.9", false),
        ("cut-always", 69, "connection closed before the download finished", true),
        ("wrong-length", 65, "does not match the pinned size", false),
        ("silent", 69, "the download stalled: no data for", true),
        ("trickle", 69, "is too slow", true),
        ("endless", 65, "larger than the pinned archive", false),
        ("corrupt", 65, "it was downloaded twice", false),
    ]

    @Test(arguments: failures.indices)
    func `server faults are distinguished`(row: Int) async throws {
        let (mode, status, phrase, isKept) = Self.failures[row]
        let directory = mode == "nowhere" ? "plain/x/missing-" : "\(mode)/"
        // The official site is unreachable here. The size is pinned, as for most archives.
        try sandbox.pin(digest, size: byteCount)
        try sandbox.directory.write(
            "manifest.json",
            #"{"official": false, "catalogs": ["catalog.json"]}"#
        )
        let options = "--manifest manifest.json --idle-timeout 1 -q"
        let result = try await withServer(
            "$1 ensure go1.99.1 --mirror \"$url/\(directory){file}\" \(options)"
                + (mode == "steady" ? " --timeout 3" : "")
        )
        #expect(result.status == status, "\(result)")
        #expect(result.error.contains(phrase), "\(result)")
        #expect(
            result.error.contains("/\(directory)"),
            "the message names the directory: \(result)"
        )
        let left = try await shell("ls -A \(cache) | grep partial")
        #expect(left.output.isEmpty != isKept, "\(left)")
        let home = try await run("ls", ["-A", sandbox.home])
        #expect(home.output == (isKept ? ".cache\n.keep\n" : ".keep\n"), "nothing stays: \(home)")
    }

    @Test func `a download of a killed process is resumed`() async throws {
        var archive = try ArchiveFixture.hostGo()
        archive = archive.file("go/big", bytes: [UInt8](repeating: 7, count: 70_000_000))
        let (path, digest) = try await sandbox.serve(archive.gzipped)
        let size = try await run("stat", ["-c", "%s", path])
        let total = try #require(Int(size.output.dropLast()))
        // Killed at 30, 60 and 90 % of the download.
        let result = try await withServer(
            """
            for part in 30 60 90; do
                "$1" ensure go1.99.1 --sha256 \(digest) --mirror "$url/throttled/{file}" -q & pid=$!
                until [ "$(stat -c %s \(cache)/*.partial 2>/dev/null || echo 0)" -ge \
                    $((\(total) / 100 * part)) ]; do kill -0 $pid || exit 98; done
                kill -9 $pid; wait $pid
            done
            "$1" ensure go1.99.1 --sha256 \(digest) --mirror "$url/throttled/{file}" -q
            """
        )
        #expect(result.status == 0, "\(result)")
        // Only data in flight to a killed process is sent again: 2 or 3 % of the whole, and more
        // if sockets fill on a busy machine.
        let sent = try log().reduce(0) { $0 + (Int($1[2]) ?? 0) }
        let offsets = try log().dropFirst().compactMap { line in
            line[1].split(separator: "=").last.flatMap { Int($0.dropLast()) }
        }
        #expect(
            offsets.count == 3 && offsets[0] > total / 4 && offsets[2] > total * 4 / 5,
            "\(offsets)"
        )
        #expect(sent < total + total / 10, "\(sent) of \(total)")
    }

    @Test func `several processes download an archive only once`() async throws {
        let result = try await withServer(
            """
            for number in 1 2 3 4; do
                HOME="$HOME" GOTOOLPROV_SDK_ROOT="$HOME/sdk$number" GOBIN="$HOME/bin$number" \
                    $ensure --mirror "$url/cut/{file}" -q & pids="$pids $!"
            done
            for pid in $pids; do wait $pid || exit 1; done
            """
        )
        #expect(result.status == 0, "\(result)")
        let requests = try log()
        #expect(requests.count == 2, "\(requests)")
    }

    @Test func `an offline error contains the file, its digest, the searched locations and a hint`()
        async throws
    {
        var result = try await withServer("$ensure --offline --mirror $url/plain -q")
        #expect(result.status == 69, "\(result)")
        for phrase in [
            "go1.99.1.linux-", digest, "not in              \(cache)", "not tried, offline",
            "go.dev", "gotoolprov cache add FILE",
        ] {
            #expect(result.error.contains(phrase), "\(phrase): \(result)")
        }
        result = try await withServer(
            "\"$1\" cache add mirror/*.gz && \"$1\" cache list && $ensure --offline -q"
        )
        #expect(result.status == 0, "\(result)")
        // The size of an archive of 1 to 100 KiB, with one decimal.
        let tenths = byteCount * 10 / 1024
        let size = tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
        let entry = "unknown archive  \(size) KiB  complete  \(digest)\n"
        #expect(result.output.contains(entry), "\(result)")
        #expect(try await sandbox.gotoolprov("cache", "prune").output == "", "it is in use")
        #expect(try await sandbox.gotoolprov("remove", "go1.99.1").status == 0)
        let pruned = try await sandbox.gotoolprov("cache", "prune")
        #expect(pruned.output.contains(digest), "\(pruned)")
        #expect(try await run("ls", ["-A", cache]).output == "")
    }

    @Test func `a corrupted cached archive is deleted and downloaded again`() async throws {
        try sandbox.directory.write("home/.cache/gotoolprov/archives/\(digest)", "rotten")
        let result = try await withServer("$ensure --mirror $url/plain/{file} -q")
        #expect(result.status == 0, "\(result)")
        #expect(try await sha256(of: "\(cache)/\(digest)") == digest)
    }

    @Test func `an unreachable server, an unknown host name and an invalid proxy are reported`()
        async throws
    {
        try sandbox.directory.write("manifest.json", #"{"official": false}"#)
        for (mirror, variables, status, phrase) in [
            ("http://127.0.0.1:9", [:], 69, "Connection refused"),
            ("http://no-such-host.invalid", [:], 69, "cannot resolve `no-such-host.invalid`"),
            ("https://x.test/", ["https_proxy": "http://127.0.0.1:9"], 69, "Connection refused"),
            ("https://x.test/", ["HTTPS_PROXY": "ftp://x"], 78, "neither http:// nor socks5://"),
            ("ftp://x.test/", [:], 64, "it is neither http nor https"),
            ("https://me:pw@x.test/", [:], 64, "a user name or password"),
        ] as [(String, [String: String], Int32, String)] {
            let result = try await withServer(
                "$ensure --mirror '\(mirror)' --manifest manifest.json -q",
                variables: variables
            )
            #expect(result.status == status, "\(mirror): \(result)")
            #expect(result.error.contains(phrase), "\(mirror): \(result)")
            try await run("rm", ["\(sandbox.directory.path)/port"]).expectSuccess()
        }
    }

    @Test func `several versions are downloaded concurrently and unpacked on arrival`() async throws
    {
        var pins: [(String, String, Int?)] = []
        for version in ["1.99.1", "1.99.2", "1.99.3"] {
            let archive = try ArchiveFixture.hostGo(version)
                .file("go/big", bytes: [UInt8](repeating: 7, count: 20_000_000))
            let digest = try await sandbox.serve(archive.gzipped, as: version).digest
            pins.append((version, digest, nil))
        }
        try sandbox.pin(pins)
        let result = try await withServer(
            """
            "$1" ensure go1.99.1 go1.99.2 go1.99.3 --catalog catalog.json \
                --mirror "$url/throttled/{file}"
            """
        )
        #expect(result.status == 0, "\(result)")
        let requests = try log()
        #expect(requests.count == 3, "each is fetched once: \(requests)")
        #expect(requests.contains { $0[3] == "3" }, "\(requests)")
        #expect(!result.error.contains("waiting"), "\(result)")
        #expect(try await sandbox.gotoolprov("verify", "--quick").status == 0)
    }

    @Test func `progress is available as JSON lines`() async throws {
        let result = try await withServer(
            "$ensure --mirror $url/plain/{file} --progress json 2>progress && cat progress"
        )
        #expect(result.status == 0, "\(result)")
        let check = try await run(
            "/usr/bin/python3",
            [
                "-c",
                """
                import json, sys
                lines = [json.loads(line) for line in open(sys.argv[1])]
                events = list(dict.fromkeys(line["event"] for line in lines))
                assert events == ["connecting", "progress", "ended"], events
                lines = [line for line in lines if line["event"] == "progress"]
                assert all(line["for"] == "go1.99.1" for line in lines), lines
                phases = list(dict.fromkeys(line["phase"] for line in lines))
                assert phases == ["downloading", "verifying", "unpacking", "synchronizing"], phases
                last = [line for line in lines if line["phase"] == "downloading"][-1]
                assert 0 < last["done"] <= last["total"] == int(sys.argv[2]), last
                """, "\(sandbox.directory.path)/progress", "\(byteCount)",
            ]
        )
        #expect(check.status == 0, "\(check) \(result)")
    }

    @Test(.enabled(if: canMount, "needs root to mount file systems"))
    func `a full cache is reported, and a part that cannot be resumed is deleted`()
        async throws
    {
        let result = try await run(
            "unshare",
            [
                "--mount", "sh", "-c",
                """
                mkdir -p "\(cache)"; mount -t tmpfs -o size=16k,mode=755 tmpfs "\(cache)"
                cd "$2"; python3 "$3" "$2/mirror" "$2/log" "$2/port" & server=$!
                trap 'kill $server' EXIT
                until [ -e "$2/port" ]; do kill -0 $server || exit 99; done
                unset GOTOOLPROV_OFFLINE
                "$1" ensure go1.99.1 --sha256 $4 -q \\
                    --mirror "http://127.0.0.1:$(cat "$2/port")/plain/{file}"
                """, "sh", sandbox.program, sandbox.directory.path, Self.server, digest,
            ],
            environment: sandbox.environment
        )
        #expect(result.status == 73, "\(result)")
        #expect(result.error.contains("No space left on device"), "\(result)")
        #expect(try await run("ls", ["-A", sandbox.sdkRoot]).status == 2, "nothing is installed")
    }

    @Test func `a signal ends a download and keeps the received part`() async throws {
        let result = try await withServer(
            """
            $ensure --mirror $url/silent/{file} -q & pid=$!
            until [ -s "\(cache)/\(digest).partial" ]; do kill -0 $pid || exit 98; done
            kill -TERM $pid; wait $pid
            """
        )
        #expect(result.status == 143, "\(result)")
        #expect(try bytes(of: "\(cache)/\(digest).partial").count == 100)
    }

    /// A private certificate authority.
    @Test func `https trusts the system's authorities and a specified file`() async throws {
        try await TestAuthority.make(in: sandbox.directory, names: ["localhost"])
        try sandbox.directory.write("manifest.json", #"{"official": false}"#)
        let plain = "--manifest manifest.json -q --mirror"
        for (host, options, status, phrase) in [
            ("localhost", "", 69, "not signed by an authority"),
            ("127.0.0.1", "--ca-file ca.pem", 69, "for another host name"),
            ("localhost", "--ca-file key.pem", 78, "contains no PEM certificate"),
            ("localhost", "--ca-file ca.pem", 0, ""),
        ] as [(String, String, Int32, String)] {
            let result = try await withServer(
                "$ensure \(options) \(plain) https://\(host):$(cat port)/plain/{file}",
                variables: ["MIRROR_CERTIFICATE": "cert.pem", "MIRROR_KEY": "key.pem"]
            )
            #expect(result.status == status, "\(host) \(options): \(result)")
            #expect(result.error.contains(phrase), "\(host) \(options): \(result)")
            try await run("rm", ["\(sandbox.directory.path)/port"]).expectSuccess()
        }
    }
}
