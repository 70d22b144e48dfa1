/// The contents of the next catalog of a site, without its head.
package struct SiteCatalogDraft: Sendable {
    /// Why files cannot be combined.
    package struct Conflict: Error, Hashable, Sendable {
        /// What two files list differently: `go1.27.3 for amd64`.
        package let name: String
    }

    private var members: [String: JSONValue] = [:]

    /// Creates a draft that lists nothing.
    package init() {}

    /// Creates a draft with what a catalog has.
    package init(_ catalog: SiteCatalog) {
        guard let root = try? JSONReader.read(catalog.bytes, dialect: .strict),
            case .object(let members)? = try? JSONValue(root)
        else { return }
        for member in members where !Self.head.contains(member.key) {
            self.members[member.key] = member.value
        }
    }

    private static let head = ["schema", "site", "version", "issued", "expires"]

    /// Whether both drafts have the same contents.
    package func hasSameContents(as other: SiteCatalogDraft) -> Bool {
        document(of: members).canonical == document(of: other.members).canonical
    }

    private func document(of members: [String: JSONValue]) -> JSONValue {
        .object(members.map { JSONValue.Member($0.key, $0.value) })
    }

    // MARK: Contents

    /// Adds what a catalog file lists.
    ///
    /// - Throws: ``JSONError`` if the file is invalid, ``Conflict`` if it contradicts another one. The draft
    ///   is unchanged then.
    package mutating func add(catalogFile bytes: [UInt8]) throws {
        _ = try Catalog(parsing: bytes, voucher: .builtIn)
        guard case .object(let file) = try JSONValue(JSONReader.read(bytes, dialect: .strict))
        else {
            return
        }
        var copy = self
        for member in file { try copy.add(member) }
        self = copy
    }

    private mutating func add(_ member: JSONValue.Member) throws(Conflict) {
        switch (member.key, member.value) {
        case ("go", .array(let releases)):
            for release in releases { try add(release: release) }
        case ("delve", .array(let entries)), ("gopls", .array(let entries)):
            try add(entries, to: member.key, identifiedBy: ["version"])
        case ("tools", .array(let entries)):
            try add(
                entries,
                to: member.key,
                identifiedBy: ["tool", "version", "builtWith", "arch"]
            )
        case ("updated", .string(let day)):
            if case .string(let known)? = members["updated"], known >= day { return }
            members["updated"] = member.value
        default: break
        }
    }

    /// Removes all releases and tools.
    package mutating func removeArtifacts() {
        for key in ["go", "delve", "gopls", "tools", "updated"] { members[key] = nil }
    }

    /// Removes the manifest of a name; false if there is none.
    package mutating func removeManifest(named name: SiteName) -> Bool {
        guard case .object(let known)? = members["manifests"] else { return false }
        let rest = known.filter { $0.key != name.description }
        members["manifests"] = rest.isEmpty ? nil : .object(rest)
        return rest.count < known.count
    }

    /// Sets the manifest of a name.
    ///
    /// - Throws: ``JSONError`` if the file is not JSON without comments, or has other values than JSON of
    ///   manifests. Whether it is a manifest of a site is decided by ``catalog(site:version:issued:expires:)``.
    package mutating func set(manifest bytes: [UInt8], named name: SiteName) throws(JSONError) {
        var manifests: [JSONValue.Member] = []
        if case .object(let known)? = members["manifests"] { manifests = known }
        manifests.removeAll { $0.key == name.description }
        let root = try JSONValue(JSONReader.read(bytes, dialect: .withComments))
        manifests.append(JSONValue.Member(name.description, Self.withoutSchema(root)))
        members["manifests"] = .object(manifests)
    }

    /// Returns a document without the path of its schema, which is meaningless elsewhere.
    private static func withoutSchema(_ document: JSONValue) -> JSONValue {
        guard case .object(let members) = document else { return document }
        return .object(members.filter { $0.key != "$schema" })
    }

    /// Sets the list of vulnerabilities.
    ///
    /// - Throws: ``JSONError`` if the file is not JSON.
    package mutating func set(vulnerabilities bytes: [UInt8]) throws(JSONError) {
        let root = try JSONValue(JSONReader.read(bytes, dialect: .strict))
        members["vulnerabilities"] = Self.withoutSchema(root)
    }

    private mutating func add(
        _ entries: [JSONValue],
        to list: String,
        identifiedBy keys: [String]
    ) throws(Conflict) {
        var known: [JSONValue] = []
        if case .array(let elements)? = members[list] { known = elements }
        for entry in entries {
            let same = known.first { other in keys.allSatisfy { other[$0] == entry[$0] } }
            guard let same else {
                known.append(entry)
                continue
            }
            guard same.canonical == entry.canonical else {
                throw Conflict(name: Self.words(entry, keys))
            }
        }
        members[list] = .array(Self.sorted(known, by: keys))
    }

    private mutating func add(release: JSONValue) throws(Conflict) {
        var releases: [JSONValue] = []
        if case .array(let elements)? = members["go"] { releases = elements }
        defer { members["go"] = .array(Self.sorted(releases, by: ["version"])) }
        guard let index = releases.firstIndex(where: { $0["version"] == release["version"] }) else {
            releases.append(release)
            return
        }
        guard case .array(var archives)? = releases[index]["archives"],
            case .array(let added)? = release["archives"]
        else { return }
        for archive in added {
            guard let same = archives.first(where: { $0["arch"] == archive["arch"] }) else {
                archives.append(archive)
                continue
            }
            guard same["sha256"] == archive["sha256"] else {
                throw Conflict(
                    name: Self.words(release, ["version"]) + " for " + Self.words(archive, ["arch"])
                )
            }
        }
        var merged: JSONValue = [
            "version": release["version"] ?? .null,
            "archives": .array(Self.sorted(archives, by: ["arch"])),
        ]
        if let date = releases[index]["date"] ?? release["date"] {
            merged = merged.adding("date", date)
        }
        releases[index] = merged
    }

    private static func words(_ entry: JSONValue, _ keys: [String]) -> String {
        keys.compactMap { key in
            if case .string(let text)? = entry[key] { text } else { nil }
        }.joined(separator: " ")
    }

    private static func sorted(_ entries: [JSONValue], by keys: [String]) -> [JSONValue] {
        entries.sorted { words($0, keys).precedesByBytes(words($1, keys)) }
    }

    // MARK: The catalog

    /// Returns the catalog with these contents.
    ///
    /// - Throws: ``JSONError`` if the contents are not those of a catalog of a site.
    package func catalog(
        site: SiteName,
        version: Int,
        issued: UTCTime,
        expires: UTCTime
    ) throws(JSONError) -> SiteCatalog {
        let head: [String: JSONValue] = [
            "schema": .string(SiteCatalog.schema), "site": .string(site.description),
            "version": .integer(version), "issued": .string(issued.description),
            "expires": .string(expires.description),
        ]
        return try SiteCatalog(parsing: document(of: members.merging(head) { $1 }).canonical)
    }
}
