import NIOCore
import NIOPosix

/// A server on loopback that answers with bytes, whatever they are.
///
/// For each request, which ends at an empty line, it is asked what to send: all at once, or piece by piece
/// with pauses, and whether to close then.
final class RawServer {
    struct Answer: Sendable {
        var bytes: String
        /// Sent again and again, as long as the client is there.
        var refrain: String?
        var closes = true
    }

    let port: Int
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let channel: any Channel

    init(_ answer: @escaping @Sendable (_ request: String) -> Answer) throws {
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
            // Or is it TLS?
            guard request.hasSuffix("\r\n\r\n") || request.hasPrefix("\u{16}") else { return }
            let answer = answer(request)
            request = ""
            send(answer.bytes, context)
            if let refrain = answer.refrain {
                let channel = context.channel
                context.eventLoop.scheduleRepeatedTask(
                    initialDelay: .zero,
                    delay: .milliseconds(50)
                ) { task in
                    guard channel.isActive else { return task.cancel() }
                    channel.writeAndFlush(ByteBuffer(bytes: refrain.latin1), promise: nil)
                }
            } else if answer.closes {
                context.close(promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private func send(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }
}

extension String {
    /// A byte for each character up to U+00FF, so that a text can have any byte.
    fileprivate var latin1: [UInt8] { unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }
}
