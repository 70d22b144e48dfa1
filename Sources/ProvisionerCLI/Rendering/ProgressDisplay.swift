internal import Glibc
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Shows the progress of long work: a bar on a terminal, one line per phase elsewhere.
final class ProgressDisplay: Sendable {
    /// The format of the output.
    enum Style {
        case none
        case lines
        case bar
        case json

        init(common: CommonOptions, environment: HostEnvironment) {
            switch common.progress {
            case .bar: self = .bar
            case .lines: self = .lines
            case .json: self = .json
            case .none: self = .none
            case .auto: self.init(inferredFrom: common, environment)
            }
        }

        private init(inferredFrom common: CommonOptions, _ environment: HostEnvironment) {
            if common.quiet {
                self = .none
            } else if isatty(STDERR_FILENO) == 1, environment["CI"] == nil,
                let terminal = environment["TERM"], terminal != "dumb"
            {
                self = .bar
            } else {
                // A program that parses the result as JSON may parse stderr as JSON, too.
                self = common.format == .json ? .none : .lines
            }
        }
    }

    private struct State: Sendable {
        /// The current activity, unless it is a download.
        var foreground: ProgressActivity?
        /// The number of written results at the last event of that activity.
        ///
        /// A further result ends it.
        var resultCount = 0
        /// All downloads in their start order; completed ones stay until all are completed, so that
        /// the sum never decreases.
        var downloads: [ProgressActivity] = []
        var lastDrawn: ContinuousClock.Instant?

        /// Returns the index of a download in ``downloads``, to which it is added if it is new.
        mutating func index(
            ofDownload name: String,
            isNew: inout Bool,
            at now: ContinuousClock.Instant
        ) -> Int {
            if let index = downloads.firstIndex(where: { $0.name == name && !$0.isEnded }) {
                return index
            }
            isNew = true
            downloads.append(ProgressActivity(name, .downloading, at: now))
            return downloads.count - 1
        }
    }

    private let output: Output
    private let style: Style
    private let state = Guarded(State())

    init(output: Output, style: Style) {
        self.output = output
        self.style = style
    }

    deinit { output.wipeBar() }

    // MARK: Events

    /// Shows an event.
    func show(_ event: Session.Event) {
        guard style != .none else { return }
        switch event {
        case .waitingForLock(let name, let holder): showWaiting(name, holder)
        case .progress(let name, let phase, let done, let total):
            advance(name, phase, done: done, total: total)
        case .delay(let name, let delay): note(delay, of: name)
        case .ended(let name, let isComplete): end(name, isComplete: isComplete)
        case .skipped(let name, let mirror, let reason):
            guard style == .json else { return }
            emit([
                "event": "skipped", "for": .string(name), "mirror": .string(mirror),
                "reason": .string(reason),
            ])
        case .remark(let name, let text):
            guard style == .json else { return }
            emit(["event": "remark", "for": .string(name), "text": .string(text)])
        }
    }

    /// Updates the elapsed time.
    ///
    /// Called frequently, from any thread.
    func tick() {
        guard style != .none else { return }
        state.withLock { state in
            let now = ContinuousClock.now
            if let last = state.lastDrawn, now - last < .milliseconds(200) { return }
            state.lastDrawn = now
            for index in state.downloads.indices where !state.downloads[index].isEnded {
                announceDelay(of: &state.downloads[index], at: now)
            }
            if let foreground = state.foreground, !foreground.isAnnounced {
                announce(&state.foreground, at: now)
            }
            if state.downloads.contains(where: { !$0.isEnded }) { draw(state, at: now) }
        }
    }

    private func showWaiting(_ name: String, _ holder: LockHolder?) {
        guard style != .json else {
            let event: JSONValue = ["event": "waiting", "for": .string(name)]
            guard let holder else { return emit(event) }
            return emit(event.adding("process", .integer(Int(holder.processID))))
        }
        let who = holder.map { holder in
            ": process \(holder.processID)" + (holder.startedAt.map { " since \($0)" } ?? "")
                + ", \(holder.command)"
        }
        output.writeMessage("\(name): waiting for another gotoolprov\(who ?? "")\n")
    }

    private func advance(_ name: String, _ phase: ProgressMonitor.Phase, done: Int, total: Int) {
        state.withLock { state in
            let now = ContinuousClock.now
            let resultCount = output.resultCount
            var isNew = false
            if phase == .downloading {
                let index = state.index(ofDownload: name, isNew: &isNew, at: now)
                state.downloads[index].take(done, total, at: now)
                announce(&state.downloads[index], at: now)
            } else {
                isNew = state.foreground?.name != name || state.foreground?.phase != phase
                if isNew { state.foreground = ProgressActivity(name, phase, at: now) }
                state.resultCount = resultCount
                state.foreground?.take(done, total, at: now)
                announce(&state.foreground, at: now)
            }
            if !isNew, let last = state.lastDrawn {
                // More frequent updates would not be useful.
                let pause: Duration = style == .json ? .milliseconds(200) : .milliseconds(50)
                let isLast = style == .json && done == total
                if !isLast, now - last < pause { return }
            }
            state.lastDrawn = now
            if style == .json {
                emit([
                    "event": "progress", "for": .string(name), "phase": .string("\(phase)"),
                    "done": .integer(done), "total": .integer(total),
                ])
            }
            draw(state, at: now)
        }
    }

