internal import ToolchainCore

extension JSONCDocument {
    /// Bytes that take the place of others.
    struct Edit {
        let range: Range<Int>
        let replacement: [UInt8]

        init(_ range: Range<Int>, _ replacement: [UInt8] = []) {
            self.range = range
            self.replacement = replacement
        }

        /// An insertion.
        init(at position: Int, _ replacement: [UInt8]) {
            self.init(position..<position, replacement)
        }
    }

    /// The file with one setting as it should be; not a byte of anything else is another.
    ///
    /// A setting that already has this value is left as it is spelled. A new one goes to the end of
    /// its object, in the style of what is there.
    ///
    /// - Parameters:
    ///   - path: The keys that lead to it; objects that are missing on the way are made.
    ///   - value: What it should be.
    /// - Returns: The changed file, or the same.
    /// - Throws: ``SettingsRefusal`` where that cannot be done without harm.
    package func setting(
        _ path: [String],
        to value: SettingValue
    ) throws(SettingsRefusal) -> JSONCDocument {
        guard !path.isEmpty else { return self }
        guard var object = root else {
            let member = Self.member(path[...], value.json.line, layout(of: nil))
            return try applying([edit(forRoot: member)], to: path, expecting: value)
        }
        for (index, key) in path.enumerated() {
            guard case .object(let members) = object.content else {
                throw SettingsRefusal(
                    .notAnObject(key: index == 0 ? nil : path[index - 1]),
                    at: object.range.lowerBound,
                    in: bytes
                )
            }
            guard let member = try member(key, of: members) else {
                let edits = insertion(of: path[index...], value.json.line, into: object, members)
                return try applying(edits, to: path, expecting: value)
            }
            object = member.value
        }
        guard case .plain(let content) = object.content else {
            throw SettingsRefusal(
                .notPlain(key: path.joined(separator: ".")),
                at: object.range.lowerBound,
                in: bytes
            )
        }
        if SettingValue(content)?.hasSameBytes(as: value) == true { return self }
        return try applying([Edit(object.range, value.json.line)], to: path, expecting: value)
    }

    /// The file with the value at a path spelled as another file has it.
    func setting(
        _ path: [String],
        toSpelling text: [UInt8]
    ) throws(SettingsRefusal) -> JSONCDocument {
        guard let value = try value(at: path), !bytes[value.range].elementsEqual(text) else {
            return self
        }
        return try JSONCDocument(applying([Edit(value.range, text)]))
    }

    /// The file without one setting; comments beside it stay.
    ///
    /// - Parameter path: The keys that lead to it; nothing is changed where it is not there.
    /// - Returns: The changed file, or the same.
    /// - Throws: ``SettingsRefusal`` where that cannot be done without harm.
    package func removing(_ path: [String]) throws(SettingsRefusal) -> JSONCDocument {
        guard let key = path.last,
            case .object(let members) = try value(at: Array(path.dropLast()))?.content,
            let member = try member(key, of: members),
            let index = members.firstIndex(where: { $0.keyRange == member.keyRange })
        else { return self }
        return try applying(removal(of: index, from: members), to: path, expecting: nil)
    }

    /// Whether an object is at `path` and has nothing in it, not even a comment.
    func isEmptyObject(at path: [String]) throws(SettingsRefusal) -> Bool {
        guard let value = try value(at: path), case .object(let members) = value.content,
            members.isEmpty
        else { return false }
        return bytes[value.range].dropFirst().dropLast().allSatisfy {
            $0.isBlank || $0.isLineBreak
        }
    }

    // MARK: Applying

    private func applying(_ edits: [Edit]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 256)
        var position = 0
        for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            result += bytes[position..<edit.range.lowerBound]
            result += edit.replacement
            position = edit.range.upperBound
        }
        return result + bytes[position...]
    }

    /// Makes the edits, then reads the result and compares it with this: the setting has to be as it
    /// should, and all other members the same bytes in the same order.
    private func applying(
        _ edits: [Edit],
        to path: [String],
        expecting value: SettingValue?
    ) throws(SettingsRefusal) -> JSONCDocument {
        var unsafe: SettingsRefusal {
            SettingsRefusal(
                .unsafe(key: path.joined(separator: ".")),
                at: edits.first?.range.lowerBound ?? 0,
                in: bytes
            )
        }
        let changed: JSONCDocument
        let found: SettingValue?
        do throws(SettingsRefusal) {
            changed = try JSONCDocument(applying(edits))
            found = try changed.setting(at: path)
        } catch {
            throw unsafe
        }
        let isRight =
            switch (found, value) {
            case (nil, nil): true
            case (let found?, let value?): found.hasSameBytes(as: value)
            default: false
            }
        guard isRight,
            others(than: path[...], in: root) == changed.others(than: path[...], in: changed.root)
        else { throw unsafe }
        return changed
    }

    /// All members but the one at `path`, as they are written, those of the objects around it too.
    private func others(than path: ArraySlice<String>, in object: Value?) -> [[UInt8]] {
        guard let key = path.first, let object, case .object(let members) = object.content else {
            return []
        }
        var others: [[UInt8]] = []
        for member in members {
            if !member.key.hasSameBytes(as: key) {
                others.append(Array(bytes[member.keyRange]))
                others.append(Array(bytes[member.value.range]))
            } else if path.count > 1 {
                others += self.others(than: path.dropFirst(), in: member.value)
            }
        }
        return others
    }
}
