package import Provisioning
package import ToolchainCore
internal import ToolchainHost

/// Removes archives from a mirror.
package struct MirrorRemover {
    private let tree: MirrorTree
    private let session: Session
    private let isCheck: Bool

    /// Creates a remover; with `isCheck`, nothing is removed.
    package init(_ tree: MirrorTree, _ session: Session, isCheck: Bool) {
        self.tree = tree
        self.session = session
        self.isCheck = isCheck
    }

    /// Removes the archives that `isRemoved` selects, and their proofs.
    ///
    /// - Parameter isRemoved: Whether a listed archive is removed.
    /// - Returns: The archives that were removed, or would be.
    /// - Throws: ``Failure`` if the mirror cannot be read or written.
    package func remove(
        where isRemoved: (MirrorEntry) -> Bool
    ) throws(Failure) -> MirrorUpdate {
        guard !isCheck else {
            return update(try tree.index().entries.filter(isRemoved), .superfluous)
        }
        return try tree.change(session) { change in
            let removed = change.index.entries.filter(isRemoved)
            for entry in removed { change.remove(entry.path) }
            return update(removed, .removed)
        }
    }

    private func update(
        _ entries: [MirrorEntry],
        _ result: MirrorUpdate.Result
    ) -> MirrorUpdate {
        MirrorUpdate(
            directory: tree.path,
            entries: entries.map { MirrorUpdate.Entry($0, result) }
        )
    }
}

extension MirrorUpdate.Entry {
    /// Creates the result for a listed archive.
    init(_ listed: MirrorEntry, _ result: MirrorUpdate.Result) {
        self.init(
            path: listed.path,
            contents: listed.contents,
            architecture: listed.architecture,
            result: result,
            listed: listed
        )
    }
}
