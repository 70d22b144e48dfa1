package import Provisioning
package import ToolchainCore
internal import ToolchainHost

/// Removes from a mirror what no manifest needs.
package struct MirrorPruner {
    private let tree: MirrorTree
    private let session: Session
    private let manifests: [LocatedManifest]
    private let architectures: Set<GoArchitecture>?
    private let isCheck: Bool

    /// Creates a pruner.
    ///
    /// - Parameters:
    ///   - tree: The mirror.
    ///   - session: The run.
    ///   - manifests: The manifests whose archives are kept.
    ///   - architectures: The architectures whose archives are kept; nil for all.
    ///   - isCheck: Whether nothing is removed.
    package init(
        _ tree: MirrorTree,
        _ session: Session,
        keeping manifests: [LocatedManifest],
        for architectures: [GoArchitecture]?,
        isCheck: Bool
    ) {
        self.tree = tree
        self.session = session
        self.manifests = manifests
        self.architectures = architectures.map { Set($0) }
        self.isCheck = isCheck
    }

    /// Removes every archive that a host with one of the manifests and no other source would not use.
    ///
    /// Of the versions that a request matches, the newest in the mirror is kept. If it is not known which archive of
    /// a tool is compatible, all of that tool are kept. Incomplete downloads are deleted as well.
    ///
    /// - Returns: The archives that were removed, or would be.
    /// - Throws: ``Failure`` if the mirror cannot be read or written.
    package func prune() throws(Failure) -> MirrorUpdate {
        let index = try tree.index()
        let kept = try keptPaths(in: index)
        guard !kept.isEmpty || index.isEmpty else {
            throw Failure(
                .configuration,
                "no archive of the mirror matches the manifests, so all would be removed",
                facts: manifests.map { .init("manifest", $0.path) },
                hint: "check the manifests, and `--arch`; to remove single archives, run"
                    + " `gotoolprov mirror remove`"
            )
        }
        let update = try MirrorRemover(tree, session, isCheck: isCheck).remove {
            !kept.contains($0.path)
        }
        if !isCheck {
            _ = try ArchiveCache(directory: tree.stagingPath).prune { _ in false }
        }
        return update
    }

    private func keptPaths(in index: MirrorIndex) throws(Failure) -> Set<MirrorPath> {
        var kept: Set<MirrorPath> = []
        var listed = Set(index.entries.compactMap(\.architecture))
        if listed.isEmpty { listed.insert(session.platform.architecture) }
        for architecture in (architectures ?? listed).sorted() {
            for located in manifests {
                kept.formUnion(try paths(for: located, architecture, in: index))
            }
        }
        return kept
    }

    /// Returns the archives that a host with a manifest needs.
    private func paths(
        for located: LocatedManifest,
        _ architecture: GoArchitecture,
        in index: MirrorIndex
    ) throws(Failure) -> [MirrorPath] {
        let versions = index.goVersions(for: architecture)
        var targets: [GoVersion] = []
        for request in located.manifest.requests {
            guard let version = request.version.best(among: versions) else {
                remark("the mirror has no \(request.text) for \(architecture.rawValue)", located)
                continue
            }
            targets.append(version)
        }
        var paths = index.entries.filter { entry in
            entry.architecture == architecture
                && entry.contents.goVersion.map(targets.contains) == true
        }.map(\.path)
        let supply = Supply(session.on(GoPlatform(architecture)))
        for request in located.manifest.tools {
            let ofTool = index.entries.filter { $0.contents.tool == request.tool }
            do throws(Failure) {
                let items = try supply.mirrorItems(for: request, targets: targets) { pin in
                    ofTool.contains { $0.digest == pin.digest }
                }
                let names = Set(items.map(\.fileName))
                paths += ofTool.map(\.path).filter { names.contains($0.fileName) }
            } catch {
                guard !ofTool.isEmpty else {
                    remark("the mirror has no \(request)", located)
                    continue
                }
                remark("all archives of \(request.tool) are kept: \(error.message)", located)
                paths += ofTool.map(\.path)
            }
        }
        return paths
    }

    private func remark(_ text: String, _ located: LocatedManifest) {
        session.onEvent(.remark(located.path, "\(located.path): \(text)"))
    }
}
