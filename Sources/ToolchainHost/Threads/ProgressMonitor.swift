/// How long-running work reports its progress and is stopped.
package struct ProgressMonitor: Sendable {
    /// A part of the work that may take long enough to report.
    package enum Phase: Sendable {
        case downloading
        case verifying
        case unpacking
        case synchronizing
        case comparing
        /// Comparing without reading contents; not counted.
        case checking
        /// Counted in packages and not in bytes.
        case compiling
        case copying
        /// Not counted.
        case deleting
        /// Counted in documents.
        case reading
    }

    /// Why nothing is downloaded for the moment.
    package enum Delay: Hashable, Sendable {
        /// The server has not answered yet.
        case connecting(host: String)
        /// An attempt failed, and the next one is made after a pause.
        case retrying(milliseconds: Int, reason: String)
    }

    private let report: @Sendable (Phase, _ done: Int, _ total: Int) -> Void
    private let delayed: @Sendable (Delay) -> Void
    private let signal: @Sendable () -> Int32

    /// A monitor over some work.
    ///
    /// - Parameters:
    ///   - report: Learns how many bytes of how many are done. Called often, from any thread.
    ///   - delayed: Learns why a download has nothing to report.
    ///   - signal: The signal that should end the work, or 0. Called often, from any thread.
    package init(
        report: @escaping @Sendable (Phase, _ done: Int, _ total: Int) -> Void,
        delayed: @escaping @Sendable (Delay) -> Void = { _ in },
        signal: @escaping @Sendable () -> Int32
    ) {
        self.report = report
        self.delayed = delayed
        self.signal = signal
    }

    /// The work was ended by a signal.
    package struct Interrupted: Error, Hashable, Sendable {
        /// The signal's number.
        package let signal: Int32
    }

    /// Reports progress.
    ///
    /// - Throws: ``Interrupted`` where the work should end.
    package func advance(_ phase: Phase, to done: Int, of total: Int) throws(Interrupted) {
        try check()
        report(phase, done, total)
    }

    /// Reports why a download has nothing to report.
    package func delay(_ delay: Delay) { delayed(delay) }

    /// Asks whether to go on.
    ///
    /// - Throws: ``Interrupted`` where the work should end.
    package func check() throws(Interrupted) {
        let signal = signal()
        if signal != 0 { throw Interrupted(signal: signal) }
    }
}
