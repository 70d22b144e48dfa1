internal import Dispatch

/// A one-time event that threads can wait for.
package final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// Creates a closed gate.
    package init() {}

    /// Opens the gate, for all current and future waiters.
    package func open() { semaphore.signal() }

    /// Waits until the gate is open.
    package func pass() {
        semaphore.wait()
        semaphore.signal()
    }

    /// Waits at most `milliseconds` until the gate is open, and returns whether it is.
    package func isOpen(within milliseconds: Int) -> Bool {
        guard semaphore.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else {
            return false
        }
        semaphore.signal()
        return true
    }
}
