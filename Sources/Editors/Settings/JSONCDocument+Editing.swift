internal import ToolchainCore

extension JSONCDocument {
    /// A replacement of a range of bytes.
    struct Edit {
        let range: Range<Int>
        let replacement: [UInt8]

        init(_ range: Range<Int>, _ replacement: [UInt8] = []) {
            self.range = range
            self.replacement = replacement
        }

        /// Creates an insertion.
        init(at position: Int, _ replacement: [UInt8]) {
            self.init(position..<position, replacement)
        }
    }

    /// Returns the file with one setting changed.
    ///
    /// All other bytes are unchanged.
    ///
    /// A setting that already has the value keeps its spelling. A new setting is appended to its
    /// object, in the style of its neighbors.
    ///
    /// - Parameters:
    ///   - path: The keys that lead to the setting. Missing objects are created.
    ///   - value: The new value.
    /// - Returns: The changed file.
    /// - Throws: ``SettingsRefusal`` if the file cannot be changed safely.
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

    /// Returns the file with the value at a path replaced by text from another file.
    func setting(
        _ path: [String],
        toSpelling text: [UInt8]
    ) throws(SettingsRefusal) -> JSONCDocument {
        guard let value = try value(at: path), !bytes[value.range].elementsEqual(text) else {
            return self
        }
        return try JSONCDocument(applying([Edit(value.range, text)]))
    }

    /// Returns the file without one setting.
    ///
    /// Adjacent comments are kept.
    ///
    /// - Parameter path: The keys that lead to the setting. If it does not exist, nothing changes.
    /// - Returns: The changed file.
    /// - Throws: ``SettingsRefusal`` if the file cannot be changed safely.
    package func removing(_ path: [String]) throws(SettingsRefusal) -> JSONCDocument {
        guard let key = path.last,
            case .object(let members) = try value(at: Array(path.dropLast()))?.content,
            let member = try member(key, of: members),
            let index = members.firstIndex(where: { $0.keyRange == member.keyRange })
        else { return self }
        return try applying(removal(of: index, from: members), to: path, expecting: nil)
    }

    /// Whether the value at `path` is an object without members or comments.
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

    /// Applies the edits, parses the result and compares it with this file: the setting must have
    /// the new value, and all other members must be identical and in the same order.
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

    /// Returns the bytes of all members except the one at `path`, including those of the enclosing
    /// objects.
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
