package import Provisioning
internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// A directory that is a mirror: it has an index, `mirror.json`.
///
/// Reading takes no lock, because the index is replaced atomically.
package struct MirrorTree: Hashable, Sendable {
    /// The directory's absolute path.
    package let path: String

    /// The directory for work in progress, which is not part of the mirror.
    package static let workName = ".gotoolprov"

    /// The path of the index.
    package var indexPath: String { path(of: MirrorIndex.fileName) }
    /// The directory for files that are not complete or not verified.
    package var stagingPath: String { path(of: "\(Self.workName)/staging") }
    var lockPath: String { path(of: "\(Self.workName)/lock") }

    private init(path: String) { self.path = path }

    /// Returns the path of a file in the mirror.
    ///
    /// - Parameter name: Its relative path.
    /// - Returns: The absolute path.
    package func path(of name: String) -> String { path == "/" ? "/\(name)" : "\(path)/\(name)" }

    /// Returns the path of an archive.
    package func path(of path: MirrorPath) -> String { self.path(of: path.description) }

    /// Opens the mirror in a directory.
    ///
    /// - Parameter path: The absolute path.
    /// - Returns: The mirror.
    /// - Throws: ``Failure`` of kind `usage` if the directory is not a mirror.
    package static func opening(_ path: String) throws(Failure) -> MirrorTree {
        let tree = MirrorTree(path: path)
        if let reason = try tree.obstacle() { throw tree.notAMirror(reason) }
        return tree
    }

    /// Returns why the directory is not a mirror; nil if it is one.
    private func obstacle() throws(Failure) -> String? {
        do throws(FileError) {
            guard try FileSystem.isDirectory(path) else {
                return try FileSystem.kind(of: path) == nil
                    ? "the directory does not exist" : "it is not a directory"
            }
            switch try FileSystem.kind(of: indexPath) {
            case .file: return nil
            case nil: return "it has no \(MirrorIndex.fileName)"
            case .symbolicLink, .directory, .other:
                return "\(MirrorIndex.fileName) is not a regular file"
            }
        } catch {
            throw Failure(reading: error, what: "cannot open the mirror")
        }
    }

    private func notAMirror(_ reason: String) -> Failure {
        Failure(
            .usage,
            "the directory is not a mirror",
            facts: [.init("directory", path), .init("because", reason)],
            hint: "use `--directory DIR`; or to make it a mirror, run"
                + " `gotoolprov mirror init \(ShellQuoting.quoted(path))`"
        )
    }

    /// Makes a directory a mirror, unless it is one: creates it, and writes an empty index.
    ///
    /// Archives that are already there can be added with `mirror add`, which does not download them again.
    ///
    /// - Parameters:
    ///   - path: The absolute path.
    ///   - session: The run.
    /// - Returns: The mirror, and whether it is new.
    /// - Throws: ``Failure``; the directory is then unchanged.
    package static func initializing(
        _ path: String,
        _ session: Session
    ) throws(Failure) -> (tree: MirrorTree, isNew: Bool) {
        let tree = MirrorTree(path: path)
        var made: [String] = []
        do {
            try tree.refuseHazard(session)
            try FileSystem.makeDirectories(path, isShared: true, adding: &made)
            guard try tree.obstacle() != nil else {
                _ = try tree.index()
                return (tree, false)
            }
            guard try FileSystem.kind(of: tree.indexPath) == nil else {
                throw tree.notAMirror("\(MirrorIndex.fileName) is not a regular file")
            }
            return try tree.locked(session) { () throws in
                // Another process may have written it meanwhile.
                guard try FileSystem.kind(of: tree.indexPath) == nil else { return (tree, false) }
                try tree.write(MirrorIndex(), durably: session.isDurable)
                return (tree, true)
            }
        } catch {
            FileSystem.removeEmptyDirectories(made)
            throw tree.failure(for: error, session)
        }
    }

    /// Reads the index.
    ///
    /// - Throws: ``Failure`` of kind `usage` if there is none, and of kind `integrity` if it is damaged.
    package func index() throws(Failure) -> MirrorIndex {
        let bytes: [UInt8]?
        do {
            bytes = try FileSystem.contents(of: indexPath, limit: MirrorIndex.mostBytes + 1)
        } catch {
            throw Failure(reading: error, what: "cannot read the index of the mirror")
        }
        guard let bytes else { throw notAMirror("it has no \(MirrorIndex.fileName)") }
        do throws(DocumentError) {
            guard bytes.count <= MirrorIndex.mostBytes else {
                throw DocumentError("larger than \(ByteCount(MirrorIndex.mostBytes))")
            }
            return try MirrorIndex(parsing: bytes)
        } catch {
            throw Failure(
                .integrity,
                "the index of the mirror is damaged",
                facts: [.init("file", indexPath), .init("because", error)],
                hint: "copy it again; or delete it, run `gotoolprov mirror init`, and add the"
                    + " archives again: those that are intact are not downloaded again"
            )
        }
    }

    /// Atomically replaces the page, and then the index.
    func write(_ index: MirrorIndex, durably: Bool) throws(FileError) {
        try writePage(of: index, durably: durably)
        try FileSystem.replaceFile(
            at: indexPath,
            with: index.bytes,
            mode: 0o644,
            durably: durably,
            isSweeping: true
        )
    }
}
