internal import CLinux
internal import Glibc
package import SystemPackage

/// The host lets this process create no further thread.
///
/// EAGAIN for a limit (RLIMIT_NPROC, pids.max of a cgroup), EPERM or ENOSYS for a seccomp filter.
package struct ThreadRefusal: Error, Hashable, Sendable {
    /// What pthread_create returned.
    package let errno: Errno

    /// Whether a limit on the number of processes or on memory is the reason.
    package var isLimit: Bool { errno == .resourceTemporarilyUnavailable || errno == .noMemory }
}

extension ThreadRefusal: CustomStringConvertible {
    /// What happened, in words.
    package var description: String { "cannot create a thread: \(errno)" }
}

/// A thread that runs one closure.
///
/// Dispatch retries for ever where no thread can be created, on the thread that asks for one. This
/// type throws instead, so that its users can do the work themselves, or end.
package final class WorkerThread: Sendable {
    // A pthread_t is an address on some systems and a number on Linux.
    private let thread: Guarded<pthread_t?>

    /// Starts a thread that is waited for by ``join()``, or by the end of this value.
    package init(_ body: @escaping @Sendable () -> Void) throws(ThreadRefusal) {
        thread = Guarded(try Self.start(body, isDetached: false))
    }

    deinit { join() }

    /// Waits until the thread has ended.
    package func join() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        _ = pthread_join(thread, nil)
    }

    /// Starts a thread that nobody waits for.
    package static func detach(_ body: @escaping @Sendable () -> Void) throws(ThreadRefusal) {
        _ = try start(body, isDetached: true)
    }

    /// Checks that `count` more threads can exist at the same time.
    package static func require(_ count: Int) throws(ThreadRefusal) {
        let gate = Gate()
        var threads: [WorkerThread] = []
        defer {
            // They wait at the gate until all exist or one could not be created; only then can they
            // be waited for.
            gate.open()
            threads = []
        }
        for _ in 0..<count { threads.append(try WorkerThread { gate.pass() }) }
    }

    /// How much address space the stack of a thread takes, whatever `ulimit -s` says.
    private static let stackByteCount = 1 << 20

    private static func start(
        _ body: @escaping @Sendable () -> Void,
        isDetached: Bool
    ) throws(ThreadRefusal) -> pthread_t {
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
            throw ThreadRefusal(errno: Errno(rawValue: result))
        }
        return thread
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