    private func note(_ delay: ProgressMonitor.Delay, of name: String) {
        state.withLock { state in
            let now = ContinuousClock.now
            var isNew = false
            let index = state.index(ofDownload: name, isNew: &isNew, at: now)
            state.downloads[index].delay = (delay, now)
            state.downloads[index].isDelayAnnounced = false
            switch (style, delay) {
            case (.json, .connecting(let host)):
                emit(["event": "connecting", "for": .string(name), "host": .string(host)])
            case (.json, .retrying(let milliseconds, let reason)):
                emit([
                    "event": "retrying", "for": .string(name),
                    "milliseconds": .integer(milliseconds), "reason": .string(reason),
                ])
            case (.lines, .retrying): announceDelay(of: &state.downloads[index], at: now)
            default: break
            }
            draw(state, at: now)
        }
    }

    private func end(_ name: String, isComplete: Bool) {
        state.withLock { state in
            guard let index = state.downloads.firstIndex(where: { $0.name == name && !$0.isEnded })
            else { return }
            let now = ContinuousClock.now
            let download = state.downloads[index]
            if style == .json {
                emit([
                    "event": "ended", "for": .string(name), "phase": "downloading",
                    "complete": .boolean(isComplete), "done": .integer(download.done),
                ])
            } else if style == .lines, download.isAnnounced {
                let seconds = (now - download.start).components.seconds
                let size = ByteCount(download.done)
                output.writeMessage(
                    isComplete
                        ? "\(name): downloaded \(size) in \(max(1, seconds)) s\n"
                        : "\(name): download stopped after \(size)\n"
                )
            }
            state.downloads[index].isEnded = true
            if !isComplete { state.downloads.remove(at: index) }
            if state.downloads.allSatisfy(\.isEnded) { state.downloads = [] }
            draw(state, at: now)
        }
    }

    // MARK: Writing

    private func announce(_ activity: inout ProgressActivity?, at now: ContinuousClock.Instant) {
        guard var announced = activity else { return }
        announce(&announced, at: now)
        activity = announced
    }

    private func announce(_ activity: inout ProgressActivity, at now: ContinuousClock.Instant) {
        guard style == .lines, !activity.isAnnounced,
            !activity.phase.isShort || now - activity.start > .seconds(1)
        else { return }
        activity.isAnnounced = true
        let size =
            activity.phase.isInBytes && activity.total > 0
            ? " \(ByteCount(activity.total))" : ""
        output.writeMessage("\(activity.name): \(activity.phase.words)\(size)\n")
    }

    /// Reports once why a download makes no progress, if no bar shows it.
    private func announceDelay(
        of activity: inout ProgressActivity,
        at now: ContinuousClock.Instant
    ) {
        guard !activity.isDelayAnnounced, let reason = activity.waiting(at: now) else { return }
        let isSilent = activity.delay == nil
        guard !isSilent || now - activity.lastNews > ProgressActivity.longSilence else { return }
        activity.isDelayAnnounced = true
        if style == .lines {
            output.writeMessage("\(activity.name): \(reason)\n")
        } else if style == .json, isSilent {
            let seconds = Int((now - activity.lastNews).components.seconds)
            emit([
                "event": "silent", "for": .string(activity.name),
                "seconds": .integer(seconds),
            ])
        }
    }

    private func draw(_ state: State, at now: ContinuousClock.Instant) {
        guard style == .bar else { return }
        var line: ProgressLine
        let isDownloading = state.downloads.contains { !$0.isEnded }
        if let foreground = state.foreground, state.resultCount == output.resultCount {
            line = foreground.line(at: now)
            if isDownloading {
                let rest = ProgressActivity.line(of: state.downloads, at: now)
                line.rate =
                    "+ \(rest.text)"
                    + (rest.fraction.map { "  \(Int($0 * 100)) %" } ?? "")
                line.time = rest.rate
            }
        } else if isDownloading {
            line = ProgressActivity.line(of: state.downloads, at: now)
        } else {
            return output.wipeBar()
        }
        // Some terminals wrap after writing the last column.
        output.draw(bar: line.fitted(to: ProgressLine.terminalWidth() - 1))
    }

    private func emit(_ event: JSONValue) { output.writeMessage(event.renderedOnOneLine + "\n") }
}

extension ProgressActivity {
    /// Updates the amount of completed work.
    fileprivate mutating func take(_ done: Int, _ total: Int, at now: ContinuousClock.Instant) {
        self.done = done
        self.total = total
        delay = nil
        isDelayAnnounced = false
        lastNews = now
        if phase == .downloading { speed.note(done, at: now) }
    }
}
