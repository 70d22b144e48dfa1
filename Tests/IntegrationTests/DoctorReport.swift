import TestSupport

/// What `gotoolprov doctor` prints: each check by its name.
struct DoctorReport {
    /// One check.
    struct Check {
        var verdict: String
        var evidence: [String] = []
        var fixes: [String] = []
    }

    /// The checks.
    private(set) var checks: [String: Check] = [:]

    /// Reads the text form.
    init(_ text: String) {
        var name: String?
        for line in text.split(separator: "\n") {
            if line.hasPrefix("         => "), let name {
                checks[name]?.fixes.append(String(line.dropFirst(12)))
            } else if line.hasPrefix("            "), let name {
                checks[name]?.evidence.append(String(line.dropFirst(12)))
            } else {
                let words = line.split(separator: " ")
                guard words.count > 2, words[1].contains(".") else { continue }
                name = String(words[1])
                checks[String(words[1])] = Check(verdict: String(words[0]))
            }
        }
    }

    /// How a check stands.
    func verdict(_ name: String) -> String { checks[name]?.verdict ?? "none" }

    /// What a check prints below its title.
    func text(_ name: String) -> String {
        (checks[name].map { $0.evidence + $0.fixes } ?? []).joined(separator: "\n")
    }
}
