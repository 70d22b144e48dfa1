internal import SystemPackage

/// Asynchronous work from a synchronous place: `main` has none of its own (docs/DESIGN.md).
package enum Waiting {
    /// How many threads the asynchronous libraries create at most at the same time.
    ///
    /// For a download: Swift's pool, an event loop, a name lookup. For a child process: Swift's pool,
    /// two that monitor and one that forks. Where one is refused, they end the process or wait for
    /// ever, so that it is tried before.
    private static let threadCount = 6
    /// How long work may take to begin, in milliseconds: a host may be short of more than threads.
    private static let startPatience = 30_000
    /// How long work may take to end after it was cancelled, in milliseconds.
    private static let endPatience = 5000
    private static let pause = 50

    /// Runs `body` on the cooperative pool and waits for it; a signal cancels it.
    ///
    /// - Parameters:
    ///   - monitor: Asked whether to go on.
    ///   - body: What to do.
    /// - Throws: What `body` throws, ``ProgressMonitor/Interrupted``, or ``ThreadRefusal`` where the host allows
    ///   too few threads.
    package static func run(
        _ monitor: ProgressMonitor,
        _ body: @escaping @Sendable () async throws -> Void
    ) throws {
        try WorkerThread.require(threadCount)
        let work = Work()
        let isDone = Gate()
        let isOver = Gate()
        // Dispatch holds up the thread that starts or cancels a task for as long as no thread can be
        // created for it. That must not be this one, which looks out for signals.
        try WorkerThread.detach {
            let task = Task.detached {
                if work.begin() {
                    do {
                        try await body()
                        work.end(with: nil)
                    } catch {
                        work.end(with: error)
                    }
                }
                isDone.open()
            }
            isOver.pass()
            task.cancel()
        }
        defer { isOver.open() }
        var interruption: (any Error)?
        var waited = 0
        while !isDone.isOpen(within: pause) {
            waited += pause
            if let interruption {
                // It does not answer; it ends with the process.
                if waited >= endPatience { throw interruption }
                continue
            }
            if waited >= startPatience, work.giveUp() {
                throw ThreadRefusal(errno: .resourceTemporarilyUnavailable)
            }
            do {
                try monitor.check()
            } catch {
                interruption = error
                waited = 0
                isOver.open()
                if work.giveUp() { throw error }
            }
        }
        if let interruption { throw interruption }
        if let error = work.error { throw error }
    }

    /// How far the work is.
    private final class Work: Sendable {
        private enum State: Sendable {
            case pending, running, givenUp
            case ended((any Error)?)
        }

        private let state = Guarded(State.pending)

        /// What ended the work early.
        var error: (any Error)? {
            state.withLock { if case .ended(let error) = $0 { error } else { nil } }
        }

        /// Marks the work as begun; false where nobody waits for it any more.
        func begin() -> Bool {
            state.withLock { state in
                guard case .pending = state else { return false }
                state = .running
                return true
            }
        }

        func end(with error: (any Error)?) { state.withLock { $0 = .ended(error) } }

        /// Keeps work that has not begun from beginning; whether it has not.
        func giveUp() -> Bool {
            state.withLock { state in
                guard case .pending = state else { return false }
                state = .givenUp
                return true
            }
        }
    }
}
