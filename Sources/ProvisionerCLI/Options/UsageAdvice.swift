internal import ArgumentParser
internal import ToolchainCore

/// The error and hint for a command line that cannot be parsed.
struct UsageAdvice {
    /// The arguments after the program's name.
    let arguments: [String]

    /// Creates advice for a command line.
    ///
    /// Secrets in URLs are masked.
    init(arguments: [String]) {
        self.arguments = arguments.map { WebAddress.masked(url: $0) }
    }

    /// Returns a failure with the parser's `message`, or a better one if the intention is clear.
    func failure(message: String) -> Failure {
        let isHelp = arguments.first == "help"
        let (command, path, rest) =
            isHelp ? (Gotoolprov.self, ["help"], arguments.dropFirst()) : resolved(arguments[...])
        if !isHelp, let word = rest.first, !word.hasPrefix("-"),
            !command.configuration.subcommands.isEmpty
        {
            return unknown(word, after: path, in: command, rest: Array(rest.dropFirst()))
        }
        let name = path.last ?? "gotoolprov"
        let usage = "`\((["gotoolprov"] + path).joined(separator: " ")) --help` shows the usage"
        if name == "exec", let hint = missingTerminator(rest) {
            return Failure(.usage, "the command to run must follow `--`", hint: hint)
        }
        if isHelp, rest.contains(where: { $0 == "--color" || $0.hasPrefix("--color=") }) {
            return Failure(.usage, "`--color` must be auto, always or never", hint: usage)
        }
        for option in rest.prefix(while: { $0 != "--" }) {
            if let hint = Self.options["\(name) \(option)"] ?? Self.options["* \(option)"] {
                return Failure(.usage, "`\(name)` has no option `\(option)`", hint: hint)
            }
        }
        if name == "list", rest.first == "available" || rest.first == "all" {
            return Failure(
                .usage,
                "`list` takes no arguments",
                hint: "`gotoolprov list --available` lists the releases that can be installed"
            )
        }
        let (text, option) = Self.plain(message)
        return Failure(.usage, text, hint: option.map { "did you mean `\($0)`?" } ?? usage)
    }

    /// Returns the failure for `help WORD…` if there is no such command, and otherwise `nil`.
    func unknownHelpTopic() -> Failure? {
        guard arguments.first == "help" else { return nil }
        let (command, path, rest) = resolved(arguments.dropFirst())
        guard let word = rest.first, !word.hasPrefix("-") else { return nil }
        if path.isEmpty, word == "help" { return nil }
        return unknown(word, after: path, in: command, rest: [])
    }

    // MARK: Commands

    /// Returns the command that `words` begin with, and the remaining words.
    private func resolved(
        _ words: ArraySlice<String>
    ) -> (command: any ParsableCommand.Type, path: [String], rest: ArraySlice<String>) {
        var command: any ParsableCommand.Type = Gotoolprov.self
        var path: [String] = []
        var rest = words
        while let word = rest.first,
            let next = command.configuration.subcommands.first(where: {
                Self.names(of: $0).contains(word)
            })
        {
            command = next
            path.append(next._commandName)
            rest = rest.dropFirst()
        }
        return (command, path, rest)
    }

    /// Returns the name of a command and its aliases.
    private static func names(of command: any ParsableCommand.Type) -> [String] {
        [command._commandName] + command.configuration.aliases
    }

    private func unknown(
        _ word: String,
        after path: [String],
        in command: any ParsableCommand.Type,
        rest: [String]
    ) -> Failure {
        let subcommands = command.configuration.subcommands
        let message =
            path.isEmpty
            ? "unknown command `\(word)`"
            : "`\(path.joined(separator: " "))` has no subcommand `\(word)`"
        let prefix = (["gotoolprov"] + path).joined(separator: " ")
        let operands = rest.filter { !$0.hasPrefix("-") }
        let hint: String
        if let other = Self.words[(path + [word]).joined(separator: " ")] {
            hint = other.hint(operands)
        } else if path.isEmpty, Self.isRequest(word) {
            // Only requests are repeated, not the arguments of another program.
            let wanted = rest.allSatisfy(Self.isRequest) ? [word] + rest : [word]
            let words = wanted.map(ShellQuoting.word).joined(separator: " ")
            hint = "to install it: `gotoolprov ensure \(words)`"
        } else if let near = Self.nearest(to: word, among: subcommands.flatMap(Self.names)) {
            hint = "did you mean `\(prefix) \(near)`?"
        } else if path.isEmpty {
            hint = "`gotoolprov --help` lists the commands"
        } else if subcommands.isEmpty {
            hint = "`\(prefix) --help` shows the usage"
        } else {
            let names = subcommands.map { $0._commandName }.joined(separator: ", ")
            hint = "its subcommands are \(names)"
        }
        return Failure(.usage, message, hint: hint)
    }

