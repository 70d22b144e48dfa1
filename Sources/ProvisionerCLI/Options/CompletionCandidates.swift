internal import ArgumentParser
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// The completions of versions in a shell.
///
/// Errors are ignored, because they would disturb the prompt.
enum CompletionCandidates {
    /// Returns the names of all installations.
    static func installed() -> [String] {
        guard
            let settings = try? Settings.gathered(
                Settings.Options(),
                from: .ofThisProcess()
            ),
            let entries = try? Installations(root: settings.sdkRoot).all()
        else { return [] }
        return entries.map(\.name)
    }

    /// Returns the releases in the catalogs, newest first, and the tools.
    static func known() -> [String] {
        let settings = try? Settings.gathered(Settings.Options(), from: .ofThisProcess())
        let loaded =
            settings.flatMap { try? $0.loadCatalog() } ?? (try? CatalogLibrary.load(adding: []))
        guard let catalog = loaded else { return [] }
        let releases = catalog.releases.keys.filter { !$0.isPreRelease }.sorted(by: >)
        return releases.map(\.toolchainName) + ["go@latest", "stable", "oldstable", "dlv", "gopls"]
    }
}

extension CompletionKind {
    /// Completes the names of installations.
    static var installed: CompletionKind { .custom { _, _, _ in CompletionCandidates.installed() } }

    /// Completes the releases in the catalogs, and the tools.
    static var known: CompletionKind { .custom { _, _, _ in CompletionCandidates.known() } }
}

/// Prints a completion script.
struct Completions: HostCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a shell completion script.",
        discussion: """
            bash  gotoolprov completions bash > ~/.local/share/bash-completion/completions/gotoolprov
            zsh   gotoolprov completions zsh > DIR/_gotoolprov   # DIR must be in fpath before compinit runs
            fish  gotoolprov completions fish > ~/.config/fish/completions/gotoolprov.fish

            `make install` installs all three.
            """
    )

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish

        var parserShell: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "The shell to print a script for.")
    var shell: Shell

    /// The script is text in any case.
    var common: CommonOptions { .shared(format: .text, quiet: false) }

    func run(in context: Context) throws(Failure) -> Int32 {
        context.output.write(Gotoolprov.completionScript(for: shell.parserShell) + "\n")
        return 0
    }
}
