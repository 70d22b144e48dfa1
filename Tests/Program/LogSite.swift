import ToolchainHost
import WebFixtures

/// A web server on this host that has documents at paths, and notes all requests.
///
/// It answers 404 for any other path.
final class LogSite: Sendable {
    struct Request: Sendable {
        let path: String
        /// The first byte of the document that is requested, or `nil` for all of it.
        let start: Int?
        /// The value of the header, or `nil`.
        let authorization: String?

        init(_ text: String) {
            authorization = text.split(separator: "\r\n").first {
                $0.lowercased().hasPrefix("authorization: ")
            }.map { String($0.dropFirst("authorization: ".count)) }
            path = String(text.drop { $0 != " " }.dropFirst().prefix { $0 != " " })
            let range = text.lowercased().split(separator: "\r\n").first {
                $0.hasPrefix("range: bytes=")
            }
            start = range.flatMap {
                Int($0.dropFirst("range: bytes=".count).prefix { $0.isNumber })
            }
        }
    }

    typealias Page = @Sendable (Request) -> RawServer.Answer

    private let pages: Guarded<[String: Page]>
    private let noted: Guarded<[Request]>
    private let server: RawServer

    init() throws {
        let pages = Guarded<[String: Page]>([:])
        let noted = Guarded<[Request]>([])
        self.pages = pages
        self.noted = noted
        server = try RawServer { text in
            let request = Request(text)
            noted.withLock { $0.append(request) }
            guard let page = pages.withLock({ $0[request.path] }) else {
                return RawServer.Answer(status: 404, [])
            }
            return page(request)
        }
    }

    var url: String { "http://127.0.0.1:\(server.port)" }

    /// All requests until now.
    var requests: [Request] { noted.withLock { $0 } }

    /// Answers requests for a path, instead of what was there.
    func answer(_ path: String, _ page: @escaping Page) {
        pages.withLock { $0[path] = page }
    }

    /// Answers all requests for a path in the same way.
    func answer(_ path: String, _ answer: RawServer.Answer) {
        self.answer(path) { _ in answer }
    }

    /// Answers with a document.
    func add(_ path: String, _ document: [UInt8]) {
        answer(path, RawServer.Answer(status: 200, document))
    }

    /// Answers with documents, by their paths below `directory`.
    func add(_ documents: [String: [UInt8]], below directory: String) {
        for (path, document) in documents { add("\(directory)/\(path)", document) }
    }

    /// Answers 404 again.
    func remove(_ path: String) {
        pages.withLock { $0[path] = nil }
    }
}

extension RawServer.Answer {
    /// The headers of a response, and nothing of its body.
    static let silence = Self(
        bytes: "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
        closes: false
    )

    /// The page of a network to which one has to log in.
    static let portal = page("text/html; charset=utf-8", "<html>Please log in</html>\n")

    /// A body that does not end, and whose length is not declared.
    static func endless(_ piece: [UInt8]) -> Self {
        Self(bytes: "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", torrent: piece, closes: false)
    }

    /// A text with a content type.
    static func page(_ contentType: String, _ text: String) -> Self {
        Self(
            bytes: "HTTP/1.1 200 OK\r\nContent-Type: \(contentType)\r\n"
                + "Content-Length: \(text.utf8.count)\r\n\r\n\(text)",
            closes: false
        )
    }

    /// A part of a file, as to a request for it from `start`, after which the connection may be closed.
    ///
    /// - Parameters:
    ///   - file: The whole file, which does not change.
    ///   - start: The first byte, or `nil` for a request without a range.
    ///   - count: How many bytes are sent before the connection is closed, or `nil` for all.
    /// - Returns: The response.
    static func part(of file: [UInt8], from start: Int?, sending count: Int? = nil) -> Self {
        let first = start ?? 0
        let range = "Content-Range: bytes \(first)-\(file.count - 1)/\(file.count)\r\n"
        let status = start == nil ? "200 OK\r\n" : "206 Partial Content\r\n\(range)"
        let length = "Content-Length: \(file.count - first)\r\nETag: \"tag\"\r\n\r\n"
        return Self(
            bytes: "HTTP/1.1 \(status)\(length)",
            body: Array(file.dropFirst(first).prefix(count ?? .max)),
            closes: count != nil
        )
    }
}
