internal import ToolchainCore

/// The layout of new members, which follows that of their neighbors.
extension JSONCDocument {
    /// How a new member of an object is separated from others.
    struct Layout {
        /// A line end and the member's indentation, or `nil` if members share a line.
        let lineStart: [UInt8]?
        /// The indentation that each level adds.
        let step: [UInt8]
    }

    /// Returns `"key": value`, with nested objects for all keys but the first.
    static func member(
        _ path: ArraySlice<String>,
        _ value: [UInt8],
        _ layout: Layout
    ) -> [UInt8] {
        guard let key = path.first else { return value }
        let start = JSONValue.string(key).line + Array(": ".utf8)
        guard path.count > 1 else { return start + value }
        let inner = Layout(lineStart: layout.lineStart.map { $0 + layout.step }, step: layout.step)
        let member = member(path.dropFirst(), value, inner)
        return start + [UInt8(ascii: "{")] + (inner.lineStart ?? []) + member
            + (layout.lineStart ?? []) + [UInt8(ascii: "}")]
    }

    /// Appends an object to a file without a value.
    func edit(forRoot member: [UInt8]) -> Edit {
        let start = layout(of: nil).lineStart ?? []
        let object = [UInt8(ascii: "{")] + start + member + lineEnd + [UInt8(ascii: "}")] + lineEnd
        let isAtLineStart =
            bytes.isEmpty || bytes == Self.byteOrderMark || bytes.endsLine(at: bytes.count - 1)
        return Edit(at: bytes.count, isAtLineStart ? object : lineEnd + object)
    }

    /// Appends a new member to an object.
    func insertion(
        of path: ArraySlice<String>,
        _ value: [UInt8],
        into object: Value,
        _ members: [Member]
    ) -> [Edit] {
        guard let last = members.last else {
            return insertion(of: path, value, intoEmpty: object)
        }
        let (end, isComment) = endOfLine(from: (last.comma ?? last.value.range.upperBound - 1) + 1)
        var layout = layout(of: members)
        if layout.lineStart == nil, isComment { layout = self.layout(of: object) }
        let member = (layout.lineStart ?? [0x20]) + Self.member(path, value, layout)
        // The comma belongs to the previous value; a comment after that value stays there.
        return last.comma == nil
            ? [Edit(at: last.value.range.upperBound, [.comma]), Edit(at: end, member)]
            : [Edit(at: end, member + [.comma])]
    }

    private func insertion(
        of path: ArraySlice<String>,
        _ value: [UInt8],
        intoEmpty object: Value
    ) -> [Edit] {
        let (end, _) = endOfLine(from: object.range.lowerBound + 1)
        let layout = layout(of: object)
        var member = (layout.lineStart ?? []) + Self.member(path, value, layout)
        if !bytes[end..<object.range.upperBound].contains(where: \.isLineBreak) {
            member += lineEnd + indentation(of: object.range.lowerBound)
        }
        return [Edit(at: end, member)]
    }

    /// Removes a member together with one comma.
    func removal(of index: Int, from members: [Member]) -> [Edit] {
        let member = members[index]
        let isLast = index == members.count - 1
        let comma = member.comma ?? (isLast && index > 0 ? members[index - 1].comma : nil)
        var range = member.keyRange.lowerBound..<member.value.range.upperBound
        var edits: [Edit] = []
        if let comma {
            if comma >= range.upperBound,
                bytes[range.upperBound..<comma].allSatisfy(\.isBlank)
            {
                range = range.lowerBound..<(comma + 1)
            } else {
                edits.append(Edit(comma..<(comma + 1)))
            }
        }
        let lineStart = bytes[..<range.lowerBound].lastIndex { !$0.isBlank }.map { $0 + 1 } ?? 0
        let rest = bytes[range.upperBound...].first { !$0.isBlank }
        if lineStart > 0, bytes[lineStart - 1].isLineBreak, rest?.isLineBreak != false {
            // A member on its own line is removed with the preceding line end.
            let isPair =
                bytes[lineStart - 1] == .lineFeed && lineStart > 1
                && bytes[lineStart - 2] == .carriageReturn
            range = (lineStart - (isPair ? 2 : 1))..<range.upperBound
        } else if isLast {
            range = startOfGap(before: index, of: members)..<range.upperBound
        } else {
            let end =
                bytes[range.upperBound...].firstIndex { !$0.isBlank } ?? range.upperBound
            range = range.lowerBound..<end
        }
        return edits + [Edit(range)]
    }

