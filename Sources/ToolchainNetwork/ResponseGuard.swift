internal import NIOCore
internal import NIOHTTP1

/// A channel handler between the HTTP decoder and async-http-client, which filters response heads and limits
/// the time until the response begins and until it ends.
///
/// The client's own read timeout restarts with every byte, and its deadline only applies to the head.
final class ResponseGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private let policy: TransferPolicy
    private let deadline: NIODeadline
    private var screen = HeadScreen()
    private var headTimeout: Scheduled<Void>?
    private var bodyTimeout: Scheduled<Void>?
    private var hasFailed = false

    init(policy: TransferPolicy, deadline: NIODeadline) {
        self.policy = policy
        self.deadline = deadline
    }

    /// Adds a guard to the pipeline of a connection.
    static func add(
        to channel: any Channel,
        policy: TransferPolicy,
        deadline: NIODeadline
    ) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(
                type: ByteToMessageHandler<HTTPResponseDecoder>.self
            )
            let responseGuard = ResponseGuard(policy: policy, deadline: deadline)
            try pipeline.addHandler(responseGuard, position: .after(decoder))
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .head = unwrapOutboundIn(data) {
            screen = HeadScreen()
            let loop = context.eventLoop.assumeIsolated()
            headTimeout = loop.scheduleTask(in: .seconds(Int64(policy.idleSeconds))) {
                self.fail(.silent(seconds: self.policy.idleSeconds), context)
            }
            bodyTimeout = loop.scheduleTask(deadline: deadline) {
                self.fail(.tookTooLong(seconds: self.policy.totalSeconds), context)
            }
        }
        context.write(data, promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasFailed else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            switch screen.admit(status: Int(head.status.code)) {
            case .interim: return
            case .refused(let reason): return fail(.malformed(reason), context)
            case .final: headTimeout?.cancel()
            }
        case .body: break
        case .end: bodyTimeout?.cancel()
        }
        context.fireChannelRead(data)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        headTimeout?.cancel()
        bodyTimeout?.cancel()
    }

    private func fail(_ error: TransferError, _ context: ChannelHandlerContext) {
        guard !hasFailed else { return }
        hasFailed = true
        headTimeout?.cancel()
        bodyTimeout?.cancel()
        context.fireErrorCaught(error)
        context.close(promise: nil)
    }
}
