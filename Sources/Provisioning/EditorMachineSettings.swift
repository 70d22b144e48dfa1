public import EditorSettings
internal import SystemPackage
public import ToolchainCore
internal import ToolchainHost

/// Puts the Go extension's settings into an editor server's settings file, and takes them out again.
///
/// The file is changed in one step and keeps its mode. As it was before the first change it stays
/// beside it, until the settings are taken out.
public struct EditorMachineSettings: Sendable {
    /// What is to be done.
    public enum Purpose: Hashable, Sendable {
        case merge(GoEditorSettings)
        case remove
    }

    /// What happens to the file.
    public enum Action: String, Hashable, Sendable {
        case unchanged
        case created
        case changed
        case deleted
    }

    /// What is to happen, or has happened.
    public struct Outcome: Hashable, Sendable {
        /// What happens to the file.
        public let action: Action
        /// The settings file, links resolved.
        public let path: String
        /// Its contents before; nil where there was none.
        public let before: [UInt8]?
        /// Its contents after; nil where there is none.
        public let after: [UInt8]?
        /// Where it is kept as it was at first.
        public let backupPath: String

        /// What changes, as `diff -u` shows it; empty if nothing does.
        public var difference: String { LineDifference.unified(before, after, path: path) }
    }

    /// The longest settings file that is read.
    static let longestFile = 4 << 20
    /// What the backup holds where there was no file.
    static let absenceMarker = "// gotoolprov: there was no settings file here\n"

    private let server: EditorServer
    private let home: String
    private let followsLinks: Bool

    /// The settings of one server.
    ///
    /// - Parameters:
    ///   - server: The server.
    ///   - home: Its user's home.
    ///   - followsLinks: Whether the file may be elsewhere than in the home, by symbolic links.
    public init(of server: EditorServer, home: String, followsLinks: Bool = false) {
        self.server = server
        self.home = home
        self.followsLinks = followsLinks
    }

    private var backupPath: String { server.settingsPath + ".gotoolprov-backup" }

    /// What would be done; nothing is written.
    ///
    /// - Throws: ``Failure`` where the file cannot be changed without harm.
    public func planned(_ purpose: Purpose) throws(Failure) -> Outcome {
        try telling { () throws(any Error) in try outcome(of: purpose) }
    }

    /// Does it.
    ///
    /// - Returns: What was done.
    /// - Throws: ``Failure`` where the file cannot be changed without harm; it is then as it was.
    @discardableResult
    public func perform(_ purpose: Purpose) throws(Failure) -> Outcome {
        try telling { () throws(any Error) in
            let outcome = try outcome(of: purpose)
            if outcome.action == .unchanged { return outcome }
            if case .merge = purpose {
                try FileSystem.makeDirectories(
                    FilePath(outcome.path).removingLastComponent().string
                )
                if try needsBackup(before: outcome) {
                    try FileSystem.replaceFile(
                        at: backupPath,
                        with: outcome.before ?? Array(Self.absenceMarker.utf8),
                        mode: try mode(of: outcome.path)
                    )
                }
            }
            // The editor writes this file too.
            guard try contents(of: outcome.path) == outcome.before else {
                throw Failure(
                    .busy,
                    "the settings file changed while it was being looked at",
                    facts: [.init("file", outcome.path)],
                    hint: "try again"
                )
            }
            if let after = outcome.after {
                try FileSystem.replaceFile(
                    at: outcome.path,
                    with: after,
                    mode: try mode(of: outcome.path)
                )
            } else {
                try FileSystem.remove(outcome.path)
            }
            if purpose == .remove { try FileSystem.remove(backupPath) }
            return outcome
        }
    }

    /// What the settings file says of where tools are.
    ///
    /// - Throws: ``Failure`` where it cannot be read.
    public func searchSettings() throws(Failure) -> EditorToolSearch.Settings {
        try telling { () throws(any Error) in
            let path = server.settingsPath
            let document = try document(contents(of: path) ?? [], path)
            return try refusing(path) { try EditorToolSearch.Settings(in: document) }
        }
    }

    // MARK: Deciding

    private func outcome(of purpose: Purpose) throws -> Outcome {
        let path = try locatedFile()
        let before = try contents(of: path)
        let document = try document(before ?? [], path)
        let after: [UInt8]?
        switch purpose {
        case .merge(let settings):
            after =
                settings.changes.isEmpty
                ? before : try refusing(path) { try settings.merged(into: document).bytes }
        case .remove:
            guard before != nil, let backup = try backup() else {
                return outcome(path, before, before)
            }
            let hadFile = backup != Array(Self.absenceMarker.utf8)
            let original = try self.document(hadFile ? backup : [], backupPath)
            let left = try refusing(path) {
                try GoEditorSettings.removed(from: document, original: original).bytes
            }
            after = left.isEmpty && !hadFile ? nil : left
        }
        return outcome(path, before, after)
    }

    private func outcome(_ path: String, _ before: [UInt8]?, _ after: [UInt8]?) -> Outcome {
        let action: Action =
            switch (before, after) {
            case _ where before == after: .unchanged
            case (nil, _): .created
            case (_, nil): .deleted
            default: .changed
            }
        return Outcome(
            action: action,
            path: path,
            before: before,
            after: after,
            backupPath: backupPath
        )
    }

    /// Whether the file has to be kept as it is now: it has not been, or nothing in it is ours, so
    /// that what was kept is from an earlier time.
    private func needsBackup(before outcome: Outcome) throws -> Bool {
        guard try backup() != nil else { return true }
        let document = try document(outcome.before ?? [], outcome.path)
        return try !GoEditorSettings.ownedPaths.contains { path throws(SettingsRefusal) in
            try document.setting(at: path) != nil
        }
    }

    private func backup() throws -> [UInt8]? {
        switch try FileSystem.kind(of: backupPath) {
        case nil: return nil
        case .file: return try contents(of: backupPath)
        default: throw FileError("read", backupPath, .notSupported)
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
                "the settings file is a symbolic link that leads nowhere",
                facts: [.init("link", existing.string)]
            )
        }
        // A folder that was named is one that was meant.
        let roots = [home] + (server.kind == .named ? [server.folder] : [])
        let isInside = roots.contains {
            FileSystem.withoutLinks($0).map { real.isInside($0) } ?? false
        }
        guard isInside || followsLinks else {
            throw Failure(
                .destination,
                "the settings file is not in the home, but elsewhere by a symbolic link",
                facts: [.init("file", path), .init("is", real)],
                hint: "`--follow-links` changes it there"
            )
        }
        guard let owner = try FileSystem.access(to: real)?.owner, owner == FileSystem.currentUser
        else {
            throw Failure(
                .destination,
                "the settings belong to another user",
                facts: [.init("path", real)],
                hint: "run it as that user"
            )
        }
        return ([real] + missing).joined(separator: "/")
    }

    private func contents(of path: String) throws -> [UInt8]? {
        guard let bytes = try FileSystem.contents(of: path, limit: Self.longestFile + 1) else {
            return nil
        }
        guard bytes.count <= Self.longestFile else {
            throw Failure(
                .configuration,
                "the settings file is longer than \(Self.longestFile) bytes",
                facts: [.init("file", path)]
            )
        }
        return bytes
    }

    private func mode(of path: String) throws -> UInt32 { try FileSystem.mode(of: path) ?? 0o644 }

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
                "the settings file cannot be used, and is left as it is: \(refusal.words)",
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
                ]
            )
        } catch {
            throw Failure(.defect, "cannot read or change the editor's settings: \(error)")
        }
    }
}
