import Dispatch
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost
import WebFixtures

@testable import ToolchainNetwork

/// Which servers get credentials.
@Suite(.unitLimit)
struct CredentialTransferTests {
    private static let secret = "Bearer s3cret"

    /// Fetches a document with credentials for an origin.
    private func fetch(_ url: String, credentialsFor origin: String) async throws -> String {
        var credentials = WebCredentials(origin: origin)
        credentials.headers = try HeaderFile(parsing: Array("Authorization: \(Self.secret)".utf8))
            .headers
        credentials.sources = ["/headers:1"]
        var policy = TransferPolicy(proxies: ProxySettings { _ in nil }, userAgent: "test")
        policy.maximumAttemptCount = 1
        policy.credentials = { [credentials] _ in credentials }
        let download = DocumentDownload(
            from: [try WebAddress(parsing: url)],
            as: .bytes,
            limit: 1000,
            policy: policy,
            monitor: ProgressMonitor(report: { _, _, _ in }, signal: { 0 })
        )
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                do {
                    let document = try download.run()[0] ?? []
                    continuation.resume(returning: String(decoding: document, as: UTF8.self))
                } catch TransferError.status(let code, _, let denial) {
                    continuation.resume(returning: "\(code) \(String(describing: denial))")
                } catch {
                    continuation.resume(returning: "\(error)")
                }
            }
        }
    }

    /// A server that says for each request whether it had the secret: in the body, and in the path of a redirect to
    /// the URL after `/to?`.
    private static func server() throws -> RawServer {
        try RawServer { request in
            let target = request.dropFirst("GET ".count).prefix { $0 != " " }
            let mark = request.contains("uthorization: \(secret)\r\n") ? "known" : "unknown"
            if target.hasPrefix("/deny") {
                return RawServer.Answer(bytes: "HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n")
            }
            guard target.hasPrefix("/to?") else {
                return RawServer.Answer(status: 200, Array("\(target) \(mark)".utf8))
            }
            return RawServer.Answer(
                bytes: "HTTP/1.1 302 x\r\nContent-Length: 0\r\nX: \(mark)\r\n"
                    + "Location: \(target.dropFirst("/to?".count))\r\n\r\n",
                closes: false
            )
        }
    }

    @Test func `credentials go to their origin only, and never after a redirect to another`()
        async throws
    {
        let (own, other) = (try Self.server(), try Self.server())
        let origin = "http://127.0.0.1:\(own.port)"
        let foreign = "http://127.0.0.1:\(other.port)"
        for (url, answer) in [
            ("\(origin)/a", "/a known"), ("\(origin)/to?/a", "/a known"),
            ("\(origin)/to?\(origin)/a", "/a known"), ("\(origin)/to?\(foreign)/a", "/a unknown"),
            ("\(origin)/to?http://localhost:\(own.port)/a", "/a unknown"),
            ("\(origin)/to?\(foreign)/to?\(origin)/a", "/a unknown"),
            ("\(foreign)/a", "/a unknown"), ("\(foreign)/to?\(origin)/a", "/a unknown"),
            ("http://localhost:\(own.port)/a", "/a unknown"),
        ] {
            #expect(try await fetch(url, credentialsFor: origin) == answer, "\(url)")
        }
    }

    @Test func `a denial names the source of what was sent, and the server that denied`()
        async throws
    {
        let (own, other) = (try Self.server(), try Self.server())
        let origin = "http://127.0.0.1:\(own.port)"
        let refused = try await fetch("\(origin)/deny", credentialsFor: origin)
        #expect(refused.contains("401") && refused.contains("/headers:1"), "\(refused)")
        #expect(!refused.contains("s3cret"), "\(refused)")
        let elsewhere = try await fetch(
            "\(origin)/to?http://127.0.0.1:\(other.port)/deny",
            credentialsFor: origin
        )
        #expect(elsewhere.contains("401") && elsewhere.contains("\(other.port)"), "\(elsewhere)")
        #expect(!elsewhere.contains("/headers:1"), "\(elsewhere)")
    }
}
