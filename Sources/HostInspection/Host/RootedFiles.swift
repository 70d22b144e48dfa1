internal import ToolchainCore
package import ToolchainHost

/// Read-only access to the files of a host, or to a copy of another host's /proc and /etc in a
/// directory that takes the place of `/`.
///
/// Symbolic links, even absolute ones, are resolved inside that directory. Nothing is ever written.
package struct RootedFiles: Sendable {
    private let root: String

    /// Creates access to the files below `root`.
    package init(root: String = "/") { self.root = root == "/" ? "" : root }

    /// Returns at most `limit` bytes of a file from `offset` on, or `nil` if it is missing or
    /// unreadable.
    package func bytes(_ path: String, from offset: Int = 0, limit: Int = 1 << 20) -> [UInt8]? {
        guard let path = realPath(path) else { return nil }
        return try? FileSystem.contents(of: path, from: offset, limit: limit)
    }

    /// Returns the text of a file without surrounding white space, or `nil` if it is missing or
    /// unreadable.
    package func text(_ path: String) -> String? {
        bytes(path).map { bytes in
            let isSpace: (UInt8) -> Bool = { $0 == 32 || (9...13).contains($0) }
            let start = bytes.firstIndex { !isSpace($0) } ?? bytes.endIndex
            let end = bytes.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start
            return String(decoding: bytes[start..<end], as: UTF8.self)
        }
    }

    /// Returns the names in a directory; empty if it is missing or unreadable.
    package func names(in path: String) -> [String] {
        guard let path = realPath(path) else { return [] }
        return (try? FileSystem.names(in: path)) ?? []
    }

    /// Whether these are the files of this host, so that system calls on them are valid, too.
    package var isThisHost: Bool { root.isEmpty }

    /// Returns the kind of file at `path` after following links, or `nil` if it does not exist or is
    /// inaccessible.
    package func kind(of path: String) -> FileSystem.Kind? {
        guard let path = realPath(path) else { return nil }
        guard (try? FileSystem.isDirectory(path)) != true else { return .directory }
        guard let kind = try? FileSystem.kind(of: path) else { return nil }
        // For this host's own files, the last link has not been followed yet.
        guard kind == .symbolicLink else { return kind }
        return FileSystem.withoutLinks(path).flatMap { try? FileSystem.kind(of: $0) }
    }

    /// Whether a file exists at `path`; links are followed.
    package func exists(_ path: String) -> Bool { kind(of: path) != nil }

    /// Whether `path` is a directory; links are followed.
    package func isDirectory(_ path: String) -> Bool { kind(of: path) == .directory }

    /// Whether this process may execute the file at `path`; links are followed.
    package func isExecutable(_ path: String) -> Bool {
        realPath(path).map(FileSystem.isExecutable) ?? false
    }

    /// Returns the target of the link at `path`, unresolved, or `nil` if it is not a link.
    package func linkTarget(of path: String) -> String? {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        let directory = String(path[..<slash])
        guard let parent = realPath(directory.isEmpty ? "/" : directory) else { return nil }
        return FileSystem.linkTarget(of: parent + path[slash...])
    }

    /// Returns `path` with all links resolved, as a path on that host, or `nil` if it does not exist.
    package func withoutLinks(_ path: String) -> String? {
        if root.isEmpty { return FileSystem.withoutLinks(path) }
        guard exists(path), let real = realPath(path) else { return nil }
        return String(decoding: real.utf8.dropFirst(root.utf8.count), as: UTF8.self)
    }

    /// Whether two paths refer to the same file; links are followed.
    package func isSame(_ one: String, _ other: String) -> Bool {
        guard let one = realPath(one), let other = realPath(other) else { return false }
        return FileSystem.isSame(one, other)
    }

    /// Returns the path on this host for a system call; links are resolved only if the root is not `/`.
    func pathForSystemCall(_ path: String) -> String? { realPath(path) }

    /// Returns the path on this host with all links resolved, or `nil` after too many links.
    private func realPath(_ path: String) -> String? {
        // The kernel resolves links in this host's own files.
        if root.isEmpty { return path }
        var pending = Array(path.split(byte: "/").reversed())
        var resolved: [String] = []
        var linkCount = 0
        while let component = pending.popLast() {
            switch component {
            case ".": continue
            case "..": _ = resolved.popLast()
            default:
                let candidate = "\(root)/\((resolved + [component]).joined(separator: "/"))"
                guard let target = FileSystem.linkTarget(of: candidate) else {
                    resolved.append(component)
                    continue
                }
                linkCount += 1
                guard linkCount <= 40 else { return nil }
                if target.hasPrefix("/") { resolved = [] }
                pending += target.split(byte: "/").reversed()
            }
        }
        return "\(root)/\(resolved.joined(separator: "/"))"
    }
}
