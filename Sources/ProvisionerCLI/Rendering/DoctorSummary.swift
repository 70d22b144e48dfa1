internal import HostInspection

/// How a host stands by the checks of `doctor`, in one sentence, with the first thing to do.
struct DoctorSummary {
    private let checks: [DoctorCheck]

    init(_ checks: [DoctorCheck]) { self.checks = checks }

    /// The verdict on the host, which decides the exit status.
    var verdict: DoctorCheck.Verdict { checks.verdict }

    /// The sentence.
    var sentence: String {
        guard !checks.isEmpty else { return "nothing was checked" }
        let blocking = checks.count { $0.verdict == .blocked }
        let limiting = checks.count { $0.verdict == .degraded }
        let essential = checks.count { $0.verdict == .unknown && $0.isEssential }
        let unknown = checks.count { $0.verdict == .unknown }
        var parts: [String] = []
        if blocking > 0 {
            parts.append(
                "\(Self.problems(blocking)) \(blocking == 1 ? "blocks" : "block") debugging"
            )
        } else if limiting > 0 {
            parts.append(
                "\(Self.problems(limiting)) \(limiting == 1 ? "limits" : "limit") debugging"
            )
        }
        if essential > 0 {
            let words = Self.unknown(essential, "essential ")
            parts.append(parts.isEmpty ? "\(words), so debugging may not work" : "and \(words)")
        }
        guard !parts.isEmpty else {
            return unknown == 0
                ? "debugging works; nothing to do"
                : "debugging works; \(Self.unknown(unknown))"
        }
        return parts.joined(separator: ", ") + (firstStep.map { "; start with: \($0)" } ?? "")
    }

    /// What to do for the worst check that says so.
    private var firstStep: String? {
        let fixable = checks.filter { $0.verdict != .ok && !$0.fix.isEmpty }
        let most = fixable.map(\.weight).max()
        guard let check = fixable.first(where: { $0.weight == most }) else { return nil }
        return check.remedies.isEmpty ? Self.typed(check.fix[0]) : "gotoolprov doctor --fix"
    }

    /// A fix as it is typed: a command that requires root gets `sudo`.
    private static func typed(_ fix: String) -> String {
        for start in ["as root: ", "\(TracingPolicy.untilRestart): "] where fix.hasPrefix(start) {
            return "sudo \(fix.dropFirst(start.count))"
        }
        return fix
    }

    private static func problems(_ count: Int) -> String {
        count == 1 ? "1 problem" : "\(count) problems"
    }

    private static func unknown(_ count: Int, _ kind: String = "") -> String {
        count == 1
            ? "the result of 1 \(kind)check is unknown"
            : "the results of \(count) \(kind)checks are unknown"
    }
}

extension DoctorCheck {
    /// Orders checks by how much they matter to the host; an unknown one only matters if it is essential.
    fileprivate var weight: Int {
        switch verdict {
        case .ok: 0
        case .unknown: isEssential ? 2 : 1
        case .degraded: 3
        case .blocked: 4
        }
    }
}
