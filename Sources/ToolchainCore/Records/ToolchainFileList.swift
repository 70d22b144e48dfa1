/// The list of files and digests in a toolchain module, whose SHA-256 is the module's `h1:` hash.
///
/// A module omits four directories of the archive, and each go.mod in it is renamed, because a module
/// does not include the files of nested modules (docs/facts/go-toolchains.md#hash-of-a-toolchain).
package struct ToolchainFileList: Sendable {
    /// The origin of a tree, which determines the names of its files.
    package enum Layout: Hashable, Sendable {
        /// An archive, in which files have their original names.
        case archive
        /// Go's module cache, which has each go.mod twice: as `_go.mod` and under its original name.
        case moduleCache
    }

    /// Why a tree cannot be a toolchain module.
    package enum Problem: Error, Hashable, Sendable {
        /// A file of an archive is named `_go.mod`, which is reserved for a renamed go.mod.
        case reservedName(path: String)
        /// A name contains a line feed, which the list cannot represent.
        case lineFeed(path: String)
        /// A go.mod in a module cache has no `_go.mod` with the same contents in its directory.
        case unpairedModuleFile(path: String)

        /// The path of the file that no toolchain module contains.
        package var path: String {
            switch self {
            case .reservedName(let path), .lineFeed(let path), .unpairedModuleFile(let path): path
            }
        }
    }

    /// The top-level directories that a module omits.
    package static let omittedDirectories = ["api", "doc", "misc", "test"]

    private static let omittedPrefixes = omittedDirectories.map { "\($0)/" }

    /// Whether a module omits a file.
    ///
    /// - Parameter path: The path of the file, relative to the root of the toolchain.
    /// - Returns: Whether it is in one of ``omittedDirectories``.
    package static func omits(_ path: String) -> Bool {
        omittedPrefixes.contains { path.utf8.starts(with: $0.utf8) }
    }

    private static let moduleFile = "go.mod"
    private static let renamedModuleFile = "_go.mod"

    private let module: ToolchainModule
    /// The files in the byte order of their names.
    ///
    /// The common prefix of all names, the path and version of the module, is omitted.
    private let files: [File]

    private struct File: Hashable {
        let name: String
        let digest: SHA256Digest
    }

    /// Creates the list of a module.
    ///
    /// - Parameters:
    ///   - module: The toolchain that the files belong to.
    ///   - files: The path of each regular file, relative to the root, and its digest, in any order. The
    ///     byte order of the paths is fastest.
    ///   - layout: The origin of the tree.
    /// - Throws: ``Problem`` for a file that a toolchain module cannot have. Files in the omitted
    ///   directories are not checked.
    package init(
        _ module: ToolchainModule,
        files: some Sequence<(path: String, digest: SHA256Digest)>,
        layout: Layout = .archive
    ) throws(Problem) {
        self.module = module
        var list: [File] = []
        list.reserveCapacity(files.underestimatedCount)
        var copies: [File] = []
        for (path, digest) in files where !Self.omits(path) {
            guard !path.contains(byte: "\n") else { throw .lineFeed(path: path) }
            let isRenamed = Self.isFile(path, named: Self.renamedModuleFile)
            let isModuleFile = isRenamed || Self.isFile(path, named: Self.moduleFile)
            switch layout {
            case .archive where isRenamed: throw .reservedName(path: path)
            case .archive where isModuleFile:
                list.append(File(name: Self.renamed(path), digest: digest))
            case .moduleCache where isModuleFile && !isRenamed:
                copies.append(File(name: path, digest: digest))
            case .archive, .moduleCache: list.append(File(name: path, digest: digest))
            }
        }
        if layout == .moduleCache {
            let originals = Set(list.filter { Self.isFile($0.name, named: Self.renamedModuleFile) })
            for copy in copies {
                let original = File(name: Self.renamed(copy.name), digest: copy.digest)
                guard originals.contains(original) else {
                    throw .unpairedModuleFile(path: copy.name)
                }
            }
        }
        list.sort { $0.name.precedesByBytes($1.name) }
        self.files = list
    }

    /// Creates the list of a module from the index of a tree.
    ///
    /// - Parameters:
    ///   - module: The toolchain that the tree belongs to.
    ///   - index: The index of the tree.
    ///   - layout: The origin of the tree.
    /// - Throws: ``Problem`` for a file that a toolchain module cannot have.
    package init(
        _ module: ToolchainModule,
        index: TreeIndex,
        layout: Layout = .archive
    ) throws(Problem) {
        let files = index.entries.lazy.compactMap {
            entry -> (path: String, digest: SHA256Digest)? in
            guard case .file(_, let digest) = entry.kind else { return nil }
            return (entry.path, digest)
        }
        try self.init(module, files: files, layout: layout)
    }

    /// The number of files in the module.
    package var count: Int { files.count }

    /// Calls `body` with the text of the list, in pieces.
    ///
    /// - Parameters:
    ///   - byteCount: The minimum size of all pieces but the last, in bytes.
    ///   - body: Called with the pieces in order; none is empty.
    /// - Throws: What `body` throws.
    package func forEachPiece<Thrown: Error>(
        byteCount: Int = 64 << 10,
        _ body: ([UInt8]) throws(Thrown) -> Void
    ) throws(Thrown) {
        let prefix = Array("  \(ToolchainModule.path)@\(module.version)/".utf8)
        var piece: [UInt8] = []
        piece.reserveCapacity(byteCount + 4096)
        for file in files {
            file.digest.appendHexadecimal(to: &piece)
            piece.append(contentsOf: prefix)
            piece.append(contentsOf: file.name.utf8)
            piece.append(UInt8(ascii: "\n"))
            if piece.count >= byteCount {
                try body(piece)
                piece.removeAll(keepingCapacity: true)
            }
        }
        if !piece.isEmpty { try body(piece) }
    }

    /// Returns the name in a module of a file that the module does not omit.
    ///
    /// - Parameter path: The path of the file, relative to the root of the toolchain.
    /// - Returns: The path; that of a `_go.mod` for a go.mod.
    package static func nameInModule(of path: String) -> String {
        isFile(path, named: moduleFile) ? renamed(path) : path
    }

    /// Returns the path that a file of a module has in an archive.
    ///
    /// - Parameter name: The name in the module, relative to its root.
    /// - Returns: The name; that of a go.mod for a `_go.mod`; nil for a name that no module of a toolchain has.
    package static func originalName(of name: String) -> String? {
        guard !omits(name) else { return nil }
        if isFile(name, named: renamedModuleFile) {
            return String(decoding: name.utf8.dropLast(renamedModuleFile.utf8.count), as: UTF8.self)
                + moduleFile
        }
        return isFile(name, named: moduleFile) ? nil : name
    }

    private static func isFile(_ path: String, named name: String) -> Bool {
        guard path.utf8.suffix(name.utf8.count).elementsEqual(name.utf8) else { return false }
        let rest = path.utf8.dropLast(name.utf8.count)
        return rest.isEmpty || rest.last == UInt8(ascii: "/")
    }

    /// Returns the path, which ends in go.mod, with its file renamed as in a module.
    private static func renamed(_ path: String) -> String {
        String(decoding: path.utf8.dropLast(moduleFile.utf8.count), as: UTF8.self)
            + renamedModuleFile
    }
}
