import LogFixtures
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost
import TransparencyLog

@testable import Provisioning

/// The versions that the copy of the official list and the files of a mirror directory name.
@Suite(.unitLimit)
struct KnownVersionTests {
    let directory: TemporaryDirectory
    var home: String { "\(directory.path)/home" }

    init() throws { directory = try TemporaryDirectory() }

    /// Returns an official list with one stable release for amd64.
    static func list(_ version: String) -> [UInt8] {
        let digest = String(repeating: "ab", count: 32)
        return Array(
            """
            [{"version": "\(version)", "stable": true, "files": [{
                "filename": "\(version).linux-amd64.tar.gz", "os": "linux", "arch": "amd64",
                "version": "\(version)", "sha256": "\(digest)", "size": 5, "kind": "archive"}]}]
            """.utf8
        )
    }

    /// Writes a copy of the list that is so many seconds old.
    func keep(_ version: String = "go1.99.1", age: Int = 0) throws {
        let time = UTCTime(seconds: UTCTime.now.seconds - age)
        let list = Self.list(version)
        let copy = try OfficialCopy(list, fetchedAt: time, after: nil)
        try directory.write(
            "home/.cache/gotoolprov/archives/official-releases.json",
            copy.document(of: list)
        )
    }

    func supply(
        manifest: String = "{}",
        _ change: (inout Settings.Options) -> Void = { _ in }
    ) throws -> Supply {
        var options = Settings.Options()
        options.manifest = try directory.write("manifest.json", manifest)
        change(&options)
        let environment = HostEnvironment(
            variables: ["HOME": home, "GOTOOLPROV_STATE": "\(directory.path)/state"],
            currentDirectory: directory.path,
            umask: 0o022
        )
        return Supply(
            Session(
                settings: try Settings.gathered(options, from: environment),
                platform: GoPlatform(.amd64),
                environment: environment,
                onEvent: { _ in },
                signal: { 0 }
            )
        )
    }

    /// What names a version, and its release date.
    func naming(_ version: String, _ supply: Supply) throws -> KnownGo? {
        try supply.knownVersions().first { $0.version.description == version }
    }

    @Test func `the copy of the official list names its releases for a day`() throws {
        try keep(age: 60)
        let known = try #require(try naming("1.99.1", try supply()))
        let today = UTCTime(seconds: UTCTime.now.seconds - 60).day
        #expect(known.source.description == "official list of \(today)")
        #expect(known.released == today)
        // A fresh copy is also the answer to a question for the list, without a request.
        let archive = try supply().officialArchive(of: known.version)
        #expect(archive.archive?.byteCount == 5 && archive.reason == nil)
        try keep(age: UTCTime.secondsOfDay + 1)
        #expect(try naming("1.99.1", try supply()) == nil)
        // The clock went back.
        try keep(age: -60)
        #expect(try naming("1.99.1", try supply()) == nil)
    }

    @Test func `a day before that of the built-in catalog is not a release date`() throws {
        let list = Self.list("go1.99.1")
        let past = try #require(UTCTime("1970-01-02T00:00:00Z"))
        let copy = try OfficialCopy(list, fetchedAt: past, after: nil)
        let document = String(decoding: copy.document(of: list), as: UTF8.self)
        try directory.write(
            "home/.cache/gotoolprov/archives/official-releases.json",
            document.replacing("\(past)", with: "\(UTCTime.now)")
        )
        let known = try #require(try naming("1.99.1", try supply()))
        #expect(known.source.description.hasPrefix("official list of "))
        #expect(known.released == nil)
    }

    @Test func `the official list is the source of a version that a catalog lists`() throws {
        try keep("go1.27.1")
        let known = try #require(try naming("1.27.1", try supply()))
        #expect(known.source.description.hasPrefix("official list of "))
        let other = try #require(try naming("1.27.0", try supply()))
        #expect(other.source.description.hasPrefix("catalog of 20"))
        // The release date is that in the catalog.
        #expect(other.released?.description == "2026-08-19")
        let catalog = try #require(try supply().catalog().releases[known.version]?.day)
        #expect(known.released == catalog)
        // Pre-releases have no date there, but the day on which they were listed.
        #expect(try naming("1.27rc1", try supply())?.released != nil)
    }

