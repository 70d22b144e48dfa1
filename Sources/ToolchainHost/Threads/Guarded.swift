internal import Glibc

/// A value that one thread at a time may touch.
///
/// As `Synchronization.Mutex`, which ThreadSanitizer does not know on Linux: it takes everything that
/// Mutex protects for a race. A pthread mutex it understands.
@safe
package final class Guarded<Value: Sendable>: @unchecked Sendable {
    // SAFETY: the value is only touched between locking and unlocking, by ``withLock(_:)``.
    private var value: Value
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    /// Guards `value`.
    package init(_ value: Value) {
        self.value = value
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        _ = unsafe pthread_mutex_init(mutex, nil)
    }

    deinit {
        _ = unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Runs `body` with the value while no other thread can.
    package func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        _ = unsafe pthread_mutex_lock(mutex)
        defer { _ = unsafe pthread_mutex_unlock(mutex) }
        return body(&value)
    }
}
