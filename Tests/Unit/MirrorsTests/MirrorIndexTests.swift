import Mirrors
import TestSupport
import Testing
import ToolchainCore

/// mirror.json is read only as this program writes it.
@Suite(.unitLimit)
struct MirrorIndexTests {
    static let hash = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

    static func entry(
        _ name: String = "go1.27.3.linux-amd64.tar.gz",
        evidence: MirrorEntry.Evidence = .log
    ) throws -> MirrorEntry {
        try #require(try possibleEntry(name, evidence: evidence))
    }

    /// Creates an entry for go1.27.3 on amd64, unless its file name contradicts that.
    private static func possibleEntry(
        _ name: String,
        evidence: MirrorEntry.Evidence = .log
    ) throws -> MirrorEntry? {
        let version = try #require(GoVersion("1.27.3"))
        let contents = PinnedArchive.Contents.go(version)
        let hash = try #require(ModuleHash(parsing: Self.hash))
        let path = try #require(MirrorPath(of: contents, fileName: name))
        let digest = try #require(SHA256Digest(String(repeating: "ab", count: 32)))
        return MirrorEntry(
            contents,
            architecture: .amd64,
            path: path,
            byteCount: 12,
            digest: digest,
            evidence: evidence,
            log: Receipt.LogRecord(
                name: "sum.golang.org",
                record: 7,
                treeSize: 8,
                hash: hash
            )
        )
    }

    static func index() throws -> MirrorIndex {
        var index = MirrorIndex()
        let version = try #require(ToolVersion("1.25.0"))
        let digest = try #require(SHA256Digest(String(repeating: "cd", count: 32)))
        let builder = try #require(GoVersion("1.27.3"))
        let contents: [(PinnedArchive.Contents, GoArchitecture?, String)] = [
            (.source(.delve, version), nil, "v1.25.0.tar.gz"),
            (
                .tool(ToolBuild(tool: .delve, version: version, builder: builder)), .arm64,
                "dlv1.25.0-go1.27.3.linux-arm64.tar.gz"
            ),
        ]
        for (contents, architecture, name) in contents {
            let path = try #require(MirrorPath(of: contents, fileName: name))
            let entry = MirrorEntry(
                contents,
                architecture: architecture,
                path: path,
                byteCount: 3,
                digest: digest,
                evidence: .site,
                log: nil
            )
            index.insert(try #require(entry))
        }
        index.insert(try entry())
        return index
    }

    @Test func `what is written is read, sorted by path`() throws {
        let index = try Self.index()
        #expect(try MirrorIndex(parsing: index.bytes) == index)
        #expect(
            index.entries.map(\.path.description) == [
                "delve/v1.25.0.tar.gz", "dlv/dlv1.25.0-go1.27.3.linux-arm64.tar.gz",
                "go/go1.27.3.linux-amd64.tar.gz",
            ]
        )
        #expect(try MirrorIndex(parsing: MirrorIndex().bytes).isEmpty)
    }

    @Test(arguments: [
        ("\"evidence\": \"log\"", "\"evidence\": \"trust me\""),
        ("\"evidence\": \"log\"", "\"evidence\": \"pinned\", \"extra\": 1"),
        ("\"arch\": \"amd64\"", "\"arch\": \"arm64\""), ("\"size\": 12", "\"size\": 12.0"),
        ("\"size\": 12", "\"size\": -12"), ("\"size\": 12", "\"size\": 0"),
        ("\"record\": 7", "\"record\": 8"), ("go/go1.27.3", "go/../../go1.27.3"),
        ("go/go1.27.3", "delve/go1.27.3"), ("\"kind\": \"source\"", "\"kind\": \"tool\""),
        ("mirror/1", "mirror/2"), ("\n}\n", "\n}"), ("abab", "ABab"),
        ("\"version\": \"1.27.3\"", "\"version\": \"go1.27.3\""),
    ])
    func `an index that is not canonical is rejected`(text: String, change: String) throws {
        let original = String(decoding: try Self.index().bytes, as: UTF8.self)
        let changed = original.replacing(text: text, with: change)
        #expect(changed != original)
        #expect(throws: DocumentError.self) { try MirrorIndex(parsing: Array(changed.utf8)) }
    }

    @Test(arguments: [
        "", "go", "go/", "/go/a.tar.gz", "go/.a.tar.gz", "../a.tar.gz", "go/../a.tar.gz",
        "go//a.tar.gz", "go/a/b.tar.gz", ".gotoolprov/a.tar.gz", "go/a b.tar.gz", "go/a.zip",
        "go/ä.tar.gz", "go/a\\b.tar.gz", "go/a.tar.gz\n", "Go/a.tar.gz", "sumdb/a.tar.gz",
        "go/-a.tar.gz", "go/a:b.tar.gz", "go/" + String(repeating: "a", count: 200) + ".tar.gz",
    ])
    func `a path that leads elsewhere, or is not portable, is rejected`(text: String) {
        #expect(MirrorPath(text) == nil)
    }

    @Test func `an official name belongs to its version and architecture`() throws {
        #expect(try Self.possibleEntry("go1.27.2.linux-amd64.tar.gz") == nil)
        #expect(try Self.possibleEntry("go1.27.3.linux-arm64.tar.gz") == nil)
        #expect(try Self.entry("go1.27.3-vendor.tgz").hasProof)
    }
}