    @Test(arguments: [
        ("", nil), (#""listed": "2026-11-03","#, "2026-11-03"),
        (#""date": "2026-10", "listed": "2026-11-03","#, "2026-10-31"),
    ])
    func `the day of a catalog's data is not the release date`(
        days: String,
        released: String?
    ) throws {
        try directory.write(
            "state/catalog.json",
            """
            {"schemaVersion": 1, "updated": "2026-11-04", "go": [{"version": "1.99.1", \(days)
              "archives": [{"arch": "amd64", "sha256": "\(String(repeating: "ab", count: 32))"}]}]}
            """
        )
        let known = try #require(try naming("1.99.1", try supply()))
        #expect(known.released?.description == released)
    }

    @Test(arguments: ["offline", "official", "log"])
    func `the list is not used if it is disabled`(reason: String) throws {
        try keep()
        let manifest =
            switch reason {
            case "official": #"{"official": false}"#
            case "log": #"{"log": false}"#
            default: "{}"
            }
        let supply = try supply(manifest: manifest) { $0.isOffline = reason == "offline" }
        #expect(try naming("1.99.1", supply) == nil)
        let version = try #require(GoVersion("1.99.1"))
        let answer = try supply.officialArchive(of: version)
        #expect(answer.archive == nil && answer.listedAt == nil)
        #expect(answer.reason != nil)
    }

    @Test func `a copy that is damaged or that others can change counts as missing`() throws {
        try keep()
        let cache = "\(home)/.cache/gotoolprov/archives"
        try FileSystem.setMode(0o777, of: cache)
        #expect(try naming("1.99.1", try supply()) == nil)
        try FileSystem.setMode(0o755, of: cache)
        #expect(try naming("1.99.1", try supply()) != nil)
        try directory.write(
            "home/.cache/gotoolprov/archives/official-releases.json",
            "{\"schemaVersion\": 1"
        )
        #expect(try naming("1.99.1", try supply()) == nil)
    }

    @Test func `the official site is not asked for a while after a failure that took long`()
        async throws
    {
        let cache = "home/.cache/gotoolprov/archives"
        let time = UTCTime(seconds: UTCTime.now.seconds - 60)
        let failure = OfficialFailure(failedAt: time, proxy: nil, reason: "cannot connect")
        try directory.write("\(cache)/official-releases-failure.json", failure.document)
        try keep(age: 7200)
        let version = try #require(GoVersion("1.99.1"))
        let answer = try supply().officialArchive(of: version)
        #expect(
            answer.reason
                == "cannot connect; last tried \(time); tried again from \(failure.askedAgainAt)"
        )
        // The copy is older than an hour, and still used.
        #expect(answer.archive?.byteCount == 5)
        #expect(try naming("1.99.1", try supply()) != nil)
        let files = OfficialCache(session: try supply().session)
        #expect(files.failure == failure)
        // Not if others can write there, and not through a file of another kind.
        try FileSystem.setMode(0o777, of: "\(directory.path)/\(cache)")
        #expect(files.failure == nil)
        files.removeFailure()
        files.keep(OfficialFailure(failedAt: time, proxy: "p", reason: "r"))
        try FileSystem.setMode(0o755, of: "\(directory.path)/\(cache)")
        #expect(files.failure == failure)
        files.removeFailure()
        #expect(files.failure == nil)
        files.removeFailure()
        // A link is replaced, and its target stays.
        try directory.write("target", "mine")
        let path = "\(directory.path)/\(cache)/official-releases-failure.json"
        try await run("ln", ["-s", "\(directory.path)/target", path]).expectSuccess()
        #expect(files.failure == nil)
        files.keep(failure)
        #expect(files.failure == failure)
        #expect(
            try FileSystem.contents(of: "\(directory.path)/target", limit: 9) == Array("mine".utf8)
        )
    }

    @Test func `a mirror directory names archives with a proof that the log signed`() throws {
        let world = try LogWorld()
        let name = "go1.30.1.linux-amd64.tar.gz"
        let proof = try world.log.proof(LogWorld.index, in: 700).document
        try world.directory.write("mirror/go/\(name)", "archive")
        #expect(try naming("1.30.1", world.supply(["mirror"])) == nil)
        try world.directory.write("mirror/go/\(name).tlog-proof", proof)
        let supply = try world.supply(["mirror"])
        let known = try #require(try naming("1.30.1", supply))
        #expect(known.source == .proof(directory: "\(world.directory.path)/mirror/go"))
        #expect(known.released == nil)
        #expect(supply.hasLocalArchive(known.version))
        // Others: a forged proof, another platform, a version that the log never records.
        for other in ["go1.31.0.linux-amd64", "go1.30.2.linux-arm64", "go1.20.99.linux-amd64"] {
            try world.directory.write("mirror/\(other).tar.gz", "archive")
            try world.directory.write(
                "mirror/\(other).tar.gz.tlog-proof",
                other.hasPrefix("go1.31") ? Array(proof.dropLast(9)) : proof
            )
        }
        let others = try world.supply(["mirror"]).knownVersions().filter {
            if case .proof = $0.source { $0.version != known.version } else { false }
        }
        #expect(others == [])
        #expect(try naming("1.30.1", world.supply(["mirror"]) { $0.isLogDisabled = true }) == nil)
    }

