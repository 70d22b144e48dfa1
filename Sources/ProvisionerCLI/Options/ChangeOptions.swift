internal import ArgumentParser
internal import Provisioning
package import ToolchainCore
internal import ToolchainHost

/// The options of commands that change this host.
struct ChangeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Wait at most this long for another gotoolprov process (default: no limit).",
            valueName: "seconds"
        )
    )
    var wait: UInt32?

    @Flag(help: "Exit with status 75 instead of waiting for another gotoolprov process.")
    var noWait = false

    @Flag(
        help: ArgumentHelp(
            "Allow SDK, launcher and cache directories that other users can modify.",
            discussion:
                "By default, a directory is refused if it, one of its parents or a symbolic link in its"
                + " path is owned by a user other than you or root, or is writable by others. SDK and"
                + " launcher directories that are symbolic links are also refused."
        )
    )
    var trustRoots = false

    func validate() throws {
        if noWait, wait != nil {
            throw ValidationError("`--wait` and `--no-wait` cannot be combined")
        }
    }

    /// The options as an allowance for a session.
    var allowance: Session.Allowance {
        var allowance = Session.Allowance()
        if let wait { allowance.lockTimeout = .atMost(.seconds(wait)) }
        if noWait { allowance.lockTimeout = .atMost(.zero) }
        allowance.trustsRoots = trustRoots
        return allowance
    }
}

/// The options for sources of archives.
struct SourceOptions: ParsableArguments {
    @Option(
        name: .customLong("mirror"),
        help: ArgumentHelp(
            "Try this mirror first; repeatable.",
            discussion:
                "A path, or a file://, http:// or https:// URL. {file} and {version} are replaced with"
                + " the name and version of the archive. Query strings are sent to the server but never"
                + " printed.",
            valueName: "path-or-url"
        ),
        completion: .directory
    )
    var mirrors: [String] = []

    @Option(
        name: .customLong("catalog"),
        help: ArgumentHelp(
            "Also trust the digests in this catalog; repeatable.",
            valueName: "file"
        ),
        completion: .file()
    )
    var catalogs: [String] = []

    @Option(
        help: ArgumentHelp(
            "Whether to sync installed files to disk: syncfs, so that they survive a power failure,"
                + " or none, which is faster (default: syncfs).",
            valueName: "how"
        )
    )
    var durability: Durability?

    @Flag(help: "Use only the cache and local mirrors, not the network.")
    var offline = false

    @Option(
        name: .customLong("ca-file"),
        help: ArgumentHelp(
            "Also trust the certificate authorities in this PEM file.",
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
            "Abort the download of an archive after this long in total, across all mirrors"
                + " (default: 3600).",
            valueName: "seconds"
        )
    )
    var totalSeconds: UInt32?

    func validate() throws {
        if idleSeconds == 0 || totalSeconds == 0 {
            throw ValidationError("a timeout must be at least 1 second")
        }
    }

    /// Adds the options to those for the settings.
    func add(to options: inout Settings.Options) {
        options.mirrors = mirrors
        options.requiresMirrors = true
        options.catalogs = catalogs
        options.durability = durability
        options.isOffline = offline
        options.authorityFile = authorityFile
        options.idleSeconds = idleSeconds.map(Int.init)
        options.totalSeconds = totalSeconds.map(Int.init)
    }
}

extension Durability: ExpressibleByArgument {}
