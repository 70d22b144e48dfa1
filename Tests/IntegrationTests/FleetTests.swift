import TestSupport
import Testing

/// `report` and `fleet` as the README has them, and what reads their formats.
@Suite(.timeLimit(.minutes(15)))
struct FleetTests {
    let sandbox: Sandbox
    static let now = "2026-11-25T04:00:00Z"

    /// A fleet of forty hosts that do not exist, in the folder `reports`.
    init() async throws {
        sandbox = try Sandbox()
        try await run(
            "/usr/bin/python3",
            ["\(InterfaceTests.package)/Scripts/simulate-fleet", "40", "--folder", "reports"],
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

    @Test func `every format appears under its name, beside nothing`() async throws {
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
        try await InterfaceTests().validate(try contents("fleet.json"), against: "fleet")
        #expect(try contents("hosts.jsonl").split(separator: "\n").count == 40)
        #expect(try contents("hosts.csv").split(separator: "\r\n").count == 41)
        // What was added up once gives the same again.
        let again = try await fleet("fleet.json", "--format", "prometheus")
        #expect(try again.output == contents("fleet.prom"))
    }

    @Test func `what cannot be written leaves what was there`() async throws {
        try sandbox.folder.write("home/page.html", "old")
        for (name, because) in [
            ("nowhere/page.html", "No such file"), ("reports", "it is no file"),
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
    func `a gate is a status`(gate: String, word: String) async throws {
        let result = try await fleet("reports", "--fail-on", gate)
        #expect(result.status == 20, "\(result)")
        #expect(result.error.contains(word), "\(result)")
    }

    @Test func `metrics are as promtool wants them, and a node exporter serves them`() async throws
    {
        let report = try await run(
            sandbox.program,
            ["report", "--format", "prometheus", "--output", "metrics/gotoolprov.prom"],
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(report.status == 73, "there is no folder yet: \(report)")
        // A collector that is there, with an old report.
        try sandbox.folder.write("home/metrics/gotoolprov.prom", "")
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
        let served = try await run(
            "sh",
            ["-c", script, "sh", sandbox.program],
            environment: sandbox.environment,
            in: sandbox.home
        )
        #expect(served.status == 0, "\(served)")
        for line in [
            #"gotoolprov_agent_info{agent_version="0.1.0","#, "gotoolprov_fleet_reports{",
            "node_textfile_scrape_error 0",
        ] {
            #expect(served.output.contains("\n\(line)"), "\(line): \(served)")
        }
    }
}
