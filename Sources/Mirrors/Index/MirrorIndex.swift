package import ToolchainCore

/// The list of a mirror's archives, `mirror.json`, which marks a directory as a mirror.
///
/// The file is canonical: the same archives give the same bytes, and any other bytes are rejected. It has no times, so
/// two mirrors with the same archives have the same index. Hosts do not need it and do not trust it.
package struct MirrorIndex: Hashable, Sendable {
    /// The name of the file.
    package static let fileName = "mirror.json"
    /// The value of its `schema` member.
    package static let schema = "gotoolprov.mirror/1"
    /// The maximum size of the file in bytes.
    package static let mostBytes = 16 << 20
    /// The maximum number of archives.
    private static let mostEntries = 20_000

    private var entriesByPath: [MirrorPath: MirrorEntry] = [:]

    /// Creates the index of an empty mirror.
    package init() {}

    /// Parses a file.
    ///
    /// - Throws: ``DocumentError`` at the first error, also for a file that is not canonical.
    package init(parsing bytes: [UInt8]) throws(DocumentError) {
        let reader = try ObjectReader(parsing: bytes)
        guard try reader.requiredString("schema") == Self.schema else {
            throw DocumentError("expected \(Self.schema)", at: "schema")
        }
        let entries = try reader.list("archives", limit: Self.mostEntries) {
            reader throws(DocumentError) in try MirrorEntry(reader)
        }
        for entry in entries { entriesByPath[entry.path] = entry }
        // This also rejects unknown members, another order, and repeated paths.
        guard self.bytes == bytes else {
            throw DocumentError("not in canonical form: edited, or written by another program")
        }
    }

    /// The archives, sorted by path.
    package var entries: [MirrorEntry] { entriesByPath.values.sorted { $0.path < $1.path } }

    /// The archive at a path, if the index lists it.
    package subscript(path: MirrorPath) -> MirrorEntry? { entriesByPath[path] }

    /// Returns the Go versions that have an archive for an architecture, oldest first.
    package func goVersions(for architecture: GoArchitecture) -> [GoVersion] {
        entriesByPath.values.filter { $0.architecture == architecture }
            .compactMap(\.contents.goVersion).sorted()
    }

    /// Whether no archive is listed.
    package var isEmpty: Bool { entriesByPath.isEmpty }

    /// The size of all archives in bytes.
    package var byteCount: Int {
        entriesByPath.values.reduce(0) { $0.saturatingPlus($1.byteCount) }
    }

    /// The number of archives.
    package var count: Int { entriesByPath.count }

    /// Lists an archive, instead of any other at its path.
    package mutating func insert(_ entry: MirrorEntry) { entriesByPath[entry.path] = entry }

    /// Removes the archive at a path.
    ///
    /// - Returns: The archive; nil if the index did not list it.
    @discardableResult
    package mutating func remove(_ path: MirrorPath) -> MirrorEntry? {
        entriesByPath.removeValue(forKey: path)
    }

    /// The file.
    package var bytes: [UInt8] {
        let document: JSONValue = [
            "schema": .string(Self.schema), "archives": .array(entries.map(\.document)),
        ]
        return Array(document.rendered.utf8)
    }
}
