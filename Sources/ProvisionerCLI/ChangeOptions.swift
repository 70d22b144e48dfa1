public import ArgumentParser
internal import Provisioning
public import ToolchainCore
internal import ToolchainHost

/// What every command understands that changes something on this host.
struct ChangeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Wait at most this long for another gotoolprov; otherwise as long as it takes.",
            valueName: "seconds"
        )
    )
    var wait: UInt32?

    @Flag(help: "Do not wait for another gotoolprov; exit status 75 if one is at work.")
    var noWait = false

    @Flag(
        help: ArgumentHelp(
            "Use the folders for SDKs and launchers whoever can change them.",
            discussion: "Without it, folders are refused that are symbolic links, belong to another"
                + " user or can be written to by all."
        )
    )
    var trustRoots = false

    func validate() throws {
        if noWait, wait != nil {
            throw ValidationError("`--wait` and `--no-wait` exclude each other")
        }
    }

    /// The options as the use cases take them.
    var conduct: Provisioner.Conduct {
        var conduct = Provisioner.Conduct()
        if let wait { conduct.patience = .atMost(.seconds(wait)) }
        if noWait { conduct.patience = .atMost(.zero) }
        conduct.trustsRoots = trustRoots
        return conduct
    }
}

/// Where archives come from.
struct SourceOptions: ParsableArguments {
    @Option(
        name: .customLong("mirror"),
        help: ArgumentHelp(
            "Take archives from this folder, or file:// URL; may be repeated.",
            valueName: "folder"
        )
    )
    var mirrors: [String] = []

    @Option(
        name: .customLong("catalogue"),
        help: ArgumentHelp(
            "Trust the digests in this catalogue file too; may be repeated.",
            valueName: "file"
        )
    )
    var catalogues: [String] = []

    @Option(
        help: ArgumentHelp(
            "Take the archive from this file; with one exact version.",
            valueName: "file"
        )
    )
    var archive: String?

    @Option(
        help: ArgumentHelp(
            "syncfs (the default): what was written survives a power cut. none: faster, and it may not.",
            valueName: "how"
        )
    )
    var durability: Durability?

    /// Adds the options to those that settings are gathered from.
    func add(to options: inout Settings.Options) {
        options.mirrors = mirrors
        options.catalogues = catalogues
        options.durability = durability
    }
}

extension Durability: ExpressibleByArgument {}
