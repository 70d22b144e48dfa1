internal import Provisioning
internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// Adds the Go extension's settings to the settings file of an editor server, and removes them.
///
/// The file is replaced atomically and keeps its mode and group. A backup of the original and a
/// record of the written settings stay next to it until the settings are removed.
package struct EditorMachineSettings: Sendable {
    /// The requested change.
    package enum Purpose: Hashable, Sendable {
        case merge(GoEditorSettings)
        case remove
    }

    /// The effect on the settings file.
    package enum Action: String, Hashable, Sendable {
        case unchanged
        case created
        case changed
        case deleted
    }

    /// A planned or completed change.
    package struct Outcome: Hashable, Sendable {
        /// The effect on the settings file.
        package let action: Action
        /// The path of the settings file, with links resolved.
        package let path: String
        /// The contents before the change, or `nil` if the file did not exist.
        package let before: [UInt8]?
        /// The contents after the change, or `nil` if the file is deleted.
        package let after: [UInt8]?
        /// The path of the backup, or `nil` if there is none.
        package let backupPath: String?
        /// The settings that were not removed because they were modified since.
        package let left: [String]

        /// The change as a unified diff; empty if nothing changes.
        package var difference: String { LineDifference.unified(before, after, path: path) }
    }

    /// The maximum size of a settings file, in bytes.
    static let maximumFileSize = 4 << 20

    private let server: EditorServer
    private let home: String
    private let followsLinks: Bool

    /// Creates an editor of the settings of one server.
    ///
    /// - Parameters:
    ///   - server: The server whose settings are changed.
    ///   - home: The home directory of its user.
    ///   - followsLinks: Whether symbolic links may lead to a file outside the home directory.
    package init(of server: EditorServer, home: String, followsLinks: Bool = false) {
        self.server = server
        self.home = home
        self.followsLinks = followsLinks
    }

    /// Returns the change without writing anything.
    ///
    /// - Throws: ``Failure`` if the file cannot be changed safely.
    package func planned(_ purpose: Purpose) throws(Failure) -> Outcome {
        try convertingErrors { () throws(any Error) in try plan(for: purpose).outcome }
    }

    /// Performs the change.
    ///
    /// - Returns: The completed change.
    /// - Throws: ``Failure`` if the file cannot be changed safely. The file is then unchanged,
    ///   unless the failure says otherwise.
    @discardableResult
    package func perform(_ purpose: Purpose) throws(Failure) -> Outcome {
        try convertingErrors { () throws(any Error) in
            let plan = try plan(for: purpose)
            let outcome = plan.outcome
            if outcome.action != .unchanged { try write(plan, for: purpose) }
            if purpose == .remove {
                do {
                    try keeping.forget(isComplete: outcome.left.isEmpty)
                } catch let error as FileError {
                    throw Self.changed(
                        outcome,
                        but: "its backup and record were not deleted",
                        error
                    )
                }
            }
            return outcome
        }
    }

    private func write(_ plan: Plan, for purpose: Purpose) throws {
        let outcome = plan.outcome
        let (mode, group) = try attributes(of: outcome.path)
        if case .merge = purpose {
            try FileSystem.makeDirectories(FilePath(outcome.path).removingLastComponent().string)
            try keeping.keep(
                outcome.before,
                isDescendant: plan.isDescendant,
                plan.written,
                mode: mode,
                group: group
            )
        }
        // The editor may have written the file in the meantime.
        guard try Self.contents(of: outcome.path) == outcome.before else {
            throw Failure(
                .busy,
                "the settings file changed after it was read",
                facts: [.init("file", outcome.path)],
                hint: "run the command again"
            )
        }
        if let after = outcome.after {
            do {
                try FileSystem.replaceFile(
                    at: outcome.path,
                    with: after,
                    mode: mode,
                    group: group,
                    isSweeping: true
                )
            } catch  where (try? Self.contents(of: outcome.path)) == after {
                throw Self.changed(outcome, but: "the change may be lost in a power cut", error)
            }
        } else {
            try FileSystem.remove(outcome.path)
        }
    }

    /// Returns the settings that affect the search for tools.
    ///
    /// - Throws: ``Failure`` if the file cannot be read.
    package func searchSettings() throws(Failure) -> EditorToolSearch.Settings {
        try convertingErrors { () throws(any Error) in
            let path = server.settingsPath
            return try EditorToolSearch.Settings(in: document(Self.contents(of: path) ?? [], path))
        }
    }

    // MARK: Planning

    /// Creates a failure that occurred after the settings file was replaced.
    private static func changed(
        _ outcome: Outcome,
        but what: String,
        _ error: FileError
    ) -> Failure {
        Failure(
            .destination,
            "the settings file was changed, but \(what)",
            facts: [
                .init("file", outcome.path), .init("path", error.path),
                .init("failed", error.operation), .init("because", error.errno),
            ],
            hint: "run the command again"
        )
    }

    /// A change with what has to be recorded about it.
    private struct Plan {
        let outcome: Outcome
        /// The settings by gotoolprov in the file after the change.
        let written: WrittenSettings
        /// Whether the file derives from the one in the backup.
        let isDescendant: Bool
    }

    private var keeping: EditorSettingsKeeping {
        EditorSettingsKeeping(settingsPath: server.settingsPath)
    }

    private func plan(for purpose: Purpose) throws -> Plan {
        let path = try locatedFile()
        let before = try Self.contents(of: path)
        let document = try document(before ?? [], path)
        let known = try keeping.written()
        let plan =
            switch purpose {
            case .merge(let settings): try merging(settings, path, before, document, known)
            case .remove: try removing(path, before, document, known)
            }
        if before != nil, plan.outcome.action != .unchanged { try refuseUnwritable(path) }
        return plan
    }

    private func merging(
        _ settings: GoEditorSettings,
        _ path: String,
        _ before: [UInt8]?,
        _ document: JSONCDocument,
        _ known: WrittenSettings
    ) throws -> Plan {
        let isDescendant = try describingRefusal(path) { try known.isAnyLeft(in: document) }
        // If the file was recreated, none of its settings are by gotoolprov.
        let base = isDescendant ? known : WrittenSettings()
        let written = try describingRefusal(path) { try base.noting(settings, in: document) }
        let merged = try describingRefusal(path) { try settings.merged(into: document).bytes }
        let after = settings.changes.isEmpty ? before : merged
        let hasBackup = try keeping.backup() != nil
        let outcome = Outcome(
            action: Self.action(before, after),
            path: path,
            before: before,
            after: after,
            backupPath: hasBackup || before != after ? keeping.backupPath : nil,
            left: []
        )
        return Plan(outcome: outcome, written: written, isDescendant: isDescendant)
    }

    private func removing(
        _ path: String,
        _ before: [UInt8]?,
        _ document: JSONCDocument,
        _ known: WrittenSettings
    ) throws -> Plan {
        let backup = try keeping.backup()
        let original = try backup.map { try self.document($0.contents, keeping.backupPath) }
        let removal = try describingRefusal(path) {
            try known.removed(from: document, original: original)
        }
        let bytes = removal.document.bytes
        let isGone = before == nil || bytes.isEmpty && backup?.hadFile == false
        let isComplete = !known.isEmpty && removal.left.isEmpty
        let after = known.isEmpty ? before : isGone ? nil : bytes
        let outcome = Outcome(
            action: Self.action(before, after),
            path: path,
            before: before,
            after: after,
            backupPath: backup == nil || isComplete ? nil : keeping.backupPath,
            left: removal.left
        )
        return Plan(outcome: outcome, written: known, isDescendant: true)
    }

    private static func action(_ before: [UInt8]?, _ after: [UInt8]?) -> Action {
        switch (before, after) {
        case _ where before == after: .unchanged
        case (nil, _): .created
        case (_, nil): .deleted
        default: .changed
        }
    }

    // MARK: Files

    /// Returns the path of the settings file, existing or not, with links resolved.
    private func locatedFile() throws -> String {
        let path = server.settingsPath
        var existing = FilePath(path)
        var missing: [String] = []
        while try FileSystem.kind(of: existing.string) == nil, let name = existing.lastComponent {
            missing.insert(name.string, at: 0)
            existing.removeLastComponent()
        }
        guard let real = FileSystem.withoutLinks(existing.string) else {
            throw Failure(
                .destination,
                "the settings file is a dangling symbolic link",
                facts: [.init("link", existing.string)]
            )
        }
        // A directory that the user named is allowed outside the home directory.
        let roots = [home] + (server.kind == .named ? [server.directory] : [])
        let isInside = roots.contains {
            FileSystem.withoutLinks($0).map { real.isInside($0) } ?? false
        }
        guard isInside || followsLinks else {
            throw Failure(
                .destination,
                "a symbolic link leads to a settings file outside the home directory",
                facts: [.init("file", path), .init("target", real)],
                hint: "use `--follow-links` to change it there"
            )
        }
        guard let owner = try FileSystem.access(to: real)?.owner, owner == FileSystem.currentUser
        else {
            throw Failure(
                .destination,
                "the settings belong to another user",
                facts: [.init("path", real)],
                hint: "run the command as that user"
            )
        }
        if let hazard = try PathSafety().hazard(on: path) {
            throw Failure(
                .destination,
                "other users can replace the settings file",
                facts: [.init("file", path), .init("because", hazard)],
                hint:
                    "remove their write permission, as settings select the executables an editor runs"
            )
        }
        return ([real] + missing).joined(separator: "/")
    }

    /// Returns the contents of a settings file, backup or record, or `nil` if it does not exist.
    static func contents(of path: String) throws -> [UInt8]? {
        guard let bytes = try FileSystem.contents(of: path, limit: maximumFileSize + 1) else {
            return nil
        }
        guard bytes.count <= maximumFileSize else {
            throw Failure(
                .configuration,
                "the settings file is longer than \(maximumFileSize) bytes",
                facts: [.init("file", path)]
            )
        }
        return bytes
    }

    /// Returns the permission bits and the group of the file, or the defaults for a new file.
    private func attributes(of path: String) throws -> (mode: UInt32, group: UInt32?) {
        (try FileSystem.mode(of: path) ?? 0o644, try FileSystem.access(to: path)?.group)
    }

    /// A read-only file could be replaced, but it is read-only on purpose.
    private func refuseUnwritable(_ path: String) throws {
        guard let mode = try FileSystem.mode(of: path), mode & 0o200 == 0 else { return }
        throw Failure(
            .destination,
            "the settings file is read-only",
            facts: [.init("file", path), .init("mode", String(mode, radix: 8))],
            hint: "run `chmod u+w` on it to allow the change"
        )
    }

    private func document(_ bytes: [UInt8], _ path: String) throws -> JSONCDocument {
        try describingRefusal(path) { try JSONCDocument(bytes) }
    }

    // MARK: Errors

    /// Converts a refusal to a failure that names the file.
    private func describingRefusal<Result>(_ path: String, _ work: () throws -> Result) throws
        -> Result
    {
        do {
            return try work()
        } catch let refusal as SettingsRefusal {
            throw Failure(
                .configuration,
                "cannot edit the settings file, which is left unchanged: \(refusal.words)",
                facts: [
                    .init("file", path),
                    .init("at", "line \(refusal.line), column \(refusal.column)"),
                ]
            )
        }
    }

    private func convertingErrors<Result>(_ work: () throws -> Result) throws(Failure) -> Result {
        do {
            return try work()
        } catch let failure as Failure {
            throw failure
        } catch let error as FileError {
            throw Failure(
                .destination,
                "cannot read or change the editor's settings",
                facts: [
                    .init("path", error.path), .init("failed", error.operation),
                    .init("because", error.errno),
                ],
                hint: error.writingHint
            )
        } catch {
            throw Failure(.defect, "cannot read or change the editor's settings: \(error)")
        }
    }
}
