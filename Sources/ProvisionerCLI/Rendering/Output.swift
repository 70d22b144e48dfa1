internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// The two streams: results on stdout, everything else on stderr.
final class Output: Sendable {
    /// Why a result could not be written.
    enum Problem: Hashable, Sendable {
        /// Whoever read it has seen enough.
        case readerLeft
        case failed(Errno)
    }

    private struct State: Sendable {
        var problem: Problem?
        /// Whether the last line on stderr is a progress bar, to be wiped before anything else.
        var isBarDrawn = false
        var resultCount = 0
        /// Whether the command has ended, so that no bar is drawn any more.
        var isEnded = false
    }

    /// Held while something is written, so that lines of several threads do not mix.
    private let state = Guarded(State())

    /// Why a result could not be written; nil as long as all could.
    var problem: Problem? { state.withLock { $0.problem } }

    /// How many parts of the result were written so far.
    var resultCount: Int { state.withLock { $0.resultCount } }

    /// Writes a part of the result.
    func write(_ text: String) {
        state.withLock { state in
            guard state.problem == nil else { return }
            Self.wipe(&state)
            state.resultCount += 1
            do {
                try FileDescriptor.standardOutput.writeAll(text.utf8)
            } catch Errno.brokenPipe {
                state.problem = .readerLeft
            } catch {
                state.problem = .failed(error as? Errno ?? .ioError)
            }
        }
    }

    /// Writes for a person's eyes; if nobody is there to see it, so be it.
    func say(_ text: String) {
        state.withLock { state in
            Self.wipe(&state)
            Self.put(text)
        }
    }

    /// Draws the progress bar anew.
    func draw(bar text: String) {
        state.withLock { state in
            guard !state.isEnded else { return }
            state.isBarDrawn = true
            Self.put("\r\u{1B}[K\(text)")
        }
    }

    /// Takes the bar away, so that what follows starts on an empty line.
    func wipeBar() { state.withLock { Self.wipe(&$0) } }

    /// Takes the bar away for good: downloads in the background may go on for a moment.
    func endProgress() {
        state.withLock { state in
            state.isEnded = true
            Self.wipe(&state)
        }
    }

    private static func wipe(_ state: inout State) {
        guard state.isBarDrawn else { return }
        state.isBarDrawn = false
        put("\r\u{1B}[K")
    }

    private static func put(_ text: String) {
        _ = try? FileDescriptor.standardError.writeAll(text.utf8)
    }

    /// Reports a failure: `error:`, its facts aligned below, and a hint.
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
            let document: JSONValue = [
                "schema": .string(DocumentKind.error.schema), "error": failure.document,
            ]
            say(document.rendered)
        }
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
        // Nothing is padded that nothing follows.
        let last = row.lastIndex { !$0.isEmpty } ?? 0
        return row.prefix(last + 1).enumerated().map { column, cell in
            column == last ? cell : cell.padded(to: widths[column])
        }.joined(separator: "  ") + "\n"
    }.joined()
}
