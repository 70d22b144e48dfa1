internal import ToolchainCore
internal import ToolchainHost

/// An activity whose progress is shown.
struct ProgressActivity {
    let name: String
    let phase: ProgressMonitor.Phase
    /// The start time.
    let start: ContinuousClock.Instant
    var done = 0
    /// The total amount of work, or 0 if unknown.
    var total = 0
    /// The time of the last progress.
    var lastNews: ContinuousClock.Instant
    /// The reason for a delay, and its start time.
    var delay: (reason: ProgressMonitor.Delay, since: ContinuousClock.Instant)?
    var speed = TransferSpeed()
    var isEnded = false
    /// Whether its line was printed, in the format with one line per phase.
    var isAnnounced = false
    /// Whether the current delay was reported.
    var isDelayAnnounced = false

    init(_ name: String, _ phase: ProgressMonitor.Phase, at now: ContinuousClock.Instant) {
        self.name = name
        self.phase = phase
        start = now
        lastNews = now
    }

    /// The time without data after which the silence of a server is reported.
    static let longSilence = Duration.seconds(5)

    var fraction: Double? { total > 0 ? Double(done) / Double(total) : nil }

    /// Returns the reason for a delay of at least one second.
    func waiting(at now: ContinuousClock.Instant) -> String? {
        guard let delay else {
            let silence = now - lastNews
            guard phase == .downloading, silence > .seconds(2) else { return nil }
            return "no data for \(silence.components.seconds) s"
        }
        switch delay.reason {
        case .connecting(let host):
            let elapsed = now - delay.since
            guard elapsed > .seconds(1) else { return nil }
            return "connecting to \(host) (\(elapsed.components.seconds) s)"
        case .retrying(let milliseconds, let reason):
            let left = .milliseconds(milliseconds) - (now - delay.since)
            return "retrying in \(max(0, left.components.seconds) + 1) s: \(reason)"
        }
    }

    /// Returns the line for this activity.
    func line(at now: ContinuousClock.Instant) -> ProgressLine {
        guard phase == .downloading else {
            return ProgressLine(
                text: "\(name): \(phase.words)",
                fraction: phase == .synchronizing ? nil : fraction,
                rate: phase == .reading ? "\(done)" : nil
            )
        }
        let waiting = waiting(at: now)
        if delay != nil {
            return ProgressLine(text: "\(name): \(waiting ?? phase.words)", fraction: fraction)
        }
        let rate = speed.bytesPerSecond(at: now)
        return ProgressLine(
            text: "\(name): \(phase.words)",
            fraction: fraction,
            rate: waiting ?? rate.map(Self.words) ?? (total > 0 ? nil : "\(ByteCount(done))"),
            time: waiting == nil ? Self.timeLeft(done, total, rate) : nil
        )
    }

    /// Returns one line for all downloads, including completed ones.
    static func line(
        of downloads: [ProgressActivity],
        at now: ContinuousClock.Instant
    ) -> ProgressLine {
        let active = downloads.filter { !$0.isEnded }
        if active.count == 1, downloads.count == 1 { return active[0].line(at: now) }
        // Sorted, independent of the start order.
        let names = active.map(\.name).sorted()
        let shown =
            names.count > 3
            ? "\(names.prefix(2).joined(separator: ", ")) and \(names.count - 2) more"
            : names.joined(separator: ", ")
        let waiting = active.compactMap { $0.waiting(at: now) }
        let rates = active.compactMap { $0.speed.bytesPerSecond(at: now) }
        let rate = rates.isEmpty ? nil : rates.reduce(0, +)
        let done = downloads.reduce(0) { $0 + $1.done }
        let total =
            downloads.allSatisfy { $0.total > 0 } ? downloads.reduce(0) { $0 + $1.total } : 0
        let reason = waiting.count == active.count ? waiting.first : nil
        return ProgressLine(
            text: "\(shown): downloading",
            fraction: total > 0 ? Double(done) / Double(total) : nil,
            rate: reason ?? rate.map(words),
            time: timeLeft(done, total, rate)
        )
    }

    private static func words(_ bytesPerSecond: Double) -> String {
        "\(ByteCount(Int(bytesPerSecond)))/s"
    }

    private static func timeLeft(_ done: Int, _ total: Int, _ rate: Double?) -> String? {
        guard let rate, rate >= 1, total > 0 else { return nil }
        let left = Int(max(0, Double(total - done)) / rate) + 1
        return left < 60 ? "\(left) s left" : "\(left / 60) min \(left % 60) s left"
    }
}

extension ProgressMonitor.Phase {
    var words: String {
        switch self {
        case .downloading: "downloading"
        case .verifying: "verifying"
        case .unpacking: "unpacking"
        case .synchronizing: "writing to disk"
        case .comparing: "comparing"
        case .checking: "checking"
        case .compiling: "compiling"
        case .copying: "copying"
        case .deleting: "deleting"
        case .reading: "reading"
        }
    }

    /// Whether progress is measured in bytes.
    var isInBytes: Bool {
        switch self {
        case .downloading, .verifying, .unpacking, .comparing, .copying: true
        case .synchronizing, .checking, .compiling, .deleting, .reading: false
        }
    }

    /// Whether it usually ends at once, so that its line is printed only after a delay.
    var isShort: Bool {
        switch self {
        case .copying, .deleting, .reading: true
        case .downloading, .verifying, .unpacking, .synchronizing, .comparing, .checking,
            .compiling:
            false
        }
    }
}
