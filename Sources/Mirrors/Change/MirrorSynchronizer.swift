package import Provisioning
package import ToolchainCore
internal import ToolchainHost

/// Makes a mirror have what hosts with certain manifests need.
///
/// A request that cannot be resolved, or an archive that cannot be added, does not prevent the others.
package struct MirrorSynchronizer {
    private let tree: MirrorTree
    private let session: Session
    private let manifests: [LocatedManifest]
    private let architectures: [GoArchitecture]?
    private let sources: [MirrorDirectory]?
    private let prunes: Bool
    private let isCheck: Bool

    /// Creates a synchronizer.
    ///
    /// - Parameters:
    ///   - tree: The mirror.
    ///   - session: The run.
    ///   - manifests: The manifests of the hosts.
    ///   - architectures: The architectures of the hosts; nil for those that the mirror has archives for, or if it
    ///     has none, that of the run.
    ///   - sources: The only directories that archives are taken from; nil for mirrors, the cache and official
    ///     sites.
    ///   - prunes: Whether to remove all other archives.
    ///   - isCheck: Whether to stop before anything is downloaded or written.
    package init(
        _ tree: MirrorTree,
        _ session: Session,
        for manifests: [LocatedManifest],
        on architectures: [GoArchitecture]?,
        from sources: [MirrorDirectory]?,
        prunes: Bool,
        isCheck: Bool
    ) {
        self.tree = tree
        self.session = session
        self.manifests = manifests
        self.architectures = architectures
        self.sources = sources
        self.prunes = prunes
        self.isCheck = isCheck
    }

    /// Adds what the hosts need, and with `prunes` removes the rest and incomplete downloads.
    ///
    /// If a request cannot be resolved or an archive cannot be added, nothing is removed, because hosts may still
    /// use an older one.
    ///
    /// - Returns: What became of each archive, and the requests that could not be resolved.
    /// - Throws: ``Failure`` of kind `configuration` if the manifests request nothing; and as ``MirrorAdder/add()``.
    package func synchronize() throws(Failure) -> MirrorUpdate {
        guard manifests.contains(where: { !$0.manifest.isWithoutRequests }) else {
            throw Failure(
                .configuration,
                "the manifests request no Go and no tool",
                facts: manifests.map { .init("manifest", $0.path) },
                hint: "add `go.versions` to the manifest: see docs/reference/manifest.md"
            )
        }
        let index = try tree.index()
        let found = Set(index.entries.compactMap(\.architecture)).sorted()
        let architectures =
            architectures ?? (found.isEmpty ? [session.platform.architecture] : found)
        let adder = MirrorAdder(
            tree,
            session,
            MirrorAdder.Task(
                versions: [],
                tools: [],
                architectures: architectures,
                sources: sources,
                isCheck: isCheck
            )
        )
        var needs = Needs()
        for architecture in architectures {
            for located in manifests {
                try resolve(located, architecture, with: adder, index, adding: &needs)
            }
        }
        let isComplete = needs.unresolved.isEmpty
        let paths = Set(needs.wanted.map(\.path))
        var update = try adder.add(needs.wanted, to: index) { change, update in
            guard prunes, isComplete, update.failure == nil else { return }
            for entry in change.index.entries where !paths.contains(entry.path) {
                change.remove(entry.path)
                update.entries.append(MirrorUpdate.Entry(entry, .removed))
            }
        }
        update.unresolved = needs.unresolved
        guard prunes else { return update }
        guard update.failure == nil else {
            session.onEvent(
                .remark(tree.path, "nothing is removed, because archives are missing")
            )
            return update
        }
        if isCheck {
            update.entries += index.entries.filter { !paths.contains($0.path) }.map {
                MirrorUpdate.Entry($0, .superfluous)
            }
        } else {
            _ = try ArchiveCache(directory: tree.stagingPath).prune { _ in false }
        }
        return update
    }

    // MARK: What is needed

    /// The archives that the hosts need, each once, and the requests without one.
    private struct Needs {
        var wanted: [MirrorWanted] = []
        var unresolved: [MirrorUpdate.Unresolved] = []
        private var paths: Set<MirrorPath> = []

        mutating func add(_ item: MirrorItem, from supply: Supply) throws(Failure) {
            let item = try MirrorWanted(item, from: supply)
            if paths.insert(item.path).inserted { wanted.append(item) }
        }
    }

    /// Adds what a host with a manifest and nothing installed needs: the Go versions, the tools for them, and a Go
    /// to compile Delve if none of them can.
    private func resolve(
        _ located: LocatedManifest,
        _ architecture: GoArchitecture,
        with adder: MirrorAdder,
        _ index: MirrorIndex,
        adding needs: inout Needs
    ) throws(Failure) {
        let manifest = located.manifest
        let supply = adder.supply(for: architecture, cooldownDays: manifest.cooldownDays)
        // A catalog that cannot be read is the failure of the run, not of each request.
        _ = try supply.catalog()
        func attempt(
            _ request: String,
            _ body: () throws(Failure) -> Void
        ) throws(Failure) {
            do {
                try body()
            } catch {
                guard [.integrity, .unavailable, .configuration].contains(error.kind),
                    !error.isFork
                else { throw error }
                needs.unresolved.append(
                    MirrorUpdate.Unresolved(
                        request: request,
                        architecture: architecture,
                        manifest: located.path,
                        failure: error
                    )
                )
            }
        }
        var items: [MirrorItem] = []
        for request in manifest.requests {
            try attempt(request.text) { () throws(Failure) in
                let item = try supply.mirrorItem(for: request)
                try refuse(item, olderThan: manifest.minimum, located)
                items.append(item)
            }
        }
        var versions = items.compactMap(\.contents.goVersion)
        let targets =
            manifest.requests.isEmpty ? index.goVersions(for: architecture) : versions
        for request in manifest.tools {
            try attempt("\(request)") { () throws(Failure) in
                guard request.version != nil || !targets.isEmpty else {
                    throw Failure(
                        .configuration,
                        "no Go of the manifest is available, so the compatible version of"
                            + " \(request.tool) is unknown",
                        facts: [.init("manifest", located.path)],
                        hint: "add the Go versions of the hosts to `go.versions` of the manifest"
                    )
                }
                for item in try supply.mirrorItems(for: request, targets: targets) {
                    items.append(item)
                    let builder = try supply.mirrorItem(compiling: item, unless: versions + targets)
                    guard let builder else { continue }
                    items.append(builder)
                    versions += [builder.contents.goVersion].compactMap(\.self)
                }
            }
        }
        for item in items { try needs.add(item, from: supply) }
    }

    private func refuse(
        _ item: MirrorItem,
        olderThan minimum: GoVersion?,
        _ located: LocatedManifest
    ) throws(Failure) {
        guard let minimum, let version = item.contents.goVersion, version < minimum else { return }
        throw Failure(
            .configuration,
            "\(version.toolchainName) is older than the manifest's minimum",
            facts: [.init("minimum", minimum), .init("manifest", located.path)]
        )
    }
}

extension Manifest {
    fileprivate var isWithoutRequests: Bool { requests.isEmpty && tools.isEmpty }
}
