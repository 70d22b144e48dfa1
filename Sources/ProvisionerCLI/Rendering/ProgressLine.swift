internal import Glibc

/// One line of progress, fitted to the width of the terminal.
struct ProgressLine: Equatable {
    /// The activity: `go1.27.3: downloading`.
    var text: String
    /// The completed fraction from 0 to 1, or `nil` if unknown.
    var fraction: Double?
    /// The rate, or the reason for a delay.
    var rate: String?
    /// The estimated remaining time.
    var time: String?

    private static let widestBar = 30
    private static let narrowestBar = 6

    /// Returns the line with at most `width` columns.
    ///
    /// The bar shrinks first, down to a minimum width. Then the time, the rate and the bar are
    /// omitted, in this order, and finally the text is truncated.
    func fitted(to width: Int) -> String {
        let text = text.inASCII
        let percent = fraction.map { "\(Int(min(1, max(0, $0)) * 100)) %" }
        let barFrame = percent.map { 2 + 2 + 1 + max(4, $0.utf8.count) } ?? 0
        for (rate, time, leastBar) in [
            (rate, time, 12), (rate, nil, Self.narrowestBar), (nil, nil, Self.narrowestBar),
        ] {
            let tail = [rate, time].compactMap { $0 }.map { "  \($0.inASCII)" }.joined()
            let room = width - text.utf8.count - tail.utf8.count - barFrame
            guard let fraction, let percent else {
                guard room >= 0 else { continue }
                return text + tail
            }
            guard room >= leastBar else { continue }
            return "\(text)  [\(Self.bar(fraction, min(room, Self.widestBar)))] \(percent)\(tail)"
        }
        let short = text + (percent.map { "  \($0)" } ?? "")
        return short.utf8.count <= width ? short : String(text.prefix(max(0, width)))
    }

    private static func bar(_ fraction: Double, _ width: Int) -> String {
        let filled = min(width, max(0, Int(fraction * Double(width))))
        return String(repeating: "#", count: filled)
            + String(repeating: "-", count: width - filled)
    }

    /// The current width of the terminal on stderr, or 80 columns if unknown.
    static func terminalWidth() -> Int {
        var size = winsize()
        guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return 80
        }
        return Int(size.ws_col)
    }
}

extension String {
    /// The text with `?` for every character of uncertain width.
    fileprivate var inASCII: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { (0x20..<0x7F).contains($0.value) ? $0 : "?" }
            )
        )
    }
}

/// The rate of progress in the last seconds, so that a pause, as by ^Z, is soon forgotten.
struct TransferSpeed {
    private var samples: [(time: ContinuousClock.Instant, done: Int)] = []

    /// Records the amount of completed work.
    mutating func note(_ done: Int, at now: ContinuousClock.Instant) {
        samples.removeAll { now - $0.time > .seconds(5) }
        if let last = samples.last, now - last.time < .milliseconds(200) { return }
        samples.append((now, done))
    }

    /// Bytes per second, or `nil` if there is not enough data.
    func bytesPerSecond(at now: ContinuousClock.Instant) -> Double? {
        guard let first = samples.first, let last = samples.last, last.done > first.done,
            last.time - first.time > .milliseconds(400)
        else { return nil }
        return Double(last.done - first.done) / ((now - first.time) / .seconds(1))
    }
}
