internal import Dispatch

/// Asynchronous work from a synchronous place: `main` has none of its own (docs/DESIGN.md).
public enum Waiting {
    /// Runs `body` on the cooperative pool and waits for it; a signal cancels it.
    ///
    /// - Parameters:
    ///   - watch: Asked whether to go on.
    ///   - body: What to do.
    /// - Throws: What `body` throws, or ``Watch/Interrupted``.
    public static func run(
        _ watch: Watch,
        _ body: @escaping @Sendable () async throws -> Void
    ) throws {
        let outcome = Guarded<(any Error)?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        let task = Task.detached {
            do {
                try await body()
            } catch {
                outcome.withLock { $0 = error }
            }
            isDone.signal()
        }
        var interruption: (any Error)?
        while isDone.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
            guard interruption == nil else { continue }
            do {
                try watch.check()
            } catch {
                interruption = error
                task.cancel()
            }
        }
        if let interruption { throw interruption }
        if let error = outcome.withLock({ $0 }) { throw error }
    }
}
