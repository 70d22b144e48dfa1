internal import ToolchainCore

/// Where programs are looked for, in this order: `PATH`.
package struct SearchPath: Hashable, Sendable {
    /// The directories, as they are written.
    package let directories: [String]

    /// The other entries, which depend on the working directory; an empty one means just that.
    package let relativeEntries: [String]

    /// Whether there are such entries.
    package var isRelative: Bool { !relativeEntries.isEmpty }

    /// Splits a `PATH`; relative and empty entries are kept out of ``directories``.
    package init(_ path: String?) {
        let entries = (path ?? "").split(byte: ":", omittingEmpty: false)
        directories = entries.filter { $0.hasPrefix("/") }.prefix(1000).map { $0 }
        relativeEntries =
            path?.isEmpty == false
            ? entries.filter { !$0.hasPrefix("/") }.prefix(1000).map { $0 } : []
    }

    /// The position of a directory, 0 for the first; nil where it is none of them.
    ///
    /// A directory has several names where there are links or bind mounts, and PATH may have any of them.
    package func position(of directory: String, in files: RootedFiles) -> Int? {
        directories.firstIndex { Self.normalized($0).hasSameBytes(as: Self.normalized(directory)) }
            ?? directories.firstIndex { files.isSame($0, directory) }
    }

    /// All files with this name that can be executed, in order.
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
