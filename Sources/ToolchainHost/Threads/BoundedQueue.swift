internal import Dispatch

/// A queue between threads that makes the faster side wait.
final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State: Sendable {
        var elements: [Element] = []
        var isCancelled = false
    }

    private let state = Guarded(State())
    /// Counts free places.
    ///
    /// Both semaphores start at 0 and are raised, because libdispatch traps when one is freed below
    /// the value that it was made with.
    private let places = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    /// An empty queue for at most `capacity` elements.
    init(capacity: Int) {
        for _ in 0..<capacity { places.signal() }
    }

    /// Adds an element, waiting for a place; false if the queue was cancelled.
    func push(_ element: Element) -> Bool {
        places.wait()
        let isAdded = state.withLock { state in
            guard !state.isCancelled else { return false }
            state.elements.append(element)
            return true
        }
        // A cancelled queue lets everybody through, one after the other.
        if isAdded { filled.signal() } else { places.signal() }
        return isAdded
    }

    /// The oldest element, waiting for one; nil once the queue is finished and empty, or cancelled.
    func pop() -> Element? {
        filled.wait()
        let element = state.withLock { state -> Element? in
            state.isCancelled || state.elements.isEmpty ? nil : state.elements.removeFirst()
        }
        if element == nil { filled.signal() } else { places.signal() }
        return element
    }

    /// How many elements wait.
    var count: Int { state.withLock { $0.elements.count } }

    /// Says that no element will follow.
    func finish() {
        filled.signal()
    }

    /// Ends everybody's waiting and drops what is queued.
    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            state.elements = []
        }
        filled.signal()
        places.signal()
    }
}
