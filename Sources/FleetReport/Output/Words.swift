/// Words and numbers that several output formats share.
enum Words {
    /// Returns the number with thousands separators: `12,345`.
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }

    /// Returns a number with its noun: `1 host`, `12 hosts`.
    static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(grouped(number)) \(number == 1 ? one : many ?? "\(one)s")"
    }

    /// Returns a percentage, such as `12 %`; 0 % and 100 % appear only if they are exact.
    static func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "–" }
        let percent = Int((Double(part) * 100 / Double(whole)).rounded())
        if percent == 0, part > 0 { return "< 1 %" }
        if percent == 100, part < whole { return "> 99 %" }
        return "\(percent) %"
    }

    /// The units of durations, longest first: the minimum in seconds, the length of the unit, and
    /// its name.
    ///
    /// The shortest ones have no number.
    static let durations: [(from: Int, unit: Int?, words: String)] = [
        (2 * 86400, 86400, "days"), (2 * 3600, 3600, "hours"), (2 * 60, 60, "minutes"),
        (60, nil, "a minute"), (0, nil, "less than a minute"),
    ]

    /// Returns a duration in the largest unit of which it contains at least two: `5 minutes`.
    static func duration(_ seconds: Int) -> String {
        let step = durations.first { seconds >= $0.from } ?? durations[durations.count - 1]
        guard let unit = step.unit else { return step.words }
        return "\(seconds / unit) \(step.words)"
    }

    /// Returns the drift state as text.
    static func drift(_ state: Drift.State) -> String {
        switch state {
        case .drifted: "drifted"
        case .inSync: "in sync"
        case .unknown: "unknown"
        }
    }

    /// Returns the extent of debugging as text.
    static func ability(_ ability: HostReport.DebugReadiness.Ability) -> String {
        switch ability {
        case .yes: "start and attach"
        case .rootOnly: "root only"
        case .childOnly: "start only"
        case .no: "blocked"
        case .unknown: "unknown"
        }
    }

    /// Returns the virtualization as text.
    static func virtualization(_ kind: HostReport.Virtualization) -> String {
        switch kind {
        case .none: "bare metal"
        case .wsl1: "WSL 1"
        case .wsl2: "WSL 2"
        case .container: "container"
        case .vm: "virtual machine"
        case .unknown: "unknown"
        }
    }

    /// Returns the support state as text.
    static func support(_ state: Support.State) -> String {
        switch state {
        case .supported: "supported"
        case .eol: "end of life"
        case .prerelease: "pre-release"
        case .unknown: "unknown"
        }
    }

    /// Returns the heading for a kind of finding.
    static func finding(_ kind: HostRow.Finding.Kind) -> String {
        switch kind {
        case .failed: "Last run failed"
        case .modified: "Modified since installation"
        case .missing: "Required but not installed"
        case .older: "Older than required"
        case .foreign: "Not installed by gotoolprov"
        case .extra: "Installed but not required"
        case .debugBlocked: "Debugging blocked"
        case .eol: "End of life"
        case .vulnerable: "Known vulnerabilities"
        case .unpublished: "Not as published"
        case .unknown: "Support, vulnerabilities or last run unknown"
        case .debug: "Debugging limited"
        case .repaired: "Damaged and repaired"
        case .clock: "Wrong clock"
        case .manifest: "Unusable manifest"
        case .unreported: "No report"
        case .other: "Other"
        }
    }
}
