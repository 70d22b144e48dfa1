internal import ArgumentParser
internal import ToolchainCore

/// The syntax of a shell.
enum ShellSyntax: String, ExpressibleByArgument, CaseIterable, Sendable {
    case sh, bash, zsh, fish

    /// Returns commands that set variables and put a directory, if any, first on PATH.
    func lines(_ variables: [(key: String, value: String)], bin: String?) -> String {
        let start = self == .fish ? "set -gx " : "export "
        let sign = self == .fish ? " " : "="
        let path = bin.map { bin in
            switch self {
            case .sh, .bash, .zsh: "\(quoted(bin))\"${PATH:+:$PATH}\""
            case .fish: "\(quoted(bin)) $PATH"
            }
        }
        let values = variables.map { ($0.key, quoted($0.value)) }
        return (values + (path.map { [("PATH", $0)] } ?? []))
            .map { "\(start)\($0.0)\(sign)\($0.1)\n" }.joined()
    }

    /// Returns the text quoted as one word of this shell.
    func quoted(_ text: String) -> String {
        self == .fish ? ShellQuoting.quotedForFish(text) : ShellQuoting.quoted(text)
    }
}
