import LogFixtures
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost
import TransparencyLog

@testable import Provisioning

/// From a Go version to a proven record, by copies of a log on this host.
@Suite(.unitLimit)
struct LogTests {
    let world: LogWorld

    init() throws { world = try LogWorld() }

    private var log: TestLog { world.log }

    @Test func `a record is proven by a static copy, and the head is kept`() throws {
        try log.write(300, to: world.directory, mirror: "m")
        let proven = try world.prove("empty", "m")
        #expect(proven.record == (try LogWorld.record(world.version, world.platform)))
        #expect(proven.index == LogWorld.index)
        #expect(proven.signedHead.head == (try log.head(300)))
        #expect(try world.latest() == log.note(300))
        #expect(try FileSystem.mode(of: "\(world.kept)/latest") == 0o644)
        #expect(try world.prove("m") == proven)
        #expect(world.events.withLock { $0 } == [])
    }

    @Test(arguments: [131, 255, 256, 257, 300, 511, 512, 513, 699])
    func `a log that grew is consistent, and its head is kept instead`(size: Int) throws {
        try log.write(size, to: world.directory, mirror: "m")
        _ = try world.prove("m")
        try log.write(700, to: world.directory, mirror: "m")
        #expect(try world.prove("m").signedHead.head == log.head(700))
        #expect(try world.latest() == log.note(700))
    }

    @Test func `an older head proves by the kept tree, and is not kept`() throws {
        try log.write(700, to: world.directory, mirror: "new")
        _ = try world.prove("new")
        try log.write(300, to: world.directory, mirror: "old")
        for (path, tile) in log.tiles(700) {
            try world.directory.write("old/sumdb/\(world.signer.key.name)/\(path)", tile)
        }
        #expect(try world.prove("old").signedHead.head == log.head(700))
        #expect(try world.latest() == log.note(700))
        #expect(world.events.withLock { $0 } == [])
    }

    @Test func `an older copy that cannot be compared proves with a remark`() throws {
        try log.write(700, to: world.directory, mirror: "new")
        _ = try world.prove("new")
        try log.write(300, to: world.directory, mirror: "old")
        #expect(try world.prove("old").signedHead.head == log.head(300))
        #expect(try world.latest() == log.note(700))
        let events = world.events.withLock { $0 }
        #expect(events.count == 1 && events[0].contains("300") && events[0].contains("700"))
        // A copy that can be compared comes first, wherever it is.
        #expect(try world.prove("old", "new").signedHead.head == log.head(700))
    }

    // MARK: - Forks

    /// A log of the same key with other records, except that of the toolchain.
    private func forked() throws -> TestLog {
        try TestLog(
            count: 700,
            toolchains: [LogWorld.index: try LogWorld.record(world.version, world.platform)],
            seed: "other",
            signer: world.signer
        )
    }

    @Test(arguments: [(300, 700), (300, 301), (300, 300), (256, 512)])
    func `a fork is refused, and both heads are kept as evidence`(old: Int, new: Int) throws {
        try log.write(old, to: world.directory, mirror: "m")
        _ = try world.prove("m")
        let fork = try forked()
        try fork.write(new, to: world.directory, mirror: "fork")
        for _ in 0..<2 {
            // The other copy does not help: the log itself is forked.
            let failure = try world.failure("fork", "m")
            #expect(failure.kind == .integrity && failure.message.contains("forked"))
            let facts = failure.facts.map(\.value).joined(separator: "\n")
            for head in [try log.head(old), try fork.head(new)] {
                #expect(facts.contains("\(head.root)"), "\(facts)")
            }
            #expect(facts.contains("— log.example "))
        }
        #expect(try world.latest() == log.note(old))
        let names = try world.forks()
        let contents = try names.map { try FileSystem.contents(of: "\(world.kept)/\($0)") }
        #expect(contents.count == 2)
        #expect(try contents.contains(log.note(old)) && contents.contains(fork.note(new)))
    }

    @Test func `an older head that the kept tree does not begin with is a fork`() throws {
        try log.write(700, to: world.directory, mirror: "m")
        _ = try world.prove("m")
        try forked().write(300, to: world.directory, mirror: "fork")
        for (path, tile) in log.tiles(700) {
            try world.directory.write("fork/sumdb/\(world.signer.key.name)/\(path)", tile)
        }
        #expect(try world.failure("fork").message.contains("forked"))
        #expect(try world.latest() == log.note(700))
        #expect(try world.forks().count == 2)
    }

    @Test func `no evidence of a fork is kept where another user could replace it`() throws {
        try log.write(300, to: world.directory, mirror: "m")
        _ = try world.prove("m")
        try forked().write(700, to: world.directory, mirror: "fork")
        try FileSystem.setMode(0o777, of: world.state)
        let failure = try world.failure("fork")
        #expect(failure.message.contains("forked"))
        #expect(failure.facts.count { $0.value.hasPrefix("nowhere: ") } == 1, "\(failure)")
        #expect(try world.forks() == [])
        try FileSystem.setMode(0o755, of: world.state)
        #expect(try world.failure("fork").message.contains("forked"))
        #expect(try world.forks().count == 2)
    }

    // MARK: - Copies that prove nothing

    /// Replaces a file of the copy `m`.
    private func replace(_ path: String, _ bytes: [UInt8]) throws {
        try world.directory.write("m/sumdb/\(world.signer.key.name)/\(path)", bytes)
    }

