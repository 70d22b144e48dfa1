internal import ToolchainCore

/// Metrics in the Prometheus text format for node_exporter's textfile collector: gauges only,
/// without timestamps or OpenMetrics extensions.
struct MetricsText {
    /// The labels and the value of a series.
    typealias Series = (labels: [(String, String)], value: Int)

    /// Labels that are added to every series.
    var common: [(String, String)] = []
    private(set) var text = ""

    /// Adds a family of gauges.
    ///
    /// A family without series is omitted, because a missing value is not 0.
    ///
    /// - Parameters:
    ///   - name: The name of the family.
    ///   - help: The help text.
    ///   - series: The series. Equal ones are merged, because the collector would reject the whole
    ///     file. Labels that differ only in invisible characters are equal.
    ///   - isSum: Whether values of equal series are added. Otherwise the largest is kept.
    mutating func add(_ name: String, _ help: String, _ series: [Series], isSum: Bool = false) {
        guard !series.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
        var indices: [String: Int] = [:]
        var lines: [(pairs: String, value: Int)] = []
        for (labels, value) in series {
            let pairs = (labels + common).map { "\($0)=\($1.asLabel)" }.joined(separator: ",")
            guard let index = indices[pairs] else {
                indices[pairs] = lines.count
                lines.append((pairs, value))
                continue
            }
            let old = lines[index].value
            lines[index].value = isSum ? old.saturatingPlus(value) : max(old, value)
        }
        for (pairs, value) in lines {
            text += pairs.isEmpty ? "\(name) \(value)\n" : "\(name){\(pairs)} \(value)\n"
        }
    }

    /// Adds a gauge without labels, unless its value is `nil`.
    mutating func add(_ name: String, _ help: String, _ value: Int?) {
        add(name, help, value.map { [([], $0)] } ?? [])
    }
}
