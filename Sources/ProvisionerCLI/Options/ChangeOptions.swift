internal import ArgumentParser
internal import Provisioning
package import ToolchainCore
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
            "Allow SDK, launcher and cache directories that other users can modify.",
            discussion: "Without it, these directories are refused if they, a directory above or a"
                + " link on the way belong to another user, or if others can write to them; and SDK"
                + " and launcher directories that are symbolic links."
        )
    )
    var trustRoots = false

    func validate() throws {
        if noWait, wait != nil {
            throw ValidationError("`--wait` and `--no-wait` exclude each other")
        }
    }

    /// The options as the use cases take them.
    var allowance: Session.Allowance {
        var allowance = Session.Allowance()
        if let wait { allowance.patience = .atMost(.seconds(wait)) }
        if noWait { allowance.patience = .atMost(.zero) }
        allowance.trustsRoots = trustRoots
        return allowance
    }
}

/// Where archives come from.
struct SourceOptions: ParsableArguments {
    @Option(
        name: .customLong("mirror"),
        help: ArgumentHelp(
            "Take archives from this folder or web server first; may be repeated.",
            discussion:
                "A path, or a file://, http:// or https:// URL, in which {file} and {version}"
                + " may stand for the archive's name and its version. A query is sent and kept secret.",
            valueName: "place"
        ),
        completion: .directory
    )
    var mirrors: [String] = []

    @Option(
        name: .customLong("catalogue"),
        help: ArgumentHelp(
            "Trust the digests in this catalogue file too; may be repeated.",
            valueName: "file"
        ),
        completion: .file()
    )
    var catalogues: [String] = []

    @Option(
        help: ArgumentHelp(
            "Take the archive from this file; with one exact version.",
            valueName: "file"
        ),
        completion: .file()
    )
    var archive: String?

    @Option(
        help: ArgumentHelp(
            "syncfs (the default): what was written survives a power cut. none: faster, and it may not.",
            valueName: "how"
        )
    )
    var durability: Durability?

    @Flag(help: "Ask nothing over a network: archives come from the cache and from folders.")
    var offline = false

    @Option(
        name: .customLong("ca-file"),
        help: ArgumentHelp(
            "Trust the authorities in this PEM file too, beside the host's own.",
            valueName: "file"
        ),
        completion: .file()
    )
    var authorityFile: String?

    @Option(
        name: .customLong("idle-timeout"),
        help: ArgumentHelp(
            "Abort a download that stalls for this long (default: 30).",
            valueName: "seconds"
        )
    )
    var idleSeconds: UInt16?

    @Option(
        name: .customLong("timeout"),
        help: ArgumentHelp(
            "Abort the download of an archive, from all mirrors, after this long (default: 3600).",
            valueName: "seconds"
        )
    )
    var totalSeconds: UInt32?

    func validate() throws {
        if idleSeconds == 0 || totalSeconds == 0 {
            throw ValidationError("a timeout has to be at least one second")
        }
    }

    /// Adds the options to those that settings are gathered from.
    func add(to options: inout Settings.Options) {
        options.mirrors = mirrors
        options.catalogues = catalogues
        options.durability = durability
        options.isOffline = offline
        options.authorityFile = authorityFile
        options.idleSeconds = idleSeconds.map(Int.init)
        options.totalSeconds = totalSeconds.map(Int.init)
    }
}

extension Durability: ExpressibleByArgument {}
