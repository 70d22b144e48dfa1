package import ToolchainCore

/// The path of an archive in a mirror: `go/go1.27.3.linux-amd64.tar.gz`.
///
/// It consists of one directory and one file name, both in portable characters, neither of which begins with a
/// dot. So it cannot lead out of the mirror, and no file system or server changes it.
package struct MirrorPath: Hashable, Sendable {
    /// The subdirectory: `go`, `delve`, or the name of a tool.
    package let directory: String
    /// The file name, which ends in `.tar.gz` or `.tgz`.
    package let fileName: String

    /// Directories with files of other kinds.
    private static let reserved: Set<String> = ["sumdb", "golang.org"]

    /// The maximum length of a file name in bytes, which leaves space for the suffixes of temporary files and
    /// proofs.
    private static let maximumNameLength = 200

    /// Parses `DIRECTORY/FILE`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(byte: "/", omittingEmpty: false)
        guard parts.count == 2 else { return nil }
        self.init(directory: parts[0], fileName: parts[1])
    }

    /// Creates the path at which hosts look for an archive; nil if its name is not portable.
    package init?(of contents: PinnedArchive.Contents, fileName: String) {
        self.init(directory: contents.directoryName, fileName: fileName)
    }

    private init?(directory: String, fileName: String) {
        guard directory == "go" || Tool(directory) != nil, !Self.reserved.contains(directory),
            Self.isArchiveName(fileName)
        else { return nil }
        self.directory = directory
        self.fileName = fileName
    }

    /// Whether a text is a file name that every file system and web server keeps as it is.
    private static func isArchiveName(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, isAlphanumeric(first), bytes.count <= maximumNameLength,
            text.hasSuffix(".tar.gz") || text.hasSuffix(".tgz")
        else { return false }
        return bytes.allSatisfy { isAlphanumeric($0) || "._+-".utf8.contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension MirrorPath: Comparable, CustomStringConvertible {
    package var description: String { "\(directory)/\(fileName)" }

    /// Orders by the bytes of the path.
    package static func < (left: MirrorPath, right: MirrorPath) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }
}
