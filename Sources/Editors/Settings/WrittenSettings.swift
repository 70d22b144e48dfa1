package import ToolchainCore

/// The settings that gotoolprov wrote to a settings file, and their previous values.
///
/// Nothing else in the file may be removed.
package struct WrittenSettings: Hashable, Sendable {
    /// A setting that was written.
    struct Entry: Hashable, Sendable {
        /// The keys that lead to the setting.
        let path: [String]
        /// The value that was written.
        let value: SettingValue
        /// The previous value as spelled in the file, or `nil` if there was none.
        let before: String?
        /// Whether the enclosing object was created for the setting.
        let madeObject: Bool
    }

    /// The result of removing the settings from a file.
    package struct Removal: Sendable {
        /// The file without the settings.
        package let document: JSONCDocument
        /// The settings that were changed or deleted since, such as `go.alternateTools.dlv`.
        ///
        /// They are kept as they are.
        package let left: [String]
    }

    /// The settings in the order in which they were first written.
    private(set) var entries: [Entry] = []

    /// Creates an empty record.
    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    /// Returns the record after `settings` are merged into `document`.
    ///
    /// A setting that already has the right value belongs to the user, unless it is in this record.
    ///
    /// - Parameters:
    ///   - settings: The settings to merge.
    ///   - document: The file before the merge.
    /// - Returns: The combined record.
    /// - Throws: ``SettingsRefusal`` if the file is ambiguous.
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
            let isUnchanged = try known.map { entry throws(SettingsRefusal) in
                try document.has(entry.value, at: path)
            }
            let before =
                isUnchanged == true
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

    /// Whether the file still contains any of the settings with the written value.
    ///
    /// - Throws: ``SettingsRefusal`` if the file is ambiguous.
    package func isAnyLeft(in document: JSONCDocument) throws(SettingsRefusal) -> Bool {
        for entry in entries where try document.has(entry.value, at: entry.path) { return true }
        return false
    }

    /// Removes the settings from a file.
    ///
    /// If nothing else changed since, the result is `original`, byte for byte. Otherwise each
    /// setting that still has the written value gets its previous value or is removed.
    ///
    /// - Parameters:
    ///   - document: The current settings file.
    ///   - original: The file before the first of the settings was written, or `nil` if unknown.
    /// - Returns: The changed file, and the settings that were kept.
    /// - Throws: ``SettingsRefusal`` if the file cannot be changed safely.
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

    /// Whether writing these settings into `original`, each in its recorded place, results in
    /// `document`.
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
    /// Reads a record written as ``json``; returns `nil` for anything else.
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

    /// The record as a document that is stored next to the settings file.
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
        // A manipulated record must not give access to settings that gotoolprov never writes.
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
    /// Whether a setting has exactly this value.
    fileprivate func has(
        _ value: SettingValue,
        at path: [String]
    ) throws(SettingsRefusal) -> Bool {
        try setting(at: path)?.hasSameBytes(as: value) ?? false
    }

    /// Returns a value as spelled in the file, or `nil` if there is none.
    fileprivate func spelling(at path: [String]) throws(SettingsRefusal) -> String? {
        try value(at: path).map { String(decoding: bytes[$0.range], as: UTF8.self) }
    }

    /// Whether a text consists of a single plain value.
    fileprivate static func isPlain(_ text: String) -> Bool {
        guard let document = try? JSONCDocument(Array(text.utf8)), let root = document.root,
            case .plain = root.content
        else { return false }
        return root.range == document.bytes.indices
    }
}
