internal import Glibc

/// One line of progress, as wide as the terminal allows.
struct ProgressLine: Equatable {
    /// What is going on: `go1.27.3: downloading`.
    var text: String
    /// How much of it is done, from 0 to 1; nil where that is not known.
    var fraction: Double?
    /// How fast it goes, or why it does not.
    var rate: String?
    /// How long it will take.
    var time: String?

    private static let widestBar = 30
    private static let narrowestBar = 6

    /// The line in at most `width` columns.
    ///
    /// The bar shrinks first, but stays wide enough to be read; then the time goes, then the rate,
    /// then the bar; what is still too long is cut.
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

    /// How wide the terminal on stderr is now; 80 columns where it does not say.
    static func terminalWidth() -> Int {
        var size = winsize()
        guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return 80
        }
        return Int(size.ws_col)
    }
}

extension String {
    /// The text with a `?` for every character whose width on a terminal is not certain.
    fileprivate var inASCII: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { (0x20..<0x7F).contains($0.value) ? $0 : "?" }
            )
        )
    }
}

/// How fast something goes, by what was done in the last seconds: a pause, as by ^Z, soon counts no
/// more.
struct TransferSpeed {
    private var samples: [(time: ContinuousClock.Instant, done: Int)] = []

    /// Notes how much is done.
    mutating func note(_ done: Int, at now: ContinuousClock.Instant) {
        samples.removeAll { now - $0.time > .seconds(5) }
        if let last = samples.last, now - last.time < .milliseconds(200) { return }
        samples.append((now, done))
    }

    /// Bytes a second; nil where too little is known.
    func bytesPerSecond(at now: ContinuousClock.Instant) -> Double? {
        guard let first = samples.first, let last = samples.last, last.done > first.done,
            last.time - first.time > .milliseconds(400)
        else { return nil }
        return Double(last.done - first.done) / ((now - first.time) / .seconds(1))
    }
}
