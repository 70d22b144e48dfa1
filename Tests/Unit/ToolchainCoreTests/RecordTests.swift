import TestSupport
import Testing

@testable import ToolchainCore

@Suite(.unitLimit)
struct RecordTests {
    static func receipt() throws -> Receipt {
        let digest = try #require(SHA256Digest(hexadecimal: String(repeating: "0f", count: 32)))
        let pin = PinnedArchive(
            .go(try #require(GoVersion("1.99.1"))),
            platform: GoPlatform(.amd64),
            fileName: "go1.99.1.linux-amd64.tar.gz",
            digest: digest,
            byteCount: 5,
            voucher: .commandLine
        )
        return Receipt(
            of: .go(try #require(GoVersion("1.21.13"))),
            archive: pin,
            archiveByteCount: 5,
            source: "/mnt/a \"b\"\n",
            index: Receipt.IndexSummary(digest: digest, fileCount: 3, byteCount: 4),
            installedAt: "2026-11-23T01:02:03Z",
            installedBy: "gotoolprov 0"
        )
    }

    @Test func `a receipt survives a round trip`() throws {
        let receipt = try Self.receipt()
        #expect(try Receipt(parsing: Array(receipt.document.rendered.utf8)) == receipt)
    }

    @Test func `a receipt truncated at any position is rejected`() throws {
        let document = Array(try Self.receipt().document.rendered.utf8)
        // Only the last line feed is optional.
        for count in 0..<(document.count - 1) {
            #expect(throws: JSONError.self) { try Receipt(parsing: Array(document.prefix(count))) }
        }
        let zeroed = [UInt8](repeating: 0, count: document.count)
        #expect(throws: JSONError.self) { try Receipt(parsing: zeroed) }
    }

    @Test func `an index is an mtree specification sorted by path`() throws {
        let digest = try #require(SHA256Digest(hexadecimal: String(repeating: "0f", count: 32)))
        let index = TreeIndex([
            .init(path: "b c#é", mode: 0o755, kind: .file(byteCount: 7, digest: digest)),
            .init(path: "a", mode: 0o755, kind: .directory),
            .init(path: "B", mode: 0o644, kind: .file(byteCount: 5, digest: digest)),
        ])
        #expect(
            String(decoding: index.specification, as: UTF8.self) == """
                #mtree
                . type=dir mode=0755
                ./B type=file mode=0644 size=5 sha256digest=\(digest)
                ./a type=dir mode=0755
                ./b\\040c\\043\\303\\251 type=file mode=0755 size=7 sha256digest=\(digest)

                """
        )
        #expect(index.fileCount == 2)
        #expect(index.byteCount == 12)
        #expect(try TreeIndex(parsing: index.specification).entries == index.entries)
    }

    @Test(arguments: [
        "", "#mtree\n", "#mtree\n. type=dir mode=0755", "#mtree\n. type=dir mode=0700\n",
        "./a type=dir mode=0755", "a type=dir mode=0755\n", "./a type=link mode=0755\n",
        "./a type=dir\n", "./a type=dir mode=0999\n", "./../a type=dir mode=0755\n",
        "./a/../b type=dir mode=0755\n", "./ type=dir mode=0755\n", "./a\\ type=dir mode=0755\n",
        "./a\\777 type=dir mode=0755\n", "./\\377 type=dir mode=0755\n",
        "./a\\000 type=dir mode=0755\n", "./a type=file mode=0644 size=-1 sha256digest=00\n",
        "./a type=file mode=0644 size=1\n", "./b type=dir mode=0755\n./a type=dir mode=0755\n",
        "./a type=dir mode=0755\n./a type=dir mode=0755\n",
    ])
    func `text that gotoolprov cannot have written is rejected`(text: String) {
        let head = text.isEmpty || text.hasPrefix("#") ? "" : "#mtree\n. type=dir mode=0755\n"
        #expect(throws: TreeIndex.ParsingError.self) {
            try TreeIndex(parsing: Array((head + text).utf8))
        }
    }

    @Test func `a launcher is recognized by its second line`() throws {
        let launcher = Launcher(
            version: try #require(GoVersion("1.21.13")),
            goRoot: "/home/o'neil/sdk/go1.21.13"
        )
        #expect(Launcher.isLauncher(Array(launcher.script.utf8)))
        #expect(launcher.script.contains(#"GOROOT='/home/o'\''neil/sdk/go1.21.13'"#))
        #expect(!Launcher.isLauncher(Array("#!/bin/sh\nexec go \"$@\"\n".utf8)))
        #expect(!Launcher.isLauncher([]))
    }

    @Test func `a quote with a combining accent is still quoted`() {
        #expect(ShellQuoting.quoted("a'\u{301}; echo") == "'a'\\''\u{301}; echo'")
        #expect(ShellQuoting.quoted("") == "''")
    }

    @Test func `every kind of failure has its documented exit status`() {
        let statuses: [(Failure.Kind, Int32)] = [
            (.usage, 64), (.integrity, 65), (.unavailable, 69), (.defect, 70), (.destination, 73),
            (.busy, 75), (.configuration, 78), (.interrupted(signal: 15), 143),
        ]
        for (kind, status) in statuses { #expect(kind.exitStatus == status) }
    }
}
