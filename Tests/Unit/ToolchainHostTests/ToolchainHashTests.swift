import TestSupport
import Testing

@testable import ToolchainCore
@testable import ToolchainHost

@Suite(.unitLimit)
struct ToolchainHashTests {
    /// A small tree with a case for each rule.
    static let tree = [
        "VERSION": "go1.27.1\n", "bin/go": "program", "src/go.mod": "module std\n",
        "src/fmt/print.go": "package fmt\n", "src/Zed.go": "package z\n",
        "src/cmd/go.mod": "module cmd\n", "src/cmd/a.go": "package a\n",
        "src/cmd/_h.go": "package h\n", "src/cmd/_b.go": "package b\n",
        "lib/test/kept.txt": "kept\n", "test.txt": "kept too\n",
        // Files that the hash does not cover.
        "api/go1.txt": "x", "doc/a/go.mod": "x", "misc/x": "x", "test/_go.mod": "x",
    ]

    static func files(_ tree: [String: String]) throws -> [(path: String, digest: SHA256Digest)] {
        try tree.map { ($0.key, try SHA256Digest(of: Array($0.value.utf8))) }
    }

    static func module(
        _ version: String = "1.27.1",
        _ architecture: GoArchitecture = .amd64
    ) throws -> ToolchainModule {
        ToolchainModule(try #require(GoVersion(version)), GoPlatform(architecture))
    }

    static func hash(
        _ tree: [String: String],
        _ layout: ToolchainFileList.Layout = .archive
    ) throws -> String {
        let list = try ToolchainFileList(try module(), files: try files(tree), layout: layout)
        return try ModuleHash(of: list).description
    }

    /// Computed with Python's hashlib, by the rules of `cmd/distpack` and `sumdb/dirhash`.
    @Test(
        arguments: [
            ("1.27.1", .amd64, "h1:QP2RqVrP1WXALSBDvPvdjd/2DIZoWIMu1eHkro5O5W8="),
            ("1.27.1", .arm, "h1:Z6bUUxBeJF77AQc3E3Nw54+NDs3MSjnrY9CH/0Q2Kzc="),
            ("1.21rc2", .amd64, "h1:ErxqFqK+Tj0T9sNEx/1bjyraADzDODLSbQOzURodMAU="),
        ] as [(String, GoArchitecture, String)]
    )
    func `a tree has the hash of its module`(
        version: String,
        architecture: GoArchitecture,
        expected: String
    ) throws {
        let module = try Self.module(version, architecture)
        let files = try Self.files(Self.tree)
        let list = try ToolchainFileList(module, files: files)
        #expect(list.count == 11)
        #expect(try ModuleHash(of: list).description == expected)
        // The order of a dictionary differs in each run; an index is sorted by path.
        let entries = files.map { path, digest in
            TreeIndex.Entry(path: path, mode: 0o644, kind: .file(byteCount: 1, digest: digest))
        }
        let directory = TreeIndex.Entry(path: "src", mode: 0o755, kind: .directory)
        let index = TreeIndex(entries + [directory])
        let indexed = try ToolchainFileList(module, index: index)
        #expect(try ModuleHash(of: indexed).description == expected)
    }

    @Test(
        arguments: [
            ([:], "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
            (["VERSION": ""], "h1:+UjMKtlkzYgkmGNQ+z8zqdON48xRsCW69WuJKSIpMeg="),
            (
                [
                    "go.mod": "module x\n", "src/ümlaut.go": "package u\n", "src/xgo.mod": "",
                    "src/go.mod/a.go": "a",
                ],
                "h1:W2lexQdJRj70KJgesHkeszo5Xd1j1GeVnmAm/LpTxr8="
            ),
        ] as [([String: String], String)]
    )
    func `only files named go.mod are renamed`(tree: [String: String], expected: String) throws {
        #expect(try Self.hash(tree) == expected)
    }

    @Test(arguments: ["api/new", "doc/new", "misc/new", "test/new", "doc/a/_go.mod", "test/a\nb"])
    func `four top-level directories do not affect the hash`(path: String) throws {
        var tree = Self.tree
        tree[path] = "whatever"
        #expect(try Self.hash(tree) == Self.hash(Self.tree))
    }

    @Test(arguments: ["api", "docs/new", "src/test/new", "lib/api/new", "./api/new", "README.md"])
    func `all other files affect the hash`(path: String) throws {
        var tree = Self.tree
        tree[path] = "whatever"
        #expect(try Self.hash(tree) != Self.hash(Self.tree))
    }

    @Test func `contents and names affect the hash`() throws {
        var changed = Self.tree
        changed["bin/go"] = "Program"
        #expect(try Self.hash(changed) != Self.hash(Self.tree))
        var moved = Self.tree
        moved["bin/Go"] = moved.removeValue(forKey: "bin/go")
        #expect(try Self.hash(moved) != Self.hash(Self.tree))
        var missing = Self.tree
        missing["bin/go"] = nil
        #expect(try Self.hash(missing) != Self.hash(Self.tree))
    }

    @Test(arguments: ["_go.mod", "src/_go.mod", "src/cmd/new/_go.mod"])
    func `an archive with a renamed go.mod is rejected`(path: String) throws {
        var tree = Self.tree
        tree[path] = "module std\n"
        #expect(throws: ToolchainFileList.Problem.reservedName(path: path)) {
            try Self.hash(tree)
        }
    }

    @Test(arguments: ["src/a\nb", "\n", "src/go.mod\n"])
    func `a name with a line feed is rejected`(path: String) throws {
        var tree = Self.tree
        tree[path] = ""
        #expect(throws: ToolchainFileList.Problem.lineFeed(path: path)) { try Self.hash(tree) }
    }

    // MARK: The module cache

    /// The same tree as `go` unpacks the module.
    static let cached: [String: String] = {
        var cached = tree.filter { !["api", "doc", "misc"].contains($0.key.prefix { $0 != "/" }) }
        cached["test/_go.mod"] = nil
        cached["src/_go.mod"] = cached["src/go.mod"]
        cached["src/cmd/_go.mod"] = cached["src/cmd/go.mod"]
        return cached
    }()

    @Test func `a module cache has the same hash, before and after its first use`() throws {
        let expected = try Self.hash(Self.tree)
        #expect(try Self.hash(Self.cached, .moduleCache) == expected)
        var unused = Self.cached
        unused["src/go.mod"] = nil
        unused["src/cmd/go.mod"] = nil
        #expect(try Self.hash(unused, .moduleCache) == expected)
    }

    @Test func `a go.mod that differs from its original is rejected`() throws {
        let problem = ToolchainFileList.Problem.unpairedModuleFile(path: "src/cmd/go.mod")
        var changed = Self.cached
        changed["src/cmd/go.mod"] = "module other\n"
        #expect(throws: problem) { try Self.hash(changed, .moduleCache) }
        var alone = Self.cached
        alone["src/cmd/_go.mod"] = nil
        #expect(throws: problem) { try Self.hash(alone, .moduleCache) }
    }

    // MARK: Size

    @Test func `the pieces of a list form its text`() throws {
        let files = try Self.files(Self.tree)
        let list = try ToolchainFileList(try Self.module(), files: files)
        var whole: [[UInt8]] = []
        list.forEachPiece { whole.append($0) }
        #expect(whole.count == 1)
        for byteCount in [1, 100, 1000] {
            var pieces: [[UInt8]] = []
            list.forEachPiece(byteCount: byteCount) { pieces.append($0) }
            #expect(pieces.count > 1 || byteCount == 1000)
            #expect(Array(pieces.joined()) == whole.first)
        }
        let lines = String(decoding: try #require(whole.first), as: UTF8.self)
        #expect(
            lines.split(separator: "\n").first
                == """
                43bb3b9eaea0faf610580f2c096ababece9f63341427a3b0286a8070fd5070f9  \
                golang.org/toolchain@v0.0.1-go1.27.1.linux-amd64/VERSION
                """
        )
    }
}
