import NIOCore
import NIOEmbedded
import NIOHTTP1
import TestSupport
import Testing
import ToolchainCore

@testable import ToolchainNetwork

/// Mutated responses, processed by the HTTP decoder and the guard after it.
@Suite(.unitLimit)
struct HeadMutationTests {
    static let answers = [
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 1-2/3\r\nContent-Length: 2\r\n\r\nbc",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.0 000 x\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://a.test/\r\nContent-Length: 0\r\n\r\n",
    ].map { Array($0.utf8) }

    /// Returns what the client receives of a response in two pieces; nil if the connection fails.
    private func statuses(of answer: [UInt8], cutAt cut: Int) throws -> [Int]? {
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder()))
        let policy = TransferPolicy(proxies: ProxySettings { _ in nil }, userAgent: "test")
        try pipeline.addHandler(ResponseGuard(policy: policy, deadline: .distantFuture))
        let request = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        try channel.writeOutbound(HTTPClientRequestPart.head(request))
        do {
            for piece in [answer[..<cut], answer[cut...]] where !piece.isEmpty {
                try channel.writeInbound(ByteBuffer(bytes: piece))
            }
        } catch {
            return nil
        }
        var statuses: [Int] = []
        while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
            if case .head(let head) = part { statuses.append(Int(head.status.code)) }
        }
        return statuses
    }

    @Test func `no mutated response passes a head that the client cannot handle`() throws {
        // Lehmer's random number generator, for the same mutations each time.
        var state: UInt64 = 20_261_128
        func number(below limit: Int) -> Int {
            state = state &* 48271 % 2_147_483_647
            return Int(state) % limit
        }
        var accepted = 0
        for round in 0..<20_000 {
            var bytes = Self.answers[round % Self.answers.count]
            for _ in 0..<number(below: 4) {
                let place = number(below: bytes.count)
                switch number(below: 4) {
                case 0: bytes[place] = UInt8(number(below: 256))
                case 1: bytes[place] = UInt8(ascii: "0") + UInt8(number(below: 10))
                case 2: bytes.remove(at: place)
                default:
                    bytes.insert(contentsOf: Self.answers[number(below: 7)].prefix(20), at: place)
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let found = try statuses(of: bytes, cutAt: number(below: bytes.count + 1)) else {
                continue
            }
            accepted += found.isEmpty ? 0 : 1
            #expect(found.allSatisfy { (200...999).contains($0) }, "\(found): \(text)")
        }
        // The test would be useless if all mutations failed early.
        #expect(accepted > 5000, "\(accepted)")
    }
}
