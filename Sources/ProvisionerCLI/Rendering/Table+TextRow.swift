internal import FleetReport

extension Table {
    /// A table of labels and values.
    init(_ rows: [TextRow]) {
        self.init(rows.map { [$0.label.toned(.strong), $0.value.toned(Tone($0.concern))] })
    }
}

extension Tone {
    fileprivate init(_ concern: TextRow.Concern) {
        switch concern {
        case .none: self = .plain
        case .good: self = .good
        case .warning: self = .caution
        case .bad: self = .bad
        }
    }
}
