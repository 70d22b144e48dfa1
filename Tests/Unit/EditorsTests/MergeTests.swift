import Editors
import TestSupport
import Testing

/// Merges into typical settings files.
@Suite(.unitLimit)
struct MergeTests {
    static let wanted = GoEditorSettings(
        go: "/home/u/sdk/go1.24.11/bin/go",
        delve: "/home/u/go/bin/dlv",
        isOffline: true
    )

    func merged(_ text: String) throws -> String {
        let document = try JSONCDocument(Array(text.utf8))
        let merged = try Self.wanted.merged(into: document)
        #expect(try Self.wanted.merged(into: merged).bytes == merged.bytes, "not idempotent")
        #expect(try Self.wanted.removed(from: merged, original: document) == document.bytes)
        return String(decoding: merged.bytes, as: UTF8.self)
    }

    @Test func `a missing or empty file becomes a formatted one`() throws {
        let expected = """
            {
                "go.alternateTools": {
                    "go": "/home/u/sdk/go1.24.11/bin/go",
                    "dlv": "/home/u/go/bin/dlv"
                },
                "go.toolsEnvVars": {
                    "GOTOOLCHAIN": "local"
                },
                "go.toolsManagement.checkForUpdates": "off",
                "go.toolsManagement.autoUpdate": false
            }

            """
        #expect(try merged("") == expected)
        #expect(try merged("\n") == "\n" + expected)
        #expect(try merged("\u{FEFF}") == "\u{FEFF}" + expected)
        #expect(try merged("// mine") == "// mine\n" + expected)
        #expect(try merged("{}") == String(expected.dropLast()))
        #expect(try merged("{\n}\n") == expected)
    }

