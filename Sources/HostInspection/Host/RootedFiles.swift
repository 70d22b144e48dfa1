internal import ToolchainCore
package import ToolchainHost

/// The files of a host below a directory that stands for `/`, so that a copy of another host's /proc
/// and /etc can be looked at in its place.
///
/// Symbolic links are followed inside that directory, absolute ones too; nothing is ever written.
package struct RootedFiles: Sendable {
    private let root: String

    /// The files below `root`.
    package init(root: String = "/") { self.root = root == "/" ? "" : root }

    /// The first `limit` bytes from `offset` on; nil where the file is missing or unreadable.
    package func bytes(_ path: String, from offset: Int = 0, limit: Int = 1 << 20) -> [UInt8]? {
        guard let path = realPath(path) else { return nil }
        return try? FileSystem.contents(of: path, from: offset, limit: limit)
    }

    /// The file's text, without the white space around it; nil where there is none.
    package func text(_ path: String) -> String? {
        bytes(path).map { bytes in
            let isSpace: (UInt8) -> Bool = { $0 == 32 || (9...13).contains($0) }
            let start = bytes.firstIndex { !isSpace($0) } ?? bytes.endIndex
            let end = bytes.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start
            return String(decoding: bytes[start..<end], as: UTF8.self)
        }
    }

    /// The names in a directory, or none.
    package func names(in path: String) -> [String] {
        guard let path = realPath(path) else { return [] }
        return (try? FileSystem.names(in: path)) ?? []
    }

    /// Whether these are this host's own files, so that system calls about them make sense too.
    package var isThisHost: Bool { root.isEmpty }

    /// What is at `path`, links followed; nil where nothing is, or nothing that can be looked at.
    package func kind(of path: String) -> FileSystem.Kind? {
        guard let path = realPath(path) else { return nil }
        guard (try? FileSystem.isDirectory(path)) != true else { return .directory }
        guard let kind = try? FileSystem.kind(of: path) else { return nil }
        // The kernel follows the last link where this host's own files are looked at.
        guard kind == .symbolicLink else { return kind }
        return FileSystem.withoutLinks(path).flatMap { try? FileSystem.kind(of: $0) }
    }

    /// Whether something is at `path`, links followed.
    package func exists(_ path: String) -> Bool { kind(of: path) != nil }

    /// Whether a directory is at `path`, links followed.
    package func isDirectory(_ path: String) -> Bool { kind(of: path) == .directory }

    /// Whether a file is at `path`, links followed, that this process may execute.
    package func isExecutable(_ path: String) -> Bool {
        realPath(path).map(FileSystem.isExecutable) ?? false
    }

    /// Where the link at `path` points, as it says; nil where there is none.
    package func linkTarget(of path: String) -> String? {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        let directory = String(path[..<slash])
        guard let parent = realPath(directory.isEmpty ? "/" : directory) else { return nil }
        return FileSystem.linkTarget(of: parent + path[slash...])
    }

    /// `path` with all links followed, as a program on that host would name it; nil where nothing
    /// is there.
    package func withoutLinks(_ path: String) -> String? {
        if root.isEmpty { return FileSystem.withoutLinks(path) }
        guard exists(path), let real = realPath(path) else { return nil }
        return String(decoding: real.utf8.dropFirst(root.utf8.count), as: UTF8.self)
    }

    /// Whether two paths lead to the same place, links followed.
    package func isSame(_ one: String, _ other: String) -> Bool {
        guard let one = realPath(one), let other = realPath(other) else { return false }
        return FileSystem.isSame(one, other)
    }

    /// Where `path` is on this host, for a system call: links are followed where the root is another
    /// one.
    func pathForSystemCall(_ path: String) -> String? { realPath(path) }

    /// Where `path` is on this host once all links are followed; nil after too many of them.
    private func realPath(_ path: String) -> String? {
        // The kernel does it best where it can.
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
