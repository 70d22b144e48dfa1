internal import ArgumentParser
internal import Provisioning
internal import ToolchainCore

/// Removes Go versions.
struct Remove: HostCommand {
    static let configuration = CommandConfiguration(
        abstract: "Remove Go versions that gotoolprov installed, and their launchers.",
        discussion: "VERSION has to be exact, such as go1.21.13. What is not there is no error."
    )

    @Argument(help: ArgumentHelp("The versions to remove.", valueName: "version"))
    var versions: [String]

    @Flag(help: "Remove them even while programs run from them.")
    var force = false

    @OptionGroup var change: ChangeOptions
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        var exact: [GoVersion] = []
        for text in versions {
            guard case .exactly(let version) = try context.wish(text).request else {
                throw Failure(
                    .usage,
                    "`\(text)` is not an exact version",
                    hint: "`gotoolprov list` shows what is installed"
                )
            }
            exact.append(version)
        }
        let provisioner = try context.provisioner(
            try context.settings(),
            change.conduct
        )
        var removals: [Provisioner.Removal] = []
        // What is removed by then is told, whatever comes next.
        defer {
            if common.format == .json, !removals.isEmpty {
                let document: JSONValue = [
                    "schemaVersion": 1,
                    "results": .array(
                        removals.map {
                            [
                                "version": .string($0.version.description),
                                "action": $0.wasPresent ? "removed" : "absent",
                                "goroot": .string($0.goRoot),
                            ]
                        }
                    ),
                ]
                context.output.write(document.rendered)
            }
        }
        for version in exact {
            let removal = try provisioner.remove(version, isForced: force)
            removals.append(removal)
            if common.format == .text {
                let action = removal.wasPresent ? "removed" : "not installed"
                context.output.write("\(version.toolchainName)  \(action)  \(removal.goRoot)\n")
            }
        }
        return 0
    }
}
