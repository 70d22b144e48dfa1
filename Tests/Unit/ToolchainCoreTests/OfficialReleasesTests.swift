import TestSupport
import Testing

@testable import ToolchainCore

@Suite(.unitLimit)
struct OfficialReleasesTests {
    static let digest = String(repeating: "ab", count: 32)

    /// Returns a row for a file; `fields` replace those of the official amd64 archive.
    static func file(_ version: String, _ fields: [String: String] = [:]) -> String {
        let official = [
            "filename": "\"\(version).linux-amd64.tar.gz\"", "os": "\"linux\"",
            "arch": "\"amd64\"", "version": "\"\(version)\"", "sha256": "\"\(digest)\"",
            "size": "5", "kind": "\"archive\"",
        ]
        let members = official.merging(fields) { $1 }.sorted { $0.key < $1.key }.map {
            "\"\($0.key)\": \($0.value)"
        }
        return "{\(members.joined(separator: ", "))}"
    }

    static func release(
        _ version: String,
        isStable: Bool = true,
        _ files: [String]? = nil
    ) -> String {
        let files = (files ?? [file(version)]).joined(separator: ", ")
        return
            #"{"version": "\#(version)", "stable": \#(isStable), "new": 1, "files": [\#(files)]}"#
    }

    static func list(_ releases: String...) -> [UInt8] {
        Array("[\(releases.joined(separator: ", "))]".utf8)
    }

    static func versions(_ document: [UInt8]) throws -> [String] {
        try OfficialReleases(parsing: document).versions(for: GoPlatform(.amd64)).sorted()
            .map(\.description)
    }

    @Test func `the list names the archive of a release for each platform`() throws {
        let arm = Self.file(
            "go1.28.0",
            ["filename": "\"go1.28.0.linux-armv6l.tar.gz\"", "arch": "\"armv6l\"", "size": "7"]
        )
        let list = try OfficialReleases(
            parsing: Self.list(Self.release("go1.28.0", [Self.file("go1.28.0"), arm]))
        )
        let version = try #require(GoVersion("1.28.0"))
        let archive = try #require(list.archive(of: version, for: GoPlatform(.amd64)))
        #expect(archive.digest.description == Self.digest)
        #expect(archive.byteCount == 5)
        #expect(list.archive(of: version, for: GoPlatform(.arm))?.byteCount == 7)
        #expect(list.archive(of: version, for: GoPlatform(.arm64)) == nil)
        #expect(list.releases[version]?.isStable == true)
    }

    @Test(
        arguments: [
            ["filename": "\"go1.28.0.src.tar.gz\"", "os": "\"\"", "arch": "\"\""],
            ["filename": "\"go1.28.0.linux-amd64.zip\""], ["kind": "\"installer\""],
            ["filename": "\"go1.28.1.linux-amd64.tar.gz\""],
            ["filename": "\"../go1.28.0.linux-amd64.tar.gz\""], ["os": "\"freebsd\""],
            ["arch": "\"vax\""], ["arch": "\"arm64\""],
            // The first releases have no SHA-256.
            ["sha256": "\"\""],
        ]
    )
    func `other files are skipped`(fields: [String: String]) throws {
        let rows = [Self.file("go1.28.0", fields)]
        #expect(try Self.versions(Self.list(Self.release("go1.28.0", rows))) == [])
    }

    @Test func `only stable releases and pre-releases are selected`() throws {
        let document = Self.list(
            Self.release("go1"),
            Self.release("go1.27.3"),
            Self.release("go1.28rc1", isStable: false),
            Self.release("go1.28.0", isStable: false),
            Self.release("go1.29rc1", isStable: true),
            Self.release("go1.29.0-custom"),
            Self.release("1.30.0"),
            Self.release("go1.31")
        )
        #expect(try Self.versions(document) == ["1.27.3", "1.28rc1"])
        #expect(try Self.versions(Self.list()) == [])
    }

