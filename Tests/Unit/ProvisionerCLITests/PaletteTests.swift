import TestSupport
import Testing
import ToolchainHost

@testable import ProvisionerCLI

/// Who decides whether text is colored.
@Suite(.unitLimit)
struct PaletteTests {
    static func palette(
        _ choice: ColorChoice = .auto,
        _ variables: [String: String] = [:],
        isTerminal: Bool = true
    ) -> Palette {
        let variables = ["TERM": "xterm"].merging(variables) { $1 }
        let environment = HostEnvironment(variables: variables, currentDirectory: "/", umask: 0o22)
        return Palette(choice, environment: environment, isTerminal: isTerminal)
    }

    @Test func `a terminal has colors, and a pipe has none`() {
        #expect(Self.palette().isColored)
        #expect(!Self.palette(isTerminal: false).isColored)
    }

    @Test(arguments: ["dumb", ""])
    func `a terminal that cannot show colors has none`(term: String) {
        #expect(!Self.palette(.auto, ["TERM": term]).isColored)
    }

    @Test func `CLICOLOR_FORCE goes before the terminal`() {
        let force = ["CLICOLOR_FORCE": "1"]
        #expect(Self.palette(.auto, force, isTerminal: false).isColored)
        #expect(Self.palette(.auto, ["CLICOLOR_FORCE": "1", "TERM": "dumb"]).isColored)
        for value in ["0", ""] {
            #expect(!Self.palette(.auto, ["CLICOLOR_FORCE": value], isTerminal: false).isColored)
        }
    }

    @Test func `NO_COLOR goes before CLICOLOR_FORCE, unless it is empty`() {
        #expect(!Self.palette(.auto, ["NO_COLOR": "1", "CLICOLOR_FORCE": "1"]).isColored)
        #expect(!Self.palette(.auto, ["NO_COLOR": "0"]).isColored)
        #expect(Self.palette(.auto, ["NO_COLOR": ""]).isColored)
    }

    @Test func `the option goes before all of them`() {
        #expect(Self.palette(.always, ["NO_COLOR": "1", "TERM": "dumb"]).isColored)
        #expect(Self.palette(.always, isTerminal: false).isColored)
        #expect(!Self.palette(.never, ["CLICOLOR_FORCE": "1"]).isColored)
    }

    @Test func `every tone is closed again, and none is written without colors`() {
        let colored = Palette(isColored: true)
        #expect(colored.painted("error:", .error) == "\u{1B}[1;31merror:\u{1B}[0m")
        #expect(colored.painted("ok", .good) == "\u{1B}[32mok\u{1B}[0m")
        #expect(colored.painted("text", .plain) == "text")
        #expect(colored.painted("", .bad) == "")
        #expect(Palette.plain.painted("error:", .error) == "error:")
    }

    @Test(arguments: [
        ([], ColorChoice.auto), (["ensure", "--color", "never"], .never),
        (["--color=always", "lst"], .always), (["list", "--color"], .auto),
        (["list", "--color", "pink"], .auto), (["--color=never", "--color=always"], .always),
        (["exec", "--", "ls", "--color=always"], .auto),
    ])
    func `a command line that cannot be parsed may still name a color`(
        arguments: [String],
        choice: ColorChoice
    ) {
        #expect(ColorChoice(in: arguments) == choice)
    }
}