    /// Whether `ensure` accepts a word: a Go version or a known tool.
    private static func isRequest(_ word: String) -> Bool {
        if (try? GoRequest(parsing: word)) != nil { return true }
        return Tool(word.prefix { $0 != "@" })?.package != nil
    }

    /// The equivalent of another program's command.
    private struct Word {
        let purpose: String
        let command: String
        /// Whether the operands are repeated in the hint.
        var takesOperands = false

        func hint(_ operands: [String]) -> String {
            let operands = takesOperands ? operands.map { " " + ShellQuoting.word($0) } : []
            return "\(purpose): `gotoolprov \(command)\(operands.joined())`"
        }
    }

    /// The commands of uv, mise, asdf, rustup, goenv, gvm and package managers.
    private static let words: [String: Word] = {
        let groups: [(names: String, word: Word)] = [
            (
                "add get download fetch i in",
                Word(
                    purpose: "to install",
                    command: "ensure",
                    takesOperands: true
                )
            ),
            (
                "rm delete del erase un purge",
                Word(
                    purpose: "to remove",
                    command: "remove",
                    takesOperands: true
                )
            ),
            ("ls installed versions", Word(purpose: "to list what is installed", command: "list")),
            (
                "ls-remote list-remote list-all available releases search",
                Word(
                    purpose: "to list the releases that can be installed",
                    command: "list --available"
                )
            ),
            (
                "update upgrade latest",
                Word(
                    purpose: "to install the newest release in the catalog",
                    command: "ensure go@latest"
                )
            ),
            (
                "default global local switch select set pin current",
                Word(
                    purpose: "to select the default Go",
                    command: "use",
                    takesOperands: true
                )
            ),
            (
                "run x",
                Word(
                    purpose: "to run a program with an installed Go",
                    command: "exec go1.27 -- go version"
                )
            ),
            (
                "shell activate init",
                Word(
                    purpose: "to print shell commands that select an installed Go",
                    command: "env",
                    takesOperands: true
                )
            ),
            (
                "where path dir root",
                Word(
                    purpose: "to print the path of `go`",
                    command: "which",
                    takesOperands: true
                )
            ),
            (
                "info show config settings",
                Word(
                    purpose: "to inspect this host",
                    command: "status"
                )
            ),
            (
                "check diagnose",
                Word(
                    purpose: "to check this host",
                    command: "doctor"
                )
            ),
            (
                "fix repair restore",
                Word(
                    purpose: "to repair what is installed",
                    command: "verify --repair",
                    takesOperands: true
                )
            ),
            (
                "clean prune gc cleanup autoremove",
                Word(
                    purpose: "to delete cached archives",
                    command: "cache prune"
                )
            ),
            (
                "build",
                Word(
                    purpose: "to build Delve for other hosts",
                    command: "build-tool",
                    takesOperands: true
                )
            ),
            (
                "scan analyze",
                Word(
                    purpose: "to inspect a program",
                    command: "inspect",
                    takesOperands: true
                )
            ),
            (
                "completion completion-script generate-shell-completion",
                Word(
                    purpose: "to print a completion script",
                    command: "completions",
                    takesOperands: true
                )
            ),
            ("man", Word(purpose: "to read the help", command: "--help")),
            (
                "self self-update selfupdate implode",
                Word(
                    purpose:
                        "gotoolprov does not update itself; replace its executable, and check with",
                    command: "--version"
                )
            ),
        ]
        var words: [String: Word] = [
            "cache clean": Word(purpose: "to delete archives", command: "cache prune"),
            "cache clear": Word(purpose: "to delete all archives", command: "cache prune --all"),
            "cache purge": Word(purpose: "to delete all archives", command: "cache prune --all"),
            "cache remove": Word(purpose: "to delete archives", command: "cache prune"),
            "cache rm": Word(purpose: "to delete archives", command: "cache prune"),
            "cache ls": Word(purpose: "to list archives", command: "cache list"),
            "cache show": Word(purpose: "to list archives", command: "cache list"),
        ]
        for (names, word) in groups {
            for name in names.split(byte: " ") { words[name] = word }
        }
        return words
    }()

