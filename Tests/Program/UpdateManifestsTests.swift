import TestSupport
import Testing
import ToolchainCore

/// Tests of Scripts/update-manifests.
@Suite(.programLimit)
struct UpdateManifestsTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// Returns a download list in the format of go.dev's `?mode=json&include=all`.
    static func downloads(version: String, sha256: String, size: Int = 5) -> String {
        """
        [{"version": "\(version)", "stable": true, "files": [
          {"filename": "\(version).linux-amd64.tar.gz", "os": "linux", "arch": "amd64",
           "version": "\(version)", "sha256": "\(sha256)", "size": \(size), "kind": "archive"},
          {"filename": "\(version).linux-armv6l.tar.gz", "os": "linux", "arch": "armv6l",
           "version": "\(version)", "sha256": "\(sha256)", "size": \(size), "kind": "archive"},
          {"filename": "\(version).src.tar.gz", "os": "", "arch": "",
           "version": "\(version)", "sha256": "\(sha256)", "size": \(size), "kind": "source"}]}]
        """
    }

    /// Runs the script on copies of the catalog, as of the day `updated`, and of the published hashes, and
    /// returns their new contents.
    func update(
        _ downloads: String,
        _ arguments: [String] = [],
        updated: String? = nil
    ) async throws -> (result: CommandResult, manifest: String, hashes: String) {
        let list = try sandbox.directory.write("downloads.json", downloads)
        for name in ["go.json", "go-h1.csv"] {
            let source = "\(packageDirectory)/Manifests/\(name)"
            _ = try await run("cp", [source, "\(sandbox.directory.path)/\(name)"])
        }
        let manifest = "\(sandbox.directory.path)/go.json"
        if let updated {
            let edit = "s/\"updated\":\"[0-9-]*\"/\"updated\":\"\(updated)\"/"
            try await run("sed", ["-i", edit, manifest]).expectSuccess()
        }
        let hashes = "\(sandbox.directory.path)/go-h1.csv"
        let result = try await run(
            "/usr/bin/python3",
            [
                "\(packageDirectory)/Scripts/update-manifests", list, "--manifest", manifest,
                "--hashes", hashes,
            ] + arguments
        )
        return (result, try text(of: manifest), try text(of: hashes))
    }

    func text(of path: String) throws -> String {
        String(decoding: try bytes(of: path), as: UTF8.self)
    }

    @Test func `a new release is added to the catalog`() async throws {
        let digest = String(repeating: "ab", count: 32)
        let (result, manifest, _) = try await update(
            Self.downloads(version: "go1.28.0", sha256: digest)
        )
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("go1.28.0: 2 archives added"), "\(result)")
        #expect(
            manifest.contains(
                #","archives":[{"arch":"amd64","sha256":"\#(digest)","size":5},"#
            )
        )
        #expect(manifest.contains(#"{"version":"1.28.0","listed":"2"#))
        try await validate(manifest, against: "catalog")
    }

    @Test func `a list without news changes nothing, not even the day`() async throws {
        let catalog = try Catalog(
            parsing: bytes(of: "\(packageDirectory)/Manifests/go.json"),
            voucher: .builtIn
        )
        let version = try #require(GoVersion("1.21.0"))
        let known = try #require(catalog.archive(of: version, for: GoPlatform(.amd64)))
        let size = try #require(known.byteCount)
        let list = """
            [{"version": "go1.21.0", "files": [{"filename": "\(known.fileName)", "os": "linux",
              "arch": "amd64", "sha256": "\(known.digest)", "size": \(size), "kind": "archive"}]}]
            """
        // The catalog is of an earlier day, which stays.
        let (result, manifest, _) = try await update(list, updated: "2026-01-02")
        #expect(result.status == 0 && result.output == "", "\(result)")
        let former = try text(of: "\(packageDirectory)/Manifests/go.json")
        let dated = former.replacing(/"updated":"[0-9-]+"/, with: #""updated":"2026-01-02""#)
        #expect(manifest == dated)
        let news = Self.downloads(version: "go1.28.0", sha256: String(repeating: "ab", count: 32))
        let changed = try await update(news, updated: "2026-01-02")
        #expect(!changed.manifest.contains(#""updated":"2026-01-02""#))
    }

    @Test func `a pinned digest is never changed`() async throws {
        let (result, manifest, _) = try await update(
            Self.downloads(version: "go1.21.0", sha256: String(repeating: "ab", count: 32))
        )
        #expect(result.status == 65, "\(result)")
        #expect(result.error.contains("go1.21.0.linux-amd64.tar.gz"), "\(result)")
        #expect(try manifest == text(of: "\(packageDirectory)/Manifests/go.json"))
    }

    @Test(arguments: ["", "{}", "[{}]", "<html>", downloads(version: "go1.28.0", sha256: "abc")])
    func `an invalid list changes nothing`(list: String) async throws {
        let (result, manifest, _) = try await update(list)
        #expect(result.status == 65, "\(result)")
        #expect(try manifest == text(of: "\(packageDirectory)/Manifests/go.json"))
    }
    // MARK: Published hashes

    /// Returns a response of the checksum database; the script does not verify its signature.
    static func answer(version: String, hash: String, record: Int = 99_999_999) -> String {
        """
        \(record)
        golang.org/toolchain \(version) \(hash)
        golang.org/toolchain \(version)/go.mod h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=

        go.sum database tree
        """
    }

    /// An archive of a future release, and its hash computed with Python's hashlib.
    static let archive = ArchiveFixture().directory("go/").file("go/VERSION", "go1.28.0\n")
        .file("go/src/go.mod", "module std\n").file("go/test/a.go", "x").gzipped
    static let hash = "h1:5rB10SR1dVgoeV2cUAjq70WJZVNy04bCJQfu/eVtISE="

    /// Runs the script on a list with ``archive``, the archive, and a response with `hash`.
    func publish(
        _ hash: String,
        version: String = "v0.0.1-go1.28.0.linux-amd64"
    ) async throws -> (result: CommandResult, manifest: String, hashes: String) {
        let archive = try sandbox.directory.write("go1.28.0.linux-amd64.tar.gz", Self.archive)
        let answer = try sandbox.directory.write(
            "answer",
            Self.answer(version: version, hash: hash)
        )
        let downloads = Self.downloads(
            version: "go1.28.0",
            sha256: try await sha256(of: archive),
            size: Self.archive.count
        )
        return try await update(downloads, ["--archive", archive, "--lookup", answer])
    }

    @Test func `a new digest is checked against the published hash`() async throws {
        let (result, manifest, hashes) = try await publish(Self.hash)
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("as pinned and as published"), "\(result)")
        #expect(manifest.contains(#""version":"1.28.0""#))
        #expect(hashes.hasSuffix("\n1.28.0,amd64,\(Self.hash),99999999\n"))
        let compact = try bytes(of: "\(sandbox.directory.path)/go-h1.bin")
        let known = try #require(PublishedHashes(parsing: compact))
        let version = try #require(GoVersion("1.28.0"))
        #expect(known.hash(of: version, GoPlatform(.amd64))?.description == Self.hash)
    }

    @Test(arguments: [
        // Another tree; a known hash of another record; unknown releases; invalid hashes.
        ("v0.0.1-go1.28.0.linux-amd64", "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("v0.0.1-go1.24.3.linux-amd64", hash), ("v0.0.1-go1.28.1.linux-amd64", hash),
        ("v0.0.1-go1.28.0.linux-sparc", hash), ("v0.0.1-go1.20.4.linux-amd64", hash),
        ("v0.0.1-go1.28.0.linux-amd64", "h1:AAAA"), ("v0.0.1-go1.28.0.linux-amd64", "h2:AAAA"),
    ])
    func `a contradiction changes nothing`(version: String, hash: String) async throws {
        let (result, manifest, hashes) = try await publish(hash, version: version)
        #expect(result.status == 65, "\(result)")
        #expect(result.error.contains("nothing was written"), "\(result)")
        #expect(try manifest == text(of: "\(packageDirectory)/Manifests/go.json"))
        #expect(try hashes == text(of: "\(packageDirectory)/Manifests/go-h1.csv"))
    }
}
