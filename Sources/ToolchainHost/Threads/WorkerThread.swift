internal import CLinux
internal import Glibc
package import SystemPackage

/// The error thrown if a thread cannot be created.
///
/// The reason is EAGAIN for a limit (RLIMIT_NPROC, or pids.max of a cgroup), and EPERM or ENOSYS for a
/// seccomp filter.
package struct ThreadCreationError: Error, Hashable, Sendable {
    /// The result of pthread_create(3).
    package let errno: Errno

    /// Whether the reason is a limit on processes or memory.
    package var isLimit: Bool { errno == .resourceTemporarilyUnavailable || errno == .noMemory }
}

extension ThreadCreationError: CustomStringConvertible {
    /// The reason, for messages.
    package var description: String { "cannot create a thread: \(errno)" }
}

/// A thread that runs one closure.
///
/// If no thread can be created, Dispatch blocks the calling thread and retries forever. This type throws
/// instead, so the caller can do the work itself or fail.
package final class WorkerThread: Sendable {
    // A pthread_t is an address on some systems and a number on Linux.
    private let thread: Guarded<pthread_t?>

    /// Starts a thread; ``join()`` and the deinitializer wait for it to end.
    package init(_ body: @escaping @Sendable () -> Void) throws(ThreadCreationError) {
        thread = Guarded(try Self.start(body, isDetached: false))
    }

    deinit { join() }

    /// Waits for the thread to end.
    package func join() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        _ = pthread_join(thread, nil)
    }

    /// Starts a detached thread.
    package static func detach(_ body: @escaping @Sendable () -> Void) throws(ThreadCreationError) {
        _ = try start(body, isDetached: true)
    }

    /// Checks that `count` more threads can be created at the same time.
    package static func require(_ count: Int) throws(ThreadCreationError) {
        let gate = Gate()
        var threads: [WorkerThread] = []
        defer {
            // The threads wait at the gate; open it before joining them.
            gate.open()
            threads = []
        }
        for _ in 0..<count { threads.append(try WorkerThread { gate.pass() }) }
    }

    /// The stack size of a thread in bytes, regardless of `ulimit -s`.
    private static let stackByteCount = 1 << 20

    private static func start(
        _ body: @escaping @Sendable () -> Void,
        isDetached: Bool
    ) throws(ThreadCreationError) -> pthread_t {
        let box = unsafe Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let result = unsafe clinux_start_thread(
            &thread,
            stackByteCount,
            isDetached,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            box.toOpaque()
        )
        guard result == 0 else {
            unsafe box.release()
            throw ThreadCreationError(errno: Errno(rawValue: result))
        }
        return thread
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
