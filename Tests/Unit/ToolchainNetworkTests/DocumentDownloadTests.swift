import Dispatch
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost
import WebFixtures

@testable import ToolchainNetwork

/// What becomes of small documents that are fetched into memory.
@Suite(.unitLimit)
struct DocumentDownloadTests {
    private static let limit = 64

    /// Fetches documents from `server`, with small limits.
    private func documents(
        _ names: [String],
        from server: RawServer,
        as form: DocumentDownload.Form = .text,
        _ change: (inout TransferPolicy) -> Void = { _ in }
    ) async throws -> Result<[[UInt8]?], TransferError> {
        var policy = TransferPolicy(proxies: ProxySettings { _ in nil }, userAgent: "test")
        policy.maximumAttemptCount = 1
        policy.firstPauseMilliseconds = 1
        change(&policy)
        let download = DocumentDownload(
            from: try names.map {
                try WebAddress(parsing: "http://127.0.0.1:\(server.port)/\($0)")
            },
            as: form,
            limit: Self.limit,
            policy: policy,
            monitor: ProgressMonitor(report: { _, _, _ in }, signal: { 0 })
        )
        // It waits for the cooperative pool, so it may not run in it.
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                do {
                    continuation.resume(returning: .success(try download.run()))
                } catch let error as TransferError {
                    continuation.resume(returning: .failure(error))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    private static func answer(
        _ body: String,
        status: Int = 200,
        _ headers: String = ""
    ) -> RawServer.Answer {
        let length = body.utf8.count
        return RawServer.Answer(
            bytes: "HTTP/1.1 \(status) x\r\nContent-Length: \(length)\r\n\(headers)\r\n\(body)",
            closes: false
        )
    }

    @Test func `several documents come in their order, and what is missing is nil`() async throws {
        let server = try RawServer { request in
            if request.hasPrefix("GET /gone") { return Self.answer("no", status: 410) }
            if request.hasPrefix("GET /missing") { return Self.answer("<p>no", status: 404) }
            if request.hasPrefix("GET /moved") {
                return Self.answer("", status: 302, "Location: /target\r\n")
            }
            return Self.answer(String(request.dropFirst("GET /".count).prefix { $0 != " " }))
        }
        let names = ["a", "missing", "b", "gone", "moved", "c"]
        #expect(
            try await documents(names, from: server)
                == .success([
                    Array("a".utf8), nil, Array("b".utf8), nil, Array("target".utf8),
                    Array("c".utf8),
                ])
        )
        #expect(try await documents([], from: server) == .success([]))
    }

    @Test func `a document as large as the limit comes, and a larger one does not`() async throws {
        let server = try RawServer { request in
            let isLarger = request.hasPrefix("GET /larger")
            return Self.answer(String(repeating: "x", count: Self.limit + (isLarger ? 1 : 0)))
        }
        let whole = [UInt8](repeating: UInt8(ascii: "x"), count: Self.limit)
        #expect(try await documents(["fits"], from: server) == .success([whole]))
        #expect(
            try await documents(["larger"], from: server) == .failure(.tooLong(limit: Self.limit))
        )
    }

    @Test func `a body that never ends is too long`() async throws {
        let server = try RawServer { _ in
            RawServer.Answer(
                bytes: "HTTP/1.1 200 OK\r\n\r\n",
                refrain: String(repeating: "x", count: 40)
            )
        }
        #expect(try await documents(["x"], from: server) == .failure(.tooLong(limit: Self.limit)))
    }

    @Test func `a body that hardly comes is too slow`() async throws {
        let server = try RawServer { _ in
            RawServer.Answer(bytes: "HTTP/1.1 200 OK\r\n\r\n", refrain: "x")
        }
        let result = try await documents(["x"], from: server) { $0.idleSeconds = 1 }
        guard case .failure(.tooSlow) = result else {
            Issue.record("\(result)")
            return
        }
    }

    @Test func `a page is not a text, and is bytes only without its content type`() async throws {
        let server = try RawServer { request in
            let isTyped = request.hasPrefix("GET /typed")
            return Self.answer("\n <html>", isTyped ? "Content-Type: text/html\r\n" : "")
        }
        let bytes = Array("\n <html>".utf8)
        #expect(
            try await documents(["x"], from: server)
                == .failure(.page(contentType: nil, beginning: "\u{FFFD} <html>"))
        )
        #expect(try await documents(["x"], from: server, as: .bytes) == .success([bytes]))
        let typed = try await documents(["typed"], from: server, as: .bytes)
        #expect(typed == .failure(.page(contentType: "text/html", beginning: "\u{FFFD} <html>")))
    }

    @Test func `an encoded document is refused`() async throws {
        let server = try RawServer { _ in Self.answer("x", "Content-Encoding: gzip\r\n") }
        #expect(try await documents(["x"], from: server) == .failure(.encoded("gzip")))
    }

    @Test(arguments: [401, 403, 500, 503])
    func `another status is an error`(status: Int) async throws {
        let server = try RawServer { _ in Self.answer("x", status: status) }
        #expect(
            try await documents(["x"], from: server)
                == .failure(.status(status, retryAfter: nil))
        )
    }

    @Test func `a document that is cut off is requested again`() async throws {
        let count = Guarded(0)
        let server = try RawServer { _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            guard number > 2 else {
                return RawServer.Answer(bytes: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart")
            }
            return Self.answer("the whole")
        }
        let cut = TransferError.cut(received: 4, expected: 9)
        #expect(try await documents(["x"], from: server) == .failure(cut))
        let result = try await documents(["x"], from: server) { $0.maximumAttemptCount = 4 }
        #expect(result == .success([Array("the whole".utf8)]))
    }
}
