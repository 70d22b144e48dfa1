/// The parsed output of `gotoolprov doctor`: each check by its name.
public struct DoctorReport: Sendable {
    /// One check.
    public struct Check: Sendable {
        /// The verdict: the word before the name.
        public var verdict: String
        /// The evidence.
        public var evidence: [String] = []
        /// The fixes.
        public var fixes: [String] = []
    }

    /// The checks.
    public private(set) var checks: [String: Check] = [:]

    /// Parses the text format.
    public init(_ text: String) {
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

    /// Returns the verdict of a check.
    ///
    /// - Parameter name: The check's name.
    /// - Returns: The verdict, or "none" for a check that the report does not contain.
    public func verdict(_ name: String) -> String { checks[name]?.verdict ?? "none" }

    /// Returns the lines that a check prints below its title.
    ///
    /// - Parameter name: The check's name.
    /// - Returns: Evidence, then fixes; empty for a check that the report does not contain.
    public func text(_ name: String) -> String {
        (checks[name].map { $0.evidence + $0.fixes } ?? []).joined(separator: "\n")
    }
}

extension Sandbox {
    /// Runs a script that ends by running `doctor`; `$1` is the program and `$2` the home directory.
    ///
    /// - Parameters:
    ///   - script: The script for sh; it stops at the first command that fails.
    ///   - variables: Variables to set.
    ///   - names: Variables to remove.
    /// - Returns: The report.
    /// - Throws: ``SupportError`` if the output contains no check.
    public func doctor(
        _ script: String,
        with variables: [String: String] = [:],
        removing names: [String] = []
    ) async throws -> DoctorReport {
        var environment = environment.merging(variables) { $1 }
        for name in names { environment[name] = nil }
        let result = try await run(
            "/bin/sh",
            ["-ec", script, "sh", program, home],
            environment: environment,
            in: home
        )
        let report = DoctorReport(result.output)
        guard !report.checks.isEmpty else { throw SupportError(result.description) }
        return report
    }
}