    /// Returns the start of the blanks before the last member.
    ///
    /// It includes the line end unless the previous line has a comment that requires it.
    private func startOfGap(before index: Int, of members: [Member]) -> Int {
        let start = members[index].keyRange.lowerBound
        guard index > 0, let comma = members[index - 1].comma else { return start }
        let (end, isComment) = endOfLine(from: comma + 1)
        let gap = bytes[end..<start]
        let lineEnds = gap.indices.count { bytes.endsLine(at: $0) }
        guard !isComment, lineEnds <= 1, gap.allSatisfy({ $0.isBlank || $0.isLineBreak }) else {
            return start
        }
        return end
    }

    // MARK: Style

    /// Returns the layout of the members of an object.
    private func layout(of members: [Member]) -> Layout {
        for member in members.reversed() where isFirstOfLine(member.keyRange.lowerBound) {
            return Layout(
                lineStart: lineEnd + indentation(of: member.keyRange.lowerBound),
                step: step
            )
        }
        return Layout(lineStart: nil, step: step)
    }

    /// Returns the layout for an object without members to follow: each on its own line.
    func layout(of object: Value?) -> Layout {
        let outer = object.map { indentation(of: $0.range.lowerBound) } ?? []
        return Layout(lineStart: lineEnd + outer + step, step: step)
    }

    /// The indentation per level: that of the first setting, or four spaces, which is VS Code's
    /// default.
    private var step: [UInt8] {
        if case .object(let members) = root?.content,
            let first = members.first(where: { isFirstOfLine($0.keyRange.lowerBound) })
        {
            let indentation = indentation(of: first.keyRange.lowerBound)
            if !indentation.isEmpty { return indentation }
        }
        return Array("    ".utf8)
    }

    /// The line end that the first line of the file uses.
    private var lineEnd: [UInt8] {
        guard let index = bytes.firstIndex(where: \.isLineBreak), bytes[index] == .carriageReturn
        else { return [.lineFeed] }
        return bytes.endsLine(at: index) ? [.carriageReturn] : [.carriageReturn, .lineFeed]
    }

    private func lineStart(of position: Int) -> Int {
        if let lineBreak = bytes[..<position].lastIndex(where: \.isLineBreak) {
            return lineBreak + 1
        }
        return bytes.starts(with: Self.byteOrderMark) ? 3 : 0
    }

    /// Returns the blanks at the start of the line that contains `position`.
    private func indentation(of position: Int) -> [UInt8] {
        Array(bytes[lineStart(of: position)..<position].prefix(while: \.isBlank))
    }

    private func isFirstOfLine(_ position: Int) -> Bool {
        let start = lineStart(of: position)
        // Before the first line end there is usually only the opening brace.
        return bytes[start..<position].allSatisfy(\.isBlank)
    }

    /// Returns the end of the comments that follow `position` on its line, and whether the last one
    /// extends to the end of the line.
    ///
    /// Without comments, the end is `position`.
    private func endOfLine(from position: Int) -> (end: Int, isComment: Bool) {
        var end = position
        var index = position
        while index < bytes.count {
            if bytes[index].isBlank {
                index += 1
            } else if let comment = bytes.comment(at: index) {
                if comment.isToLineEnd { return (comment.end, true) }
                index = comment.end
                end = index
            } else {
                break
            }
        }
        return (end, false)
    }
}
