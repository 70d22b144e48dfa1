extension Catalog {
    /// The version of the format (docs/reference/catalog.md).
    static let schemaVersion = 1

    /// Parses a catalog file, and records `voucher` as the source of its digests.
    ///
    /// - Throws: ``JSONError`` at the position of the first error.
    package init(
        parsing document: [UInt8],
        voucher: PinnedArchive.Voucher
    ) throws(JSONError) {
        let root = try JSONReader.read(document, dialect: .strict)
        var reader = try root.object()
        let schemaVersion = try reader.require("schemaVersion")
        guard try schemaVersion.count() == Self.schemaVersion else {
            throw JSONError(
                "this gotoolprov reads only catalogs of schemaVersion \(Self.schemaVersion)",
                at: schemaVersion.position
            )
        }
        _ = try reader.take("$schema")?.string()
        try self.init(membersOf: &reader, mayBeEmpty: false, voucher: voucher)
        try reader.finish()
    }

    /// Parses the members of a document that list releases and tools, and the day of the data.
    ///
    /// - Parameters:
    ///   - reader: The reader of the document, which is not finished.
    ///   - mayBeEmpty: Whether the document need not have any of them.
    ///   - voucher: The source of the digests.
    /// - Throws: ``JSONError`` at the position of the first error.
    init(
        membersOf reader: inout JSONObjectReader,
        mayBeEmpty: Bool,
        voucher: PinnedArchive.Voucher
    ) throws(JSONError) {
        let updated = try reader.take("updated")?.string()
        let day = updated.flatMap { CalendarDay($0) }
        var tools = ToolCatalog()
        let hasTools = try tools.read(from: &reader, voucher: voucher)
        let isOptional = hasTools || mayBeEmpty
        let entries = try (isOptional ? reader.take("go") : reader.require("go"))?.elements() ?? []
        var releases: [Release] = []
        var seen: Set<GoVersion> = []
        releases.reserveCapacity(entries.count)
        for entry in entries {
            let release = try Self.release(entry, voucher: voucher)
            guard seen.insert(release.version).inserted else {
                throw JSONError("\(release.version) occurs twice", at: entry.position)
            }
            releases.append(release)
        }
        self.init(releases: releases)
        self.updated = day
        self.tools = tools
    }

    private static func release(
        _ node: JSONNode,
        voucher: PinnedArchive.Voucher
    ) throws(JSONError) -> Release {
        var reader = try node.object()
        let versionNode = try reader.require("version")
        let name = try versionNode.string()
        guard let version = GoVersion(name), version.description == name,
            !version.isLanguageVersion
        else {
            throw JSONError("`\(name)` is not the name of a Go release", at: versionNode.position)
        }
        var date: String?
        if let dateNode = reader.take("date") {
            let text = try dateNode.string()
            guard isDate(text) else {
                throw JSONError("expected a date (YYYY-MM-DD or YYYY-MM)", at: dateNode.position)
            }
            date = text
        }
        let listedOn = try reader.take("listed").map { node throws(JSONError) in
            guard let day = CalendarDay(try node.string()) else {
                throw JSONError("expected a date (YYYY-MM-DD)", at: node.position)
            }
            return day
        }
        var archives: [GoArchitecture: Archive] = [:]
        for element in try reader.require("archives").elements() {
            let (architecture, archive) = try self.archive(
                element,
                of: version,
                voucher: voucher
            )
            guard archives.updateValue(archive, forKey: architecture) == nil else {
                throw JSONError(
                    "duplicate archive of \(version) for \(architecture.rawValue)",
                    at: element.position
                )
            }
        }
        try reader.finish()
        return Release(version: version, date: date, listedOn: listedOn, archives: archives)
    }

    private static func archive(
        _ node: JSONNode,
        of version: GoVersion,
        voucher: PinnedArchive.Voucher
    ) throws(JSONError) -> (GoArchitecture, Archive) {
        var reader = try node.object()
        let architectureNode = try reader.require("arch")
        let name = try architectureNode.string()
        guard let architecture = GoArchitecture(rawValue: name) else {
            let known = GoArchitecture.allCases.map(\.rawValue).joined(separator: ", ")
            throw JSONError(
                "unknown architecture `\(name)`; known: \(known)",
                at: architectureNode.position
            )
        }
        let digest = try reader.require("sha256").digest()
        let byteCount = try reader.take("size")?.count()
        let replaces = try reader.take("replaces")?.digest()
        let log = try reader.take("log").map { node throws(JSONError) in
            try Receipt.LogRecord(node)
        }
        var fileName: String?
        if let fileNode = reader.take("file") {
            let name = try fileNode.string()
            guard isFileName(name) else {
                throw JSONError("expected a file name without directories", at: fileNode.position)
            }
            fileName = name
        }
        try reader.finish()
        let archive = Archive(
            unusualFileName: fileName,
            digest: digest,
            byteCount: byteCount,
            replaces: replaces,
            log: log,
            voucher: voucher
        )
        return (architecture, archive)
    }

    private static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return (2...3).contains(parts.count)
            && zip(parts, [4, 2, 2]).allSatisfy { part, length in
                part.utf8.count == length && part.utf8.allSatisfy(\.isDigit)
            }
    }

    /// Whether a text is the name of a file: printable ASCII without a slash.
    package static func isFileName(_ text: String) -> Bool {
        !text.isEmpty && text != "." && text != ".." && text.utf8.count <= 255
            && text.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "/") }
    }
}
