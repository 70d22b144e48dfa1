internal import ArgumentParser
internal import FleetReport
internal import ToolchainCore

/// The output format of a fleet.
enum FleetFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text, html, markdown, csv, json, jsonl, prometheus

    /// Creates the format for a file name extension.
    init?(ending: String) {
        switch ending {
        case "txt": self = .text
        case "html", "htm": self = .html
        case "md": self = .markdown
        case "csv": self = .csv
        case "json": self = .json
        case "jsonl", "ndjson": self = .jsonl
        case "prom": self = .prometheus
        default: return nil
        }
    }

    /// Returns the writer of this format.
    ///
    /// - Parameter title: The title of the page.
    /// - Returns: The writer.
    /// - Throws: ``Failure`` if OpenSSL does not provide SHA-256, which a page requires.
    func output(title: String) throws(Failure) -> any FleetOutput {
        switch self {
        case .text: FleetText()
        case .html: try FleetHTML(title: title, sha256: FleetGathering.digest)
        case .markdown: FleetMarkdown(title: title)
        case .csv: FleetCSV()
        case .json: FleetJSON()
        case .jsonl: FleetJSONLines()
        case .prometheus: FleetMetrics()
        }
    }
}

/// A maximum age: `90m`, `24h`, `7d`.
struct Age: ExpressibleByArgument, Sendable {
    let seconds: Int

    init(seconds: Int) { self.seconds = seconds }

    init?(argument: String) {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
        guard let last = argument.last, let unit = units[last],
            argument.dropLast().utf8.allSatisfy(\.isDigit),
            let count = Int(argument.dropLast()), count <= 36500 * 86400 / unit
        else { return nil }
        seconds = count * unit
    }

    var defaultValueDescription: String {
        seconds.isMultiple(of: 3600) ? "\(seconds / 3600)h" : "\(seconds)s"
    }
}

/// A comma-separated list of gates.
struct GateList: ExpressibleByArgument, Sendable {
    let gates: [FleetGate]

    init(gates: [FleetGate]) { self.gates = gates }

    init?(argument: String) {
        let names = argument.split(separator: ",", omittingEmptySubsequences: false)
        let gates = names.compactMap { FleetGate(rawValue: String($0)) }
        guard gates.count == names.count else { return nil }
        self.gates = gates
    }

    var defaultValueDescription: String { "none" }
}
