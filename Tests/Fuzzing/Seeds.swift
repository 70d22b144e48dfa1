internal import FleetFixtures
internal import FleetReport
internal import TestSupport
internal import ToolchainCore

/// Initial inputs for mutations: at least one accepted input for every reader.
extension Reader {
    var seeds: [[UInt8]] {
        switch self {
        case .tar: Self.archives.map(\.tar)
        case .gzip: Self.archives.map(\.gzipped)
        case .catalog:
            Self.texts(
                """
                {"schemaVersion": 1, "go": [{"version": "1.28.0", "date": "2027-02-09", "archives": [
                {"arch": "amd64", "sha256": "\(Self.digest)", "size": 7, "file": "a.tar.gz",
                "replaces": "\(Self.digest)"}, {"arch": "arm", "sha256": "\(Self.digest)"}]}]}
                """,
                #"{"schemaVersion": 1, "go": []}"#
            )
        case .toolCatalog:
            Self.texts(
                """
                {"schemaVersion": 1, "updated": "2026-11-22", "delve": [{"version": "1.27.2", "source":
                {"file": "v1.27.2.tar.gz", "sha256": "\(Self.digest)"}}, {"version": "1.26.0",
                "date": "2026-08-01", "source": {"file": "v1.26.0.tar.gz", "sha256": "\(Self.digest)",
                "size": 9521825}, "accepts": {"min": "1.24", "max": "1.26"}, "buildsWith": "1.24.0"}]}
                """
            )
        case .receipt: Self.receipts
        case .manifest:
            Self.texts(
                """
                {"go": {"versions": ["go1.21.13", "go>=1.27"], "default": "go1.27", // so
                "minimum": "1.21"}, "mirrors": ["/mnt/go",], "durability": "none", "gobin": "~/b"}
                """,
                "\u{FEFF}{\"go\": {\"versions\": [\"\\u0067o1.20\"]}} /* end */"
            )
        case .index:
            Self.texts(
                """
                #mtree
                . type=dir mode=0755
                ./a\\040b type=file mode=0644 size=9 sha256digest=\(Self.digest)
                ./src type=dir mode=0755

                """
            )
        case .version: Self.texts("go1.21.13", "1.28rc1", "1.20", "go1.22-custom", "1.9.2rc2")
        case .elf: Self.programs
        case .request:
            Self.texts("go1.21", "go@latest", "go>=1.21.3", "go1.20.x", "go1.28rc", "go@1.20")
        case .toolRequest: Self.texts("dlv", "dlv@1.25.0", "gopls@latest", "staticcheck@2026.1")
        case .vulnerabilities:
            Self.texts(
                """
                {"schemaVersion": 1, "source": "Go vulnerability database", "snapshot": "2026-08-21",
                "entries": [{"id": "GO-2021-0068", "aliases": ["CVE-2021-3115"], "package": "toolchain",
                "imports": ["cmd/go"], "summary": "On Windows", "affected": ["0 1.14.14",
                "1.15.0-0 1.15.7"]}]}
                """
            )
        case .report: Self.reports
        case .fleet: Self.aggregates
        case .heal:
            Self.texts(
                """
                {"schema": "gotoolprov.heal/2", "startedAt": "2026-11-25T03:00:00Z",
                "finishedAt": "2026-11-25T03:00:07Z", "repairs": {"now": 1, "total": 3, "lastAt":
                "2026-11-25T03:00:07Z"}, "ensure": {"status": 0, "tries": 1, "error": null, "result": null},
                "verify": {"status": 0, "tries": 1, "error": null, "result": {"schema": "gotoolprov.verify/2",
                "quick": false, "repair": true, "results": [{"name": "go1.21.13", "goroot":
                "/sdk/go1.21.13", "verdict": "clean", "reason": null, "files": 9, "differences":
                [{"path": "a", "kind": "changed", "detail": ""}], "repaired": {"action": "repaired",
                "found": [], "quarantine": null}}]}}}
                """,
                """
                {"schema": "gotoolprov.heal/1", "started_at": "2026-11-25T03:00:00Z",
                "finished_at": "2026-11-25T03:00:07Z", "repairs": {"total": 3, "last_at": null},
                "ensure": null, "verify": {"status": 0, "error": null, "result": null}}
                """
            )
        case .ansible:
            Self.texts(
                """
                {"state": "converged", "versions": ["go1.21.13"], "manifest": "/m", "mirrors":
                ["/a", "https://b"], "catalogs": ["/c"], "sdk_root": "/s", "gobin": "/g", "wait": 5,
                "offline": true, "adopt": "yes", "trust_roots": 0, "_ansible_check_mode": true,
                "_ansible_version": "2.19.14", "_ansible_tmpdir": null}
                """,
                "{}"
            )
        case .settings:
            Self.texts(
                "{\n  // mine\n  \"go.alternateTools\": {\"go\": \"/x\",},\n  \"a\": [1, 2.5e3]\n}\n",
                "\u{FEFF}{\r\n\t\"go.goroot\": \"\\u00e9\", /* b */ \"go.toolsEnvVars\": {}\r\n}",
                "",
                "{}"
            )
        case .flags:
            Self.texts(
                "-mod=vendor -ldflags=-s",
                "'-gcflags=all=-N -l' -trimpath",
                "-tags a,b -o \"x y\" -race"
            )
        case .goModule:
            Self.texts(
                "module example.com/a\n\ngo 1.21\n\ntoolchain go1.22.3 // newest\n",
                "go 1.23rc1\nuse ./a\n"
            )
        case .goEnvironment: Self.texts("GOFLAGS=-mod=mod\nGOTOOLCHAIN=local\n# GOBIN=/x\n")
        case .mounts:
            Self.texts(
                """
                22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
                23 22 0:21 / /proc rw,nosuid - proc proc rw
                24 22 0:22 /a /mnt/a\\040b ro,noexec master:2 - overlay overlay rw,lowerdir=/l

                """
            )
        case .status:
            Self.texts(
                "Name:\tdlv\nPid:\t12\nTracerPid:\t0\nUid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb\n"
                    + "NoNewPrivs:\t1\nSeccomp:\t2\n"
            )
        case .sockets:
            Self.texts(
                "  sl  local_address rem_address   st\n   0: 0100007F:0BB8 00000000:0000 0A "
                    + "00000000:00000000 00:00000000 00000000  1000        0 1234 1 0 100 0\n",
                "  sl  local_address rem_address   st\n   0: 00000000000000000000000001000000:0BB8 "
                    + "00000000000000000000000000000000:0000 0A 00000000:00000000 00:0 0 0 0 99 1\n"
            )
        case .operatingSystem:
            Self.texts(
                "NAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_ID='12'\nPRETTY_NAME=\"D\\\"x\"\n"
            )
        case .address:
            Self.texts(
                "https://go.dev/dl/",
                "http://[::1]:8080/a%20b?c=d",
                "HTTP://Example.COM:80"
            )
        case .proxies:
            Self.texts(
                "http://user:p%40ss@proxy.example:3128\nlocalhost,.example.com,10.0.0.0/8,[::1]:80",
                "socks5://127.0.0.1:1080\n*",
                "proxy:8080\nfe80::/10, a.b:443"
            )
        case .verifierKey, .note, .lookup, .logProof, .tilePath, .tiles: LogTrial.seeds(of: self)
        case .officialList, .officialCopy, .officialFailure, .catalogFile, .zip,
            .vulnerabilityEntry:
            KnowledgeTrial.seeds(of: self)
        case .mirrorIndex: MirrorTrial.seeds
        }
    }