    @Test(
        arguments: [
            ("{}", "expected an array, found an object"), ("[1]", "`[0]`: expected an object"),
            ("<html>", "expected a value (line 1, column 1)"),
            ("[{}]", "`[0].version`: is missing"),
            (#"[{"version": "go1.28.0", "files": []}]"#, "`[0].stable`: is missing"),
            (#"[{"version": "go1.28.0", "stable": "yes"}]"#, "`[0].stable`: expected true or"),
            (#"[{"version": "go1.28.0", "stable": true, "files": {}}]"#, "`[0].files`: expected"),
            (
                "[\(release("go1.27.3")), \(release("go1.28.0", [file("go1.28.0", ["size": "-1"])]))]",
                "`[1].files[0].size`: expected a non-negative integer"
            ),
            (
                "[\(release("go1.28.0", [file("go1.28.0", ["size": "null"])]))]",
                "`[0].files[0].size`: is missing"
            ),
            (
                "[\(release("go1.28.0", [file("go1.28.0", ["sha256": "\"abc\""])]))]",
                "`[0].files[0].sha256`: expected 64 hexadecimal digits"
            ),
            (
                "[\(release("go1.28.0", [file("go1.28.0", ["version": "\"go1.28.1\""])]))]",
                "`[0].files[0].version`: expected go1.28.0"
            ),
            (
                "[\(release("go1.28.0", [file("go1.28.0"), file("go1.28.0")]))]",
                "`[0].files[1]`: a second archive for amd64"
            ),
            (
                "[\(release("go1.28.0")), \(release("go1.28.0"))]",
                "`[1].version`: 1.28.0 occurs twice"
            ),
        ]
    )
    func `an invalid row is refused with its path`(document: String, reason: String) throws {
        let error = #expect(throws: DocumentError.self) {
            try OfficialReleases(parsing: Array(document.utf8))
        }
        #expect(error?.description.hasPrefix(reason) == true, "\(error as DocumentError?)")
    }

    @Test func `a cut or oversized list is refused`() throws {
        let document = Self.list(Self.release("go1.28.0"))
        for length in 0..<document.count {
            #expect(throws: DocumentError.self) {
                try OfficialReleases(parsing: Array(document.prefix(length)))
            }
        }
        let large = document + [UInt8](repeating: 0x20, count: OfficialReleases.mostBytes)
        #expect(throws: DocumentError.self) { try OfficialReleases(parsing: large) }
    }
}

