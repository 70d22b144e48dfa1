import Dispatch
import LogFixtures
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost
import TransparencyLog
import WebFixtures

@testable import Provisioning

/// Copies of a log on servers, and the order in which places are asked.
@Suite(.unitLimit)
struct LogPlaceTests {
    let world: LogWorld

    init() throws { world = try LogWorld() }

    /// Serves documents below `/sumdb/log.example/`, and notes the paths of requests.
    private func server(
        _ documents: [String: [UInt8]],
        _ requests: Guarded<[String]> = Guarded([])
    ) throws -> RawServer {
        let name = world.signer.key.name
        return try RawServer { request in
            let path = String(request.dropFirst("GET ".count).prefix { $0 != " " })
            requests.withLock { $0.append(path) }
            let prefix = "/sumdb/\(name)/"
            guard path.hasPrefix(prefix), let body = documents[String(path.dropFirst(prefix.count))]
            else { return RawServer.Answer(status: 404, []) }
            return RawServer.Answer(status: 200, body)
        }
    }

    /// Proves the version on a thread that may wait for the cooperative pool.
    private func prove(_ supply: Supply) async throws -> Result<ProvenToolchain, Failure> {
        let version = world.version
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                do throws(Failure) {
                    continuation.resume(returning: .success(try supply.proveByLog(version)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
    }

    @Test func `a web mirror proves with at most eight tiles`() async throws {
        let requests = Guarded<[String]>([])
        let server = try server(try world.log.documents(700), requests)
        let url = "http://127.0.0.1:\(server.port)"
        let supply = try world.supply([url], isOffline: false)
        #expect(try await prove(supply).get().signedHead.head == world.log.head(700))
        let paths = requests.withLock { $0 }
        let tiles = paths.filter { $0.contains("/tile/8/") }
        #expect(paths.count == tiles.count + 1 && tiles.count <= 8, "\(paths)")
        #expect(Set(paths).count == paths.count)
        #expect(try world.latest() == world.log.note(700))
        // What is known is not compared again: the same documents, and no more.
        _ = try await prove(supply).get()
        #expect(requests.withLock { $0 } == paths + paths)
    }

    @Test func `a module proxy of GOPROXY serves the log, up to the first direct`() async throws {
        let proxy = try server(try world.log.documents(300))
        let other = try server([:])
        let list = "http://127.0.0.1:\(other.port)|http://127.0.0.1:\(proxy.port),direct"
        let supply = try world.supply([], isOffline: false, variables: ["GOPROXY": list])
        #expect(try await prove(supply).get().index == LogWorld.index)
        let late = "direct,http://127.0.0.1:\(proxy.port)"
        let without = try world.supply([], isOffline: false, variables: ["GOPROXY": late])
        guard case .failure(let failure) = try await prove(without) else {
            Issue.record("proven")
            return
        }
        #expect(failure.kind == .unavailable && failure.isAbsence)
    }

    @Test func `a page of a portal is skipped, and is an error where nothing else is`() async throws
    {
        let portal = try RawServer { _ in RawServer.Answer(status: 200, Array("<html>".utf8)) }
        let url = "http://127.0.0.1:\(portal.port)"
        let alone = try world.supply([url], isOffline: false)
        guard case .failure(let failure) = try await prove(alone) else {
            Issue.record("proven")
            return
        }
        #expect(failure.kind == .unavailable && failure.message.contains("page"))
        #expect(!failure.isAbsence)
        try world.log.write(300, to: world.directory, mirror: "m")
        let both = try world.supply([url, "m"], isOffline: false)
        #expect(try await prove(both).get().index == LogWorld.index)
        let events = world.events.withLock { $0 }
        #expect(events.count == 1 && events[0].hasPrefix("skipped \(url)/sumdb/log.example: "))
    }

    @Test func `places are asked in the order of the settings, the log itself last`() throws {
        func names(_ mirrors: [String], official: Bool) throws -> [String] {
            let manifest = """
                {"official": \(official), "log": {"key": "\(world.signer.key)", "url": "https://l.example/db"}}
                """
            let path = try world.directory.write("places.json", manifest)
            let supply = try world.supply(
                mirrors,
                isOffline: false,
                variables: ["GOPROXY": "https://p.example/go,off,https://q.example"]
            ) { $0.manifest = path }
            var skipped: [Failure.Fact] = []
            return supply.logPlaces(supply.session.settings.log, skipped: &skipped).map(\.name)
        }
        let mirrors = ["https://m.example/go?token=x", "m", "https://t.example/{file}"]
        #expect(
            try names(mirrors, official: true) == [
                "https://m.example/go/sumdb/log.example?***",
                "\(world.directory.path)/m/sumdb/log.example",
                "https://p.example/go/sumdb/log.example", "https://l.example/db",
            ]
        )
        #expect(
            try names([], official: false) == ["https://p.example/go/sumdb/log.example"]
        )
    }
}
