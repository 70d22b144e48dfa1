internal import NIOCore
internal import NIOPosix

/// A loopback server that sends arbitrary bytes.
///
/// A closure determines what it sends for each request, which ends at an empty line: all at once, or in pieces
/// with pauses, and whether it then closes the connection.
package final class RawServer: Sendable {
    package struct Answer: Sendable {
        package var bytes: String
        /// Sent after the text.
        package var body: [UInt8]
        /// Sent repeatedly, until the client disconnects.
        package var refrain: String?
        /// Sent repeatedly and without pauses, until the client disconnects.
        package var torrent: [UInt8]?
        package var closes: Bool

        package init(
            bytes: String,
            body: [UInt8] = [],
            refrain: String? = nil,
            torrent: [UInt8]? = nil,
            closes: Bool = true
        ) {
            self.bytes = bytes
            self.body = body
            self.refrain = refrain
            self.torrent = torrent
            self.closes = closes
        }

        /// A whole response, after which the connection stays.
        package init(status: Int, _ body: [UInt8]) {
            self.init(
                bytes: "HTTP/1.1 \(status) x\r\nContent-Length: \(body.count)\r\n\r\n",
                body: body,
                closes: false
            )
        }
    }

    package let port: Int
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let channel: any Channel

    package init(_ answer: @escaping @Sendable (_ request: String) -> Answer) throws {
        channel = try ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        port = channel.localAddress?.port ?? 0
    }

    deinit { group.shutdownGracefully { _ in } }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: @Sendable (String) -> Answer
        private var request = ""

        init(_ answer: @escaping @Sendable (String) -> Answer) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            request += String(buffer: unwrapInboundIn(data))
            // The request may be TLS.
            guard request.hasSuffix("\r\n\r\n") || request.hasPrefix("\u{16}") else { return }
            let answer = answer(request)
            request = ""
            send(Array(answer.bytes.utf8) + answer.body, context)
            if let refrain = answer.refrain {
                let channel = context.channel
                context.eventLoop.scheduleRepeatedTask(
                    initialDelay: .zero,
                    delay: .milliseconds(50)
                ) { task in
                    guard channel.isActive else { return task.cancel() }
                    channel.writeAndFlush(ByteBuffer(bytes: refrain.latin1), promise: nil)
                }
            } else if let torrent = answer.torrent {
                Self.repeatedly(ByteBuffer(bytes: torrent), on: context.channel)
            } else if answer.closes {
                context.close(promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private static func repeatedly(_ buffer: ByteBuffer, on channel: any Channel) {
            channel.writeAndFlush(buffer).whenSuccess {
                // Not from within the write, which would nest one in another.
                channel.eventLoop.execute { repeatedly(buffer, on: channel) }
            }
        }

        private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        }
    }
}

extension String {
    /// Encodes each character up to U+00FF as one byte, so that a string can contain any byte.
    fileprivate var latin1: [UInt8] { unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }
}
