import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import ToolchainHost

@Suite(.unitLimit)
struct ChildProcessTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    static let quiet = ProgressMonitor(report: { _, _, _ in }, signal: { 0 })

    /// Runs a program from a separate thread, because blocking a thread of Swift's pool would keep the
    /// work from running.
    func run(_ path: String, startMilliseconds: Int = 5000) async throws -> ChildProcess.Outcome {
        var limits = ChildProcess.Limits(seconds: 20)
        limits.startMilliseconds = startMilliseconds
        return try await withCheckedThrowingContinuation { [limits] continuation in
            do {
                try WorkerThread.detach {
                    continuation.resume(
                        with: Result {
                            try ChildProcess.run(
                                path,
                                [],
                                environment: [:],
                                in: "/",
                                limits: limits,
                                monitor: Self.quiet
                            )
                        }
                    )
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// Returns why the program at `path` did not start.
    func refusal(of path: String) async -> (reason: String, isTransient: Bool)? {
        do {
            _ = try await run(path, startMilliseconds: 100)
            return nil
        } catch ChildProcess.Problem.notStarted(let reason, let isTransient) {
            return (reason, isTransient)
        } catch {
            return ("\(error)", false)
        }
    }

    /// ETXTBSY: a scanner, or a child that was forked while the file was written.
    @Test func `a program that is open for writing is started after it was closed`()
        async throws
    {
        let path = try directory.write("program", try bytes(of: "/bin/true"), mode: 0o755)
        let writer = unsafe open(path, O_WRONLY | O_CLOEXEC)
        try #require(writer >= 0)
        let busy = try #require(await refusal(of: path))
        #expect(busy.isTransient)
        #expect(busy.reason == "Text file busy")

        let closer = try WorkerThread {
            usleep(200_000)
            close(writer)
        }
        #expect(try await run(path).status == 0)
        closer.join()
    }

    @Test func `a permanent error is reported without retries`() async throws {
        let nothing = try #require(await refusal(of: "\(directory.path)/missing"))
        #expect(!nothing.isTransient)
        #expect(nothing.reason == "No such file or directory")
        let text = try directory.write("text", "no program\n", mode: 0o755)
        let notProgram = try #require(await refusal(of: text))
        #expect(!notProgram.isTransient)
        #expect(notProgram.reason == "Exec format error")
        let locked = try directory.write("locked", try bytes(of: "/bin/true"), mode: 0o644)
        let denied = try #require(await refusal(of: locked))
        #expect(!denied.isTransient)
        #expect(denied.reason == "Permission denied")
    }

    @Test func `without threads, workers run on the caller's thread`() throws {
        struct Adder: Worker, ~Copyable {
            let total: Guarded<Int>
            let ends: Guarded<Int>
            mutating func take(_ number: Int) throws {
                if number < 0 { throw FileError("add", "\(number)", .invalidArgument) }
                total.withLock { $0 += number }
            }
            consuming func end() { ends.withLock { $0 += 1 } }
        }
        for count in 0...3 {
            let total = Guarded(0)
            let ends = Guarded(0)
            let error = FirstError()
            let workers = Workers<Adder>(count, capacity: 2, error: error) {
                Adder(total: total, ends: ends)
            }
            for number in 1...100 { #expect(workers.add(number)) }
            workers.finish()
            #expect(total.withLock { $0 } == 5050, "\(count) threads")
            #expect(ends.withLock { $0 } == max(count, 1), "\(count) threads")
            try error.rethrow()
        }
        for count in 0...3 {
            let error = FirstError()
            let workers = Workers<Adder>(count, capacity: 2, error: error) {
                Adder(total: Guarded(0), ends: Guarded(0))
            }
            _ = workers.add(-1)
            workers.finish()
            #expect(throws: FileError.self) { try error.rethrow() }
            #expect(!workers.add(1))
        }
    }

    @Test func `the required number of threads can be created`() throws {
        try WorkerThread.require(8)
    }
}