    @Test func `comments, trailing commas, indentation and the user's tools are kept`() throws {
        let text = """
            // Machine settings, kept by hand.
            {
              "files.eol": "\\n", // as git has it
              /* our tools */
              "go.alternateTools": {
                "gofumpt": "/opt/gofumpt", // pinned
                "go": "go1.22", /* old */
              },
              "go.toolsEnvVars": { "GOFLAGS": "-mod=mod" /* x */ },
              "editor.rulers": [80, 100,], // last
              // "go.goroot": "/usr/local/go"
            }
            """
        #expect(
            try merged(text) == """
                // Machine settings, kept by hand.
                {
                  "files.eol": "\\n", // as git has it
                  /* our tools */
                  "go.alternateTools": {
                    "gofumpt": "/opt/gofumpt", // pinned
                    "go": "/home/u/sdk/go1.24.11/bin/go", /* old */
                    "dlv": "/home/u/go/bin/dlv",
                  },
                  "go.toolsEnvVars": { "GOFLAGS": "-mod=mod", /* x */ "GOTOOLCHAIN": "local" },
                  "editor.rulers": [80, 100,], // last
                  "go.toolsManagement.checkForUpdates": "off",
                  "go.toolsManagement.autoUpdate": false,
                  // "go.goroot": "/usr/local/go"
                }
                """
        )
    }

    @Test func `a comment after the last value stays there`() throws {
        let text = "{\r\n\t\"a\": 1 // about a\r\n\t// the end\r\n}\r\n"
        let result = try merged(text)
        #expect(
            result.hasPrefix(
                "{\r\n\t\"a\": 1, // about a\r\n\t\"go.alternateTools\": {\r\n\t\t\"go\""
            )
        )
        #expect(
            result.hasSuffix("\"go.toolsManagement.autoUpdate\": false\r\n\t// the end\r\n}\r\n")
        )
        #expect(
            !result.utf8.indices.contains { index in
                result.utf8[index] == 10
                    && (index == result.utf8.startIndex
                        || result.utf8[result.utf8.index(before: index)] != 13)
            }
        )
    }

    @Test(arguments: [
        ("{\"a\":1}", "{\"a\":1, \"go.alternateTools\": {\"go\": "),
        ("{\"a\":1,}", "{\"a\":1, \"go.alternateTools\": {\"go\": "),
        ("{\"a\":1 // c\n}", "{\"a\":1, // c\n    \"go.alternateTools\": {\n        \"go\": "),
        ("{ /* c */ }", "{ /* c */\n    \"go.alternateTools\": {\n"),
        ("{ // c\r}", "{ // c\r    \"go.alternateTools\": {\r"),
        ("{\n\t\"a\": {}}", "{\n\t\"a\": {},\n\t\"go.alternateTools\": {\n\t\t\"go\": "),
        ("{\n  \"a\": 1\n  , // x\n}", "{\n  \"a\": 1\n  , // x\n  \"go.alternateTools\": {\n"),
        (
            "{\"go\\u002ealternateTools\": {\"g\\u006f\": 1}}",
            "{\"go\\u002ealternateTools\": {\"g\\u006f\": \"/h"
        ),
    ])
    func `unusual layouts are kept`(text: String, start: String) throws {
        let result = try merged(text)
        #expect(result.utf8.starts(with: start.utf8), "\(result)")
    }

    @Test func `a setting that already has the value keeps its spelling`() throws {
        let text = #"{"go.toolsEnvVars": {"GOTOOLCHAIN": "l\u006fcal"}}"#
        let document = try JSONCDocument(Array(text.utf8))
        #expect(try GoEditorSettings().merged(into: document).bytes == document.bytes)
    }

    @Test func `duplicate keys of other settings are ignored`() throws {
        #expect(try merged(#"{"a": 1, "a": 2}"#).hasPrefix(#"{"a": 1, "a": 2, "go.alt"#))
    }

    /// Invalid files, each with the reason and position.
    static let refusals: [(text: String, reason: SettingsRefusal.Reason, line: Int, column: Int)] =
        [
            (
                "{\n \"go.alternateTools\": {},\n \"go.alternateTools\": {}\n}",
                .repeated(key: "go.alternateTools"), 3, 2
            ),
            (
                #"{"go.alternateTools": {"dlv": "a", "dlv": "b"}}"#, .repeated(key: "dlv"), 1, 36
            ),
            (#"{"go.alternateTools": null}"#, .notAnObject(key: "go.alternateTools"), 1, 23),
            ("[]", .notAnObject(key: nil), 1, 1), ("\u{FEFF}12", .notAnObject(key: nil), 1, 1),
            (
                #"{"go.alternateTools": {"go": ["x"]}}"#, .notPlain(key: "go.alternateTools.go"), 1,
                30
            ),
            ("{\r\n\"a\" 1}", .malformed("expected `:` after the key"), 2, 5),
            ("{\"ä\": x}", .malformed("expected a value"), 1, 7),
            ("{\"a\": 1", .malformed("expected `,` or `}`"), 1, 8),
            ("{\"a\": 1 \"b\": 2}", .malformed("expected `,` or `}`"), 1, 9),
            ("{,}", .malformed("expected a key in quotes"), 1, 2),
            ("{\"a\": 'x'}", .malformed("expected a value"), 1, 7),
            ("{\"a\": \"x\ny\"}", .malformed("control character in a string"), 1, 9),
            ("{} {}", .malformed("expected the end of the file"), 1, 4),
            ("{\"a\": 1} /* x", .malformed("unterminated comment"), 1, 10),
            ("{\"a\": \"x", .malformed("unterminated string"), 1, 7),
            ("<<<<<<< HEAD\n{}", .malformed("expected a value"), 1, 1),
        ]

    @Test(arguments: refusals)
    func `a file that cannot be changed safely is rejected with the position`(
        text: String,
        reason: SettingsRefusal.Reason,
        line: Int,
        column: Int
    ) {
        #expect {
            try Self.wanted.merged(into: JSONCDocument(Array(text.utf8)))
        } throws: { error in
            guard let refusal = error as? SettingsRefusal else { return false }
            return refusal.reason == reason && refusal.line == line && refusal.column == column
        }
    }

    @Test(
        arguments: [
            [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D], [0xFF, 0xFE, 0x7B, 0, 0x7D, 0],
            [0x2F, 0x2F, 0xC3], [0xED, 0xA0, 0x80],
        ] as [[UInt8]]
    )
    func `a file that is not UTF-8 is rejected`(bytes: [UInt8]) {
        #expect {
            try JSONCDocument(bytes)
        } throws: { ($0 as? SettingsRefusal)?.reason == .notUTF8 }
    }

    @Test func `nesting is limited, and large files take linear time`() throws {
        for bracket in ["[", "{\"a\":"] {
            #expect {
                try JSONCDocument(Array(String(repeating: bracket, count: 100_000).utf8))
            } throws: { ($0 as? SettingsRefusal)?.reason == .tooDeep }
        }
        let many = (0..<5_000).map { "  \"key\($0)\": \"value\"" }.joined(separator: ",\n")
        #expect(try merged("{\n\(many)\n}\n").hasSuffix("false\n}\n"))
    }
}

extension GoEditorSettings {
    /// Merges settings into `original`, and removes them from `document`.
    func removed(
        from document: JSONCDocument,
        original: JSONCDocument
    ) throws(SettingsRefusal) -> [UInt8] {
        try WrittenSettings().noting(self, in: original)
            .removed(from: document, original: original).document.bytes
    }
}
