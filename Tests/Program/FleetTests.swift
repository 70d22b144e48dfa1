import TestSupport
import Testing

/// `report` and `fleet` as in the README, and consumers of their formats.
@Suite(.programLimit)
struct FleetTests {
    let sandbox: Sandbox
    static let now = "2026-11-25T04:00:00Z"

    /// The reports of forty simulated hosts, in the directory `reports`.
    init() async throws {
        sandbox = try Sandbox()
        try await run(
            "/usr/bin/python3",
            ["\(packageDirectory)/Scripts/simulate-fleet", "40", "--directory", "reports"],
            in: sandbox.home
        ).expectSuccess()
    }

    func fleet(_ arguments: String...) async throws -> CommandResult {
        try await run(
            sandbox.program,
            ["fleet", "--now", Self.now] + arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
    }

    func contents(_ name: String) throws -> String {
        String(decoding: try bytes(of: "\(sandbox.home)/\(name)"), as: UTF8.self)
    }

    @Test func `every format is written to its file, and nothing else`() async throws {
        let names = [
            "page.html", "page.md", "hosts.csv", "fleet.json", "hosts.jsonl", "fleet.prom",
        ]
        try await run("mkdir", ["out"], in: sandbox.home).expectSuccess()
        let result = try await fleet(
            "reports",
            "--output",
            "page.html",
            "--output",
            "page.md",
            "--output",
            "hosts.csv",
            "--output",
            "./fleet.json",
            "--output",
            "out/../hosts.jsonl",
            "--output",
            "\(sandbox.home)/fleet.prom"
        )
        #expect(result.status == 0, "\(result)")
        let listed = try await run("find", [".", "-maxdepth", "1", "-type", "f"], in: sandbox.home)
        #expect(
            Set(listed.output.split(separator: "\n").map(String.init))
                == Set((names + [".keep"]).map { "./\($0)" })
        )
        try await validate(try contents("fleet.json"), against: "fleet")
        #expect(try contents("hosts.jsonl").split(separator: "\n").count == 40)
        #expect(try contents("hosts.csv").split(separator: "\r\n").count == 41)
        // Reading the aggregate results in the same numbers.
        let again = try await fleet("fleet.json", "--format", "prometheus")
        #expect(try again.output == contents("fleet.prom"))
    }

    @Test func `a failed write leaves the previous file`() async throws {
        try sandbox.directory.write("home/page.html", "old")
        for (name, because) in [
            ("nowhere/page.html", "No such file"), ("reports", "not a regular file"),
            ("/proc/page.html", "No such file"),
        ] {
            let result = try await fleet(
                "reports",
                "--output",
                name,
                "--format",
                "html"
            )
            #expect(result.status == 73, "\(result)")
            #expect(result.error.contains(because), "\(result)")
        }
        #expect(try contents("page.html") == "old")
    }

    @Test(arguments: [
        ("drift", "drift"), ("eol", "eol"), ("vulnerable", "vulnerable"), ("blocked", "blocked"),
    ])
    func `a failed gate sets the exit status`(gate: String, word: String) async throws {
        let result = try await fleet("reports", "--fail-on", gate)
        #expect(result.status == 20, "\(result)")
        #expect(result.error.contains(word), "\(result)")
    }

    @Test func `a saved aggregate is reassessed with the given options`() async throws {
        try await fleet("reports", "--output", "fleet.json").expectSuccess()
        try sandbox.directory.write("home/names", "missing-1\n")
        for arguments in [
            ["--expect", "names"], ["--now", "2027-11-25T04:00:00Z"], ["--stale-after", "1s"],
        ] {
            let result = try await run(
                sandbox.program,
                ["fleet", "fleet.json", "--fail-on", "unreported"] + arguments,
                environment: sandbox.environment,
                in: sandbox.home
            )
            #expect(result.status == 20, "\(arguments): \(result)")
        }
        // It is also passed as the previous aggregate, and its vulnerability list differs.
        let previous = try await fleet("fleet.json", "--previous", "fleet.json", "--format", "json")
        #expect(previous.output.contains("\"previous\": \"sha256:"), "\(previous)")
        let list = try await fleet("fleet.json", "--vulnerabilities", "names")
        #expect(list.status == 78, "\(list)")
    }

    @Test func `removed hosts fail the gate, and an older fleet is not stale at its own time`()
        async throws
    {
        try await run("cp", ["-r", "reports", "fewer"], in: sandbox.home).expectSuccess()
        try await shell("rm $(ls -d fewer/* | head -n 20)", in: sandbox.home)
            .expectSuccess()
        let same = try await fleet("--compare", "reports", "reports", "--fail-on", "unreported")
        #expect(same.status == 0, "\(same)")
        let fewer = try await fleet(
            "--compare",
            "reports",
            "fewer",
            "--fail-on",
            "unreported",
            "--format",
            "json"
        )
        #expect(fewer.status == 20, "\(fewer)")
        try await validate(fewer.output, against: "comparison")
    }

