internal import Provisioning
internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// Puts the Go extension's settings into an editor server's settings file, and takes them out again.
///
/// The file is changed in one step and keeps its mode and group. As it was before the first change it
/// stays beside it, with a record of what was written, until the settings are taken out.
package struct EditorMachineSettings: Sendable {
    /// What is to be done.
    package enum Purpose: Hashable, Sendable {
        case merge(GoEditorSettings)
        case remove
    }

    /// What happens to the file.
    package enum Action: String, Hashable, Sendable {
        case unchanged
        case created
        case changed
        case deleted
    }

    /// What is to happen, or has happened.
    package struct Outcome: Hashable, Sendable {
        /// What happens to the file.
        package let action: Action
        /// The settings file, links resolved.
        package let path: String
        /// Its contents before; nil where there was none.
        package let before: [UInt8]?
        /// Its contents after the change; nil if it is deleted.
        package let after: [UInt8]?
        /// Where it is kept as it was at first; nil where it is not, or not any more.
        package let backupPath: String?
        /// What was to be taken out and is not, as somebody has changed it since.
        package let left: [String]

        /// What changes, as `diff -u` shows it; empty if nothing does.
        package var difference: String { LineDifference.unified(before, after, path: path) }
    }

    /// The longest settings file that is read.
    static let longestFile = 4 << 20

    private let server: EditorServer
    private let home: String
    private let followsLinks: Bool

    /// The settings of one server.
    ///
    /// - Parameters:
    ///   - server: The server.
    ///   - home: Its user's home.
    ///   - followsLinks: Whether the file may be elsewhere than in the home, by symbolic links.
    package init(of server: EditorServer, home: String, followsLinks: Bool = false) {
        self.server = server
        self.home = home
        self.followsLinks = followsLinks
    }

    /// What would be done; nothing is written.
    ///
    /// - Throws: ``Failure`` where the file cannot be changed without harm.
    package func planned(_ purpose: Purpose) throws(Failure) -> Outcome {
        try telling { () throws(any Error) in try plan(for: purpose).outcome }
    }

    /// Does it.
    ///
    /// - Returns: What was done.
    /// - Throws: ``Failure`` where the file cannot be changed without harm; it is then as it was, unless
    ///   the failure says that it is changed.
    @discardableResult
    package func perform(_ purpose: Purpose) throws(Failure) -> Outcome {
        try telling { () throws(any Error) in
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
        // The editor writes this file too.
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

    /// What the settings file says of where tools are.
    ///
    /// - Throws: ``Failure`` where it cannot be read.
    package func searchSettings() throws(Failure) -> EditorToolSearch.Settings {
        try telling { () throws(any Error) in
            let path = server.settingsPath
            return try EditorToolSearch.Settings(in: document(Self.contents(of: path) ?? [], path))
        }
    }

    // MARK: Deciding

    /// A failure after the settings file has its new contents.
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

    /// What is to happen, and what is to be kept of it.
    private struct Plan {
        let outcome: Outcome
        /// What is in the file by us once that has happened.
        let written: WrittenSettings
        /// Whether the file has come from the one that is kept.
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
        let isDescendant = try refusing(path) { try known.isAnyLeft(in: document) }
        // Of a file that was begun anew, nothing is ours yet.
        let base = isDescendant ? known : WrittenSettings()
        let written = try refusing(path) { try base.noting(settings, in: document) }
        let merged = try refusing(path) { try settings.merged(into: document).bytes }
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
        let removal = try refusing(path) { try known.removed(from: document, original: original) }
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

    /// Where the settings file is, or is to be, once links are followed.
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
        // A directory that was named is one that was meant.
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

    /// The bytes of a settings file, or of one that is kept of it; nil where there is none.
    static func contents(of path: String) throws -> [UInt8]? {
        guard let bytes = try FileSystem.contents(of: path, limit: longestFile + 1) else {
            return nil
        }
        guard bytes.count <= longestFile else {
            throw Failure(
                .configuration,
                "the settings file is longer than \(longestFile) bytes",
                facts: [.init("file", path)]
            )
        }
        return bytes
    }

    /// The permission bits and the group of the file; those of a new one where there is none.
    private func attributes(of path: String) throws -> (mode: UInt32, group: UInt32?) {
        (try FileSystem.mode(of: path) ?? 0o644, try FileSystem.access(to: path)?.group)
    }

    /// A read-only file could be replaced, but its owner made it read-only on purpose.
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
        try refusing(path) { try JSONCDocument(bytes) }
    }

    // MARK: Failing

    /// Says of which file a refusal is.
    private func refusing<Result>(_ path: String, _ work: () throws -> Result) throws -> Result {
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

    private func telling<Result>(_ work: () throws -> Result) throws(Failure) -> Result {
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