    private static let digest = String(repeating: "0123456789abcdef", count: 4)

    private static func texts(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    private static let reports =
        [Array(fullReport("ä").document.rendered.utf8)]
        + texts(
            """
            {"schema": "gotoolprov.host/1", "generated_at": "2026-11-25T03:00:00Z", "host": {"id":
            "0123456789abcdef0123456789abcdef", "name": "a", "os": {"version_id": "12"}}, "debug":
            {"can_attach": "child_only"}, "drift": {"state": "in_sync"}, "last_run": {"op": "heal",
            "result": "ok", "started_at": "2026-11-25T03:00:00Z", "duration_ms": 7000}}
            """
        )

    private static let aggregates: [[UInt8]] = {
        guard let fleet = try? aggregate([fullReport(), fullReport(id: "b")]) else { return [] }
        return [Array(written(fleet, as: FleetJSON()).utf8)]
    }()

    private static let archives = [
        ArchiveFixture.go("1.99.1", program: [0x7F, 0x45, 0x4C, 0x46]),
        ArchiveFixture().directory("go/").file("go/test/Äfoo.go", "package a")
            .file("go/x", "x", pax: [("path", "go/" + String(repeating: "d/", count: 60) + "f")]),
        ArchiveFixture().symbolicLink("go/link", to: "/etc/passwd").file("go/link/x", "x"),
        ArchiveFixture().file("go/a", "a").hardLink("go/b", to: "go/a").special("go/c", type: "3"),
        ArchiveFixture().file("go/../../x", "x").file("go/sparse", "x", declaring: 1 << 32),
    ]

    private static let programs: [[UInt8]] = {
        var big = ELFFixture.go(isCompressed: false)
        big.isLittleEndian = false
        big.machine = 22
        var bare = ELFFixture.go(producerFlags: nil)
        bare.hasSectionHeaders = false
        var core = ELFFixture.go()
        core.type = 4
        let known = [
            ELFFixture.go(), ELFFixture.go(producerFlags: "; regabi"),
            ELFFixture.go(debugVersion: 5, otherUnits: [("example.com/app/sum", "; regabi")]), big,
            bare, core,
        ]
        return known.map(\.bytes) + [(try? bytes(of: "/bin/true")) ?? []]
    }()

    private static let receipts: [[UInt8]] = {
        guard let version = GoVersion("1.99.1"), let digest = SHA256Digest(hexadecimal: digest)
        else { return [] }
        let pin = PinnedArchive(
            .go(version),
            platform: GoPlatform(.amd64),
            fileName: "go1.99.1.linux-amd64.tar.gz",
            digest: digest,
            byteCount: 7,
            voucher: .commandLine
        )
        let receipt = Receipt(
            of: .go(version),
            archive: pin,
            archiveByteCount: 7,
            source: "/mnt/go",
            index: Receipt.IndexSummary(digest: digest, fileCount: 3, byteCount: 9),
            installedAt: "2026-11-23T01:02:03Z",
            installedBy: "gotoolprov 0.1.0"
        )
        return [Array(receipt.document.rendered.utf8)]
    }()
}
