import TestSupport
import Testing

@testable import ProvisionerCLI

/// How rows become lines, on a terminal and in a pipe.
@Suite(.unitLimit)
struct TableTests {
    static let long = "one two three four five six seven eight nine ten"

    static func lines(_ rows: [[StyledText]], _ width: Int? = nil) -> [String] {
        Table(rows).lines(fittedTo: width).map(\.plain)
    }

    @Test func `columns are aligned, and nothing is padded at the end`() {
        #expect(
            Self.lines([["a", "bb", "c"], ["aaa", "", "c"], ["a"], ["a", "bbbb"]])
                == ["a    bb    c", "aaa        c", "a", "a    bbbb"]
        )
        #expect(Self.lines([]) == [])
    }

    @Test func `a pipe gets one line for each row`() {
        #expect(Self.lines([["name", StyledText(Self.long)]]) == ["name  \(Self.long)"])
    }

    @Test func `the last column is broken between words and goes on below itself`() {
        #expect(
            Self.lines([["name", StyledText(Self.long)], ["n", "short"]], 30) == [
                "name  one two three four five", "      six seven eight nine ten",
                "n     short",
            ]
        )
    }

    @Test(arguments: 1...60)
    func `no line is wider than the terminal, and no word is lost`(width: Int) {
        let lines = Self.lines([["name", StyledText(Self.long)]], width)
        let words = lines.joined(separator: " ").split(separator: " ").map(String.init)
        #expect(words == ["name"] + Self.long.split(separator: " ").map(String.init))
        // What is left for the text is too narrow below this, so the terminal breaks the line.
        if width >= 26 {
            #expect(lines.allSatisfy { $0.count <= width })
        } else {
            #expect(lines.count == 1)
        }
    }

    @Test func `a word that is wider than the terminal stays whole`() {
        let path = "/home/dev/sdk/a/very/long/path/to/some/file"
        #expect(
            Self.lines([["x", StyledText("in \(path) now")]], 30) == [
                "x  in", "   \(path)", "   now",
            ]
        )
        #expect(Self.lines([["x", StyledText(path)]], 30) == ["x  \(path)"])
    }

    @Test func `only the last column is broken`() {
        #expect(
            Self.lines([[StyledText(Self.long)], ["a", "b"]], 30) == [
                Self.long, "a" + String(repeating: " ", count: Self.long.count + 1) + "b",
            ]
        )
    }

    @Test func `a command is not broken`() {
        let command = "sysctl -w kernel.yama.ptrace_scope=1 for all users"
        let line = "=> " + command.toned(.command)
        #expect(line.wrapped(to: 30, indent: 3).map(\.plain) == ["=> \(command)"])
    }

    @Test func `colors do not count as columns, and every line has its own`() {
        let rows: [[StyledText]] = [
            ["ok".toned(.good), Self.long.toned(.detail)], ["blocked".toned(.bad), "short"],
        ]
        let lines = Table(rows).lines(fittedTo: 40)
        #expect(lines.map(\.plain).allSatisfy { $0.count <= 40 })
        let colored = lines.map { $0.rendered(Palette(isColored: true)) }
        #expect(colored[0].hasPrefix("\u{1B}[32mok\u{1B}[0m       \u{1B}[2mone"))
        #expect(colored.dropLast().allSatisfy { $0.hasSuffix("\u{1B}[0m") })
        #expect(lines.map { $0.rendered(.plain) } == lines.map(\.plain))
    }

    @Test func `text from outside cannot color the terminal`() {
        let line = StyledText("\u{1B}[31mred\u{7}\n")
        #expect(line.rendered(Palette(isColored: true)) == "\u{FFFD}[31mred\u{FFFD}\u{FFFD}")
    }
}
