import TestSupport
import Testing
import ToolchainCore

@Suite(.unitLimit)
struct ArchiveMemberPathTests {
    @Test(arguments: [
        ("go/", ""), ("go", ""), ("go/VERSION", "VERSION"), ("go/src/fmt/", "src/fmt"),
        ("go/test/fixedbugs/issue27836.dir/Þfoo.go", "test/fixedbugs/issue27836.dir/Þfoo.go"),
        ("go/a..b/...", "a..b/..."), ("go/a b", "a b"),
    ])
    func `names in the top directory are accepted`(name: String, path: String) throws {
        let parsed = try ArchiveMemberPath(parsing: Array(name.utf8), topDirectory: "go")
        #expect(parsed.relativePath == path)
    }

    /// Names, and why they are rejected; the CVEs are of programs that accepted such names.
    static let refusals: [(name: [UInt8], reason: ArchiveMemberPath.Rejection)] = [
        ([], .empty),
        (Array("/go/x".utf8), .absolute),  // CVE-2007-4559
        (Array("go/../x".utf8), .escapesRoot),  // CVE-2001-1267
        (Array("../go/x".utf8), .escapesRoot),
        (Array("go/..".utf8), .escapesRoot),
        (Array("go/x/..".utf8), .escapesRoot),
        // A slash with a combining accent is one Character that is not "/", but a slash to the kernel.
        (Array("go/../\u{301}x".utf8), .escapesRoot),
        (Array("go/a/\u{301}/../../x".utf8), .escapesRoot),
        (Array("go/./x".utf8), .emptyComponent),
        (Array("./go/x".utf8), .emptyComponent),
        (Array("go//x".utf8), .emptyComponent),
        (Array("go/x//".utf8), .emptyComponent),
        (Array("src/x".utf8), .outsideTopDirectory(expected: "go")),
        (Array("Go/x".utf8), .outsideTopDirectory(expected: "go")),
        (Array("gopher".utf8), .outsideTopDirectory(expected: "go")),
        (Array("go\\x".utf8), .backslash),
        (Array("go/a\nb".utf8), .controlCharacter),  // CVE-2025-46394
        (Array("go/\u{1B}[2K".utf8), .controlCharacter),
        (Array("go/a".utf8) + [0] + Array("b".utf8), .controlCharacter),
        ([0x67, 0x6F, 0x2F, 0xFF], .notUTF8),
        ([0x67, 0x6F, 0x2F, 0xC0, 0xAF], .notUTF8),
        (Array(("go/" + String(repeating: "a", count: 256)).utf8), .tooLong),
        (Array(("go" + String(repeating: "/aaaaaaa", count: 200)).utf8), .tooLong),
    ]

    @Test(arguments: refusals)
    func `all other names are rejected`(name: [UInt8], reason: ArchiveMemberPath.Rejection) {
        #expect(throws: reason) { try ArchiveMemberPath(parsing: name, topDirectory: "go") }
    }
}
