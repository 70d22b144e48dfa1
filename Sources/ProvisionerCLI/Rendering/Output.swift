internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// The two streams: results on stdout, everything else on stderr.
final class Output: Sendable {
    /// The reason why a result could not be written.
    enum Problem: Hashable, Sendable {
        /// The reader closed the pipe.
        case pipeClosed
        case failed(Errno)
    }

    private struct State: Sendable {
        var problem: Problem?
        /// Whether the last line on stderr is a progress bar, which must be erased before other output.
        var isBarDrawn = false
        var resultCount = 0
        /// Whether the command has ended, so that no further bar is drawn.
        var isEnded = false
    }

    private let appearance: Appearance
    /// Locked during writes, so that lines of several threads do not mix.
    private let state = Guarded(State())

    init(_ appearance: Appearance) { self.appearance = appearance }

    /// The reason why a result could not be written, or `nil` if there was no error.
    var problem: Problem? { state.withLock { $0.problem } }

    /// The number of parts of the result that were written.
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
                state.problem = .pipeClosed
            } catch {
                state.problem = .failed(error as? Errno ?? .ioError)
            }
        }
    }

    /// Writes lines of the result, fitted to the terminal.
    func write(_ table: Table) { write(lines: table.lines(fittedTo: appearance.width)) }

    /// Writes a line of the result.
    ///
    /// - Parameters:
    ///   - line: The line.
    ///   - indent: The indentation of further lines if it is wider than the terminal, or `nil` for one
    ///     line.
    func write(line: StyledText, indent: Int? = nil) {
        write(lines: indent.map { line.wrapped(to: appearance.width, indent: $0) } ?? [line])
    }

    private func write(lines: [StyledText]) {
        write(lines.map { $0.rendered(appearance.result) + "\n" }.joined())
    }

    /// Writes a message to stderr and ignores errors.
    func writeMessage(_ text: String) {
        state.withLock { state in
            Self.wipe(&state)
            Self.put(text)
        }
    }

    /// Redraws the progress bar.
    func draw(bar text: String) {
        state.withLock { state in
            guard !state.isEnded else { return }
            state.isBarDrawn = true
            Self.put("\r\u{1B}[K\(text)")
        }
    }

    /// Erases the bar, so that other output starts on an empty line.
    func wipeBar() { state.withLock { Self.wipe(&$0) } }

    /// Erases the bar permanently, because downloads in the background may still report progress.
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

    /// Reports a message that is neither a result nor an error.
    func note(_ text: String) {
        writeMessage(appearance.message.painted("note:", .strong) + " \(text)\n")
    }

    /// Reports a failure: `error:`, its facts aligned below, and a hint.
    func report(_ failure: Failure, format: OutputFormat) {
        switch format {
        case .text:
            var lines = ["error:".toned(.error) + " " + failure.message.toned(.strong)]
            let width = failure.facts.map(\.label.count).max() ?? 0
            for fact in failure.facts {
                let label = "  " + fact.label.toned(.detail)
                lines.append(label.padded(to: width + 4) + fact.value.toned(.plain))
            }
            if let hint = failure.hint { lines.append("hint:".toned(.hint) + " \(hint)") }
            writeMessage(lines.map { $0.rendered(appearance.message) + "\n" }.joined())
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.error.schema), "error": failure.document,
            ]
            writeMessage(document.rendered)
        }
    }
}

extension String {
    /// Returns the text padded with spaces to `width` characters.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

/// Rows of cells without tones.
func table(_ rows: [[String]]) -> Table { Table(rows.map { $0.map { StyledText($0) } }) }
