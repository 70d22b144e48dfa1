internal import CLinux
internal import Glibc

/// A directory that belongs to somebody else, read without following a link in it, waiting for a pipe
/// or reading without end.
public struct ForeignDirectory: Sendable {
    /// The most names that are read.
    private static let mostNames = 1000

    private let handle: DirectoryHandle

    private init(_ handle: DirectoryHandle) { self.handle = handle }

    /// Opens the directory at `path`; links on the way to it are followed, so `path` has to come from
    /// the administrator.
    ///
    /// - Throws: ``FileError``, also where there is none.
    public init(at path: String) throws(FileError) {
        handle = try DirectoryHandle.opening(path, followingLinks: true)
    }

    /// The directory `name` in it; nil where there is none, or where it is a link.
    public func directory(_ name: String) -> ForeignDirectory? {
        (try? handle.directory(name)).map { ForeignDirectory($0) }
    }

    /// The directory at a path relative to this one.
    public func directory(at path: [String]) -> ForeignDirectory? {
        var found: ForeignDirectory? = self
        for name in path { found = found?.directory(name) }
        return found
    }

    /// The first names in it, in order.
    public var names: [String] {
        (((try? handle.names()) ?? []).prefix(Self.mostNames)).map(\.text).sorted()
    }

    /// The first bytes of the regular file `name`; nil where there is none, or where it belongs to
    /// neither `owner` nor root.
    public func contents(of name: String, limit: Int, ownedBy owner: UInt32) -> [UInt8]? {
        guard let file = try? handle.file(name), let status = try? file.status(),
            status.st_mode & S_IFMT == S_IFREG, status.st_uid == owner || status.st_uid == 0
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = try? unsafe bytes.withUnsafeMutableBytes { buffer throws(FileError) in
            try unsafe file.read(into: buffer, at: 0)
        }
        return count.map { Array(bytes.prefix($0)) }
    }
}
