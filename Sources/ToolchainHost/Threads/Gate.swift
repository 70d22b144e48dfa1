internal import Dispatch

/// A gate that is closed at first and, once opened, lets everybody pass.
package final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// A closed gate.
    package init() {}

    /// Lets everybody pass from now on.
    package func open() { semaphore.signal() }

    /// Waits until the gate is open.
    package func pass() {
        semaphore.wait()
        semaphore.signal()
    }

    /// Waits until the gate is open, at most `milliseconds`; whether it is.
    package func isOpen(within milliseconds: Int) -> Bool {
        guard semaphore.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else {
            return false
        }
        semaphore.signal()
        return true
    }
}
