internal import Glibc
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Tells of work that takes its time: a bar on a terminal, one line a phase elsewhere.
final class ProgressDisplay: Sendable {
    /// How it is told.
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
            if common.quiet || common.format == .json {
                self = .none
            } else if isatty(STDERR_FILENO) == 1, environment["NO_COLOR"] == nil,
                environment["CI"] == nil, environment["TERM"] != "dumb"
            {
                self = .bar
            } else {
                self = .lines
            }
        }
    }

    private struct State: Sendable {
        var phase: Watch.Phase?
        var name: String?
        var lastDrawn: ContinuousClock.Instant?
        /// When the phase began, and how much was there by then.
        var start: (time: ContinuousClock.Instant, done: Int)?
    }

    private let output: Output
    private let style: Style
    private let state = Guarded(State())

    init(output: Output, style: Style) {
        self.output = output
        self.style = style
    }

    deinit { output.wipeBar() }

    /// Shows what has happened.
    func show(_ event: Provisioner.Event) {
        switch event {
        case .waitingForLock(let name, let holder):
            guard style != .none else { return }
            guard style != .json else {
                let pid = holder.map { ", \"process\": \($0.processID)" } ?? ""
                return output.say("{\"event\": \"waiting\", \"for\": \"\(name)\"\(pid)}\n")
            }
            let who = holder.map { holder in
                ": process \(holder.processID)" + (holder.startedAt.map { " since \($0)" } ?? "")
                    + ", \(holder.command)"
            }
            output.say("\(name): waiting for another gotoolprov\(who ?? "")\n")
        case .progress(let name, let phase, let done, let total):
            show(name, phase, done: done, total: total)
        }
    }

    private func show(_ name: String, _ phase: Watch.Phase, done: Int, total: Int) {
        guard style != .none else { return }
        state.withLock { state in
            let now = ContinuousClock.now
            let isNew = state.phase != phase || state.name != name
            if isNew { state.start = (now, done) }
            state.phase = phase
            state.name = name
            if !isNew {
                // As often as an eye or a driver has use for it.
                let pause: Duration = style == .json ? .milliseconds(200) : .milliseconds(50)
                let isLast = style == .json && done == total
                if style == .lines || !isLast, let last = state.lastDrawn, now - last < pause {
                    return
                }
            }
            state.lastDrawn = now
            switch style {
            case .none: break
            case .lines:
                if isNew { output.say("\(name): \(phase.words)\(Self.size(total, of: phase))\n") }
            case .json:
                output.say(
                    "{\"event\": \"progress\", \"for\": \"\(name)\", \"phase\": \"\(phase)\","
                        + " \"done\": \(done), \"total\": \(total)}\n"
                )
            case .bar:
                let rate = phase == .downloading ? Self.rate(state.start, now, done, total) : ""
                output.draw(bar: "\(name): \(phase.words)\(Self.bar(done, total, phase))\(rate)")
            }
        }
    }

    /// How fast it goes, and how long that will take.
    private static func rate(
        _ start: (time: ContinuousClock.Instant, done: Int)?,
        _ now: ContinuousClock.Instant,
        _ done: Int,
        _ total: Int
    ) -> String {
        guard let start else { return "" }
        let seconds = (now - start.time) / .seconds(1)
        // The first moments say little.
        guard seconds > 0.5, done > start.done else { return "" }
        let bytesPerSecond = Double(done - start.done) / seconds
        let tenths = Int(bytesPerSecond / 100_000)
        let left = max(0, Int(Double(total - done) / bytesPerSecond) + 1)
        let time = left < 60 ? "\(left) s" : "\(left / 60) min \(left % 60) s"
        return "  \(tenths / 10).\(tenths % 10) MB/s" + (total > 0 ? "  \(time) left" : "")
    }

    private static func size(_ total: Int, of phase: Watch.Phase) -> String {
        phase == .synchronizing || total == 0 || phase == .compiling
            ? "" : " \(total / 1_000_000) MB"
    }

    private static func bar(_ done: Int, _ total: Int, _ phase: Watch.Phase) -> String {
        guard phase != .synchronizing, total > 0 else { return "" }
        let width = 30
        let unit = phase == .compiling ? 1 : 1024
        let filled = min(width, (width * (done / unit)) / max(1, total / unit))
        let bar =
            String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
        return "  [\(bar)] \(min(100, (100 * (done / unit)) / max(1, total / unit))) %"
    }
}

extension Watch.Phase {
    fileprivate var words: String {
        switch self {
        case .downloading: "downloading"
        case .verifying: "verifying"
        case .unpacking: "unpacking"
        case .synchronizing: "writing to disk"
        case .comparing: "comparing"
        case .compiling: "compiling"
        }
    }
}
