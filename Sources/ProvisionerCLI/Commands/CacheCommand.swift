internal import ArgumentParser
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Manages cached archives.
struct Cache: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "List, add or delete cached archives.",
        discussion:
            "The cache is $GOTOOLPROV_CACHE, $XDG_CACHE_HOME/gotoolprov or ~/.cache/gotoolprov."
            + " Archives are verified again each time they are used.",
        subcommands: [CacheList.self, CacheAdd.self, CachePrune.self]
    )
}

/// Lists the cached archives.
struct CacheList: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List cached archives."
    )

    @Option(
        name: .customLong("catalog"),
        help: ArgumentHelp("Also look up names in this catalog; repeatable.", valueName: "file"),
        completion: .file()
    )
    var catalogs: [String] = []

    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let settings = try context.settings { $0.catalogs = catalogs }
        let cache = try Supply(context.session(settings)).cache()
        let entries = try cache.entries()
        if entries.isEmpty { context.note("the cache is empty: \(cache.directory)") }
        try context.show(entries, .archives, settings)
        return 0
    }
}

/// Adds files to the cache.
struct CacheAdd: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Copy archives into the cache.",
        discussion: """
            Each file must be a gzip archive; symbolic links are refused. An archive is used only if \
            its digest is in a catalog or passed with `ensure --sha256`. Archives that are not in a \
            catalog are readable only by you.
            """
    )

    @Argument(help: ArgumentHelp("The archives to copy.", valueName: "file"), completion: .file())
    var files: [String]

    @OptionGroup var trust: CacheOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let settings = try context.settings()
        let session = try context.session(settings, trust.allowance)
        let cache = try Supply(session).cache()
        try Directories(session).refuseUnsafeCache()
        let known = try context.host.readableCatalog(settings).fileNames
        var added: Set<SHA256Digest> = []
        for file in files {
            guard let path = context.environment.absolutePath(file) else {
                throw Failure(
                    .unavailable,
                    "cannot resolve the path of the archive",
                    facts: [.init("file", file)]
                )
            }
            let name = path.split(byte: "/").last ?? path
            let digest = try cache.add(path, monitor: session.monitor(name)) { known[$0] != nil }
            added.insert(digest)
            if known[digest] == nil {
                context.note(
                    "no catalog lists \(file), so `ensure` uses it only with `--sha256 \(digest)`"
                )
            }
        }
        let entries = try cache.entries().filter { added.contains($0.digest) && !$0.isPartial }
        try context.show(entries, .added, settings)
        return 0
    }
}

/// Deletes cached archives.
struct CachePrune: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Delete archives that do not belong to an installed version.",
        discussion:
            "Incomplete downloads are also deleted. Archives of installed versions are kept for `verify --repair`."
    )

    @Flag(help: "Delete every archive.")
    var all = false

    @OptionGroup var trust: CacheOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let settings = try context.settings()
        let session = try context.session(settings, trust.allowance)
        let supply = Supply(session)
        try Directories(session).refuseUnsafeCache()
        var kept: Set<SHA256Digest> = []
        if !all {
            for entry in try Installations(root: settings.sdkRoot).all() {
                kept.formUnion(try supply.archiveDigests(for: entry))
            }
        }
        let deleted = try supply.cache().prune { kept.contains($0) }
        if deleted.isEmpty { context.note("nothing to delete") }
        try context.show(deleted, .deleted, settings)
        return 0
    }
}

/// The kind of a list of archives.
///
/// The raw value is the key in JSON.
private enum CacheResult: String {
    case archives, added, deleted
}

/// The options of commands that change the cache.
struct CacheOptions: ParsableArguments {
    @Flag(help: "Allow a cache that other users can modify.")
    var trustRoots = false

    /// The options as an allowance for a session.
    var allowance: Session.Allowance {
        var allowance = Session.Allowance()
        allowance.trustsRoots = trustRoots
        return allowance
    }
}

extension Context {
    /// Writes cache entries as a result.
    fileprivate func show(
        _ entries: [ArchiveCache.Entry],
        _ result: CacheResult,
        _ settings: Settings
    ) throws(Failure) {
        let names = try names(of: entries, settings)
        switch common.format {
        case .text:
            let action = result == .archives ? "" : result.rawValue.toned(.good)
            var rows = entries.map { entry -> [StyledText] in
                [
                    action,
                    names[entry.digest]?.toned(.strong) ?? "unknown archive".toned(.caution),
                    "\(ByteCount(entry.byteCount))",
                    entry.isPartial ? "partial".toned(.caution) : "complete".toned(.good),
                    "\(entry.digest)".toned(.detail),
                ]
            }
            if entries.count > 1 {
                let total = entries.reduce(0) { $0 + $1.byteCount }
                rows.append([
                    action,
                    "\(entries.count) archives in total", "\(ByteCount(total))",
                ])
            }
            output.write(
                Table(result == .archives ? rows.map { Array($0.dropFirst()) } : rows)
            )
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.cache.schema),
                result.rawValue: .array(
                    entries.map {
                        [
                            "sha256": .string("\($0.digest)"),
                            "file": JSONValue(names[$0.digest]), "path": .string($0.path),
                            "bytes": .integer($0.byteCount), "partial": .boolean($0.isPartial),
                        ]
                    }
                ),
            ]
            output.write(document.rendered)
        }
    }

    /// Returns the names of cached files, from the catalogs and the receipts of installations.
    private func names(
        of entries: [ArchiveCache.Entry],
        _ settings: Settings
    ) throws(Failure) -> [SHA256Digest: String] {
        guard !entries.isEmpty else { return [:] }
        var names = try host.readableCatalog(settings).fileNames
        for entry in (try? Installations(root: settings.sdkRoot).all()) ?? [] {
            guard case .installed(let receipt) = entry.state else { continue }
            names[receipt.archiveDigest] = names[receipt.archiveDigest] ?? receipt.archiveName
        }
        return names
    }
}
