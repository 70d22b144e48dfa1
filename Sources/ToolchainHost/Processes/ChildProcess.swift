internal import Glibc
internal import Subprocess
internal import SystemPackage

/// Another program, run to its end within limits.
package enum ChildProcess {
    /// What a program did.
    package struct Outcome: Hashable, Sendable {
        /// Its exit status, or 128 and the signal that ended it.
        package let status: Int32
        /// The last lines that it wrote, to stdout or stderr.
        package let lastLines: [String]
    }

    /// What it may take.
    package struct Limits: Hashable, Sendable {
        /// How long it may run, in seconds.
        package var seconds: Int
        /// How much it may write, in bytes.
        package var outputByteCount: Int
        /// How long starting it is retried where it cannot be started for the moment, in milliseconds.
        ///
        /// A fresh executable may still be open for writing in another process (ETXTBSY): a scanner,
        /// or a child that was forked meanwhile. Processes and memory may be short for a moment.
        package var startMilliseconds = 5000

        /// Limits from their parts.
        package init(seconds: Int, outputByteCount: Int = 4 << 20) {
            self.seconds = seconds
            self.outputByteCount = outputByteCount
        }
    }

    /// Why there is no outcome.
    package enum Problem: Error, Hashable, Sendable {
        /// It could not be started; where that is transient, for as long as was worth waiting.
        case notStarted(reason: String, isTransient: Bool)
        /// It was started, and then its output or its end could not be waited for.
        case lost(reason: String)
        /// It took longer than it may, and was ended.
        case tookTooLong(seconds: Int)
        /// It wrote more than it may, and was ended.
        case wroteTooMuch(byteCount: Int)
    }

    /// How many of the last lines are kept, and how long each may be.
    private static let mostLines = 40
    private static let longestLine = 500

    /// Runs a program, with nothing in its environment but what is given, and with no input.
    ///
    /// It has a process group of its own; what it starts ends with it where it is ended early.
    ///
    /// - Parameters:
    ///   - path: The program.
    ///   - arguments: Its arguments, without its name.
    ///   - environment: All of its environment.
    ///   - directory: Where it runs.
    ///   - limits: What it may take.
    ///   - monitor: Asked whether to go on; where not, the program is ended.
    ///   - onLine: Called with each line of output, from any thread.
    /// - Returns: What it did.
    /// - Throws: ``Problem`` or ``ProgressMonitor/Interrupted``.
    package static func run(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        in directory: String,
        limits: Limits,
        monitor: ProgressMonitor,
        onLine: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> Outcome {
        // The library takes every reason not to execute a file for its absence.
        guard unsafe access(path, X_OK) == 0 else {
            throw Problem.notStarted(reason: "\(Errno(rawValue: errno))", isTransient: false)
        }
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment {
            variables[Environment.Key(stringLiteral: name)] = value
        }
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(2)),
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1)),
        ]
        let configuration = Configuration(
            executable: .path(FilePath(path)),
            arguments: Arguments(arguments),
            environment: .custom(variables),
            workingDirectory: FilePath(directory),
            platformOptions: options
        )
        var waited = 0
        var pause = 20
        while true {
            do {
                return try attempt(configuration, limits: limits, monitor: monitor, onLine: onLine)
            } catch Problem.notStarted(_, isTransient: true) where waited < limits.startMilliseconds
            {
                try monitor.check()
                usleep(UInt32(pause) * 1000)
                waited += pause
                pause = min(pause * 2, 500)
            }
        }
    }

    private static func attempt(
        _ configuration: Configuration,
        limits: Limits,
        monitor: ProgressMonitor,
        onLine: @escaping @Sendable (String) -> Void
    ) throws -> Outcome {
        let outcome = Guarded<Result<Outcome, Problem>?>(nil)
        try Waiting.run(monitor) {
            let result = await run(configuration, limits: limits, onLine: onLine)
            outcome.withLock { $0 = result }
        }
        guard let result = outcome.withLock({ $0 }) else {
            throw Problem.lost(reason: "it exited without a result")
        }
        return try result.get()
    }

    private static func run(
        _ configuration: Configuration,
        limits: Limits,
        onLine: @escaping @Sendable (String) -> Void
    ) async -> Result<Outcome, Problem> {
        await withTaskGroup(of: Result<Outcome, Problem>?.self) { group in
            group.addTask { await collect(configuration, limits: limits, onLine: onLine) }
            group.addTask {
                try? await Task.sleep(for: .seconds(limits.seconds))
                return nil
            }
            // Whichever ends first; the other one is cancelled, and the program then ended.
            let first = await group.next() ?? nil
            group.cancelAll()
            for await _ in group {}
            return first ?? .failure(.tookTooLong(seconds: limits.seconds))
        }
    }

    private static func collect(
        _ configuration: Configuration,
        limits: Limits,
        onLine: @escaping @Sendable (String) -> Void
    ) async -> Result<Outcome, Problem> {
        do {
            let result = try await Subprocess.run(
                configuration,
                input: .none,
                output: .sequence,
                error: .combinedWithOutput
            ) { execution in
                var lines: [String] = []
                var byteCount = 0
                for try await line in execution.standardOutput.strings() {
                    byteCount += line.utf8.count + 1
                    guard byteCount <= limits.outputByteCount else {
                        await execution.teardown(
                            using: configuration.platformOptions.teardownSequence
                        )
                        return (lines, true)
                    }
                    onLine(line)
                    if lines.count == mostLines { lines.removeFirst() }
                    lines.append(String(line.prefix(longestLine)))
                }
                return (lines, false)
            }
            let (lines, isTooMuch) = result.closureResult
            guard !isTooMuch else {
                return .failure(.wroteTooMuch(byteCount: limits.outputByteCount))
            }
            let status: Int32 =
                switch result.terminationStatus {
                case .exited(let code): code
                case .signaled(let signal): 128 + signal
                }
            return .success(Outcome(status: status, lastLines: lines))
        } catch {
            return .failure(Problem(error))
        }
    }
}

extension ChildProcess.Problem {
    /// What the library's error means, in the kernel's words where it has any.
    fileprivate init(_ error: any Error) {
        guard let error = error as? SubprocessError else {
            self = .lost(reason: "\(error)")
            return
        }
        let errno = error.underlyingError
        switch error.code {
        case .spawnFailed:
            self = .notStarted(
                reason: errno.map { "\($0)" } ?? "\(error)",
                isTransient: errno.map(Self.transient.contains) ?? false
            )
        case .executableNotFound:
            self = .notStarted(
                reason: "\(errno ?? .noSuchFileOrDirectory)",
                isTransient: false
            )
        default:
            self = .lost(reason: errno.map { "\($0)" } ?? "\(error)")
        }
    }

    /// What may be otherwise a moment later.
    private static let transient: [Errno] = [
        .textFileBusy, .resourceTemporarilyUnavailable, .noMemory,
    ]
}

extension ChildProcess.Problem: CustomStringConvertible {
    /// What happened, in words.
    package var description: String {
        switch self {
        case .notStarted(let reason, _), .lost(let reason): reason
        case .tookTooLong(let seconds): "timed out after \(seconds) s"
        case .wroteTooMuch(let byteCount): "more than \(byteCount) bytes of output"
        }
    }
}
