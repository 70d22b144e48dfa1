/// A consumer of elements, which is used only on the thread that created it.
protocol Worker: SendableMetatype, ~Copyable {
    associatedtype Element: Sendable

    /// Processes an element.
    mutating func take(_ element: Element) throws

    /// Called once, after the last element.
    consuming func end() throws
}

/// Worker threads that process the elements of a queue in order.
///
/// If no thread can be created, the thread that adds an element processes it.
final class Workers<Member: Worker & ~Copyable>: @unchecked Sendable {
    // SAFETY: `inlineWorker` and `hasEnded` are accessed only by the thread that adds elements; the other
    // properties are immutable and Sendable.
    private var inlineWorker: Member?
    private var hasEnded = false
    private let make: @Sendable () throws -> Member
    private let queue: BoundedQueue<Member.Element>
    private let threads: [WorkerThread]
    private let error: FirstError

    /// Starts up to `count` threads.
    ///
    /// - Parameters:
    ///   - count: The preferred number of threads.
    ///   - capacity: The capacity of the queue.
    ///   - error: Records the first error of a worker, which stops the work.
    ///   - make: Creates a worker, on its thread.
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

    /// The number of elements in the queue.
    var backlog: Int { queue.count }

    /// Adds an element, waiting for a free place; returns false if the work has stopped.
    func add(_ element: Member.Element) -> Bool {
        guard threads.isEmpty else { return queue.push(element) }
        guard !hasEnded else { return false }
        do {
            if inlineWorker == nil { inlineWorker = try make() }
            try inlineWorker?.take(element)
            return true
        } catch let reason {
            hasEnded = true
            error.record(reason)
            return false
        }
    }

    /// Waits until all elements are processed.
    func finish() {
        queue.finish()
        for thread in threads { thread.join() }
        guard threads.isEmpty, !hasEnded else { return }
        hasEnded = true
        do {
            let member = if let member = inlineWorker.take() { member } else { try make() }
            try member.end()
        } catch let reason {
            error.record(reason)
        }
    }

    /// Stops the work after the elements that are being processed.
    func cancel() {
        hasEnded = true
        queue.cancel()
        for thread in threads { thread.join() }
    }
}
