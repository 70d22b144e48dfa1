internal import ArgumentParser
internal import Mirrors
internal import Provisioning
internal import ToolchainCore

/// Removes archives from a mirror.
struct MirrorRemove: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove archives from a mirror.",
        discussion: """
            Example: gotoolprov mirror remove go1.27.2 dlv@1.25.0 --directory /srv/mirror

            An archive is removed with its log proof. `mirror list` lists the archives.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The exact versions to remove, such as go1.27.2 or dlv@1.25.0.",
            valueName: "request"
        )
    )
    var requests: [String]

    @OptionGroup var mirror: MirrorOptions

    @Option(
        help: ArgumentHelp(
            "Remove only archives for these GOARCH values, comma-separated (default: all).",
            valueName: "names"
        ),
        completion: .list(GoArchitecture.allCases.map(\.rawValue))
    )
    var arch: String?

    @Flag(
        help: "Print what would change, without changing it; exit with status 20 if anything would."
    )
    var check = false

    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let tree = try mirror.tree(in: context)
        let session = try context.session(try context.settings(), change.allowance)
        let (versions, tools) = try context.host.requests(requests)
        for request in versions {
            guard case .exactly = request.version else { throw Self.inexact(request.text) }
        }
        for request in tools where request.version == nil { throw Self.inexact("\(request)") }
        let architectures = try arch.map { text throws(Failure) in
            try context.architectures(text)
        }
        let update = try MirrorRemover(tree, session, isCheck: check).remove { entry in
            if let architectures, !architectures.contains(where: { $0 == entry.architecture }) {
                return false
            }
            if let version = entry.contents.goVersion {
                return versions.contains { $0.version == .exactly(version) }
            }
            return tools.contains {
                $0.tool == entry.contents.tool && $0.version == entry.contents.toolVersion
            }
        }
        if update.entries.isEmpty { context.note("the mirror has none of these archives") }
        return context.show(update)
    }

    private static func inexact(_ text: String) -> Failure {
        Failure(
            .usage,
            "`\(text)` is not an exact version",
            hint: "run `gotoolprov mirror list` to see the archives of the mirror"
        )
    }
}

/// Removes from a mirror what no manifest needs.
struct MirrorPrune: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove archives that no manifest needs.",
        discussion: """
            Example: gotoolprov mirror prune --keep-manifest site.json --directory /srv/mirror

            Kept are the newest archives in the mirror that match the requests of the manifests, and the tools that \
            are compatible with them. Incomplete downloads are also deleted.
            """
    )

    @Option(
        name: .customLong("keep-manifest"),
        help: ArgumentHelp(
            "Keep what hosts with this manifest need; repeatable.",
            valueName: "file"
        ),
        completion: .file()
    )
    var manifests: [String] = []

    @OptionGroup var mirror: MirrorOptions

    @Option(
        help: ArgumentHelp(
            "Keep only archives for these GOARCH values, comma-separated (default: all).",
            valueName: "names"
        ),
        completion: .list(GoArchitecture.allCases.map(\.rawValue))
    )
    var arch: String?

    @Option(
        name: .customLong("catalog"),
        help: ArgumentHelp("Also read this catalog; repeatable.", valueName: "file"),
        completion: .file()
    )
    var catalogs: [String] = []

    @Flag(
        help: "Print what would change, without changing it; exit with status 20 if anything would."
    )
    var check = false

    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func validate() throws {
        if manifests.isEmpty { throw ValidationError("`--keep-manifest` is required") }
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        let tree = try mirror.tree(in: context)
        let settings = try context.settings { $0.catalogs = catalogs }
        let session = try context.session(settings, change.allowance)
        var located: [LocatedManifest] = []
        for text in manifests {
            located.append(try LocatedManifest.named(text, from: context.environment))
        }
        let update = try MirrorPruner(
            tree,
            session,
            keeping: located,
            for: try arch.map { text throws(Failure) in try context.architectures(text) },
            isCheck: check
        ).prune()
        if update.entries.isEmpty { context.note("nothing to remove") }
        return context.show(update)
    }
}
