internal import ArgumentParser
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Looks after the archives that are kept.
struct Cache: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show, add or delete the archives that are kept.",
        discussion:
            "They lie under their SHA-256 in $GOTOOLPROV_CACHE, $XDG_CACHE_HOME/gotoolprov or"
            + " ~/.cache/gotoolprov, and are hashed again before they are used.",
        subcommands: [CacheList.self, CacheAdd.self, CachePrune.self]
    )
}

/// Shows the archives that are kept.
struct CacheList: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the archives that are kept."
    )

    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let provisioner = try context.provisioner(try context.settings())
        try context.show(try provisioner.cache().entries(), key: "archives", common)
        return 0
    }
}

/// Puts files into the cache.
struct CacheAdd: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Keep copies of archives that were brought here by hand.",
        discussion: "Any file is taken: it is used only where its digest is the one that is pinned."
    )

    @Argument(help: ArgumentHelp("The archives.", valueName: "file"))
    var files: [String]

    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let provisioner = try context.provisioner(try context.settings())
        let cache = try provisioner.cache()
        var added: Set<SHA256Digest> = []
        for file in files {
            guard let path = context.environment.absolutePath(file) else {
                throw Failure(
                    .unavailable,
                    "cannot tell where the archive is",
                    facts: [.init("file", file)]
                )
            }
            added.insert(try cache.add(path))
        }
        let entries = try cache.entries().filter { added.contains($0.digest) && !$0.isPartial }
        try context.show(entries, key: "added", common)
        return 0
    }
}

/// Deletes archives.
struct CachePrune: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Delete the archives of versions that are not installed, and parts of archives.",
        discussion: "Those of installed versions are what `verify --repair` takes files from."
    )

    @Flag(help: "Delete all archives.")
    var all = false

    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let provisioner = try context.provisioner(try context.settings())
        var kept: Set<SHA256Digest> = []
        if !all {
            for entry in try provisioner.store.entries() {
                if case .installed(let receipt) = entry.state {
                    kept.insert(receipt.archiveDigest)
                }
            }
        }
        let deleted = try provisioner.cache().prune { kept.contains($0) }
        try context.show(deleted, key: "deleted", common)
        return 0
    }
}

extension Context {
    /// Writes entries of the cache as a result.
    fileprivate func show(
        _ entries: [ArchiveCache.Entry],
        key: String,
        _ common: CommonOptions
    ) throws(Failure) {
        let names = try readableCatalogue(try settings()).fileNames
        switch common.format {
        case .text:
            output.write(
                table(
                    entries.map { entry in
                        [
                            "\(entry.digest)", "\(entry.byteCount) bytes",
                            entry.isPartial ? "partial" : "whole",
                            names[entry.digest] ?? "in no catalogue",
                        ]
                    }
                )
            )
        case .json:
            let document: JSONValue = [
                "schemaVersion": 1,
                key: .array(
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
}
