import TestSupport
import Testing

@testable import ToolchainCore

@Suite(.unitLimit)
struct JSONTests {
    @Test(arguments: [
        "null", "true", " [ ] ", "{}", "[1, -0, 1.5e+3, 12]", #"{"a": {"b": [null]}}"#,
        #""\u00e4\ud83d\ude00\n\"\\\/""#, "\"ä\"", "0",
    ])
    func `both dialects accept RFC 8259`(text: String) throws {
        let strict = try JSONReader.read(Array(text.utf8), dialect: .strict)
        #expect(try JSONReader.read(Array(text.utf8), dialect: .withComments) == strict)
    }

    @Test func `strings are unescaped`() throws {
        let text = #""\u00e4\ud83d\ude00\n\"\\\/\t""#
        let node = try JSONReader.read(Array(text.utf8), dialect: .strict)
        #expect(try node.string() == "ä😀\n\"\\/\t")
    }

    /// Invalid documents, and the location of the error.
    static let mistakes: [(text: String, line: Int, column: Int)] = [
        ("", 1, 1), ("{", 1, 2), ("[1,]", 1, 4), ("[1 2]", 1, 4), ("{\"a\" 1}", 1, 6),
        ("{a: 1}", 1, 2), ("[01]", 1, 4), ("[1.]", 1, 4), ("[.5]", 1, 2), ("[1e]", 1, 4),
        ("[-]", 1, 3), ("\"a\nb\"", 1, 3), ("\"\\x\"", 1, 3), ("\"\\ud800\"", 1, 8),
        ("\"abc", 1, 1), ("tru", 1, 1), ("nullx", 1, 5), ("[]\n[]", 2, 1), ("// no", 1, 1),
        ("{\"a\": 1,\n \"a\": 2}", 2, 2), ("[\"ä\", x]", 1, 7), ("'a'", 1, 1), ("[NaN]", 1, 2),
        ("\u{FEFF}[]", 1, 1),
    ]

    @Test(arguments: mistakes)
    func `an error has a line and a column`(text: String, line: Int, column: Int) {
        let document = Array(text.utf8)
        #expect {
            try JSONReader.read(document, dialect: .strict)
        } throws: { error in
            guard let place = (error as? JSONError)?.location(in: document) else { return false }
            return place == (line, column)
        }
    }

    @Test func `comments, trailing commas and a byte order mark are accepted if allowed`() throws {
        let text = "\u{FEFF}// head\n{ /* a */ \"a\": [1, 2,], // b\n \"b\": {},\n}\n/* end */"
        let node = try JSONReader.read(Array(text.utf8), dialect: .withComments)
        let plain = try JSONReader.read(Array(#"{"a":[1,2],"b":{}}"#.utf8), dialect: .strict)
        var one = try node.object()
        var other = try plain.object()
        #expect(try one.require("a").elements().count == other.require("a").elements().count)
        #expect(throws: JSONError.self) {
            try JSONReader.read(Array("/* open".utf8), dialect: .withComments)
        }
        #expect(throws: JSONError.self) {
            try JSONReader.read(Array("[,]".utf8), dialect: .withComments)
        }
    }

    @Test func `deep nesting and invalid UTF-8 are rejected`() {
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
        #expect(throws: JSONError.self) { try JSONReader.read(deep, dialect: .strict) }
        #expect(throws: JSONError.self) {
            try JSONReader.read([0x22, 0xFF, 0x22], dialect: .strict)
        }
    }

    @Test func `a document survives a round trip`() throws {
        let value: JSONValue = [
            "text": "a\"\\\n\t\u{1B}[31m\u{7F}ä😀", "list": [1, true, nil, [], [:]], "empty": "",
        ]
        let node = try JSONReader.read(Array(value.rendered.utf8), dialect: .strict)
        var object = try node.object()
        #expect(try object.require("text").string() == "a\"\\\n\t\u{1B}[31m\u{7F}ä😀")
        #expect(try object.require("list").elements().count == 5)
        // A terminal must not interpret untrusted text.
        #expect(!value.rendered.unicodeScalars.contains("\u{1B}"))
    }
}
