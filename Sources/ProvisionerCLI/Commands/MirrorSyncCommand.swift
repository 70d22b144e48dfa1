internal import ArgumentParser
internal import Mirrors
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Makes a mirror have what hosts with certain manifests need.
struct MirrorSync: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Add what hosts with these manifests need.",
        discussion: """
            Example: gotoolprov mirror sync --host-manifest site.json --prune --directory /srv/mirror

            Added are the newest Go versions that match the requests of the manifests, the tools that are compatible \
            with them, and a Go to compile Delve if none of them can. Archives are verified as by `mirror add`; what \
            is intact in the mirror is kept.

            If a request cannot be resolved or an archive cannot be added, the others still are, nothing is \
            removed, and the exit status is 65, 69 or 78.
            """
    )

    @Option(
        name: .customLong("host-manifest"),
        help: ArgumentHelp(
            "Add what hosts with this manifest need; repeatable.",
            discussion:
                "Its Go versions, tools, minimum and cooldown are used. `--manifest`, catalogs and mirrors"
                + " are those of this run.",
            valueName: "file"
        ),
        completion: .file()
    )
    var manifests: [String] = []

    @OptionGroup var mirror: MirrorOptions

    @Option(
        help: ArgumentHelp(
            "Add archives for these GOARCH values, comma-separated (default: those in the mirror; if it is"
                + " empty, the GOARCH of this host).",
            valueName: "names"
        ),
        completion: .list(GoArchitecture.allCases.map(\.rawValue))
    )
    var arch: String?

    @Flag(help: "Remove all other archives and incomplete downloads, if everything was added.")
    var prune = false

    @Option(
        help: ArgumentHelp(
            "Take archives and their log proofs only from this directory; repeatable.",
            valueName: "directory"
        ),
        completion: .directory
    )
    var from: [String] = []

    @Flag(
        help: "Print what would change, without changing it; exit with status 20 if anything would."
    )
    var check = false

    @Flag(
        name: .customLong("no-log"),
        help: "Do not use Go's checksum database, and write no log proofs."
    )
    var noLog = false

    @OptionGroup var source: SourceOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func validate() throws {
        if manifests.isEmpty { throw ValidationError("`--host-manifest` is required") }
        if !from.isEmpty, !source.mirrors.isEmpty {
            throw ValidationError("`--from` and `--mirror` cannot be combined")
        }
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        let settings = try context.settings {
            source.add(to: &$0)
            $0.isLogDisabled = noLog
        }
        let session = try context.session(settings, change.allowance)
        let tree = try mirror.tree(in: context)
        var located: [LocatedManifest] = []
        for text in manifests {
            located.append(try LocatedManifest.named(text, from: context.environment))
        }
        var sources: [MirrorDirectory] = []
        for text in from {
            sources.append(
                try MirrorDirectory(parsing: text, base: nil, from: context.environment)
            )
        }
        let update = try MirrorSynchronizer(
            tree,
            session,
            for: located,
            on: try arch.map { text throws(Failure) in try context.architectures(text) },
            from: sources.isEmpty ? nil : sources,
            prunes: prune,
            isCheck: check
        ).synchronize()
        return context.show(update)
    }
}