/// The copy of the list in the cache.
@Suite(.unitLimit)
struct OfficialCopyTests {
    static func time(_ text: String) throws -> UTCTime { try #require(UTCTime(text)) }

    static func days(_ copy: OfficialCopy) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: copy.firstSeen.map { ($0.key.description, $0.value.description) }
        )
    }

    @Test func `a copy is written and read again, with the days of its releases`() throws {
        let old = OfficialReleasesTests.list(OfficialReleasesTests.release("go1.27.3"))
        let new = OfficialReleasesTests.list(
            OfficialReleasesTests.release("go1.28.0"),
            OfficialReleasesTests.release("go1.27.3")
        )
        let first = try OfficialCopy(old, fetchedAt: Self.time("2026-11-28T10:00:00Z"), after: nil)
        let second = try OfficialCopy(
            new,
            fetchedAt: Self.time("2026-12-01T10:00:00Z"),
            after: OfficialCopy(parsing: first.document(of: old))
        )
        let read = try OfficialCopy(parsing: second.document(of: new))
        #expect(read.fetchedAt == second.fetchedAt)
        #expect(read.list == second.list)
        #expect(Self.days(read) == ["1.27.3": "2026-11-28", "1.28.0": "2026-12-01"])
        // A clock that was wrong does not make a release young for years.
        let third = try OfficialCopy(
            new,
            fetchedAt: Self.time("2026-11-20T10:00:00Z"),
            after: read
        )
        #expect(Self.days(third) == ["1.27.3": "2026-11-20", "1.28.0": "2026-11-20"])
    }

    @Test func `a day of a clock that was behind does not count`() throws {
        let list = OfficialReleasesTests.list(
            OfficialReleasesTests.release("go1.28.0"),
            OfficialReleasesTests.release("go1.28.1")
        )
        let bound = try #require(CalendarDay("2026-11-28"))
        let version = try #require(GoVersion("1.28.0"))
        let behind = try OfficialCopy(
            OfficialReleasesTests.list(OfficialReleasesTests.release("go1.28.0")),
            fetchedAt: Self.time("1970-01-02T00:00:00Z"),
            after: nil,
            notBefore: bound
        )
        #expect(behind.firstSeen(version, notBefore: bound) == nil)
        #expect(behind.firstSeen(version, notBefore: nil)?.description == "1970-01-02")
        let copy = try OfficialCopy(
            list,
            fetchedAt: Self.time("2026-12-01T10:00:00Z"),
            after: behind,
            notBefore: bound
        )
        #expect(Self.days(copy) == ["1.28.0": "2026-12-01", "1.28.1": "2026-12-01"])
        #expect(copy.firstSeen(version, notBefore: bound)?.description == "2026-12-01")
    }

    @Test func `a release that a list lacks for a while keeps its day`() throws {
        let rows = ["go1.27.3", "go1.28.0", "go1.28.1"].map { OfficialReleasesTests.release($0) }
        let all = OfficialReleasesTests.list(rows[0], rows[1], rows[2])
        let two = OfficialReleasesTests.list(rows[0], rows[1])
        let first = try OfficialCopy(all, fetchedAt: Self.time("2026-12-01T10:00:00Z"), after: nil)
        let second = try OfficialCopy(
            two,
            fetchedAt: Self.time("2026-12-05T10:00:00Z"),
            after: first
        )
        #expect(second.list.releases.count == 2)
        let third = try OfficialCopy(
            all,
            fetchedAt: Self.time("2026-12-09T10:00:00Z"),
            after: OfficialCopy(parsing: second.document(of: two))
        )
        #expect(Set(Self.days(third).values) == ["2026-12-01"] && third.firstSeen.count == 3)
    }

    @Test func `a list that has lost its releases is refused`() throws {
        let rows = (0..<4).map { OfficialReleasesTests.release("go1.28.\($0)") }
        let all = OfficialReleasesTests.list(rows[0], rows[1], rows[2], rows[3])
        let time = try Self.time("2026-12-01T10:00:00Z")
        let former = try OfficialCopy(all, fetchedAt: time, after: nil)
        for list in ["[]", #"[{"version": "go1.28.0", "stable": true, "files": []}]"#] {
            #expect(throws: DocumentError.self) {
                try OfficialCopy(Array(list.utf8), fetchedAt: time, after: nil)
            }
        }
        let one = OfficialReleasesTests.list(rows[3])
        let error = #expect(throws: DocumentError.self) {
            try OfficialCopy(one, fetchedAt: Self.time("2026-12-02T09:59:59Z"), after: former)
        }
        #expect(error?.reason == "it lists 1 instead of 4 releases")
        // Half are enough, and the list of a former day is no measure.
        let half = OfficialReleasesTests.list(rows[0], rows[1])
        _ = try OfficialCopy(half, fetchedAt: time, after: former)
        _ = try OfficialCopy(one, fetchedAt: Self.time("2026-12-02T10:00:00Z"), after: former)
    }

    @Test func `a copy expires, also if the clock went back`() throws {
        let list = OfficialReleasesTests.list(OfficialReleasesTests.release("go1.28.0"))
        let copy = try OfficialCopy(list, fetchedAt: Self.time("2026-11-28T10:00:00Z"), after: nil)
        func isFresh(_ text: String) throws -> Bool {
            copy.isYounger(than: 3600, at: try Self.time(text))
        }
        #expect(try isFresh("2026-11-28T10:00:00Z"))
        #expect(try isFresh("2026-11-28T10:59:59Z"))
        #expect(try !isFresh("2026-11-28T11:00:00Z"))
        #expect(try !isFresh("2026-11-28T09:59:59Z"))
    }

    @Test func `a damaged copy is refused`() throws {
        let list = OfficialReleasesTests.list(OfficialReleasesTests.release("go1.28.0"))
        let copy = try OfficialCopy(list, fetchedAt: Self.time("2026-11-28T10:00:00Z"), after: nil)
        let document = copy.document(of: list)
        for length in 0..<(document.count - 1) {
            #expect(throws: DocumentError.self) {
                try OfficialCopy(parsing: Array(document.prefix(length)))
            }
        }
        let text = String(decoding: document, as: UTF8.self)
        for (part, other, reason) in [
            ("\"list\"", "\"lost\"", "`list`: is missing"),
            ("\"schemaVersion\": 1", "\"schemaVersion\": 2", "`schemaVersion`: expected 1"),
            ("2026-11-28T10:00:00Z", "yesterday", "`fetchedAt`: expected a time"),
            ("2026-11-28\"", "soon\"", "`firstSeen[0].day`: expected a date"),
            ("\"size\": 5", "\"size\": \"5\"", "`list[0].files[0].size`: expected an integer"),
        ] {
            let damaged = Array(text.replacing(text: part, with: other).utf8)
            let error = #expect(throws: DocumentError.self) {
                try OfficialCopy(parsing: damaged)
            }
            #expect(error?.description.hasPrefix(reason) == true, "\(error as DocumentError?)")
        }
    }
}

