internal import CLinux
internal import Glibc
internal import SystemPackage

/// A directory of another user, which is read without following links, blocking on pipes or reading
/// unlimited data.
package struct ForeignDirectory: Sendable {
    /// The maximum number of names that are returned.
    private static let maximumNameCount = 1000

    private let handle: DirectoryHandle

    private init(_ handle: DirectoryHandle) { self.handle = handle }

    /// Opens the directory at `path`, following links, so only the administrator may control `path`.
    ///
    /// - Throws: ``FileError`` if it does not exist or cannot be opened.
    package init(at path: String) throws(FileError) {
        handle = try DirectoryHandle.opening(path, followingLinks: true)
    }

    /// Opens the directory `name`; returns nil if it does not exist or is not a directory.
    ///
    /// - Throws: ``FileError`` for a symbolic link, a mount point, and a directory that cannot be opened.
    package func directory(_ name: String) throws(FileError) -> ForeignDirectory? {
        do {
            return ForeignDirectory(try handle.directory(name))
        } catch  where error.errno == .noSuchFileOrDirectory {
            return nil
        } catch  where error.errno == .notDirectory {
            // A symbolic link might refer to a directory; any other file does not.
            guard try handle.kind(of: name) == .symbolicLink else { return nil }
            throw error
        }
    }

    /// Returns the first names in the directory, sorted, and whether these are all of them.
    ///
    /// - Returns: At most 1000 names; `areAll` is false if there are more, or if one is not UTF-8.
    /// - Throws: ``FileError`` if the directory cannot be read.
    package func names() throws(FileError) -> (first: [String], areAll: Bool) {
        let names = try handle.names()
        let areAll =
            names.count <= Self.maximumNameCount
            && names.allSatisfy { Array($0.text.utf8) == $0.bytes }
        return (Array(names.map(\.text).sorted().prefix(Self.maximumNameCount)), areAll)
    }

    /// Returns whether the directory contains a file, directory or link with this name.
    package func contains(_ name: String) -> Bool { (try? handle.kind(of: name)) != nil }

    /// Returns the target of the symbolic link `name`; nil if it is not a symbolic link.
    package func linkTarget(of name: String) -> String? { handle.linkTarget(of: name) }

    /// Returns the first `limit` bytes of the regular file `name`; nil if it does not exist.
    ///
    /// - Throws: ``FileError`` if it is not a regular file, cannot be read, or belongs to a user other than
    ///   `owner` and root.
    package func contents(
        of name: String,
        limit: Int,
        ownedBy owner: UInt32
    ) throws(FileError) -> [UInt8]? {
        let file: OwnedDescriptor
        do {
            file = try handle.file(name)
        } catch  where error.errno == .noSuchFileOrDirectory {
            return nil
        }
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == owner || status.st_uid == 0
        else { throw FileError("read", file.path, .permissionDenied) }
        let slab = Slab(byteCount: min(limit, Int(status.st_size)))
        slab.count = try unsafe file.read(into: slab.bytes, at: 0)
        return unsafe Array(slab.filled)
    }
}
