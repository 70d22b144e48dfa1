import Dispatch
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost
import WebFixtures

@testable import ToolchainNetwork

/// Responses of servers and proxies that would crash async-http-client, or that it does not limit.
@Suite(.unitLimit)
struct TransferTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Downloads a nonexistent archive of 1000 bytes, and returns the error.
    func failure(
        of url: String,
        proxy: String? = nil,
        _ change: (inout TransferPolicy) -> Void = { _ in }
    ) async throws -> TransferError? {
        var policy = TransferPolicy(
            proxies: ProxySettings { $0 == "http_proxy" ? proxy : nil },
            userAgent: "test"
        )
        policy.maximumAttemptCount = 1
        change(&policy)
        let pin = PinnedArchive(
            .go(try #require(GoVersion("go1.99.1"))),
            platform: GoPlatform(.amd64),
            fileName: "x",
            digest: try #require(SHA256Digest(hexadecimal: String(repeating: "0", count: 64))),
            byteCount: 1000,
            voucher: .commandLine
        )
        let download = ArchiveDownload(
            .pinned(pin),
            from: try WebAddress(parsing: url),
            policy: policy,
            monitor: ProgressMonitor(report: { _, _, _ in }, signal: { 0 })
        )
        let path = directory.path
        // The download blocks until the cooperative pool has finished, so it must not run in the pool.
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                do {
                    _ = try download.run(to: "\(path)/part", validatorAt: "\(path)/validator")
                    continuation.resume(returning: nil)
                } catch let error as TransferError {
                    continuation.resume(returning: error)
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    @Test func `no status from 000 to 999 crashes the process`()
        async throws
    {
        let server = try RawServer { request in
            let code = request.dropFirst("GET /".count).prefix(3)
            return RawServer.Answer(bytes: "HTTP/1.1 \(code) x\r\nContent-Length: 0\r\n\r\n")
        }
        for code in 0...999 {
            let digits = String(String(code + 1000).dropFirst())
            let url = "http://127.0.0.1:\(server.port)/\(digits)"
            let failure = try await failure(of: url)
            switch code {
            case 101:
                #expect(
                    failure == .malformed("the server switches to another protocol (status 101)")
                )
            case 100...199: #expect(failure == .cut(received: 0, expected: nil), "\(code)")
            case 0...99:
                #expect(failure == .malformed("the server sent the invalid status \(digits)"))
            case 200: #expect(failure == .wrongSize(expected: 1000, found: 0))
            case 206, 301, 302, 303, 307, 308, 416:
                guard case .malformed = failure else {
                    Issue.record("\(code): \(String(describing: failure))")
                    continue
                }
            default: #expect(failure == .status(code, retryAfter: nil))
            }
        }
    }

    @Test func `no status of a proxy for CONNECT crashes the process`()
        async throws
    {
        let proxy = try RawServer { request in
            guard request.hasPrefix("CONNECT s") else {
                return RawServer.Answer(bytes: "HTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n")
            }
            let code = request.dropFirst("CONNECT s".count).prefix(3)
            return RawServer.Answer(
                bytes: "HTTP/1.1 \(code) x\r\nContent-Length: 0\r\n\r\n",
                closes: !code.hasPrefix("2")
            )
        }
        for code in 0...999 {
            let digits = String(String(code + 1000).dropFirst())
            let failure = try await failure(
                of: "http://s\(digits).test/x",
                proxy: "http://127.0.0.1:\(proxy.port)"
            )
            switch (code, failure) {
            case (200...299, .status(404, _, _)): break
            case (100...199, .cut): break
            case (407, .proxyRefused(_, let reason)): #expect(reason.contains("password"))
            case (_, .proxyRefused(let refusing, _)): #expect(refusing.port == proxy.port)
            default: Issue.record("\(code): \(String(describing: failure))")
            }
        }
    }

    /// Heads that never end; each piece is sent long before the read timeout.
    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\n", "X-More: 1\r\n"), ("HTTP/1.1 ", "1"), ("HTTP/1.1 200 ", "O"),
        ("", "HTTP/1.1 103 Early Hints\r\nX: 1\r\n\r\n"), ("", "HTTP/1.1 100 Continue\r\n\r\n"),
    ])
    func `a head must be complete within the idle time`(first: String, refrain: String) async throws
    {
        let server = try RawServer { _ in RawServer.Answer(bytes: first, refrain: refrain) }
        let failure = try await failure(of: "http://127.0.0.1:\(server.port)/") {
            $0.idleSeconds = 1
            $0.connectSeconds = 1
        }
        switch failure {
        case .silent(1), .malformed: break
        default: Issue.record("\(String(describing: failure))")
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\n", "X-More: 1\r\n"), ("", "HTTP/1.1 100 Continue\r\n\r\n"),
    ])
    func `the head of a proxy must be complete within the connection timeout`(
        first: String,
        refrain: String
    ) async throws {
        let proxy = try RawServer { _ in RawServer.Answer(bytes: first, refrain: refrain) }
        let failure = try await failure(
            of: "http://s.test/x",
            proxy: "http://127.0.0.1:\(proxy.port)"
        ) {
            $0.connectSeconds = 1
        }
        switch failure {
        case .proxyRefused(_, "no response within 1 s"): break
        case .unreachable(_, proxy.port, "no response within 1 s", .through): break
        default: Issue.record("\(String(describing: failure))")
        }
    }

    @Test func `the time for an archive includes its body`() async throws {
        let server = try RawServer { _ in
            RawServer.Answer(
                bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n\u{1F}\r\n",
                refrain: "1\r\n\u{8B}\r\n"
            )
        }
        let failure = try await failure(of: "http://127.0.0.1:\(server.port)/") {
            $0.totalSeconds = 1
        }
        #expect(failure == .tookTooLong(seconds: 1))
    }

    @Test func `after the time limit of an archive, a part is kept`() async throws {
        try directory.write("part", "bytes")
        try directory.write("validator", "http://one.test/\n\"tag\"\n")
        let failure = try await failure(of: "http://two.test/") { $0.end = .now }
        #expect(failure == .tookTooLong(seconds: 3600))
        #expect(try FileSystem.byteCount(of: "\(directory.path)/part") == 5)
    }

    @Test func `a server without the file leaves the part that another one sent`() async throws {
        try directory.write("part", "bytes")
        try directory.write("validator", "http://one.test/\n\"tag\"\n")
        let server = try RawServer { request in
            RawServer.Answer(status: request.lowercased().contains("range") ? 500 : 404, [])
        }
        let failure = try await failure(of: "http://127.0.0.1:\(server.port)/")
        #expect(failure == .status(404, retryAfter: nil))
        #expect(try FileSystem.byteCount(of: "\(directory.path)/part") == 5)
        #expect(try FileSystem.byteCount(of: "\(directory.path)/validator") == 23)
    }

    @Test func `no error contains the message of a library`() async throws {
        let server = try RawServer { _ in RawServer.Answer(bytes: "SSH-2.0-x\r\n") }
        let plain = try await failure(of: "http://127.0.0.1:\(server.port)/")
        #expect(plain == .malformed("it does not begin with HTTP/1.1"))
        guard case .tls(_, let reason) = try await failure(of: "https://127.0.0.1:\(server.port)/")
        else {
            Issue.record("TLS to a server without it fails")
            return
        }
        #expect(reason.contains("TLS") && !reason.contains("("), "\(reason)")
    }
}
