internal import CLibArchive
internal import Glibc
internal import SystemPackage

/// A reproducible gzip-compressed tar archive of a few files.
package enum ProgramArchive {
    /// A file in the archive.
    package struct Member: Hashable, Sendable {
        package let name: String
        package let isExecutable: Bool
        package let contents: [UInt8]

        /// Creates a member.
        package init(name: String, isExecutable: Bool, contents: [UInt8]) {
            self.name = name
            self.isExecutable = isExecutable
            self.contents = contents
        }
    }

    /// The modification time of all members: the start of 1980, which every tar accepts without a warning.
    private static let modified = 315_532_800

    /// Writes an archive to a new file.
    ///
    /// - Parameters:
    ///   - members: The members, in order.
    ///   - path: The path of the archive, which must not exist.
    /// - Throws: ``FileError``; a partial archive is deleted.
    package static func write(_ members: [Member], to path: String) throws(FileError) {
        guard try FileSystem.kind(of: path) == nil else {
            throw FileError("create", path, .fileExists)
        }
        do {
            try writeMembers(members, to: path)
        } catch {
            try? FileSystem.remove(path)
            throw error
        }
    }

    private static func writeMembers(_ members: [Member], to path: String) throws(FileError) {
        guard let archive = unsafe archive_write_new(), let entry = unsafe archive_entry_new()
        else {
            throw FileError("create", path, .noMemory)
        }
        defer {
            unsafe archive_entry_free(entry)
            _ = unsafe archive_write_free(archive)
        }
        func check(_ status: CInt) throws(FileError) {
            guard status != ARCHIVE_OK else { return }
            let code = unsafe archive_errno(archive)
            throw FileError("write", path, code > 0 ? Errno(rawValue: code) : .ioError)
        }
        try check(unsafe archive_write_set_format_ustar(archive))
        try check(unsafe archive_write_add_filter_gzip(archive))
        // Omit the time and the name from the gzip header.
        try check(
            unsafe archive_write_set_options(archive, "gzip:!timestamp,gzip:compression-level=9")
        )
        try check(unsafe archive_write_open_filename(archive, path))
        for member in members {
            _ = unsafe archive_entry_clear(entry)
            unsafe archive_entry_set_pathname(entry, member.name)
            unsafe archive_entry_set_filetype(entry, UInt32(0o100000))
            unsafe archive_entry_set_perm(entry, member.isExecutable ? 0o755 : 0o644)
            unsafe archive_entry_set_size(entry, Int64(member.contents.count))
            unsafe archive_entry_set_mtime(entry, modified, 0)
            try check(unsafe archive_write_header(archive, entry))
            let written = unsafe member.contents.withUnsafeBytes {
                unsafe archive_write_data(archive, $0.baseAddress, $0.count)
            }
            guard written == member.contents.count else {
                try check(ARCHIVE_FATAL)
                return
            }
        }
        try check(unsafe archive_write_close(archive))
    }
}
