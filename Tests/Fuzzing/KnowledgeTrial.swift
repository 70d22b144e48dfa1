internal import FleetReport
internal import TestSupport
internal import ToolchainCore
internal import ToolchainHost

/// The readers of what is known of releases and vulnerabilities: the official list and what is kept of it, the
/// catalog files and the vulnerability database that updates read.
enum KnowledgeTrial {
    /// Reads `input` and checks that the promise of the reader is kept.
    ///
    /// - Returns: Whether it was accepted.
    /// - Throws: What the reader says of an input that it refuses.
    static func read(_ reader: Reader, _ input: [UInt8]) throws -> Bool {
        switch reader {
        case .officialList:
            let list = try OfficialReleases(parsing: input)
            let platform = GoPlatform(.amd64)
            for version in list.versions(for: platform) {
                precondition(
                    list.archive(of: version, for: platform) != nil,
                    "the list has no archive of a version that it names"
                )
            }
            try readCopy(of: input, isEmpty: list.releases.isEmpty)
        case .officialCopy:
            let copy = try OfficialCopy(parsing: input)
            let age = now.seconds - copy.fetchedAt.seconds
            precondition(
                copy.isYounger(than: 3600, at: now) == (age >= 0 && age < 3600),
                "a copy is fresh at another time"
            )
        case .officialFailure:
            let failure = try OfficialFailure(parsing: input)
            // What is written may be longer than what was read, and too long.
            if let again = try? OfficialFailure(parsing: failure.document) {
                precondition(again == failure, "a failure changes when it is written and read")
            }
            precondition(
                failure.failedAt <= now || !failure.applies(at: now, through: failure.proxy),
                "a failure in the future applies"
            )
        case .catalogFile: return try extendCatalog(input)
        case .zip: return try unpack(input)
        case .vulnerabilityEntry:
            var extract = VulnerabilityExtract()
            try extract.add("index/db.json", database)
            try extract.add("ID/GO-2021-0068.json", input)
            let list = try VulnerabilityList(parsing: extract.document())
            for version in versions { _ = list.findings(for: version) }
        default: return false
        }
        return true
    }

    /// Checks that the kept copy of a list says what the list says.
    ///
    /// A list without releases is not kept.
    private static func readCopy(of list: [UInt8], isEmpty: Bool) throws {
        guard !isEmpty else {
            precondition(
                (try? OfficialCopy(list, fetchedAt: now, after: nil)) == nil,
                "an empty list is kept"
            )
            return
        }
        let copy = try OfficialCopy(list, fetchedAt: now, after: nil)
        // The copy has one level more, so it may be too deep.
        guard let again = try? OfficialCopy(parsing: copy.document(of: list)) else { return }
        precondition(again == copy, "a copy of the official list changes when it is kept")
    }

    /// Adds an archive to a catalog file, and checks that the file that is written lists it, and all others.
    private static func extendCatalog(_ input: [UInt8]) throws -> Bool {
        guard let addition else { return false }
        let voucher = PinnedArchive.Voucher.catalog(path: "/catalog.json")
        var file = try CatalogFile(parsing: input, voucher: voucher)
        let versions = Set(file.catalog.releases.keys)
        let isAdded = try file.add(addition, voucher: voucher, on: now.day)
        file.setUpdated(now.day)
        let again = try? CatalogFile(parsing: file.bytes, voucher: voucher)
        guard let catalog = again?.catalog else {
            preconditionFailure("a catalog cannot be read after it was updated")
        }
        let archive = catalog.archive(of: addition.version, for: addition.platform)
        precondition(archive?.digest == addition.digest, "an archive that was added is not listed")
        precondition(
            versions.union([addition.version]) == Set(catalog.releases.keys),
            "an update adds or removes other versions"
        )
        let log = catalog.releases[addition.version]?.archives[addition.platform.architecture]?.log
        precondition(!isAdded || log == addition.log, "the record of an archive is lost")
        return true
    }

    /// Unpacks a zip archive in memory, and checks that it stays within its limits.
    private static func unpack(_ input: [UInt8]) throws -> Bool {
        var limits = ZipReader.Limits()
        limits.memberByteCount = 1 << 20
        limits.byteCount = 4 << 20
        var sum = 0
        try ZipReader.forEachFile(
            in: input,
            limits: limits,
            where: { _ in true },
            { _, contents in
                precondition(contents.count <= limits.memberByteCount, "a member exceeds the limit")
                sum += contents.count
            }
        )
        precondition(sum <= limits.byteCount, "an archive exceeds the limit")
        return true
    }

    // MARK: Seeds

    /// What the mutations of a reader start from.
    static func seeds(of reader: Reader) -> [[UInt8]] {
        switch reader {
        case .officialList: lists
        case .officialCopy:
            lists.compactMap { list in
                try? OfficialCopy(list, fetchedAt: now, after: nil).document(of: list)
            }
        case .officialFailure:
            [nil, "proxy.example:3128"].map {
                OfficialFailure(failedAt: now, proxy: $0, reason: "cannot connect").document
            }
        case .catalogFile:
            texts(
                """
                {"$schema": "x", "schemaVersion": 1, "updated": "2026-11-22", "go": [{"version": "1.31.0",
                "date": "2027-02-09", "archives": [{"arch": "arm64", "sha256": "\(digest)", "size": 7}]},
                {"version": "1.30.1", "archives": [{"arch": "arm64", "sha256": "\(digest)", "size": 7,
                "log": {"name": "sum.golang.org", "record": 9, "treeSize": 12, "h1":
                "h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}}]}], "delve": []}
                """,
                #"{"schemaVersion": 1, "go": []}"#
            )
        case .zip: [zip]
        case .vulnerabilityEntry:
            texts(
                """
                {"id": "GO-2021-0068", "modified": "2024-05-20T16:03:47Z", "aliases": ["CVE-2021-3115"],
                "details": "On Windows\\nmore", "affected": [{"package": {"name": "toolchain", "ecosystem":
                "Go"}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.14.14"},
                {"introduced": "1.15.0-0"}, {"fixed": "1.15.7"}]}], "ecosystem_specific": {"imports":
                [{"path": "cmd/go", "goos": ["windows"]}]}}]}
                """,
                #"{"id": "GO-1", "withdrawn": "2024-05-20T16:03:47Z"}"#
            )
        default: []
        }
    }

