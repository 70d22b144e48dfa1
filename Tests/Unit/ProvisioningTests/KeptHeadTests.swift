import Dispatch
import LogFixtures
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost
import TransparencyLog

@testable import Provisioning

/// The newest head of a log that a user has seen.
@Suite(.unitLimit)
struct KeptHeadTests {
    let world: LogWorld

    init() throws { world = try LogWorld() }

    private var log: TestLog { world.log }

    @Test func `a head that another process kept meanwhile is not overwritten`() throws {
        let session = try world.supply([]).session
        let kept = try #require(KeptHead(session.settings.log))
        let (old, new) = (try log.signedHead(300), try log.signedHead(700))
        guard case .kept = try kept.keep(new, after: nil, session) else {
            Issue.record("not kept")
            return
        }
        guard case .overtaken(let found) = try kept.keep(old, after: nil, session) else {
            Issue.record("not overtaken")
            return
        }
        #expect(found.head == new.head)
        #expect(try world.latest() == log.note(700))
    }

    @Test func `of heads that are kept at once, the largest stays`() async throws {
        let sizes = [200, 300, 400, 500, 600, 700]
        for size in sizes {
            try log.write(size, to: world.directory, mirror: "m\(size)")
            // The tiles that each tree ends with, whichever is kept when the other is looked at.
            for other in sizes {
                for (path, tile) in log.tiles(other) {
                    let name = "m\(size)/sumdb/\(world.signer.key.name)/\(path)"
                    try world.directory.write(name, tile)
                }
            }
        }
        for _ in 0..<10 {
            try FileSystem.remove(world.kept)
            let supplies = try sizes.map { try world.supply(["m\($0)"]) }
            let version = world.version
            let failures = Guarded<[Failure]>([])
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    DispatchQueue.concurrentPerform(iterations: supplies.count) { index in
                        do throws(Failure) {
                            _ = try supplies[index].proveByLog(version)
                        } catch {
                            failures.withLock { $0.append(error) }
                        }
                    }
                    continuation.resume()
                }
            }
            #expect(failures.withLock { $0 } == [])
            #expect(try world.latest() == log.note(700))
        }
    }

    @Test(arguments: ["", "no note\n", "forged"])
    func `a damaged file is not replaced`(contents: String) throws {
        try log.write(300, to: world.directory, mirror: "m")
        var bytes = Array(contents.utf8)
        if contents == "forged" {
            bytes = try TestLog(log.records, signer: LogSigner(seed: 9)).note(300)
        }
        try world.directory.write("state/log/\(world.signer.key.label)/latest", bytes)
        let failure = try world.failure("m")
        #expect(failure.kind == .integrity && failure.message.contains("damaged"))
        #expect(failure.facts.contains(.init("file", "\(world.kept)/latest")))
        #expect(try world.latest() == bytes)
    }

    @Test func `logs of the same name with other keys have heads of their own`() throws {
        try log.write(300, to: world.directory, mirror: "m")
        _ = try world.prove("m")
        let other = try TestLog(log.records, signer: LogSigner(seed: 9))
        try other.write(200, to: world.directory, mirror: "other")
        let supply = try world.supply(["other"], key: LogSigner(seed: 9).key)
        #expect(try supply.proveByLog(world.version).signedHead.head == log.head(200))
        #expect(try world.latest() == log.note(300))
        let official = try world.supply([], key: .goChecksumDatabase).session.settings.log
        #expect(KeptHead(official)?.directory == "\(world.state)/log/sum.golang.org")
    }

    @Test func `without a state directory the proof counts, and a remark says so`() throws {
        guard !isRoot else { return }
        try log.write(300, to: world.directory, mirror: "m")
        let supply = try world.supply(
            ["m"],
            variables: [
                "HOME": "", "GOTOOLPROV_STATE": "", "GOTOOLPROV_SDK_ROOT": "/x", "GOBIN": "/y",
            ]
        )
        #expect(try supply.proveByLog(world.version).index == LogWorld.index)
        #expect(world.events.withLock { $0 }.count == 1)
    }

    // MARK: - File systems

    /// Real mounts, which require root.
    @Test(.enabled(if: canMount))
    func `on a full disk the old head stays, and on a read-only one the proof counts`()
        async throws
    {
        try world.directory.write("state/.keep", "")
        let options = ["-t", "tmpfs", "-o", "size=4k,mode=755", "none", world.state]
        try await run("mount", options).expectSuccess()
        defer { _ = succeeds("/bin/umount", ["-l", world.state]) }
        try log.write(300, to: world.directory, mirror: "m")
        _ = try world.prove("m")
        let names = try FileSystem.names(in: world.kept)
        try log.write(700, to: world.directory, mirror: "m")
        let failure = try world.failure("m")
        #expect(failure.kind == .destination && failure.hint?.contains("GOTOOLPROV_STATE") == true)
        #expect(try world.latest() == log.note(300))
        #expect(try FileSystem.names(in: world.kept) == names)

        try await run("mount", ["-o", "remount,ro", world.state]).expectSuccess()
        #expect(try world.prove("m").signedHead.head == log.head(700))
        #expect(try world.latest() == log.note(300))
        let events = world.events.withLock { $0 }
        #expect(events.count == 1 && events[0].contains("is not kept"))
    }
}
