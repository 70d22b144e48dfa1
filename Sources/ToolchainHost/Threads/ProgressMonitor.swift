/// Reports the progress of long operations and cancels them.
package struct ProgressMonitor: Sendable {
    /// A phase of an operation whose progress is reported.
    package enum Phase: Sendable {
        case downloading
        case verifying
        case unpacking
        case synchronizing
        case comparing
        /// Comparing without reading contents; has no count.
        case checking
        /// Counted in packages instead of bytes.
        case compiling
        case copying
        /// Has no count.
        case deleting
        /// Counted in documents instead of bytes.
        case reading
    }

    /// Why a download is not receiving data.
    package enum Delay: Hashable, Sendable {
        /// The server has not answered yet.
        case connecting(host: String)
        /// An attempt failed and will be retried after a pause.
        case retrying(milliseconds: Int, reason: String)
    }

    private let report: @Sendable (Phase, _ done: Int, _ total: Int) -> Void
    private let delayed: @Sendable (Delay) -> Void
    private let signal: @Sendable () -> Int32

    /// Creates a monitor.
    ///
    /// - Parameters:
    ///   - report: Called with the number of bytes processed and their total; often, and from any thread.
    ///   - delayed: Called when a download is delayed.
    ///   - signal: Returns the number of the signal that cancels the operation, or 0; called often, and
    ///     from any thread.
    package init(
        report: @escaping @Sendable (Phase, _ done: Int, _ total: Int) -> Void,
        delayed: @escaping @Sendable (Delay) -> Void = { _ in },
        signal: @escaping @Sendable () -> Int32
    ) {
        self.report = report
        self.delayed = delayed
        self.signal = signal
    }

    /// The error thrown if a signal cancels an operation.
    package struct Interrupted: Error, Hashable, Sendable {
        /// The number of the signal.
        package let signal: Int32
    }

    /// Reports progress.
    ///
    /// - Throws: ``Interrupted`` if the operation was cancelled.
    package func advance(_ phase: Phase, to done: Int, of total: Int) throws(Interrupted) {
        try check()
        report(phase, done, total)
    }

    /// Reports that a download is delayed.
    package func delay(_ delay: Delay) { delayed(delay) }

    /// Checks for cancellation.
    ///
    /// - Throws: ``Interrupted`` if the operation was cancelled.
    package func check() throws(Interrupted) {
        let signal = signal()
        if signal != 0 { throw Interrupted(signal: signal) }
    }
}