    @Test func `no file in a directory blocks the command, and skipped files are listed`()
        async throws
    {
        let script = """
            set -e
            mkdir odd odd/inner
            cp "$(ls -d reports/* | head -n 1)" odd/A.JSON
            cp odd/A.JSON odd/README
            mkfifo odd/pipe.jsonl odd/pipe.json
            ln -s /dev/zero odd/zero.jsonl
            ln -s ../reports odd/link
            """
        try await shell(script, in: sandbox.home).expectSuccess()
        let result = try await fleet("odd")
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("1 host reported"), "\(result)")
        for name in ["pipe.jsonl", "pipe.json", "zero.jsonl", "README, link"] {
            #expect(result.error.contains(name), "\(name): \(result)")
        }
    }

    @Test(arguments: [
        #"{"go":{"versions":["go1.99"]}}"#, #"{"go":{"#, "[]",
    ])
    func `a host with a broken manifest is still reported`(manifest: String) async throws {
        try sandbox.directory.write("home/broken.json", manifest)
        let result = try await sandbox.gotoolprov("report", "--manifest", "broken.json")
        #expect(result.status == 0, "\(result)")
        for line in [#""state": "invalid""#, #""reason": "#, #""state": "unknown""#] {
            #expect(result.output.contains(line), "\(line): \(result)")
        }
        try await validate(result.output, against: "report")
        try sandbox.directory.write("home/one.json", result.output)
        let markdown = try await run(
            sandbox.program,
            ["fleet", "one.json", "--format", "markdown"],
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(markdown.output.contains("**manifest**"), "\(markdown)")
    }

    @Test func `the Go in use is the first on PATH, and damage is reported`() async throws {
        let archive = try ArchiveFixture.hostGo()
        let digest = try await sandbox.serve(archive.gzipped).digest
        try await sandbox.install(digest).expectSuccess()
        try await sandbox.gotoolprov("use", "go1.99.1").expectSuccess()
        try sandbox.directory.write("home/other/VERSION", "go1.20.5\n")
        let script = "mkdir other/bin && cp /bin/true other/bin/go"
        try await shell(script, in: sandbox.home).expectSuccess()
        // Without a Go on PATH it is the one that `use` selected, never the host's own.
        func toolchains(onPath path: String) async throws -> [String: Bool] {
            let result = try await sandbox.gotoolprov("report", with: ["PATH": path])
            #expect(result.status == 0, "\(result)")
            try await validate(result.output, against: "report")
            try sandbox.directory.write("home/report.json", result.output)
            let script = """
                import json
                for t in json.load(open("report.json"))["toolchains"]:
                    print(t["version"], t["active"], t["integrity"]["state"])
                """
            let listing = try await run("/usr/bin/python3", ["-c", script], in: sandbox.home)
            var found: [String: Bool] = [:]
            for line in listing.output.split(separator: "\n") {
                let words = line.split(separator: " ").map(String.init)
                if words.count == 3 { found["\(words[0]) \(words[2])"] = words[1] == "True" }
            }
            return found
        }
        let chosen = try await toolchains(onPath: "/nowhere")
        #expect(chosen["1.99.1 unverified"] == true, "\(chosen)")
        let shadowed = try await toolchains(onPath: "\(sandbox.home)/other/bin:\(sandbox.goBin)")
        #expect(shadowed["1.99.1 unverified"] == false, "\(shadowed)")
        #expect(shadowed["1.20.5 unverified"] == true, "\(shadowed)")
        #expect(try contents("report.json").contains("\(sandbox.home)/other/bin/go\""))

        try sandbox.directory.write("home/sdk/go1.99.1/.gotoolprov/receipt.json", "{")
        let damaged = try await toolchains(onPath: "/nowhere")
        #expect(damaged["1.99.1 modified"] == true, "\(damaged)")
        #expect(try contents("report.json").contains("its receipt is invalid"))
    }

    @Test func `promtool accepts the metrics, and node_exporter serves them`() async throws {
        let report = try await run(
            sandbox.program,
            ["report", "--format", "prometheus", "--output", "metrics/gotoolprov.prom"],
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(report.status == 73, "there is no directory yet: \(report)")
        // A running node_exporter, with an old report.
        try sandbox.directory.write("home/metrics/gotoolprov.prom", "")
        let script = """
            set -eu
            "$1" report --format prometheus --output metrics/gotoolprov.prom
            "$1" fleet reports --now \(Self.now) --output metrics/fleet.prom
            for file in metrics/*.prom; do
                [ "$(stat -c %a "$file")" = 644 ]
                promtool check metrics <"$file" 2>&1
            done
            prometheus-node-exporter --collector.disable-defaults --collector.textfile \\
                --collector.textfile.directory=metrics --web.listen-address=127.0.0.1:0 2>log &
            trap "kill $!" EXIT
            address=
            for _ in $(seq 600); do
                address=$(sed -n 's/.*address=\\(127[0-9.:]*\\).*/\\1/p' log | tail -n 1)
                [ -z "$address" ] || break
                sleep 0.05
            done
            python3 -c 'import sys, urllib.request as r
            print(r.urlopen("http://" + sys.argv[1] + "/metrics").read().decode())' "$address"
            """
        let served = try await shell(
            script,
            sandbox.program,
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(served.status == 0, "\(served)")
        for line in [
            #"gotoolprov_agent_info{agent_version="0.2.0","#, "gotoolprov_fleet_reports{",
            "node_textfile_scrape_error 0",
        ] {
            #expect(served.output.contains("\n\(line)"), "\(line): \(served)")
        }
    }
}
