internal import ToolchainCore

/// One row of text output: a label and a value.
package struct TextRow: Hashable, Sendable {
    /// How much attention the value needs.
    package enum Concern: Hashable, Sendable {
        case none
        case good
        case warning
        case bad
    }

    /// The label, without control characters.
    package let label: String
    /// The value, without control characters.
    package let value: String
    package let concern: Concern

    init(_ label: String, _ value: String, _ concern: Concern = .none) {
        self.label = label.shown
        self.value = value.shown
        self.concern = concern
    }
}

extension [TextRow] {
    /// The labels and values in two columns.
    var aligned: String {
        let width = map(\.label.count).max() ?? 0
        return map { row in
            row.label + String(repeating: " ", count: width - row.label.count) + "  \(row.value)\n"
        }.joined()
    }
}
