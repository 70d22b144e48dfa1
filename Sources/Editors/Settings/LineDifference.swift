/// A line-by-line comparison of two texts in the format of `diff -u`.
package enum LineDifference {
    private struct Line {
        let mark: Character
        let text: String
        let oldNumber: Int
        let newNumber: Int
    }

    /// Returns the difference in unified format, or an empty string if there is none.
    ///
    /// Time and memory grow with the number of differing lines, not with the square of all lines.
    ///
    /// - Parameters:
    ///   - old: The old text, or `nil` if the file does not exist.
    ///   - new: The new text, or `nil` if the file is deleted.
    ///   - path: The path in the header.
    /// - Returns: A header and hunks with three lines of context, ending with a line end.
    package static func unified(_ old: [UInt8]?, _ new: [UInt8]?, path: String) -> String {
        let lines = compared(split(old ?? []), split(new ?? []))
        guard lines.contains(where: { $0.mark != " " }) else { return "" }
        var text =
            "--- \(old == nil ? "/dev/null" : path)\n+++ \(new == nil ? "/dev/null" : path)\n"
        var index = 0
        while let first = lines[index...].firstIndex(where: { $0.mark != " " }) {
            let start = max(index, first - context)
            var last = first
            while let next = lines[(last + 1)...].prefix(context * 2 + 1)
                .firstIndex(where: { $0.mark != " " })
            {
                last = next
            }
            let end = min(lines.count, last + 1 + context)
            text += hunk(lines[start..<end])
            index = end
        }
        return text
    }

    private static let context = 3

    private static func hunk(_ lines: ArraySlice<Line>) -> String {
        let oldCount = lines.count { $0.mark != "+" }
        let newCount = lines.count { $0.mark != "-" }
        guard let first = lines.first else { return "" }
        // As in diff, an empty side has the number of the preceding line.
        let oldStart = first.oldNumber - (oldCount == 0 ? 1 : 0)
        let newStart = first.newNumber - (newCount == 0 ? 1 : 0)
        return "@@ -\(oldStart),\(oldCount) +\(newStart),\(newCount) @@\n"
            + lines.map { "\($0.mark)\($0.text)" }.joined()
    }

    /// Merges both texts into one list of marked lines.
    private static func compared(_ old: [[UInt8]], _ new: [[UInt8]]) -> [Line] {
        let difference = new.difference(from: old)
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var lines: [Line] = []
        var oldIndex = 0
        var newIndex = 0
        func add(_ mark: Character, _ bytes: [UInt8]) {
            lines.append(
                Line(
                    mark: mark,
                    text: shown(bytes),
                    oldNumber: oldIndex + 1,
                    newNumber: newIndex + 1
                )
            )
        }
        while oldIndex < old.count || newIndex < new.count {
            if oldIndex < old.count, removed.contains(oldIndex) {
                add("-", old[oldIndex])
                oldIndex += 1
            } else if newIndex < new.count, inserted.contains(newIndex) {
                add("+", new[newIndex])
                newIndex += 1
            } else {
                add(" ", new[newIndex])
                oldIndex += 1
                newIndex += 1
            }
        }
        return lines
    }

    /// Splits a text into lines, each with its line end.
    private static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = 0
        for index in bytes.indices where bytes.endsLine(at: index) {
            lines.append(Array(bytes[start...index]))
            start = index + 1
        }
        if start < bytes.count { lines.append(Array(bytes[start...])) }
        return lines
    }

    /// Formats a line for the output: without CR, and with a marker if it has no line end.
    private static func shown(_ line: [UInt8]) -> String {
        let isEnded = line.last?.isLineBreak == true
        let text = String(
            decoding: line.prefix(while: { !$0.isLineBreak }),
            as: UTF8.self
        )
        return text + (isEnded ? "\n" : "\n\\ No newline at end of file\n")
    }
}
