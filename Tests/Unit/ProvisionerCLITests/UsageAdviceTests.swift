import TestSupport
import Testing
import ToolchainCore

@testable import ProvisionerCLI

/// Errors about unknown commands and options.
@Suite(.unitLimit)
struct UsageAdviceTests {
    /// Command lines, each with the message and the complete hint.
    static let mistakes: [(words: String, message: String, hint: String)] = [
        ("1.27", "unknown command `1.27`", "to install it: `gotoolprov ensure 1.27`"),
        ("go1.27", "unknown command `go1.27`", "to install it: `gotoolprov ensure go1.27`"),
        ("go1.27.3", "unknown command `go1.27.3`", "to install it: `gotoolprov ensure go1.27.3`"),
        ("1.24rc1", "unknown command `1.24rc1`", "to install it: `gotoolprov ensure 1.24rc1`"),
        (
            "go@latest", "unknown command `go@latest`",
            "to install it: `gotoolprov ensure go@latest`"
        ),
        (
            "go>=1.21", "unknown command `go>=1.21`",
            "to install it: `gotoolprov ensure 'go>=1.21'`"
        ),
        ("dlv", "unknown command `dlv`", "to install it: `gotoolprov ensure dlv`"),
        (
            "dlv@1.25.0", "unknown command `dlv@1.25.0`",
            "to install it: `gotoolprov ensure dlv@1.25.0`"
        ),
        ("gopls", "unknown command `gopls`", "to install it: `gotoolprov ensure gopls`"),
        (
            "go1.27.3 dlv 1.26", "unknown command `go1.27.3`",
            "to install it: `gotoolprov ensure go1.27.3 dlv 1.26`"
        ),
        // Subcommands of `go` are not suggested for `ensure`.
        (
            "go1.27.3 build ./...", "unknown command `go1.27.3`",
            "to install it: `gotoolprov ensure go1.27.3`"
        ),
        (
            "1.27 --offline", "unknown command `1.27`", "to install it: `gotoolprov ensure 1.27`"
        ),
        (
            "latest", "unknown command `latest`",
            "to install the newest release in the catalog: `gotoolprov ensure go@latest`"
        ),
        ("instal 1.27", "unknown command `instal`", "did you mean `gotoolprov install`?"),
        ("unistall 1.27", "unknown command `unistall`", "did you mean `gotoolprov uninstall`?"),
        (
            "install 1.27 --json", "`ensure` has no option `--json`",
            "`--format json` prints the result as JSON"
        ),
        ("add go1.27 dlv", "unknown command `add`", "to install: `gotoolprov ensure go1.27 dlv`"),
        ("rm go1.27.3", "unknown command `rm`", "to remove: `gotoolprov remove go1.27.3`"),
        ("ls", "unknown command `ls`", "to list what is installed: `gotoolprov list`"),
        ("ensrue go1.27", "unknown command `ensrue`", "did you mean `gotoolprov ensure`?"),
        ("frobnicate", "unknown command `frobnicate`", "`gotoolprov --help` lists the commands"),
        (
            "cache clean", "`cache` has no subcommand `clean`",
            "to delete archives: `gotoolprov cache prune`"
        ),
        // After a command, a version is not taken as a request to install it.
        ("cache 1.27", "`cache` has no subcommand `1.27`", "its subcommands are list, add, prune"),
        (
            "ensure 1.27 --json", "`ensure` has no option `--json`",
            "`--format json` prints the result as JSON"
        ),
        ("-v", "`gotoolprov` has no option `-v`", "`gotoolprov --version` prints the version"),
        (
            "exec 1.27 go version", "the command to run must follow `--`",
            "`gotoolprov exec 1.27 -- go version`"
        ),
        (
            "help ensure --json", "`help` has no option `--json`",
            "`--format json` prints the result as JSON"
        ),
        (
            "help ensure --color purple", "`--color` must be auto, always or never",
            "`gotoolprov help --help` shows the usage"
        ),
    ]

    @Test(arguments: mistakes.indices)
    func `the intended command is suggested`(row: Int) {
        let (words, message, hint) = Self.mistakes[row]
        let advice = UsageAdvice(arguments: words.split(separator: " ").map(String.init))
        let failure = advice.failure(message: "Unexpected argument")
        #expect(failure.kind == .usage)
        #expect(failure.message == message)
        #expect(failure.hint == hint)
    }

    @Test func `help refuses only words that are not commands`() throws {
        func topic(_ words: String...) -> Failure? {
            UsageAdvice(arguments: ["help"] + words).unknownHelpTopic()
        }
        #expect(topic() == nil)
        #expect(topic("help") == nil)
        #expect(topic("cache", "add") == nil)
        #expect(topic("nothing")?.message == "unknown command `nothing`")
        let failure = try #require(topic("ensure", "dlv"))
        #expect(failure.message == "`ensure` has no subcommand `dlv`")
        #expect(failure.hint == "`gotoolprov ensure --help` shows the usage")
    }

    @Test func `help accepts a choice of color anywhere`() {
        func rest(_ words: String...) -> [String] { ColorChoice.removed(from: ["help"] + words) }
        #expect(rest("ensure", "--color", "always") == ["help", "ensure"])
        #expect(
            rest("--color=never", "cache", "--color", "auto", "add") == ["help", "cache", "add"]
        )
        #expect(rest("ensure", "--color", "purple") == ["help", "ensure", "--color", "purple"])
        #expect(rest("--color") == ["help", "--color"])
        #expect(rest("--", "--color", "auto") == ["help", "--", "--color", "auto"])
    }

    @Test func `a password in a URL is not repeated`() {
        let advice = UsageAdvice(arguments: ["https://me:secret@mirror.example/go1.27"])
        let failure = advice.failure(message: "Unexpected argument")
        #expect(!"\(failure)".contains("secret"), "\(failure)")
    }
}
