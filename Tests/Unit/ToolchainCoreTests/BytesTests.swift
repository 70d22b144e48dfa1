import TestSupport
import Testing

@testable import ToolchainCore

@Suite(.unitLimit)
struct BytesTests {
    @Test(arguments: [
        ("a-go1-go2", "-go", 1, 5), ("aaa", "aa", 0, 1), ("abc", "abc", 0, 0),
        ("/\u{301}/", "/", 0, 3),
    ])
    func `the first and the last occurrence of bytes are found`(
        text: String,
        needle: String,
        first: Int,
        last: Int
    ) throws {
        func offset(_ range: Range<String.Index>?) throws -> Int {
            let range = try #require(range)
            #expect(Array(text.utf8[range]) == Array(needle.utf8))
            return text.utf8.distance(from: text.startIndex, to: range.lowerBound)
        }
        #expect(try offset(text.range(ofFirst: needle)) == first)
        #expect(try offset(text.range(ofLast: needle)) == last)
        #expect(text.contains(text: needle))
    }

    @Test(arguments: [("abc", "d"), ("abc", ""), ("", "a"), ("ab", "abc"), ("é", "e")])
    func `text that does not occur is not found`(text: String, needle: String) {
        #expect(text.range(ofFirst: needle) == nil)
        #expect(text.range(ofLast: needle) == nil)
        #expect(!text.contains(text: needle))
        #expect(text.replacing(text: needle, with: "x").hasSameBytes(as: text))
    }

    @Test func `all occurrences are replaced, but not those in the replacement`() {
        #expect("{a}-{a}".replacing(text: "{a}", with: "{a}{a}") == "{a}{a}-{a}{a}")
        #expect("\"\u{301}".replacing(text: "\"", with: "\\\"").hasSameBytes(as: "\\\"\u{301}"))
        #expect("aaa".replacing(text: "aa", with: "") == "a")
    }

    @Test func `only ASCII digits are digits`() {
        #expect(
            "0123456789".utf8.allSatisfy { $0.isDigit } && "0123456789".allSatisfy { $0.isDigit }
        )
        #expect(!"/:aA ".utf8.contains { $0.isDigit })
        #expect(!"٣３²".contains { $0.isDigit } && !"1\u{301}".contains { $0.isDigit })
        #expect("0123456789abcdef".utf8.allSatisfy { $0.isLowercaseHexDigit })
        #expect(!"gA/:`".utf8.contains { $0.isLowercaseHexDigit })
    }

    @Test(arguments: [
        ("", "''"), ("/a/b-1.2_c", "/a/b-1.2_c"), ("--format=json", "--format=json"),
        ("a b", "'a b'"), ("it's", #"'it'\''s'"#), ("a\tb", #"$'a\tb'"#), ("$(id)", "'$(id)'"),
        ("~", "'~'"), ("ä", "'ä'"),
    ])
    func `a shell word is quoted if necessary`(text: String, word: String) {
        #expect(ShellQuoting.word(text) == word)
        #expect(ShellQuoting.unquoted(ShellQuoting.quoted(text)) == text)
    }

    @Test(arguments: ["", "'", "a", "'a'b'", "'a", #"'a'\'b'"#, "\"a\""])
    func `only words quoted by gotoolprov are unquoted`(word: String) {
        #expect(ShellQuoting.unquoted(word) == nil)
    }
}
