package import ToolchainCore

/// What gotoolprov has written into a settings file, and what was there before: of all that the file
/// says, this may be taken out again.
package struct WrittenSettings: Hashable, Sendable {
    /// One setting that was written.
    struct Entry: Hashable, Sendable {
        /// The keys that lead to it.
        let path: [String]
        /// What was written.
        let value: SettingValue
        /// What was there before, as it was spelled; nil where nothing was.
        let before: String?
        /// Whether the object around it was made for it.
        let madeObject: Bool
    }

    /// What becomes of a settings file without them.
    package struct Removal: Sendable {
        /// The file as it should be.
        package let document: JSONCDocument
        /// The settings that somebody has changed or taken out since, as `go.alternateTools.dlv`; they
        /// stay as they are.
        package let left: [String]
    }

    /// In the order in which they were written first.
    private(set) var entries: [Entry] = []

    /// Nothing written.
    package init() {}

    /// Whether nothing was written.
    package var isEmpty: Bool { entries.isEmpty }

    /// What is written once `settings` are merged into `document`.
    ///
    /// A setting that has the right value already is its user's own, unless it is noted here.
    ///
    /// - Parameters:
    ///   - settings: What is to be merged.
    ///   - document: The file before that.
    /// - Returns: These and those.
    /// - Throws: ``SettingsRefusal`` where the file cannot be understood.
    package func noting(
        _ settings: GoEditorSettings,
        in document: JSONCDocument
    ) throws(SettingsRefusal) -> WrittenSettings {
        var noted = self
        for change in settings.changes {
            let path = change.path
            let current = try document.setting(at: path)
            if current?.hasSameBytes(as: change.value) == true { continue }
            let index = noted.entries.firstIndex { $0.path == path }
            let known = index.map { noted.entries[$0] }
            let isOurs = try known.map { entry throws(SettingsRefusal) in
                try document.has(entry.value, at: path)
            }
            let before =
                isOurs == true
                ? known?.before
                : try document.spelling(at: path)
            let parent = Array(path.dropLast())
            let isMissing = try document.value(at: parent) == nil
            let isNewObject =
                isMissing
                || entries.contains { $0.madeObject && $0.path.dropLast() == parent[...] }
            let entry = Entry(
                path: path,
                value: change.value,
                before: before,
                madeObject: !parent.isEmpty && isNewObject
            )
            if let index { noted.entries[index] = entry } else { noted.entries.append(entry) }
        }
        return noted
    }

    /// Whether any of them is still in the file as it was written.
    ///
    /// - Throws: ``SettingsRefusal`` where the file cannot be understood.
    package func isAnyLeft(in document: JSONCDocument) throws(SettingsRefusal) -> Bool {
        for entry in entries where try document.has(entry.value, at: entry.path) { return true }
        return false
    }

    /// The settings file without them.
    ///
    /// Where nothing else has changed since, it is `original` again, byte for byte. Otherwise each
    /// that still has the value that was written becomes what it was, or goes; all others stay.
    ///
    /// - Parameters:
    ///   - document: The settings file as it is.
    ///   - original: As it was before the first of them was written; nil where that is not known.
    /// - Returns: What becomes of it.
    /// - Throws: ``SettingsRefusal`` where that cannot be done without harm.
    package func removed(
        from document: JSONCDocument,
        original: JSONCDocument?
    ) throws(SettingsRefusal) -> Removal {
        if let original, isMade(document, from: original) {
            return Removal(document: original, left: [])
        }
        var document = document
        var left: [String] = []
        for entry in entries.reversed() {
            guard try document.has(entry.value, at: entry.path) else {
                left.insert(entry.path.joined(separator: "."), at: 0)
                continue
            }
            if let before = entry.before {
                document = try document.setting(entry.path, toSpelling: Array(before.utf8))
                continue
            }
            document = try document.removing(entry.path)
            let parent = Array(entry.path.dropLast())
            if entry.madeObject, try document.isEmptyObject(at: parent) {
                document = try document.removing(parent)
            }
        }
        return Removal(document: document, left: left)
    }

    /// Whether `document` is what becomes of `original` by writing these, each in the place of what
    /// was there then.
    private func isMade(_ document: JSONCDocument, from original: JSONCDocument) -> Bool {
        var replayed = original
        do throws(SettingsRefusal) {
            for entry in entries {
                guard try original.spelling(at: entry.path) == entry.before else { return false }
                replayed = try replayed.setting(entry.path, to: entry.value)
            }
        } catch {
            return false
        }
        return replayed.bytes == document.bytes
    }
}

extension WrittenSettings {
    /// Reads what ``json`` has made; nil for anything else.
    package init?(_ bytes: [UInt8]) {
        guard let node = try? JSONReader.read(bytes, dialect: .strict),
            case .array(let nodes) = node.member("settings")?.content
        else { return nil }
        for node in nodes {
            guard let entry = Entry(node), !entries.contains(where: { $0.path == entry.path })
            else { return nil }
            entries.append(entry)
        }
    }

    /// A document to be kept beside the settings file.
    package var json: JSONValue {
        [
            "schemaVersion": 1,
            "settings": .array(
                entries.map { entry in
                    [
                        "path": .array(entry.path.map { .string($0) }),
                        "value": entry.value.json,
                        "before": JSONValue(entry.before),
                        "madeObject": .boolean(entry.madeObject),
                    ]
                }
            ),
        ]
    }
}

extension WrittenSettings.Entry {
    init?(_ node: JSONNode) {
        guard case .array(let keys) = node.member("path")?.content,
            let content = node.member("value")?.content, let value = SettingValue(content),
            let before = node.member("before")?.content,
            case .boolean(let madeObject) = node.member("madeObject")?.content
        else { return nil }
        let path = keys.compactMap { key in
            if case .string(let text) = key.content { text } else { nil }
        }
        // A record that somebody has changed must not lead to anything that was never ours.
        guard path.count == keys.count, GoEditorSettings.ownedPaths.contains(path) else {
            return nil
        }
        switch before {
        case .null: self.before = nil
        case .string(let text) where JSONCDocument.isPlain(text): self.before = text
        default: return nil
        }
        self.path = path
        self.value = value
        self.madeObject = madeObject && path.count > 1
    }
}

extension JSONNode {
    fileprivate func member(_ key: String) -> JSONNode? {
        guard case .object(let members) = content else { return nil }
        return members.first { $0.key.hasSameBytes(as: key) }?.value
    }
}

extension JSONCDocument {
    /// Whether a setting has just this value.
    fileprivate func has(
        _ value: SettingValue,
        at path: [String]
    ) throws(SettingsRefusal) -> Bool {
        try setting(at: path)?.hasSameBytes(as: value) ?? false
    }

    /// A value as it is written; nil where nothing is.
    fileprivate func spelling(at path: [String]) throws(SettingsRefusal) -> String? {
        try value(at: path).map { String(decoding: bytes[$0.range], as: UTF8.self) }
    }

    /// Whether a text is one plain value and nothing else.
    fileprivate static func isPlain(_ text: String) -> Bool {
        guard let document = try? JSONCDocument(Array(text.utf8)), let root = document.root,
            case .plain = root.content
        else { return false }
        return root.range == document.bytes.indices
    }
}