    // MARK: Options

    /// The hints for options that other programs have.
    private static let options: [String: String] = [
        "gotoolprov -v": "`gotoolprov --version` prints the version",
        "gotoolprov -V": "`gotoolprov --version` prints the version",
        "list --all": "`gotoolprov list --available` lists the releases that can be installed",
        "list -a": "`gotoolprov list --available` lists the releases that can be installed",
        "list --remote": "`gotoolprov list --available` lists the releases that can be installed",
        "remove --all": "name each version; `gotoolprov list` prints them",
        "ensure --force": "`gotoolprov verify --repair` restores an installed version",
        "ensure -f": "`gotoolprov verify --repair` restores an installed version",
        "ensure --reinstall": "`gotoolprov verify --repair` restores an installed version",
        "ensure --dry-run": "`--check` shows what would be done",
        "ensure -n": "`--check` shows what would be done",
        "verify --fix": "`--repair` restores files that differ",
        "doctor --repair": "`--fix` applies the fixes that need no privileges",
        "* --json": "`--format json` prints the result as JSON",
        "* -y": "gotoolprov never prompts",
        "* --yes": "gotoolprov never prompts",
    ]

    /// Returns the correct form of `exec go1.27.3 go version`.
    private func missingTerminator(_ rest: ArraySlice<String>) -> String? {
        let words = rest.filter { !$0.hasPrefix("-") }
        guard !rest.contains("--"), words.count > 1 else { return nil }
        let quoted = rest.map(ShellQuoting.word)
        guard let first = rest.first, !first.hasPrefix("-") else {
            return "for example, `gotoolprov exec go1.21.13 -- go version`"
        }
        return "`gotoolprov exec \(quoted[0]) -- \(quoted.dropFirst().joined(separator: " "))`"
    }

    /// Returns the parser's message on one line, and the option that it suggests, if that is similar.
    private static func plain(_ message: String) -> (text: String, option: String?) {
        var text = message.split(byte: "\n").joined(separator: " ")
        var near: String?
        if let start = text.range(ofFirst: " Did you mean '"),
            let option = text.quoted(from: text.startIndex),
            let suggestion = text.quoted(from: start.lowerBound)
        {
            if isNear(option, suggestion) { near = suggestion }
            text = String(text[..<start.lowerBound])
        }
        if text.hasPrefix("Unknown option") { text = text.replacing("'", with: "`") }
        if text.hasSuffix("."), !text.dropLast().contains(".") { text = String(text.dropLast()) }
        return (text.prefix(1).lowercased() + text.dropFirst(), near)
    }

    private static func nearest(to word: String, among names: [String]) -> String? {
        names.filter { isNear(word, $0) }.min { distance(word, $0) < distance(word, $1) }
    }

    /// Whether two words differ by at most two typing errors.
    private static func isNear(_ one: String, _ other: String) -> Bool {
        let one = one.lowercased().drop { $0 == "-" }
        let other = other.lowercased().drop { $0 == "-" }
        guard one.utf8.count <= 40 else { return false }
        return distance(String(one), String(other)) <= min(2, max(1, one.count / 3))
    }

    /// Returns the number of letters to change, add, remove or swap with a neighbor.
    private static func distance(_ one: String, _ other: String) -> Int {
        let one = Array(one.utf8)
        let other = Array(other.utf8)
        var beforeLast: [Int] = []
        var last = Array(0...other.count)
        for row in one.indices {
            var current = [row + 1]
            for column in other.indices {
                var best = min(last[column + 1], current[column]) + 1
                best = min(best, last[column] + (one[row] == other[column] ? 0 : 1))
                if row > 0, column > 0, one[row] == other[column - 1],
                    one[row - 1] == other[column]
                {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[other.count]
    }
}

extension String {
    /// Returns the text between the first two apostrophes after `start`.
    fileprivate func quoted(from start: Index) -> String? {
        let parts = self[start...].split(
            separator: "'",
            maxSplits: 2,
            omittingEmptySubsequences: false
        )
        return parts.count > 2 ? String(parts[1]) : nil
    }
}
