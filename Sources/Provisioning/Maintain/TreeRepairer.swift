internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// Applies repairs to one tree.
///
/// Errors are ignored: the remaining differences are left to the next round and, in the end, to the
/// replacement of the whole tree.
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

    /// Corrects what requires no archive: sets modes, and moves extra files to the quarantine.
    ///
    /// Files that are replaced anyway keep their modes, because they are kept as they were found.
    /// Differences are sorted by path, so a directory is corrected before its entries.
    func correct(_ differences: [TreeVerifier.Difference]) {
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

    /// Replaces a file or directory that differs by the one in a complete tree.
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

    /// Replaces an entry by the staged one, and moves the old one to the quarantine.
    func swap(_ path: String, from staged: TreeEditor) throws(FileError) {
        // A file with two differences was replaced for the first one.
        guard try staged.kind(of: path) != nil else { return }
        try quarantine.keep(path) { place throws(FileError) in
            try tree.replace(path, from: staged, keeping: place)
        }
    }
}
