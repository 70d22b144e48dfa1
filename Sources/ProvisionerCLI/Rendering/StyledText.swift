internal import ToolchainCore

/// One line of text, or a part of one, whose pieces have tones.
///
/// It holds no control characters, so neither a file's name nor a manifest can color the terminal.
struct StyledText: Hashable, Sendable {
    private struct Piece: Hashable, Sendable {
        var text: String
        var tone: Tone
    }

    private var pieces: [Piece] = []

    init(_ text: String, _ tone: Tone = .plain) {
        if !text.isEmpty { pieces = [Piece(text: text.withVisibleControls, tone: tone)] }
    }

    private init(_ characters: ArraySlice<(character: Character, tone: Tone)>) {
        for (character, tone) in characters {
            if pieces.last?.tone == tone {
                pieces[pieces.count - 1].text.append(character)
            } else {
                pieces.append(Piece(text: String(character), tone: tone))
            }
        }
    }

    /// The text without tones.
    var plain: String { pieces.map(\.text).joined() }

    /// How many columns it takes.
    var count: Int { pieces.reduce(0) { $0 + $1.text.count } }

    var isEmpty: Bool { pieces.isEmpty }

    static func + (left: StyledText, right: StyledText) -> StyledText {
        var sum = left
        sum.pieces += right.pieces
        return sum
    }

    static func += (left: inout StyledText, right: StyledText) { left = left + right }

    /// The text with spaces after it, up to `width` columns.
    func padded(to width: Int) -> StyledText {
        self + StyledText(String(repeating: " ", count: max(0, width - count)))
    }

    /// The text as a stream with this palette gets it.
    func rendered(_ palette: Palette) -> String {
        pieces.map { palette.painted($0.text, $0.tone) }.joined()
    }
}

extension StyledText: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    init(stringLiteral text: String) { self.init(text) }
}

extension String {
    /// The text with a tone.
    func toned(_ tone: Tone) -> StyledText { StyledText(self, tone) }
}

extension StyledText {
    /// An explanation in parentheses, after what it explains.
    static func detail(_ text: String) -> StyledText { "  (\(text))".toned(.detail) }

    /// What was done to something: its name, what was done, its path.
    static func result(_ name: String, _ action: StyledText, _ path: String) -> StyledText {
        name.toned(.strong) + "  " + action + "  " + path.toned(.detail)
    }
}

// MARK: Lines

extension StyledText {
    /// Fewer columns than this are not worth a break: the terminal breaks the line.
    private static let narrowest = 20

    /// The text in lines of at most `width` columns.
    ///
    /// - Parameters:
    ///   - width: The width of the terminal; nil for one line, however long.
    ///   - indent: How many columns come before the part that is broken; later lines start below it.
    /// - Returns: The lines. A word that is wider than the terminal stays whole, and so does a command.
    func wrapped(to width: Int?, indent: Int) -> [StyledText] {
        guard let width, width - indent >= Self.narrowest, count > width else { return [self] }
        let characters = pieces.flatMap { piece in
            piece.text.map { (character: $0, tone: piece.tone) }
        }
        func isBreak(_ index: Int) -> Bool {
            characters[index].character == " " && characters[index].tone != .command
        }
        let room = width - indent
        let margin = StyledText(String(repeating: " ", count: indent))
        var lines: [StyledText] = []
        var start = indent
        func close(at end: Int) {
            let text = StyledText(characters[start..<end])
            lines.append(
                lines.isEmpty ? StyledText(characters[..<indent]) + text : margin + text
            )
        }
        while characters.count - start > room {
            let isInside = { (index: Int) in isBreak(index) && !isBreak(index - 1) }
            guard
                let end = (start + 1...start + room).last(where: isInside)
                    ?? (start + room..<characters.count).first(where: isInside)
            else { break }
            close(at: end)
            start = characters[end...].indices.first { !isBreak($0) } ?? characters.count
        }
        if start < characters.count { close(at: characters.count) }
        return lines
    }
}