/// The last failure to fetch the list.
@Suite(.unitLimit)
struct OfficialFailureTests {
    static func failure(proxy: String? = nil) throws -> OfficialFailure {
        OfficialFailure(
            failedAt: try OfficialCopyTests.time("2026-11-28T10:00:00Z"),
            proxy: proxy,
            reason: "cannot connect to `go.dev`"
        )
    }

    @Test(arguments: ["proxy.example:3128", nil])
    func `a failure is written and read again`(proxy: String?) throws {
        let failure = try Self.failure(proxy: proxy)
        #expect(try OfficialFailure(parsing: failure.document) == failure)
    }

    @Test func `a failure expires after ten minutes, also if the clock went back`() throws {
        let failure = try Self.failure()
        #expect("\(failure.askedAgainAt)" == "2026-11-28T10:10:00Z")
        for (time, expected) in [
            ("2026-11-28T10:00:00Z", true), ("2026-11-28T10:09:59Z", true),
            ("2026-11-28T10:10:00Z", false), ("2026-11-28T09:59:59Z", false),
            ("2025-11-28T10:00:00Z", false),
        ] {
            let now = try OfficialCopyTests.time(time)
            #expect(failure.applies(at: now, through: nil) == expected, "\(time)")
        }
    }

    @Test func `a failure is about one way to the server`() throws {
        let now = try OfficialCopyTests.time("2026-11-28T10:01:00Z")
        let (direct, proxied) = (try Self.failure(), try Self.failure(proxy: "a:1"))
        #expect(!direct.applies(at: now, through: "a:1"))
        #expect(!proxied.applies(at: now, through: nil))
        #expect(!proxied.applies(at: now, through: "b:1"))
        #expect(proxied.applies(at: now, through: "a:1"))
    }

    @Test func `only a failure that took long is kept`() {
        #expect(!OfficialFailure.isLong(.milliseconds(2999)))
        #expect(OfficialFailure.isLong(.seconds(3)))
    }

    @Test func `a damaged failure is refused`() throws {
        let document = try Self.failure().document
        for length in 0..<(document.count - 1) {
            #expect(throws: DocumentError.self) {
                try OfficialFailure(parsing: Array(document.prefix(length)))
            }
        }
        let spaces = [UInt8](repeating: 0x20, count: OfficialFailure.mostBytes)
        #expect(throws: DocumentError.self) { try OfficialFailure(parsing: document + spaces) }
    }

    @Test func `a reason is short and has no control characters`() throws {
        let time = try OfficialCopyTests.time("2026-11-28T10:00:00Z")
        let reason = "a\u{1B}[31m\n" + String(repeating: "b", count: 9999)
        let failure = OfficialFailure(failedAt: time, proxy: nil, reason: reason)
        #expect(failure.reason.count == 1000)
        #expect(!failure.reason.utf8.contains { $0 < 0x20 })
        #expect(failure.document.count < OfficialFailure.mostBytes)
    }
}
