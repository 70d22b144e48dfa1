internal import CLinux
internal import Glibc
internal import SystemPackage

/// A directory that belongs to somebody else, read without following a link in it, waiting for a pipe
/// or reading without end.
package struct ForeignDirectory: Sendable {
    /// The most names that are read.
    private static let mostNames = 1000

    private let handle: DirectoryHandle

    private init(_ handle: DirectoryHandle) { self.handle = handle }

    /// Opens the directory at `path`; links on the way to it are followed, so `path` has to come from
    /// the administrator.
    ///
    /// - Throws: ``FileError``, also where there is none.
    package init(at path: String) throws(FileError) {
        handle = try DirectoryHandle.opening(path, followingLinks: true)
    }

    /// The directory `name` in it; nil where there is none.
    ///
    /// - Throws: ``FileError`` where there is something that is not entered: a link, a mount, or a
    ///   directory that may not be read.
    package func directory(_ name: String) throws(FileError) -> ForeignDirectory? {
        do {
            return ForeignDirectory(try handle.directory(name))
        } catch  where error.errno == .noSuchFileOrDirectory {
            return nil
        } catch  where error.errno == .notDirectory {
            // A link may lead to a directory; nothing else can.
            guard try handle.kind(of: name) == .symbolicLink else { return nil }
            throw error
        }
    }

    /// The first names in it, in order, and whether these are all that can be opened.
    ///
    /// - Throws: ``FileError``.
    package func names() throws(FileError) -> (first: [String], areAll: Bool) {
        let names = try handle.names()
        let areAll =
            names.count <= Self.mostNames
            && names.allSatisfy { Array($0.text.utf8) == $0.bytes }
        return (Array(names.map(\.text).sorted().prefix(Self.mostNames)), areAll)
    }

    /// Whether something has this name in it, a link too.
    package func has(_ name: String) -> Bool { (try? handle.kind(of: name)) != nil }

    /// Where the link `name` points; nil if it is not one.
    package func linkTarget(of name: String) -> String? { handle.linkTarget(of: name) }

    /// The first bytes of the regular file `name`; nil where nothing has the name.
    ///
    /// - Throws: ``FileError`` where it is something else, may not be read, or belongs to neither
    ///   `owner` nor root.
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
