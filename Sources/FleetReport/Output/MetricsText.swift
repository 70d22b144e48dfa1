internal import ToolchainCore

/// Metrics in the Prometheus text format, as node_exporter's textfile collector takes them: gauges
/// only, no timestamps, no OpenMetrics.
struct MetricsText {
    /// A series: its labels and its value.
    typealias Series = (labels: [(String, String)], value: Int)

    /// Labels that every series has.
    var common: [(String, String)] = []
    private(set) var text = ""

    /// Adds a family of gauges; one without series is omitted, because a missing value is not 0.
    ///
    /// - Parameters:
    ///   - name: The family's name.
    ///   - help: What it means.
    ///   - series: The series. Equal ones would make a collector drop the whole file, and labels that
    ///     differ only in what cannot be seen are written equally.
    ///   - isSum: Whether the values of equal series are added up; else the largest counts.
    mutating func add(_ name: String, _ help: String, _ series: [Series], isSum: Bool = false) {
        guard !series.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
        var places: [String: Int] = [:]
        var lines: [(pairs: String, value: Int)] = []
        for (labels, value) in series {
            let pairs = (labels + common).map { "\($0)=\($1.asLabel)" }.joined(separator: ",")
            guard let place = places[pairs] else {
                places[pairs] = lines.count
                lines.append((pairs, value))
                continue
            }
            let old = lines[place].value
            lines[place].value = isSum ? old.saturatingPlus(value) : max(old, value)
        }
        for (pairs, value) in lines {
            text += pairs.isEmpty ? "\(name) \(value)\n" : "\(name){\(pairs)} \(value)\n"
        }
    }

    /// Adds a gauge without labels, if there is a value.
    mutating func add(_ name: String, _ help: String, _ value: Int?) {
        add(name, help, value.map { [([], $0)] } ?? [])
    }
}
