internal import CLinux
internal import Glibc
internal import SystemPackage
internal import ToolchainCore

/// Which directory a path leads to, whatever it is called: one directory has many names by links,
/// bind mounts, `//` and `/.`.
package struct DirectoryIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    /// The identity of what is at `path`, links followed; nil where nothing is, or nothing that can
    /// be looked at.
    package init?(of path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}

extension FileSystem {
    /// Whether two absolute paths lead to the same place.
    package static func isSame(_ one: String, _ other: String) -> Bool {
        if FilePath(one).lexicallyNormalized() == FilePath(other).lexicallyNormalized() {
            return true
        }
        guard let identity = DirectoryIdentity(of: one) else {
            return resolved(one) == resolved(other)
        }
        return identity == DirectoryIdentity(of: other)
    }

    /// The way from `outer` down to `inner`, both absolute paths: empty where they are the same
    /// place, nil where `inner` is elsewhere.
    package static func way(from outer: String, downTo inner: String) -> [String]? {
        let outer = resolved(outer)
        let identity = DirectoryIdentity(of: outer.string)
        var place = resolved(inner)
        var way: [String] = []
        while true {
            let isOuter =
                place == outer
                || identity.map { $0 == DirectoryIdentity(of: place.string) } ?? false
            if isOuter { return way.reversed() }
            guard let name = place.lastComponent else { return nil }
            way.append(name.string)
            place.removeLastComponent()
        }
    }

    /// Whether the attributes of what is at `path` forbid to change it even to its owner: chattr(1).
    package static func isImmutable(_ path: String) -> Bool {
        unsafe clinux_is_immutable(clinux_working_directory(), path)
    }

    /// A path with its links resolved, as far as it exists.
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
