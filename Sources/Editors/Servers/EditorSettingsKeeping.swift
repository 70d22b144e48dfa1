internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// The files next to a settings file: a backup of the original and a record of the written
/// settings.
struct EditorSettingsKeeping {
    /// The path of the settings file, with links not resolved.
    let settingsPath: String

    /// The original settings file.
    struct Backup {
        /// Whether the file existed.
        let hadFile: Bool
        /// The contents; empty if the file did not exist.
        let contents: [UInt8]
    }

    /// The content of a backup if the settings file did not exist.
    private static let absenceMarker = Array(
        "// gotoolprov: there was no settings file here\n".utf8
    )
    /// The maximum number of older backups.
    private static let maximumBackupCount = 1000

    /// The path of the backup of the original.
    var backupPath: String { settingsPath + ".gotoolprov-backup" }
    /// The path of the record of written settings.
    var recordPath: String { settingsPath + ".gotoolprov-written" }

    /// Returns the original settings file, or `nil` if there is no backup.
    func backup() throws -> Backup? {
        guard let bytes = try contents(of: backupPath) else { return nil }
        let hadFile = bytes != Self.absenceMarker
        return Backup(hadFile: hadFile, contents: hadFile ? bytes : [])
    }

    /// Returns the written settings; empty if there is no record.
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

    /// Backs up a settings file before a change, and records what the change writes.
    ///
    /// A backup is never overwritten. If the settings file was recreated since, the existing backup
    /// is renamed with a number.
    ///
    /// - Parameters:
    ///   - before: The contents of the settings file, or `nil` if it does not exist.
    ///   - isDescendant: Whether the file derives from the one in the backup.
    ///   - written: The settings by gotoolprov in the file after the change.
    ///   - mode: The permission bits of the backup and the record.
    ///   - group: The group of the backup and the record.
    /// - Throws: ``FileError``, or ``Failure`` if a backup cannot be read.
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

    /// Deletes the record, and also the backup if all written settings were removed.
    func forget(isComplete: Bool) throws {
        guard try FileSystem.kind(of: recordPath) != nil else { return }
        if isComplete { try FileSystem.remove(backupPath) }
        try FileSystem.remove(recordPath)
    }

    private func setAside() throws {
        for number in 1...Self.maximumBackupCount {
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
