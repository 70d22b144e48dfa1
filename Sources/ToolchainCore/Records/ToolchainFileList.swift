/// The files of a toolchain module with their digests: what the module's `h1:` hash is the SHA-256 of.
///
/// A module lacks four directories of the archive, and each go.mod in it is renamed: a module with another
/// inside would lack the files of that one (docs/facts/go-toolchains.md#hash-of-a-toolchain).
package struct ToolchainFileList: Sendable {
    /// Where a tree comes from, and so which names its files have.
    package enum Layout: Hashable, Sendable {
        /// An archive: the files have their own names.
        case archive
        /// Go's module cache: each go.mod is there as `_go.mod`, and once more under its own name.
        case moduleCache
    }

    /// Why a tree is not that of any toolchain module.
    package enum Problem: Error, Hashable, Sendable {
        /// A file of an archive is named `_go.mod`, which only a renamed go.mod may be.
        case reservedName(path: String)
        /// A name contains a line feed, which a list of lines cannot hold.
        case lineFeed(path: String)
        /// A go.mod in a module cache has no `_go.mod` with the same contents beside it.
        case unpairedModuleFile(path: String)
    }

    /// The directories at the top that a module lacks.
    package static let omittedDirectories = ["api", "doc", "misc", "test"]

    private static let moduleFile = "go.mod"
    private static let renamedModuleFile = "_go.mod"

    private let module: ToolchainModule
    /// The files in the byte order of their names.
    ///
    /// All names in the module begin with its path and version, so that prefix is left out.
    private let files: [File]

    private struct File {
        let name: String
        let digest: SHA256Digest
    }

    /// The list of a module with these files.
    ///
    /// - Parameters:
    ///   - module: The toolchain that the files are said to be.
    ///   - files: Each regular file's path below the root, with slashes, and its digest, in any order. It
    ///     is quicker if they are in the byte order of their paths.
    ///   - layout: Where the tree comes from.
    /// - Throws: ``Problem`` for a file that no toolchain module can have. The omitted directories may
    ///   contain what they like.
    package init(
        _ module: ToolchainModule,
        files: some Sequence<(path: String, digest: SHA256Digest)>,
        layout: Layout = .archive
    ) throws(Problem) {
        self.module = module
        var list: [File] = []
        list.reserveCapacity(files.underestimatedCount)
        var copies: [File] = []
        let omitted = Self.omittedDirectories.map { "\($0)/" }
        for (path, digest) in files
        where !omitted.contains(where: { path.utf8.starts(with: $0.utf8) }) {
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
        for copy in copies {
            let original = Self.renamed(copy.name)
            guard
                list.contains(where: {
                    $0.digest == copy.digest && $0.name.hasSameBytes(as: original)
                })
            else { throw .unpairedModuleFile(path: copy.name) }
        }
        list.sort { $0.name.precedesByBytes($1.name) }
        self.files = list
    }

    /// The list of a module with the files of an index.
    ///
    /// - Parameters:
    ///   - module: The toolchain that the tree is said to be.
    ///   - index: The index of the tree.
    ///   - layout: Where the tree comes from.
    /// - Throws: ``Problem`` for a file that no toolchain module can have.
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

    /// How many files the module has.
    package var count: Int { files.count }

    /// Passes the text of the list to `body`, in pieces of about `byteCount` bytes.
    ///
    /// - Parameters:
    ///   - byteCount: When a piece is long enough to be passed on.
    ///   - body: Gets the pieces in their order; none is empty.
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

    private static func isFile(_ path: String, named name: String) -> Bool {
        guard path.utf8.suffix(name.utf8.count).elementsEqual(name.utf8) else { return false }
        let rest = path.utf8.dropLast(name.utf8.count)
        return rest.isEmpty || rest.last == UInt8(ascii: "/")
    }

    /// The name in the module of a path that ends in go.mod.
    private static func renamed(_ path: String) -> String {
        String(decoding: path.utf8.dropLast(moduleFile.utf8.count), as: UTF8.self)
            + renamedModuleFile
    }
}
