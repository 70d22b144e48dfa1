internal import Dispatch

/// A blocking queue with a limited capacity.
final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State: Sendable {
        var elements: [Element] = []
        var isCancelled = false
    }

    private let state = Guarded(State())
    /// Counts free places.
    ///
    /// Both semaphores are created with 0 and then signaled, because libdispatch crashes if a semaphore is
    /// deallocated with a value below its initial one.
    private let places = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    /// Creates an empty queue for at most `capacity` elements.
    init(capacity: Int) {
        for _ in 0..<capacity { places.signal() }
    }

    /// Adds an element, waiting for a free place; returns false if the queue was cancelled.
    func push(_ element: Element) -> Bool {
        places.wait()
        let isAdded = state.withLock { state in
            guard !state.isCancelled else { return false }
            state.elements.append(element)
            return true
        }
        // In a cancelled queue, each waiting thread wakes the next one.
        if isAdded { filled.signal() } else { places.signal() }
        return isAdded
    }

    /// Removes the oldest element, waiting for one; returns nil if the queue is finished and empty, or
    /// cancelled.
    func pop() -> Element? {
        filled.wait()
        let element = state.withLock { state -> Element? in
            state.isCancelled || state.elements.isEmpty ? nil : state.elements.removeFirst()
        }
        if element == nil { filled.signal() } else { places.signal() }
        return element
    }

    /// The number of elements in the queue.
    var count: Int { state.withLock { $0.elements.count } }

    /// Declares that no more elements will be added.
    func finish() {
        filled.signal()
    }

    /// Wakes all waiting threads and discards the elements.
    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            state.elements = []
        }
        filled.signal()
        places.signal()
    }
}
