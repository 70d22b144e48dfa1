internal import Glibc
internal import Subprocess
internal import SystemPackage

/// Runs another program to completion, within limits.
package enum ChildProcess {
    /// The result of a program that ended by itself.
    package struct Outcome: Hashable, Sendable {
        /// The exit status, or 128 plus the number of the signal that ended it.
        package let status: Int32
        /// The last lines that it wrote to stdout or stderr.
        package let lastLines: [String]
    }

    /// The limits for a program.
    package struct Limits: Hashable, Sendable {
        /// The maximum run time in seconds.
        package var seconds: Int
        /// The maximum size of its output in bytes.
        package var outputByteCount: Int
        /// How long to retry if the program cannot be started because of a temporary condition, in
        /// milliseconds.
        ///
        /// A new executable may still be open for writing in another process (ETXTBSY), such as a scanner
        /// or a forked child. Processes and memory may be temporarily unavailable.
        package var startMilliseconds = 5000

        /// Creates limits.
        package init(seconds: Int, outputByteCount: Int = 4 << 20) {
            self.seconds = seconds
            self.outputByteCount = outputByteCount
        }
    }

    /// Why a program has no outcome.
    package enum Problem: Error, Hashable, Sendable {
        /// It could not be started, even after retries if the reason was transient.
        case notStarted(reason: String, isTransient: Bool)
        /// It was started, but waiting for its output or its end failed.
        case lost(reason: String)
        /// It exceeded the maximum run time and was killed.
        case tookTooLong(seconds: Int)
        /// It exceeded the maximum size of its output and was killed.
        case wroteTooMuch(byteCount: Int)
    }

    /// The maximum number of last lines.
    private static let maximumLineCount = 40
    /// The number of characters after which a line is truncated.
    private static let maximumLineLength = 500

    /// Runs a program with the given environment and without input.
    ///
    /// It runs in a process group of its own, so that its children are killed with it, unless it may ask the user
    /// at the terminal.
    ///
    /// - Parameters:
    ///   - path: The path of the executable.
    ///   - arguments: The arguments, without the name of the program.
    ///   - environment: The complete environment.
    ///   - directory: The working directory.
    ///   - limits: The limits.
    ///   - mayAsk: Whether it may read from the terminal, for example a passphrase.
    ///   - monitor: Checked for cancellation, which kills the program.
    ///   - onLine: Called with each line of output, from any thread.
    /// - Returns: The outcome.
    /// - Throws: ``Problem`` or ``ProgressMonitor/Interrupted``.
    package static func run(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        in directory: String,
        limits: Limits,
        mayAsk: Bool = false,
        monitor: ProgressMonitor,
        onLine: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> Outcome {
        // The library reports every reason why a file cannot be executed as its absence.
        guard unsafe access(path, X_OK) == 0 else {
            throw Problem.notStarted(reason: "\(Errno(rawValue: errno))", isTransient: false)
        }
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment {
            variables[Environment.Key(stringLiteral: name)] = value
        }
        var options = PlatformOptions()
        // A process group in the background is stopped when it reads from the terminal.
        let isGroup = !mayAsk
        if isGroup { options.processGroupID = 0 }
        options.teardownSequence = [
            .send(
                signal: .terminate,
                toProcessGroup: isGroup,
                allowedDurationToNextStep: .seconds(2)
            ),
            .send(signal: .kill, toProcessGroup: isGroup, allowedDurationToNextStep: .seconds(1)),
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
        try BlockingTask.run(monitor) {
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
            // Cancel the task that has not finished; cancelling the first one kills the program.
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
                    if lines.count == maximumLineCount { lines.removeFirst() }
                    lines.append(String(line.prefix(maximumLineLength)))
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
    /// Creates a problem from an error of the library, with the system's reason if there is one.
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

    /// The errors that may not occur again on a retry.
    private static let transient: [Errno] = [
        .textFileBusy, .resourceTemporarilyUnavailable, .noMemory,
    ]
}

extension ChildProcess.Problem: CustomStringConvertible {
    /// The reason, for messages.
    package var description: String {
        switch self {
        case .notStarted(let reason, _), .lost(let reason): reason
        case .tookTooLong(let seconds): "timed out after \(seconds) s"
        case .wroteTooMuch(let byteCount): "more than \(byteCount) bytes of output"
        }
    }
}
