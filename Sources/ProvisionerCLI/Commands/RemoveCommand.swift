internal import ArgumentParser
internal import Provisioning
internal import ToolchainCore

/// Removes installed Go versions and tools.
struct Remove: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove Go versions and tools, and their launchers.",
        discussion: """
            VERSION is an exact version, such as go1.21.13 or dlv@1.25.0, or a name that `list` prints, \
            such as dlv1.25.0-go1.21.13. dlv@1.25.0 removes all builds of that version. Versions that \
            are not installed are skipped. Only versions that gotoolprov installed are removed.

            `uninstall` is an alias.
            """,
        aliases: ["uninstall"]
    )

    @Argument(
        help: ArgumentHelp("The versions to remove.", valueName: "version"),
        completion: .installed
    )
    var versions: [String]

    @Flag(help: "Remove versions even if running processes are using them.")
    var force = false

    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let store = Store(try context.session(try context.settings(), change.allowance))
        let remover = Remover(store)
        let exact = try context.host.exactly(versions, among: try store.installations.all())
        var removals: [Removal] = []
        // Reports what was removed even if a later removal fails.
        defer {
            if common.format == .json, !removals.isEmpty {
                let document: JSONValue = [
                    "schema": .string(DocumentKind.remove.schema),
                    "results": .array(
                        removals.map {
                            [
                                "name": .string($0.installation.name),
                                "action": $0.wasPresent ? "removed" : "absent",
                                "path": .string($0.path),
                            ]
                        }
                    ),
                ]
                context.output.write(document.rendered)
            }
        }
        for installation in exact {
            let removal = try remover.remove(installation, isForced: force)
            removals.append(removal)
            if common.format == .text {
                let action =
                    removal.wasPresent
                    ? "removed".toned(.good) : "not installed".toned(.caution)
                context.output.write(
                    line: .result(installation.name, action, removal.path)
                )
            }
            if removal.wasDefault {
                context.note(
                    "it was the selected Go, so `go` and `gofmt` in GOBIN were also removed;"
                        + " `gotoolprov use VERSION` selects another"
                )
            }
        }
        return 0
    }
}
