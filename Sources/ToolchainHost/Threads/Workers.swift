/// What takes elements one after the other; it stays on the thread that it is created on.
protocol Worker: SendableMetatype, ~Copyable {
    associatedtype Element: Sendable

    /// Does the work that an element asks for.
    mutating func take(_ element: Element) throws

    /// Is called once, after the last element.
    consuming func end() throws
}

/// Workers on threads of their own that take what is added from one queue, in its order.
///
/// Where the host allows no thread, the one who adds an element does the work.
final class Workers<Member: Worker & ~Copyable>: @unchecked Sendable {
    // SAFETY: `own` and `hasEnded` are touched only by the thread that adds elements; the rest is
    // immutable and Sendable.
    private var own: Member?
    private var hasEnded = false
    private let make: @Sendable () throws -> Member
    private let queue: BoundedQueue<Member.Element>
    private let threads: [WorkerThread]
    private let error: FirstError

    /// Starts up to `count` threads.
    ///
    /// - Parameters:
    ///   - count: How many threads are best.
    ///   - capacity: How many elements may wait.
    ///   - error: Where the first error of a worker is recorded; it ends the work.
    ///   - make: Makes a worker, on its thread.
    init(
        _ count: Int,
        capacity: Int,
        error: FirstError,
        _ make: @escaping @Sendable () throws -> Member
    ) {
        let queue = BoundedQueue<Member.Element>(capacity: capacity)
        self.queue = queue
        self.error = error
        self.make = make
        threads = (0..<count).compactMap { _ in
            try? WorkerThread {
                do {
                    var member = try make()
                    while let element = queue.pop() { try member.take(element) }
                    try member.end()
                } catch let reason {
                    error.record(reason)
                    queue.cancel()
                }
            }
        }
    }

    deinit { cancel() }

    /// How many elements wait.
    var backlog: Int { queue.count }

    /// Adds an element, waiting for a place; false if the work has ended.
    func add(_ element: Member.Element) -> Bool {
        guard threads.isEmpty else { return queue.push(element) }
        guard !hasEnded else { return false }
        do {
            if own == nil { own = try make() }
            try own?.take(element)
            return true
        } catch let reason {
            hasEnded = true
            error.record(reason)
            return false
        }
    }

    /// Waits until everything that was added is done.
    func finish() {
        queue.finish()
        for thread in threads { thread.join() }
        guard threads.isEmpty, !hasEnded else { return }
        hasEnded = true
        do {
            let member = if let member = own.take() { member } else { try make() }
            try member.end()
        } catch let reason {
            error.record(reason)
        }
    }

    /// Ends the work after the elements that are being worked on.
    func cancel() {
        hasEnded = true
        queue.cancel()
        for thread in threads { thread.join() }
    }
}