    @Test func `of very many proofs in a mirror, those of the newest versions are read`() throws {
        let world = try LogWorld()
        let proof = try world.log.proof(LogWorld.index, in: 700).document
        func add(_ version: String, _ proof: [UInt8]) throws {
            try world.directory.write("mirror/go\(version).linux-amd64.tar.gz", "archive")
            try world.directory.write("mirror/go\(version).linux-amd64.tar.gz.tlog-proof", proof)
        }
        func names(_ scope: KnownGoScope) throws -> [String] {
            try world.supply(["mirror"]).knownVersions(scope).compactMap {
                if case .proof = $0.source { "\($0.version)" } else { nil }
            }.sorted()
        }
        for version in ["1.30.1", "1.30.2", "1.30rc1", "1.31.1"] { try add(version, proof) }
        #expect(try names(.all) == ["1.30.1", "1.30.2", "1.30rc1", "1.31.1"])
        #expect(try names(.best(.latest)) == ["1.31.1"])
        #expect(try names(.matching(.latest)) == ["1.30.1", "1.30.2", "1.31.1"])
        #expect(try names(.best(.oldStable)) == ["1.30.2", "1.31.1"])
        let line = try GoRequest(parsing: "go1.30")
        #expect(try names(.best(line)) == ["1.30.2"])
        for patch in 1..<Supply.mostProofsPerDirectory { try add("1.40.\(patch)", []) }
        #expect(try names(.best(.latest)) == ["1.31.1"])
        #expect(world.events.withLock { $0 } == [])
        try add("1.40.0", [])
        #expect(try names(.best(.latest)) == [])
        let remarks = world.events.withLock { $0 }
        #expect(
            remarks.count == 1 && remarks.allSatisfy { $0.contains("newest 500") },
            "\(remarks)"
        )
        // Other lines do not count.
        #expect(try names(.best(line)) == ["1.30.2"])
    }

    @Test func `a proof that reveals a fork is an error, and keeps nothing`() throws {
        let world = try LogWorld()
        let path = "mirror/go1.30.1.linux-amd64.tar.gz"
        try world.directory.write(path, "archive")
        let proof = try world.log.proof(LogWorld.index, in: 700).document
        try world.directory.write("\(path).tlog-proof", proof)
        let other = try TestLog(count: 700, toolchains: [:], signer: world.signer)
        try world.directory.write("state/log/\(world.signer.key.label)/latest", other.note(700))
        let supply = try world.supply(["mirror"])
        let error = try #require(throws: Failure.self) { try supply.knownVersions() }
        let notes = try [other.note(700), world.log.note(700)]
        #expect(error.isFork && error.unkeptNotes == notes)
        #expect(try world.forks() == [])
        let kept = supply.session.keepingNotes(of: error)
        #expect(try world.forks().count == 2 && kept.unkeptNotes == [])
    }

    @Test func `a version that a catalog lists for another platform only can be proven`() throws {
        let world = try LogWorld()
        let name = "go1.30.1.linux-amd64.tar.gz"
        try world.directory.write("mirror/\(name)", "archive")
        try world.directory.write(
            "mirror/\(name).tlog-proof",
            try world.log.proof(LogWorld.index, in: 700).document
        )
        let digest = String(repeating: "ab", count: 32)
        try world.directory.write(
            "state/catalog.json",
            """
            {"schemaVersion": 1, "go": [{"version": "1.30.1", "date": "2026-11-03", "archives": [
              {"arch": "arm64", "sha256": "\(digest)"}]}]}
            """
        )
        let supply = try world.supply(["mirror"])
        #expect(try supply.catalog().releases[world.version] != nil)
        let known = try #require(try naming("1.30.1", supply))
        #expect(known.source == .proof(directory: "\(world.directory.path)/mirror"))
        #expect(known.released?.description == "2026-11-03")
        let catalog = try supply.catalog()
        #expect(!catalog.determines(world.version, for: world.platform))
        #expect(catalog.determines(world.version, for: GoPlatform(.arm64)))
        #expect(supply.hasLocalArchive(world.version))
        let error = try #require(throws: Failure.self) { try supply.pin(world.version) }
        #expect(error.message.contains("not in any catalog for linux/amd64"), "\(error)")
        // Go never adds archives to an old release, so the built-in catalog is complete.
        let old = try #require(GoVersion("1.20.14"))
        #expect(catalog.determines(old, for: GoPlatform(.riscv64)))
        #expect(try #require(catalog.releases[old]).archives[.riscv64] == nil)
    }

    @Test func `the longest cooldown of all manifests counts`() throws {
        #expect(try supply().cooldown.days == 0)
        #expect(try supply(manifest: #"{"go": {"cooldown": 14}}"#).cooldown.days == 14)
        try directory.write("home/.config/gotoolprov/gotoolprov.json", #"{"go": {"cooldown": 30}}"#)
        try directory.write("project/gotoolprov.json", #"{"go": {"cooldown": 3}}"#)
        let environment = HostEnvironment(
            variables: ["HOME": home],
            currentDirectory: "\(directory.path)/project",
            umask: 0o022
        )
        let settings = try Settings.gathered(Settings.Options(), from: environment)
        #expect(settings.cooldownDays == 30)
    }
}
