import TestSupport
import Testing

@testable import ToolchainCore

@Suite(.unitLimit)
struct ManifestTests {
    @Test func `all keys of a manifest are read`() throws {
        let manifest = try Manifest(
            parsing: Array(
                """
                // A comment.
                {
                  "$schema": "x",
                  "go": {
                    "versions": ["go1.21.13", "1.27",],
                    "default": "1.27", "minimum": "1.21", "cooldown": 14, /* and another */
                  },
                  "mirrors": ["/srv/go", "file:///mnt"], "catalogs": ["c.json"],
                  "sdkRoot": "~/sdk", "gobin": "~/bin", "durability": "none",
                }
                """.utf8
            )
        )
        #expect(manifest.versions.map(\.text) == ["go1.21.13", "1.27"])
        #expect(manifest.requests.map(\.version.description) == ["go1.21.13", "go1.27"])
        #expect(manifest.defaultVersion?.version == manifest.versions[1].version)
        #expect(manifest.minimum?.description == "1.21")
        #expect(manifest.cooldownDays == 14)
        #expect(manifest.mirrors.map(\.text) == ["/srv/go", "file:///mnt"])
        #expect(manifest.catalogs == ["c.json"])
        #expect(manifest.sdkRoot == "~/sdk")
        #expect(manifest.goBin == "~/bin")
        #expect(manifest.durability == Durability.none)
    }

    @Test func `a mirror may have a file of headers, but no headers in the manifest`() throws {
        let manifest = try Manifest(
            parsing: Array(
                #"{"mirrors": ["/a", {"url": "HTTPS://b", "headerFile": "c"}, {"url": "/d"}]}"#.utf8
            )
        )
        #expect(
            manifest.mirrors == [.init("/a"), .init("HTTPS://b", headerFile: "c"), .init("/d")]
        )
        for (entry, reason) in [
            (#"{"url": "https://b", "headers": {"A": "b"}}"#, "name it in `headerFile`"),
            (#"{"url": "/b", "headerFile": "c"}"#, "http"), (#"{"headerFile": "c"}"#, "`url`"),
            (#"{"url": "https://b", "headerfile": "c"}"#, "headerfile"), ("1", "a string or an"),
            (#"{"url": "https://b", "headerFile": ""}"#, "a path"), (#""""#, "a path"),
        ] {
            let error = #expect(throws: JSONError.self) {
                try Manifest(parsing: Array(#"{"mirrors": [\#(entry)]}"#.utf8))
            }
            #expect(error?.reason.contains(reason) == true, "\(entry): \(error as Any)")
        }
    }

    @Test func `the former key for catalogs is read, but not together with the current one`() throws
    {
        let former = try Manifest(parsing: Array(#"{"catalogues": ["c.json"]}"#.utf8))
        #expect(former.catalogs == ["c.json"])
        #expect(throws: JSONError.self) {
            try Manifest(parsing: Array(#"{"catalogues": [], "catalogs": []}"#.utf8))
        }
    }

    @Test(
        arguments: [
            ("{}", nil), (#"{"log": true}"#, .official), (#"{"log": false}"#, .disabled),
            (#"{"log": {}}"#, .database(key: nil, url: nil)),
            (#"{"log": {"key": "k", "url": "u"}}"#, .database(key: "k", url: "u")),
        ] as [(String, Manifest.Log?)]
    )
    func `a log is disabled, the official one, or another`(text: String, log: Manifest.Log?) throws
    {
        #expect(try Manifest(parsing: Array(text.utf8)).log == log)
    }

    @Test func `an unlisted default and a minimum without versions are requested too`() throws {
        let one = try Manifest(
            parsing: Array(#"{"go": {"versions": ["1.21.13"], "default": "1.27"}}"#.utf8)
        )
        #expect(one.requests.map(\.version.description) == ["go1.21.13", "go1.27"])
        let other = try Manifest(parsing: Array(#"{"go": {"minimum": "1.26"}}"#.utf8))
        #expect(other.requests.map(\.version.description) == ["go>=1.26"])
        #expect(try Manifest(parsing: Array("{}".utf8)).requests.isEmpty)
    }

    /// Invalid manifests, and the location of the error.
    static let mistakes: [(text: String, reason: String, line: Int, column: Int)] = [
        ("{\n  \"mirorrs\": []\n}", "unknown key `mirorrs`", 2, 3),
        ("{\"go\": {\"version\": []}}", "unknown key `version`", 1, 9),
        ("{\n\"mirrors\": [],\n  \"mirrors\": []}", "duplicate key", 3, 3),
        ("{\"log\": 1}", "expected `false` or an object, found a number", 1, 9),
        ("{\"log\": {\"name\": 1}}", "unknown key `name`", 1, 10),
        ("{\"mirrors\": \"/srv\"}", "expected an array, found a string", 1, 13),
        ("{\"go\": [\n]}", "expected an object, found an array", 1, 8),
        ("{\"go\": {\"versions\": [\n  \"go1.21.0\", 5]}}", "expected a string", 2, 15),
        ("{\"go\": {\"versions\": [1.20]}}", "found the number 1.20; quote it", 1, 22),
        ("{\"go\": {\"versions\": [\"1.banana\"]}}", "is not a Go version", 1, 22),
        ("{\"go\": {\"default\": \"go\"}}", "does not name a Go version", 1, 20),
        ("{\"go\": {\"versions\": [\"1.21\", \"go1.21\"]}}", "occurs twice", 1, 30),
        ("{\"go\": {\"versions\": [\"1.20.14\"], \"minimum\": \"1.21\"}}", "older than", 1, 22),
        ("{\"sdkRoot\": \"\"}", "expected a path", 1, 13),
        ("[]", "expected an object, found an array", 1, 1),
        ("{\"gobin\": null}", "expected a string, found null", 1, 11),
        ("{\"go\": {\"cooldown\": -1}}", "expected a non-negative integer", 1, 21),
        ("{\"go\": {\"cooldown\": 3651}}", "expected 3650 days at most", 1, 21),
        ("{\"durability\": \"fsync\"}", "expected `syncfs` or `none`", 1, 16),
    ]

    @Test(arguments: mistakes)
    func `an error has a line and a column`(
        text: String,
        reason: String,
        line: Int,
        column: Int
    ) {
        let document = Array(text.utf8)
        #expect {
            try Manifest(parsing: document)
        } throws: { error in
            guard let error = error as? JSONError else { return false }
            let location = error.location(in: document)
            return error.reason.contains(reason) && location == (line, column)
        }
    }
}
