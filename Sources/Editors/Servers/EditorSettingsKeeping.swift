internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// What is kept beside a settings file: as it was before the first change, and what was written.
struct EditorSettingsKeeping {
    /// The settings file's path, links not followed.
    let settingsPath: String

    /// A settings file as it was.
    struct Backup {
        /// Whether there was one.
        let hadFile: Bool
        /// Its bytes; none where there was none.
        let contents: [UInt8]
    }

    /// What the backup holds where there was no file.
    private static let absenceMarker = Array(
        "// gotoolprov: there was no settings file here\n".utf8
    )
    /// Earlier backups that may be kept beside the last one.
    private static let mostBackups = 1000

    /// The settings file before the first change.
    var backupPath: String { settingsPath + ".gotoolprov-backup" }
    /// What was written into it since.
    var recordPath: String { settingsPath + ".gotoolprov-written" }

    /// The settings file before the first change; nil where it was not kept.
    func backup() throws -> Backup? {
        guard let bytes = try contents(of: backupPath) else { return nil }
        let hadFile = bytes != Self.absenceMarker
        return Backup(hadFile: hadFile, contents: hadFile ? bytes : [])
    }

    /// What was written; nothing where there is no record.
    func written() throws -> WrittenSettings {
        guard let bytes = try contents(of: recordPath) else { return WrittenSettings() }
        guard let written = WrittenSettings(bytes) else {
            throw Failure(
                .configuration,
                "cannot parse the record of the settings that gotoolprov wrote",
                facts: [.init("file", recordPath)],
                hint: "delete it to continue; gotoolprov then treats every setting as yours"
            )
        }
        return written
    }

    /// Keeps a settings file as it is before a change, and what the change writes.
    ///
    /// What is kept already is never overwritten: where the file has been begun anew since, the
    /// earlier backup gets a number at its end.
    ///
    /// - Parameters:
    ///   - before: The settings file; nil where there is none.
    ///   - isDescendant: Whether it has come from the one that is kept.
    ///   - written: What is in it by us after the change.
    ///   - mode: The permission bits of what is kept.
    ///   - group: Its group.
    /// - Throws: ``FileError``, and ``Failure`` for a backup that cannot be read.
    func keep(
        _ before: [UInt8]?,
        isDescendant: Bool,
        _ written: WrittenSettings,
        mode: UInt32,
        group: UInt32?
    ) throws {
        let new = before ?? Self.absenceMarker
        let old = try contents(of: backupPath)
        if old == nil || !isDescendant, old != new {
            if old != nil { try setAside() }
            try FileSystem.replaceFile(
                at: backupPath,
                with: new,
                mode: mode,
                group: group,
                isSweeping: true
            )
        }
        try FileSystem.replaceFile(
            at: recordPath,
            with: Array(written.json.rendered.utf8),
            mode: mode,
            group: group,
            isSweeping: true
        )
    }

    /// Forgets what was written, and the backup too where all of it has been taken out.
    func forget(isComplete: Bool) throws {
        guard try FileSystem.kind(of: recordPath) != nil else { return }
        if isComplete { try FileSystem.remove(backupPath) }
        try FileSystem.remove(recordPath)
    }

    private func setAside() throws {
        for number in 1...Self.mostBackups {
            let path = "\(backupPath).\(number)"
            guard try FileSystem.kind(of: path) == nil else { continue }
            return try FileSystem.rename(backupPath, to: path)
        }
        throw FileError("rename", backupPath, .fileExists)
    }

    private func contents(of path: String) throws -> [UInt8]? {
        switch try FileSystem.kind(of: path) {
        case nil: return nil
        case .file: return try EditorMachineSettings.contents(of: path)
        default: throw FileError("read", path, .notSupported)
        }
    }
}
