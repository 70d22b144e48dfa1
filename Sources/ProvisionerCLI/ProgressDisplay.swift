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

        init(common: CommonOptions, environment: HostEnvironment) {
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
        var version: GoVersion?
        var lastDrawn: ContinuousClock.Instant?
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
            let who = holder.map { holder in
                ": process \(holder.processID)" + (holder.startedAt.map { " since \($0)" } ?? "")
                    + ", \(holder.command)"
            }
            output.say("\(name): waiting for another gotoolprov\(who ?? "")\n")
        case .progress(let version, let phase, let done, let total):
            show(version, phase, done: done, total: total)
        }
    }

    private func show(_ version: GoVersion, _ phase: Watch.Phase, done: Int, total: Int) {
        guard style != .none else { return }
        state.withLock { state in
            let isNew = state.phase != phase || state.version != version
            state.phase = phase
            state.version = version
            let name = version.toolchainName
            switch style {
            case .none: break
            case .lines:
                if isNew { output.say("\(name): \(phase.words)\(Self.size(total, of: phase))\n") }
            case .bar:
                let now = ContinuousClock.now
                if !isNew, let last = state.lastDrawn, now - last < .milliseconds(50) { return }
                state.lastDrawn = now
                output.draw(bar: "\(name): \(phase.words)\(Self.bar(done, total, phase))")
            }
        }
    }

    private static func size(_ total: Int, of phase: Watch.Phase) -> String {
        phase == .synchronizing ? "" : " \(total / 1_000_000) MB"
    }

    private static func bar(_ done: Int, _ total: Int, _ phase: Watch.Phase) -> String {
        guard phase != .synchronizing, total > 0 else { return "" }
        let width = 30
        let filled = min(width, (width * (done / 1024)) / max(1, total / 1024))
        let bar =
            String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
        return "  [\(bar)] \(min(100, (100 * (done / 1024)) / max(1, total / 1024))) %"
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
        }
    }
}
