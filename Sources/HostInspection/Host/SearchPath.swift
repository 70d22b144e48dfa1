internal import ToolchainCore

/// The search path for programs: the value of PATH.
package struct SearchPath: Hashable, Sendable {
    /// The absolute directories, in order and as written.
    package let directories: [String]

    /// The other entries, which depend on the working directory; an empty entry is the working
    /// directory itself.
    package let relativeEntries: [String]

    /// Whether any entry is relative.
    package var isRelative: Bool { !relativeEntries.isEmpty }

    /// Splits the value of PATH into absolute and relative entries, at most 1000 each.
    package init(_ path: String?) {
        let entries = (path ?? "").split(byte: ":", omittingEmpty: false)
        directories = entries.filter { $0.hasPrefix("/") }.prefix(1000).map { $0 }
        relativeEntries =
            path?.isEmpty == false
            ? entries.filter { !$0.hasPrefix("/") }.prefix(1000).map { $0 } : []
    }

    /// Returns the index of a directory in ``directories``, or `nil` if it is not one of them.
    ///
    /// Because of links and bind mounts, PATH may contain another path of the same directory.
    package func position(of directory: String, in files: RootedFiles) -> Int? {
        directories.firstIndex { Self.normalized($0).hasSameBytes(as: Self.normalized(directory)) }
            ?? directories.firstIndex { files.isSame($0, directory) }
    }

    /// Returns all executable files with this name, in order.
    package func programs(_ name: String, in files: RootedFiles) -> [String] {
        var seen: Set<String> = []
        return directories.map { "\(Self.normalized($0))/\(name)" }.filter {
            files.isExecutable($0) && seen.insert($0).inserted
        }
    }

    private static func normalized(_ directory: String) -> String {
        "/" + directory.split(byte: "/").joined(separator: "/")
    }
}
