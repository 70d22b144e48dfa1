import TestSupport
import Testing

/// Inputs of `fleet`: collections, aggregates, many names, and newer vulnerability data.
@Suite(.programLimit)
struct FleetInputTests {
    let sandbox: Sandbox
    static let now = "2026-11-25T04:00:00Z"

    /// The report of one machine, stored for three hosts of an inventory.
    init() async throws {
        sandbox = try Sandbox()
        let script = """
            set -e
            "$1" report >report.json
            sed -i 's/"generatedAt": "[^"]*"/"generatedAt": "\(Self.now)"/' report.json
            mkdir -p all/hosts
            for name in h1 h2 h3; do cp report.json all/hosts/$name.json; done
            printf 'h1\\nh2\\nh3\\n' >names
            """
        try await shell(script, sandbox.program, environment: sandbox.environment, in: sandbox.home)
            .expectSuccess()
    }

    func fleet(_ arguments: [String]) async throws -> CommandResult {
        try await run(
            sandbox.program,
            ["fleet", "--now", Self.now] + arguments,
            environment: sandbox.environment,
            in: sandbox.home
        )
    }

    @Test func `hosts are listed under their inventory names`() async throws {
        let result = try await fleet([
            "all", "--expect", "names", "--fail-on", "unreported",
        ])
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("3 hosts reported"), "\(result)")
        #expect(result.output.contains("duplicate identifiers"), "\(result)")
        try await run("rm", ["all/hosts/h2.json"], in: sandbox.home).expectSuccess()
        let fewer = try await fleet([
            "all", "--expect", "names", "--fail-on", "unreported", "--format", "json",
        ])
        #expect(fewer.status == 20, "\(fewer)")
        #expect(fewer.error.contains("gate `unreported` failed: 1 host or document"), "\(fewer)")
        try await validate(fewer.output, against: "fleet")
    }

    @Test func `an unreachable host has a document with the reason`() async throws {
        let script = """
            set -e
            mkdir fake
            printf '#!/bin/sh\\necho "no route to host" >&2\\nexit 255\\n' >fake/ssh
            chmod 755 fake/ssh
            PATH=$PWD/fake:$PATH sh "$1" --output asked web-1 && exit 1
            [ $? = 69 ]
            """
        try await shell(
            script,
            "\(packageDirectory)/Scripts/deploy/fleet-ssh",
            environment: sandbox.environment,
            in: sandbox.home
        ).expectSuccess()
        let missing = try bytes(of: "\(sandbox.home)/asked/missing/web-1.json")
        try await validate(String(decoding: missing, as: UTF8.self), against: "missing")
        let result = try await fleet(["all", "asked/missing", "--format", "jsonl"])
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 4, "\(result)")
        #expect(lines.last?.contains("no route to host") == true, "\(result)")
        for line in [lines.first, lines.last] {
            try await validate(line ?? "", against: "fleet-host")
        }
    }

    @Test func `aggregates of sites are merged, and an aggregate among reports is skipped`()
        async throws
    {
        try await fleet(["all", "--output", "all/fleet.json"]).expectSuccess()
        try await fleet(["report.json", "--output", "other.json"]).expectSuccess()
        let both = try await fleet(["all/fleet.json", "other.json"])
        #expect(both.output.contains("4 hosts reported"), "\(both)")
        let again = try await fleet(["all"])
        #expect(again.output.contains("3 hosts reported"), "\(again)")
        #expect(again.error.contains("skipped in all: fleet.json"), "\(again)")
        #expect(!again.output.contains("unreadable"), "\(again)")
    }

    @Test func `thousands of inputs are read in order`() async throws {
        let script = """
            mkdir many
            for i in $(seq 3000); do echo many/$i.json; done |
                xargs -n 500 sh -c 'for f; do ln report.json "$f"; done' sh
            """
        try await shell(script, in: sandbox.home).expectSuccess()
        let names = (1...3000).map { "many/\($0).json" }
        let result = try await fleet(
            Array(names[..<1500]) + ["--format", "json"] + Array(names[1500...])
        )
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output.contains("\"superseded\": 2999"))
        let text = try await fleet(["--compare"] + names)
        #expect(text.status == 64, "\(text.error)")
        #expect(text.error.contains("two inputs"), "\(text.error)")
    }

    @Test func `a file that is too large is refused, not cut off`() async throws {
        let big = "\(sandbox.home)/big"
        try await run("truncate", ["-s", "\(64 << 20 + 1)", big]).expectSuccess()
        let list = ["catalog", "update", "--vulnerabilities", big]
        for (arguments, status, phrase) in [
            (["fleet", big, "--expect", big], 69 as Int32, "list of host names is too large"),
            (["fleet", big, "--vulnerabilities", big], 78, "vulnerability list is too large"),
            (list, 65, "larger than 64 MiB"),
        ] {
            let result = try await run(
                sandbox.program,
                arguments,
                environment: sandbox.environment,
                in: sandbox.home
            )
            #expect(result.status == status, "\(result)")
            #expect(result.error.contains(phrase), "\(result)")
        }
    }

    @Test func `an export of the Go vulnerability database can be used`() async throws {
        let script = #"""
            set -e
            mkdir -p db/index db/ID
            echo '{"modified": "2026-11-24T12:00:00Z"}' >db/index/db.json
            cat >db/ID/GO-2026-9001.json <<END
            {"schema_version": "1.3.1", "id": "GO-2026-9001", "modified": "2026-11-24T00:00:00Z",
             "published": "2026-11-24T00:00:00Z", "aliases": ["CVE-2026-1"], "details": "In net/http.",
             "summary": "Problem in net/http", "affected": [
              {"package": {"name": "stdlib", "ecosystem": "Go"}, "ranges": [{"type": "SEMVER", "events":
               [{"introduced": "0"}, {"fixed": "1.26.9"}, {"introduced": "1.27.0-0"}]}],
               "ecosystem_specific": {"imports": [{"path": "net/http"}]}},
              {"package": {"name": "example.com/other", "ecosystem": "Go"}, "ranges": []}]}
            END
            sed -e 's/9001/9002/' -e 's/"aliases"/"withdrawn": "2026-11-24T00:00:00Z", &/' \
                db/ID/GO-2026-9001.json >db/ID/GO-2026-9002.json
            python3 -c 'import shutil; shutil.make_archive("vulndb", "zip", "db")'
            for input in db vulndb.zip; do "$1" $input --output list-$input.json; done
            cmp list-db.json list-vulndb.zip.json
            """#
        let made = try await run(
            "bash",
            ["-c", script, "sh", "\(packageDirectory)/Scripts/update-vulnerabilities"],
            in: sandbox.home
        )
        #expect(made.status == 0, "\(made)")
        #expect(made.output.contains("1 entries as of 2026-11-24"), "\(made)")
        try await run(
            "/usr/bin/python3",
            ["\(packageDirectory)/Scripts/simulate-fleet", "40", "--directory", "reports"],
            in: sandbox.home
        ).expectSuccess()
        let judged = try await fleet([
            "reports", "--vulnerabilities", "list-db.json", "--format", "json",
        ])
        #expect(judged.status == 0, "\(judged.error)")
        #expect(judged.output.contains("\"GO-2026-9001\""))
        #expect(judged.output.contains("\"vulnerabilityAgeDays\": 1,"))
        #expect(judged.output.contains("\"stale\": false"))
        #expect(!judged.output.contains("GO-2026-9002"))
    }
}
