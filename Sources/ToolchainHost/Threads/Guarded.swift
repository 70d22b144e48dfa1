internal import Glibc

/// A value that is protected by a lock.
///
/// Unlike `Synchronization.Mutex`, this uses a pthread mutex, which ThreadSanitizer supports on Linux: it
/// reports every access that Mutex protects as a race.
@safe
package final class Guarded<Value: Sendable>: @unchecked Sendable {
    // SAFETY: the value is only accessed by ``withLock(_:)``, while the mutex is locked.
    private var value: Value
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    /// Creates a protected value.
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

    /// Calls `body` with exclusive access to the value.
    package func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        _ = unsafe pthread_mutex_lock(mutex)
        defer { _ = unsafe pthread_mutex_unlock(mutex) }
        return body(&value)
    }
}