    private static let digest = String(repeating: "0123456789abcdef", count: 4)

    private static let now = UTCTime("2026-11-28T10:00:00Z") ?? UTCTime(seconds: 0)

    private static let versions = ["1.14.13", "1.21.0", "1.27.3"].compactMap { GoVersion($0) }

    private static let database = Array(#"{"modified": "2026-08-21T01:02:03Z"}"#.utf8)

    private static func texts(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    private static let lists = texts(
        """
        [{"version": "go1.28.0", "stable": true, "files": [{"filename": "go1.28.0.linux-amd64.tar.gz",
        "os": "linux", "arch": "amd64", "version": "go1.28.0", "sha256": "\(digest)", "size": 7, "kind":
        "archive"}, {"filename": "go1.28.0.src.tar.gz", "os": "", "arch": "", "version": "go1.28.0",
        "sha256": "\(digest)", "size": 7, "kind": "source"}]}, {"version": "go1.29rc1", "stable": false,
        "files": [{"filename": "go1.29rc1.linux-armv6l.tar.gz", "os": "linux", "arch": "armv6l", "version":
        "go1.29rc1", "sha256": "\(digest)", "size": 7, "kind": "archive"}]}, {"version": "go1",
        "stable": true, "files": []}]
        """,
        "[]"
    )

    private static let addition: CatalogFile.Addition? = {
        guard let version = GoVersion("1.30.1"),
            let digest = SHA256Digest(hexadecimal: digest),
            let log = try? Catalog(parsing: seeds(of: .catalogFile)[0], voucher: .commandLine)
                .releases[version]?.archives[.arm64]?.log
        else { return nil }
        return CatalogFile.Addition(
            version,
            for: GoPlatform(.amd64),
            digest: digest,
            byteCount: 7,
            log: log
        )
    }()

    /// A member of a zip archive.
    private struct Member {
        let name: String
        let contents: [UInt8]
        /// The contents as DEFLATE writes them, or `nil` for a stored member.
        var deflated: [UInt8]?
    }

    /// A directory, a stored member, and deflated ones.
    private static let zip: [UInt8] = {
        let entry = Array(#"{"id": "GO-2021-0068"}"#.utf8)
        let members = [
            Member(name: "ID/", contents: []),
            Member(name: "ID/GO-2021-0068.json", contents: entry),
            Member(
                name: "ID/GO-2021-0069.json",
                contents: entry,
                deflated: Array(Gzip.member(entry).dropFirst(10).dropLast(8))
            ),
            Member(name: "index/db.json", contents: unpacked, deflated: packed),
        ]
        var (archive, directory): ([UInt8], [UInt8]) = ([], [])
        for member in members {
            let stored = member.deflated ?? member.contents
            // From the version that is needed to the lengths of the name and the extra field.
            let common =
                number(20, 2) + number(0, 2) + number(member.deflated == nil ? 0 : 8, 2)
                + number(0, 4) + number(Int(Gzip.checksum(member.contents)), 4)
                + number(stored.count, 4) + number(member.contents.count, 4)
                + number(member.name.utf8.count, 2) + number(0, 2)
            directory += Array("PK\u{1}\u{2}".utf8) + number(20, 2) + common
            directory += number(0, 10) + number(archive.count, 4) + Array(member.name.utf8)
            archive += Array("PK\u{3}\u{4}".utf8) + common + Array(member.name.utf8) + stored
        }
        let end =
            Array("PK\u{5}\u{6}".utf8) + number(0, 4) + number(members.count, 2)
            + number(members.count, 2) + number(directory.count, 4) + number(archive.count, 4)
        return archive + directory + end + number(2, 2) + Array("ok".utf8)
    }()

    /// Returns a little-endian number.
    private static func number(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
    }

    private static let unpacked = Array(
        (#"{"modified": "2026-08-21T01:02:03Z", "a": ""# + String(repeating: "a", count: 24)
            + "\"}\n")
            .utf8
    )

    /// ``unpacked`` as DEFLATE writes it.
    private static let packed: [UInt8] = [
        0xAB, 0x56, 0xCA, 0xCD, 0x4F, 0xC9, 0x4C, 0xCB, 0x4C, 0x4D, 0x51, 0xB2, 0x52, 0x50, 0x32,
        0x32, 0x30, 0x32, 0xD3, 0x35, 0xB0, 0xD0, 0x35, 0x32, 0x0C, 0x31, 0x30, 0xB4, 0x32, 0x30,
        0xB2, 0x32, 0x30, 0x8E, 0x52, 0xD2, 0x51, 0x50, 0x4A, 0x04, 0x49, 0x26, 0xE2, 0x00, 0x4A,
        0xB5, 0x5C, 0x00,
    ]
}
