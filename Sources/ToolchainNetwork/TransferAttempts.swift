internal import NIOCore
internal import NIOHTTP1
internal import ToolchainCore
internal import ToolchainHost

/// What all requests of one transfer have in common: when it ends, and how long to wait between attempts.
struct TransferAttempts: Sendable {
    let policy: TransferPolicy
    let monitor: ProgressMonitor
    /// When the transfer is given up.
    let deadline: NIODeadline

    /// Starts the time of a transfer.
    ///
    /// - Throws: ``TransferError/tookTooLong(seconds:)`` where other addresses have used all of it.
    init(policy: TransferPolicy, monitor: ProgressMonitor) throws(TransferError) {
        // Fail before the partial file of another address is discarded.
        let left = policy.end.map { $0 - .now } ?? .seconds(policy.totalSeconds)
        guard left > .zero else { throw .tookTooLong(seconds: policy.totalSeconds) }
        self.policy = policy
        self.monitor = monitor
        deadline = NIODeadline.now() + TimeAmount(left)
    }

    /// Runs `body` with a client, waits for it, and ends the client's connections.
    ///
    /// - Throws: What `body` throws, or as `BlockingTask.run`.
    func run(_ body: @escaping @Sendable (WebClient) async throws -> Void) throws {
        try BlockingTask.run(monitor) {
            let client = WebClient(policy: policy, deadline: deadline)
            do {
                try await body(client)
            } catch {
                await client.shutDown()
                throw error
            }
            await client.shutDown()
        }
    }

    /// Waits for a growing delay, or for as long as the server requests.
    ///
    /// - Parameters:
    ///   - error: Why the last attempt failed.
    ///   - failureCount: How many attempts have failed in succession.
    /// - Throws: `error` where too many have, or where the delay would pass the deadline.
    func pause(after error: TransferError, _ failureCount: Int) async throws {
        guard failureCount < policy.maximumAttemptCount else { throw error }
        var milliseconds = policy.firstPauseMilliseconds << min(failureCount - 1, 6)
        // The random delay prevents many hosts from reconnecting to a server at the same time.
        milliseconds = Int.random(in: (milliseconds / 2)...milliseconds)
        if case .status(_, let seconds?, _) = error {
            milliseconds = max(milliseconds, seconds * 1000)
        }
        guard NIODeadline.now() + .milliseconds(Int64(milliseconds)) < deadline else { throw error }
        monitor.delay(.retrying(milliseconds: milliseconds, reason: error.inBrief))
        try await Task.sleep(for: .milliseconds(milliseconds))
    }
}

/// Notices a body that comes so slowly that it would never end.
struct RateWatch {
    private let policy: TransferPolicy
    private var windowStart = NIODeadline.now()
    private var windowByteCount = 0

    init(_ policy: TransferPolicy) { self.policy = policy }

    /// Counts bytes that came.
    ///
    /// - Throws: ``TransferError/tooSlow(bytesPerSecond:)``.
    mutating func add(_ byteCount: Int) throws(TransferError) {
        windowByteCount += byteCount
        let now = NIODeadline.now()
        guard now - windowStart > .seconds(Int64(policy.idleSeconds)) else { return }
        let rate = windowByteCount / max(1, policy.idleSeconds)
        guard rate >= policy.minimumRate else { throw .tooSlow(bytesPerSecond: rate) }
        windowStart = now
        windowByteCount = 0
    }
}

extension WebResponse {
    /// The encoding that the server says the file has; nil for none.
    var encoding: String? {
        headers.first(name: "Content-Encoding").flatMap {
            $0.lowercased() == "identity" ? nil : $0
        }
    }

    /// The error for a status that is not a success.
    var refusal: TransferError {
        .status(
            status,
            retryAfter: Self.requestedPause(headers.first(name: "Retry-After")),
            denial: denial
        )
    }

    /// Returns how long a server asks to wait (RFC 9110, section 10.2.3).
    ///
    /// - Parameter value: The value of `Retry-After`.
    /// - Returns: The time in seconds, at most 120; nil if there is none, and for a date, which would depend
    ///   on synchronized clocks.
    static func requestedPause(_ value: String?) -> Int? {
        guard let value, !value.isEmpty, value.utf8.allSatisfy(\.isDigit) else { return nil }
        return min(Int(value) ?? .max, 120)
    }
}
