internal import SystemPackage

/// Runs asynchronous work from synchronous code, because `main` is synchronous (docs/DESIGN.md).
package enum BlockingTask {
    /// The maximum number of threads that the asynchronous libraries have at the same time.
    ///
    /// A download uses Swift's pool, an event loop and a name lookup; a child process uses Swift's pool,
    /// two monitors and one thread that forks. If a thread cannot be created, these libraries abort or
    /// hang, so the number of threads is checked in advance.
    private static let threadCount = 6
    /// The time limit for work to begin, in milliseconds.
    private static let startTimeout = 30_000
    /// The time limit for work to end after it was cancelled, in milliseconds.
    private static let cancellationTimeout = 5000
    /// The interval at which the monitor is checked, in milliseconds.
    private static let pause = 50

    /// Runs `body` on the cooperative pool and waits for it to finish; a signal cancels it.
    ///
    /// - Parameters:
    ///   - monitor: Checked for cancellation.
    ///   - body: The work.
    /// - Throws: What `body` throws, ``ProgressMonitor/Interrupted``, or ``ThreadCreationError`` if the
    ///   host does not allow enough threads.
    package static func run(
        _ monitor: ProgressMonitor,
        _ body: @escaping @Sendable () async throws -> Void
    ) throws {
        try WorkerThread.require(threadCount)
        let work = Work()
        let isDone = Gate()
        let isOver = Gate()
        // Dispatch blocks the thread that starts or cancels a task until it can create a thread. This
        // thread must not block, because it checks for signals.
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
                // The task does not respond to cancellation; it ends with the process.
                if waited >= cancellationTimeout { throw interruption }
                continue
            }
            if waited >= startTimeout, work.abandon() {
                throw ThreadCreationError(errno: .resourceTemporarilyUnavailable)
            }
            do {
                try monitor.check()
            } catch {
                interruption = error
                waited = 0
                isOver.open()
                if work.abandon() { throw error }
            }
        }
        if let interruption { throw interruption }
        if let error = work.error { throw error }
    }

    /// The state of the work.
    private final class Work: Sendable {
        private enum State: Sendable {
            case pending, running, abandoned
            case ended((any Error)?)
        }

        private let state = Guarded(State.pending)

        /// The error that the work threw.
        var error: (any Error)? {
            state.withLock { if case .ended(let error) = $0 { error } else { nil } }
        }

        /// Marks the work as running; returns false if it has been abandoned.
        func begin() -> Bool {
            state.withLock { state in
                guard case .pending = state else { return false }
                state = .running
                return true
            }
        }

        func end(with error: (any Error)?) { state.withLock { $0 = .ended(error) } }

        /// Prevents pending work from starting; returns whether it was pending.
        func abandon() -> Bool {
            state.withLock { state in
                guard case .pending = state else { return false }
                state = .abandoned
                return true
            }
        }
    }
}
