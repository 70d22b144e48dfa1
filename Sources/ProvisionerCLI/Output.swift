internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// The two streams: results on stdout, everything else on stderr.
final class Output: Sendable {
    /// Why a result could not be written.
    enum Trouble: Hashable, Sendable {
        /// Whoever read it has seen enough.
        case readerLeft
        case failed(Errno)
    }

    private let state = Guarded<Trouble?>(nil)
    /// Whether the last line on stderr is a progress bar, to be wiped before anything else.
    private let isBarDrawn = Guarded(false)

    /// Why a result could not be written; nil as long as all could.
    var trouble: Trouble? { state.withLock { $0 } }

    /// Writes a part of the result.
    func write(_ text: String) {
        guard trouble == nil else { return }
        wipeBar()
        do {
            try FileDescriptor.standardOutput.writeAll(text.utf8)
        } catch Errno.brokenPipe {
            state.withLock { $0 = .readerLeft }
        } catch {
            state.withLock { $0 = .failed(error as? Errno ?? .ioError) }
        }
    }

    /// Writes for a person's eyes; if nobody is there to see it, so be it.
    func say(_ text: String) {
        wipeBar()
        put(text)
    }

    /// Draws the progress bar anew.
    func draw(bar text: String) {
        isBarDrawn.withLock { $0 = true }
        put("\r\u{1B}[K\(text)")
    }

    /// Takes the bar away, so that what follows starts on an empty line.
    func wipeBar() {
        let isDrawn = isBarDrawn.withLock { isDrawn in
            defer { isDrawn = false }
            return isDrawn
        }
        if isDrawn { put("\r\u{1B}[K") }
    }

    private func put(_ text: String) {
        _ = try? FileDescriptor.standardError.writeAll(text.utf8)
    }

    /// Tells of a failure: `error:`, its facts aligned below, and a hint.
    func report(_ failure: Failure, format: OutputFormat) {
        switch format {
        case .text:
            var text = "error: \(failure.message.withVisibleControls)\n"
            let width = failure.facts.map(\.label.count).max() ?? 0
            for fact in failure.facts {
                let padding = String(repeating: " ", count: width - fact.label.count)
                text += "  \(fact.label)\(padding)  \(fact.value.withVisibleControls)\n"
            }
            if let hint = failure.hint { text += "hint: \(hint.withVisibleControls)\n" }
            say(text)
        case .json:
            let document: JSONValue = ["schemaVersion": 1, "error": failure.document]
            say(document.rendered)
        }
    }
}

extension Failure {
    /// The failure as JSON.
    var document: JSONValue {
        [
            "kind": .string(kind.name),
            "exitStatus": .integer(Int(kind.exitStatus)),
            "message": .string(message),
            "facts": .array(
                facts.map { ["label": .string($0.label), "value": .string($0.value)] }
            ),
            "hint": JSONValue(hint),
        ]
    }
}

extension String {
    /// The text with spaces after it, up to `width` characters.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

/// Rows of cells as aligned columns.
func table(_ rows: [[String]]) -> String {
    let columnCount = rows.map(\.count).max() ?? 0
    let rows = rows.map { $0.map(\.withVisibleControls) }
    let widths = (0..<columnCount).map { column in
        rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
        row.enumerated().map { column, cell in
            column == row.count - 1 ? cell : cell.padded(to: widths[column])
        }.joined(separator: "  ") + "\n"
    }.joined()
}
