internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// Changes to one tree.
///
/// What does not work is left for the next round, and then for the whole tree's exchange.
struct TreeRepairer {
    private let tree: TreeEditor
    private let modes: [String: UInt16]
    private let quarantine: Quarantine

    init(tree: DirectoryHandle, index: TreeIndex, quarantine: Quarantine) {
        self.tree = TreeEditor(root: tree)
        modes = Dictionary(
            index.entries.map { ($0.path, $0.mode) } + [
                (".", TreeIndex.rootMode), (Installations.Name.unpacked, UInt16(0o644)),
            ],
            uniquingKeysWith: { first, _ in first }
        )
        self.quarantine = quarantine
    }

    /// Does what needs no archive: sets modes, and takes away what should not be there.
    ///
    /// The modes of what is replaced anyway stay, as it is kept as it was found. Directories come
    /// before what is in them, as paths are in order.
    func putRight(_ differences: [TreeVerifier.Difference]) {
        let replaced = Set(
            differences.filter { [.changed, .type, .owner].contains($0.kind) }.map(\.path)
        )
        for difference in differences where difference.kind == .mode {
            guard let mode = modes[difference.path], !replaced.contains(difference.path) else {
                continue
            }
            try? tree.setMode(mode, of: difference.path)
        }
        for difference in differences where difference.kind == .extra {
            let path = difference.path
            try? quarantine.keep(path) { place throws(FileError) in
                try tree.move(path, to: place)
            }
        }
    }

    /// Replaces a file or directory that differs by the one from a complete tree.
    func replace(_ difference: TreeVerifier.Difference, from staged: DirectoryHandle) {
        let path = difference.path
        guard modes[path] != nil, path != "." else { return }
        let staged = TreeEditor(root: staged)
        switch difference.kind {
        case .extra, .archive: break
        case .missing: try? tree.take(path, from: staged)
        case .changed, .type, .owner, .mode, .unreadable: try? swap(path, from: staged)
        }
    }

    /// Lets a new thing take the place of another, which is kept.
    func swap(_ path: String, from staged: TreeEditor) throws(FileError) {
        // A file with two differences has been replaced for the first.
        guard try staged.kind(of: path) != nil else { return }
        try quarantine.keep(path) { place throws(FileError) in
            try tree.replace(path, from: staged, keeping: place)
        }
    }
}
