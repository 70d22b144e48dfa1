import Mirrors
import TestSupport
import Testing
import ToolchainCore

/// index.html of a mirror, for people.
@Suite(.unitLimit)
struct MirrorPageTests {
    private static func page(_ index: MirrorIndex) -> String {
        String(decoding: MirrorPage(index).bytes, as: UTF8.self)
    }

    private static func go(_ version: String, log: String? = nil) throws -> MirrorEntry {
        let parsed = try #require(GoVersion(version))
        let contents = PinnedArchive.Contents.go(parsed)
        let name = parsed.archiveFileName(for: GoPlatform(.amd64))
        let hash = try #require(ModuleHash(parsing: MirrorIndexTests.hash))
        let path = try #require(MirrorPath(of: contents, fileName: name))
        let digest = try #require(SHA256Digest(String(repeating: "ab", count: 32)))
        return try #require(
            MirrorEntry(
                contents,
                architecture: .amd64,
                path: path,
                byteCount: 70_000_000,
                digest: digest,
                evidence: .pinned,
                log: log.map {
                    Receipt.LogRecord(name: $0, record: 7, treeSize: 8, hash: hash)
                }
            )
        )
    }

    @Test func `the page lists each archive with its link, size, digest and evidence`() throws {
        var index = try MirrorIndexTests.index()
        for version in ["1.9.2", "1.21.13", "1.28rc1"] { index.insert(try Self.go(version)) }
        let page = Self.page(index)
        for entry in index.entries {
            #expect(page.contains("<a href=\"\(entry.path)\">\(entry.contents.name)</a>"))
            #expect(page.contains("<code>\(entry.digest)</code>"))
            #expect(!entry.hasProof || page.contains("href=\"\(entry.path).tlog-proof\""))
        }
        for phrase in [
            "66.7 MiB", "record 7 of sum.golang.org", "in a catalog of this site",
            "in the catalog of gotoolprov", "gotoolprov ensure go1.27.3 --mirror URL", "arm64",
            "<html lang=\"en\">", "prefers-color-scheme: dark", "<th scope=\"row\">",
        ] { #expect(page.contains(phrase), "\(phrase): \(page)") }
        let order = try ["go1.28rc1<", "go1.27.3<", "go1.21.13<", "go1.9.2<"].map { name in
            try #require(page.range(ofFirst: ">\(name)")).lowerBound
        }
        #expect(order == order.sorted(), "the newest comes first")
        #expect(MirrorPage(index).bytes == MirrorPage(index).bytes, "it is a pure function")
    }

    @Test func `the page has no script and loads nothing`() throws {
        let page = Self.page(try MirrorIndexTests.index()).lowercased()
        for part in ["<script", "javascript:", "http://", "https://", " src=", "@import", "url("] {
            #expect(!page.contains(part), "\(part)")
        }
    }

    @Test func `names from the index are escaped`() throws {
        var index = MirrorIndex()
        index.insert(try Self.go("1.27.3", log: "x\"'><script>&\u{202E}"))
        let page = Self.page(index)
        #expect(page.contains("record 7 of x&quot;&#39;&gt;&lt;script&gt;&amp;\u{FFFD}</a>"))
        #expect(!page.contains("<script>"))
    }

    @Test func `an empty mirror says so`() {
        let page = Self.page(MirrorIndex())
        #expect(page.contains("The mirror is empty.") && !page.contains("<table>"))
        #expect(page.contains("ensure go@latest"))
        #expect(page.hasPrefix(MirrorPage.beginning))
    }
}