    private func lookupPath(_ name: String = "go1.30.1") throws -> String {
        let version = try #require(GoVersion(name))
        return try ToolchainRecord.lookupPath(of: ToolchainModule(version, world.platform))
    }

    @Test func `a head of another key is refused`() throws {
        let other = try LogSigner(seed: 9)
        try TestLog(log.records, signer: other).write(300, to: world.directory, mirror: "m")
        let failure = try world.failure("m")
        #expect(failure.kind == .integrity)
        #expect(failure.facts.contains(.init("expected", world.signer.key.label)))
        #expect(failure.facts.contains(.init("found", other.key.label)))
        #expect(try world.latest() == nil)
        #expect(!FileSystem.exists(world.state))
    }

    @Test(arguments: ["record", "index", "signature", "tile", "missing", "size", "page", "number"])
    func `what is not proven is refused, and the next copy is tried`(fault: String) throws {
        try log.write(300, to: world.directory, mirror: "good")
        try log.write(300, to: world.directory, mirror: "m")
        var kind = Failure.Kind.integrity
        var expected = ""
        switch fault {
        case "record":
            let other = try #require(GoVersion("go1.30.2"))
            let record = try LogWorld.record(other, world.platform)
            let text = Array("\(LogWorld.index)\n".utf8) + record.text + Array("\n".utf8)
            try replace(lookupPath(), text + log.note(300))
            expected = "does not prove go1.30.1"
        case "index":
            let record = try LogWorld.record(world.version, world.platform, hash: 2)
            let text = Array("\(LogWorld.index)\n".utf8) + record.text + Array("\n".utf8)
            try replace(lookupPath(), text + log.note(300))
            expected = "differs from the one in the log"
        case "signature":
            let note = String(decoding: try log.note(300), as: UTF8.self)
            let text = Array("\(LogWorld.index)\n".utf8) + log.records[LogWorld.index]
            let forged = note.replacing(text: "\n300\n", with: "\n301\n")
            try replace(lookupPath(), text + Array("\n\(forged)".utf8))
            expected = "signature of the log is invalid"
        case "tile":
            var tile = try #require(log.tiles(300)["tile/8/0/000"])
            tile[7] ^= 1
            try replace("tile/8/0/000", tile)
            expected = "does not match its signed tree"
        case "missing":
            let tile = "\(world.directory.path)/m/sumdb/\(world.signer.key.name)/tile/8/0/000"
            try FileSystem.remove(tile)
            kind = .unavailable
            expected = "incomplete"
        case "size":
            try replace("tile/8/0/001.p/44", [1, 2, 3])
            expected = "wrong size"
        case "page":
            try replace(lookupPath(), Array("<html>Please log in</html>\n".utf8))
            expected = "response of the log is invalid"
        default:
            let text = Array("300\n".utf8) + log.records[LogWorld.index] + Array("\n".utf8)
            try replace(lookupPath(), text + log.note(300))
            expected = "does not contain the record"
        }
        let failure = try world.failure("m")
        #expect(failure.kind == kind && failure.message.contains(expected), "\(failure)")
        #expect(failure.facts.contains { $0.label == "log" && $0.value == "log.example" })
        #expect(failure.facts.contains { $0.label == "from" && $0.value.contains("/m/sumdb/") })
        #expect(try world.latest() == nil)
        #expect(try world.prove("m", "good").index == LogWorld.index)
        #expect(world.events.withLock { $0.count { $0.hasPrefix("skipped") } } == 1)
    }

    @Test func `the full tile takes the place of a partial one`() throws {
        try log.write(300, to: world.directory, mirror: "m")
        let directory = "\(world.directory.path)/m/sumdb/\(world.signer.key.name)"
        try FileSystem.remove("\(directory)/tile/8/0/001.p")
        try replace("tile/8/0/001", #require(log.tiles(700)["tile/8/0/001"]))
        #expect(try world.prove("m").index == LogWorld.index)
    }

    @Test func `a version without a record is absent, with all places`() throws {
        try log.write(300, to: world.directory, mirror: "m")
        let supply = try world.supply(["m", "https://mirror.example/go"])
        let other = try #require(GoVersion("go1.30.2"))
        let failure = try #require(throws: Failure.self) { try supply.proveByLog(other) }
        #expect(failure.kind == .unavailable && failure.isAbsence)
        let directory = "\(world.directory.path)/m/sumdb/log.example"
        #expect(failure.facts.contains(.init("not in", directory)))
        let url = "https://mirror.example/go/sumdb/log.example"
        #expect(failure.facts.contains(.init("not tried, offline", url)))
    }

    @Test(arguments: ["go1.20.1", "go1.30", "go1.30.1-vendor"])
    func `a version that no log records is refused without asking`(name: String) throws {
        let version = try #require(GoVersion(name))
        let supply = try world.supply([])
        let failure = try #require(throws: Failure.self) { try supply.proveByLog(version) }
        #expect(failure.kind == .unavailable && failure.message.contains("cannot prove"))
    }

    @Test func `the log can be disabled`() throws {
        try log.write(300, to: world.directory, mirror: "m")
        let supply = try world.supply(["m"]) { $0.isLogDisabled = true }
        let failure = try #require(throws: Failure.self) { try supply.proveByLog(world.version) }
        #expect(failure.kind == .unavailable)
        #expect(failure.facts.contains(.init("disabled by", "`--no-log`")))
    }
}
