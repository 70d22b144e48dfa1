/// A catalog file that gets more archives of Go; everything else in it stays as it is.
package struct CatalogFile: Sendable {
    /// An archive to add.
    package struct Addition: Hashable, Sendable {
        package let version: GoVersion
        package let platform: GoPlatform
        package let digest: SHA256Digest
        /// The size in bytes.
        package let byteCount: Int
        /// The record that proves the archive.
        package let log: Receipt.LogRecord

        /// Creates an addition.
        package init(
            _ version: GoVersion,
            for platform: GoPlatform,
            digest: SHA256Digest,
            byteCount: Int,
            log: Receipt.LogRecord
        ) {
            self.version = version
            self.platform = platform
            self.digest = digest
            self.byteCount = byteCount
            self.log = log
        }
    }

    /// What the file lists.
    package private(set) var catalog: Catalog
    private var document: JSONValue

    /// Creates a file that lists nothing.
    package init() {
        catalog = Catalog(releases: [])
        document = ["schemaVersion": .integer(Catalog.schemaVersion)]
    }

    /// Parses a file; `voucher` is the source of its digests.
    ///
    /// - Throws: ``JSONError`` at the position of the first error.
    package init(parsing bytes: [UInt8], voucher: PinnedArchive.Voucher) throws(JSONError) {
        catalog = try Catalog(parsing: bytes, voucher: voucher)
        document = try JSONValue(JSONReader.read(bytes, dialect: .strict))
    }

    /// Adds an archive, unless the file lists it.
    ///
    /// - Parameters:
    ///   - addition: The archive.
    ///   - voucher: The source of its digest: this file.
    ///   - day: The day on which its release is listed, which is recorded unless the release has a date, or
    ///     was listed before.
    /// - Returns: Whether it was added; false if the file lists it with the same digest.
    /// - Throws: ``Catalog/Conflict`` if the file lists it with another digest.
    package mutating func add(
        _ addition: Addition,
        voucher: PinnedArchive.Voucher,
        on day: CalendarDay
    ) throws(Catalog.Conflict) -> Bool {
        let (version, architecture) = (addition.version, addition.platform.architecture)
        let release = catalog.releases[version]
        let isListed = release?.archives[architecture] != nil
        let listedOn = release?.listedOn ?? (release?.date == nil ? day : nil)
        let archive = Catalog.Archive(
            unusualFileName: nil,
            digest: addition.digest,
            byteCount: addition.byteCount,
            replaces: nil,
            log: addition.log,
            voucher: voucher
        )
        try catalog.add(
            Catalog(releases: [
                Catalog.Release(
                    version: version,
                    date: nil,
                    listedOn: isListed ? nil : listedOn,
                    archives: [architecture: archive]
                )
            ])
        )
        guard !isListed else { return false }
        document = document.replacing("go") { Self.adding(addition, listedOn: listedOn, to: $0) }
        return true
    }

    /// Records the day of the data.
    package mutating func setUpdated(_ day: CalendarDay) {
        catalog.updated = day
        document = document.replacing("updated", after: "schemaVersion") { _ in
            .string(day.description)
        }
    }

    /// The file.
    package var bytes: [UInt8] { Array(document.rendered.utf8) }

    /// Returns the list of releases with an archive added: to its release, or to a new one before the first
    /// that is older; with the day on which the release was listed, if that is recorded.
    private static func adding(
        _ addition: Addition,
        listedOn day: CalendarDay?,
        to list: JSONValue?
    ) -> JSONValue {
        var releases: [JSONValue] = []
        if case .array(let elements)? = list { releases = elements }
        let archive: JSONValue = [
            "arch": .string(addition.platform.architecture.rawValue),
            "sha256": .string(addition.digest.description),
            "size": .integer(addition.byteCount),
            "log": addition.log.document,
        ]
        func version(_ release: JSONValue) -> GoVersion? {
            guard case .string(let name)? = release["version"] else { return nil }
            return GoVersion(name)
        }
        let target: Int
        if let index = releases.firstIndex(where: { version($0) == addition.version }) {
            target = index
            releases[index] = releases[index].replacing("archives") { archives in
                guard case .array(let elements)? = archives else { return .array([archive]) }
                return .array(elements + [archive])
            }
        } else {
            let index = releases.firstIndex { version($0).map { $0 < addition.version } ?? false }
            target = index ?? releases.endIndex
            releases.insert(
                ["version": .string(addition.version.description), "archives": .array([archive])],
                at: target
            )
        }
        if let day {
            releases[target] = releases[target].replacing("listed", after: "version") { _ in
                .string(day.description)
            }
        }
        return .array(releases)
    }
}

extension JSONValue {
    /// The value for a key of the object; nil for any other value, and for a key that it does not have.
    subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// Returns the object with another value for a key.
    ///
    /// - Parameters:
    ///   - key: The key; if the object does not have it, it is added.
    ///   - predecessor: The key after which it is added; nil for the end.
    ///   - change: Returns the new value for the old one.
    /// - Returns: The object.
    fileprivate func replacing(
        _ key: String,
        after predecessor: String? = nil,
        _ change: (JSONValue?) -> JSONValue
    ) -> JSONValue {
        guard case .object(var members) = self else { return self }
        if let index = members.firstIndex(where: { $0.key == key }) {
            members[index] = Member(key, change(members[index].value))
        } else {
            let index = members.firstIndex { $0.key == predecessor }
            members.insert(Member(key, change(nil)), at: index.map { $0 + 1 } ?? members.endIndex)
        }
        return .object(members)
    }
}
