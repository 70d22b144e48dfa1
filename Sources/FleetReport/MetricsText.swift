/// Metrics in the Prometheus text format, as node_exporter's textfile collector takes them: gauges
/// only, no timestamps, no OpenMetrics.
struct MetricsText {
    /// A series: its labels and its value.
    typealias Series = (labels: [(String, String)], value: Int)

    private(set) var text = ""

    /// Adds a family of gauges; one without series is left out, because nothing is not 0.
    mutating func add(_ name: String, _ help: String, _ series: [Series]) {
        guard !series.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
        var seen: Set<String> = []
        for (labels, value) in series {
            let pairs = labels.map { "\($0)=\($1.asLabel)" }.joined(separator: ",")
            // Equal series would make a collector drop the whole file.
            guard seen.insert(pairs).inserted else { continue }
            text += pairs.isEmpty ? "\(name) \(value)\n" : "\(name){\(pairs)} \(value)\n"
        }
    }

    /// Adds a gauge without labels, if there is a value.
    mutating func add(_ name: String, _ help: String, _ value: Int?) {
        add(name, help, value.map { [([], $0)] } ?? [])
    }
}
