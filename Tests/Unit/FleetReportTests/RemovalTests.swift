import FleetFixtures
import FleetReport
import TestSupport
import Testing
import ToolchainCore

/// Fixes for a Go toolchain that has to be removed.
@Suite(.unitLimit)
struct RemovalTests {
    static func fixes(
        _ version: String,
        active: Bool = false,
        wanted: Bool? = nil,
        origin: HostReport.Toolchain.Origin = .mirror,
        manager: String? = nil,
        path: String = "/home/dev/sdk/x"
    ) throws -> Set<String?> {
        var report = AggregateTests.report("a")
        report.toolchains = [
            HostReport.Toolchain(
                tool: "go",
                version: version,
                isActive: active,
                origin: origin,
                manager: manager,
                isWanted: wanted,
                path: path
            )
        ]
        let fleet = try aggregate([report])
        return Set(fleet.findings(of: fleet.rows[0]).map(\.fix))
    }

    @Test func `a Go installed by gotoolprov is removed, and replaced first if it is in use`()
        throws
    {
        #expect(try Self.fixes("1.19.8") == ["gotoolprov remove go1.19.8"])
        let replace = "gotoolprov ensure go@1.27 && gotoolprov use go@1.27"
        #expect(
            try Self.fixes("1.19.8", active: true) == ["\(replace) && gotoolprov remove go1.19.8"]
        )
        #expect(
            try Self.fixes("1.19.8", active: true, wanted: true) == [
                "replace it with go@1.27 in the manifest, then gotoolprov ensure"
                    + " && gotoolprov remove go1.19.8"
            ]
        )
    }

    @Test(arguments: [
        (
            "distribution", "/usr/lib/go-1.19",
            "sudo apt-get remove \"$(dpkg-query -S /usr/lib/go-1.19/bin/go | cut -d: -f1)\""
        ),
        ("snap", "/snap/go/1", "sudo snap remove go"),
        ("/usr/local/go", "/usr/local/go", "sudo rm -r /usr/local/go"),
        ("golang.org/dl", "/home/a b/sdk/go1.19.8", "rm -r '/home/a b/sdk/go1.19.8'"),
        ("asdf", "/x", "asdf uninstall golang 1.19.8"), ("mise", "/x", "mise uninstall go@1.19.8"),
        (
            "module cache", "/m/go1.19.8",
            "chmod -R u+w /m/go1.19.8 && rm -r /m/go1.19.8"
        ),
        // The installer is unknown, so the fix is advice rather than a command.
        ("other", "/home/dev/src/go", "delete /home/dev/src/go"),
    ])
    func `a foreign Go is removed by its installer`(
        manager: String,
        path: String,
        command: String
    ) throws {
        let fixes = try Self.fixes("1.19.8", origin: .foreign, manager: manager, path: path)
        #expect(fixes == [command])
    }

    @Test func `texts from a report cannot inject shell code into a fix`() throws {
        let text = "1.21.13; echo $(id)"
        var report = AggregateTests.report("a")
        report.lastRun = HostReport.LastRun(
            operation: text,
            result: .failed,
            startedAt: report.generatedAt
        )
        report.toolchains = ["go", "dlv; id"].map { tool in
            HostReport.Toolchain(
                tool: tool,
                version: text,
                isActive: true,
                origin: .mirror,
                path: "/home/dev/sdk/x",
                integrity: HostReport.Integrity(state: .modified, mode: .full),
                compatibility: HostReport.Compatibility(isCompatible: false)
            )
        }
        for toolchain in report.toolchains {
            let command = toolchain.removalCommand(on: "debian")
            #expect(command.hasPrefix("gotoolprov remove '"), "\(command)")
        }
        let fleet = try aggregate([report])
        let commands = fleet.findings(of: fleet.rows[0]).compactMap(\.fix)
            .filter { $0.hasPrefix("gotoolprov") }
        #expect(commands.contains { $0.hasPrefix("gotoolprov verify --repair '") })
        for command in commands where command.contains(";") {
            // Everything that is not plain is quoted.
            let parts = command.split(separator: "'", omittingEmptySubsequences: false)
            let outside = parts.indices.filter { $0.isMultiple(of: 2) }.map { parts[$0] }.joined()
            #expect(!outside.contains(";") && !outside.contains("$"), "\(command)")
        }
    }

    @Test func `no useless fix is suggested if the newest release is vulnerable`()
        throws
    {
        let list =
            #"{"schemaVersion":1,"source":"s","snapshot":"2026-11-20","entries":[{"id":"GO-1","#
            + #""aliases":[],"package":"stdlib","imports":[],"summary":"s","affected":["0"]}]}"#
        let knowledge = FleetKnowledge(
            calendar: try Known.calendar(),
            vulnerabilities: try VulnerabilityList(parsing: Array(list.utf8))
        )
        let fleet = try aggregate([AggregateTests.report("a")], knowledge: knowledge)
        let fix = fleet.findings(of: fleet.rows[0]).first { $0.kind == .vulnerable }?.fix
        #expect(fix?.hasPrefix("no known release fixes them") == true)
    }

    @Test func `package URLs contain semantic versions`() {
        for (version, url) in [
            ("1.20", "pkg:golang/stdlib@1.20.0"), ("1.27rc1", "pkg:golang/stdlib@1.27.0-rc.1"),
            ("1.22.12-fips", "pkg:golang/stdlib@1.22.12"),
            ("1.26.0-1-microsoft", "pkg:golang/stdlib@1.26.0"),
        ] {
            let text = AggregateTests.report("a", version).cycloneDX.rendered
            #expect(text.contains("\"\(url)\""), "\(version)")
        }
        let unknown = AggregateTests.report("a", "devel go1.28-33aff0e5").cycloneDX.rendered
        #expect(unknown.contains("\"stdlib\"") && !unknown.contains("pkg:golang/stdlib"))
    }

    @Test(arguments: [
        ("http://bob:s3cr3t@127.0.0.1:1/ is refused", "http://***@127.0.0.1:1/ is refused"),
        ("`https://s3cr3t@h/a?b`, and", "`https://***@h/a?***`, and"),
        ("https://h/go?sig=s3cr3t", "https://h/go?***"),
        ("https://bob:s3cr3t/x@h", "https://***@h"),
        ("https://h.test/m/@v/1.zip", "https://h.test/m/@v/1.zip"),
        // A password can look like a port, so too much is masked here.
        ("https://bob:12/s3cr3t@h", "https://***@h"), ("https://h:80/m/@v/1", "https://***@v/1"),
        ("'https://bob:x;s3cr3t,s3cr3t@h'", "'https://***@h'"),
        ("a@b and http://h/path: fine?", "a@b and http://h/path: fine?"),
    ])
    func `no report and no page contains a password`(text: String, shown: String) throws {
        var report = AggregateTests.report("a")
        report.manifest = .init(.invalid, reason: text)
        let document = report.document.rendered
        #expect(!document.contains("s3cr3t") && document.contains(shown))
        // A report of an older version contains it, and it is masked on reading.
        let old = document.split(separator: shown).joined(separator: text)
        let fleet = try aggregate([]) { $0.add(Array(old.utf8), named: "x", digest: nil) }
        let json = written(fleet, as: FleetJSON())
        #expect(!json.contains("s3cr3t") && json.contains(shown))
    }

    @Test func `metrics of two users are different series`() {
        var (root, alice) = (AggregateTests.report("a"), AggregateTests.report("a"))
        root.scope = .init(user: "root", otherHomes: .read)
        alice.scope = .init(user: "alice", otherHomes: .notRead)
        func series(_ report: HostReport) -> Set<Substring> {
            Set(
                report.metrics.split(separator: "\n").filter { !$0.hasPrefix("#") }
                    .compactMap { $0.split(separator: " ").dropLast().joined(separator: " ")[...] }
            )
        }
        #expect(series(root).isDisjoint(with: series(alice)))
        #expect(root.metrics.contains("gotoolprov_report_timestamp_seconds"))
    }

    @Test func `no host can produce a report that is too large to read`() throws {
        var report = AggregateTests.report("a")
        report.effective.gotoolchain = String(repeating: "é", count: 4000)
        report.toolchains += (0..<5000).map {
            .init(tool: "dlv", version: "1.\($0).0", origin: .foreign, path: "/\($0)")
        }
        let read = try HostReport(parsing: Array(report.document.rendered.utf8))
        #expect(read.toolchains.count == 4096)
        #expect(read.effective.gotoolchain?.hasSuffix("…") == true)
    }

    @Test(
        arguments: [
            ([0xEF, 0xBB, 0xBF, 0x7B, 0x7D], "byte order mark"),
            ([0xFF, 0xFE, 0x7B, 0x00], "UTF-16"), ([0x7B, 0x00, 0x7D, 0x00], "UTF-16"),
        ] as [([UInt8], String)]
    )
    func `text encodings of PowerShell are identified in the error`(bytes: [UInt8], words: String)
        throws
    {
        let fleet = try aggregate([]) { $0.add(bytes, named: "x.json", digest: nil) }
        #expect(fleet.invalid.first?.reason.contains(words) == true)
    }
}
