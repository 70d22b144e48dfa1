internal import CLinux
internal import Glibc
internal import SystemPackage
internal import ToolchainCore

/// The identity of a file or directory, which may have many paths because of links, bind mounts, `//` and
/// `/.`.
package struct DirectoryIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    /// Determines the identity of `path`, following links; nil if its status cannot be read.
    package init?(of path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}

extension FileSystem {
    /// Returns whether two absolute paths refer to the same file or directory, which need not exist.
    package static func isSame(_ one: String, _ other: String) -> Bool {
        if FilePath(one).lexicallyNormalized() == FilePath(other).lexicallyNormalized() {
            return true
        }
        guard let identity = DirectoryIdentity(of: one) else {
            return resolved(one) == resolved(other)
        }
        return identity == DirectoryIdentity(of: other)
    }

    /// Returns the path components from `outer` down to `inner`, both absolute paths.
    ///
    /// - Returns: The components; none if both paths refer to the same directory, nil if `inner` is not
    ///   inside `outer`.
    package static func components(from outer: String, downTo inner: String) -> [String]? {
        let outer = resolved(outer)
        let identity = DirectoryIdentity(of: outer.string)
        var current = resolved(inner)
        var components: [String] = []
        while true {
            let isOuter =
                current == outer
                || identity.map { $0 == DirectoryIdentity(of: current.string) } ?? false
            if isOuter { return components.reversed() }
            guard let name = current.lastComponent else { return nil }
            components.append(name.string)
            current.removeLastComponent()
        }
    }

    /// Returns whether the file or directory at `path` is immutable, even for its owner; see chattr(1).
    package static func isImmutable(_ path: String) -> Bool {
        unsafe clinux_is_immutable(clinux_working_directory(), path)
    }

    /// Returns a path with the links in its existing part resolved.
    private static func resolved(_ path: String) -> FilePath {
        var existing = FilePath(path).lexicallyNormalized()
        var missing: [FilePath.Component] = []
        while true {
            if let real = withoutLinks(existing.string) {
                var resolved = FilePath(real)
                for component in missing.reversed() { resolved.append(component) }
                return resolved
            }
            guard let name = existing.lastComponent else { return FilePath(path) }
            missing.append(name)
            existing.removeLastComponent()
        }
    }
}
