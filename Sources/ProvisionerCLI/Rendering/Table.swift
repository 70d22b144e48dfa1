/// A table with aligned columns.
struct Table: Sendable {
    /// The cells; a row may have fewer than others.
    let rows: [[StyledText]]

    init(_ rows: [[StyledText]]) { self.rows = rows }

    /// Returns one line per row, or several if a cell of the last column is wider than the terminal.
    ///
    /// - Parameter width: The width of the terminal, or `nil` for one line per row.
    /// - Returns: The lines.
    func lines(fittedTo width: Int?) -> [StyledText] {
        let columnCount = rows.map(\.count).max() ?? 0
        let widths = (0..<columnCount).map { column in
            rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.flatMap { row -> [StyledText] in
            // The last cell of a row is not padded.
            let last = row.lastIndex { !$0.isEmpty } ?? 0
            var line: StyledText = ""
            for (column, cell) in row.prefix(last).enumerated() {
                line += cell.padded(to: widths[column]) + "  "
            }
            let indent = line.count
            if !row.isEmpty { line += row[last] }
            return last == columnCount - 1 ? line.wrapped(to: width, indent: indent) : [line]
        }
    }
}
