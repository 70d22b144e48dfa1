internal import CLibArchive
internal import Glibc

/// A reader for small zip archives in memory, with libarchive.
///
/// Every status other than OK ends the reading, as in ``TarReader``. So damage and encryption are errors.
@safe
package struct ZipReader: ~Copyable {
    /// The limits for the contents of an archive.
    package struct Limits: Sendable {
        /// The maximum number of members.
        package var memberCount = 100_000
        /// The maximum size of one member in bytes.
        package var memberByteCount = 4 << 20
        /// The maximum size of all members in bytes.
        package var byteCount = 256 << 20

        /// Creates the limits for a database of JSON documents.
        package init() {}
    }

    private let handle: OpaquePointer

    private init(owning handle: OpaquePointer) { unsafe self.handle = handle }

    deinit { _ = unsafe archive_read_free(handle) }

    /// Calls `body` with the name and the contents of each file whose name `isWanted`.
    ///
    /// - Parameters:
    ///   - bytes: The archive.
    ///   - limits: The limits for its contents; they also apply to members that are not wanted.
    ///   - isWanted: Whether the contents of a file are read.
    ///   - body: Receives the files in the order of the archive.
    /// - Throws: ``ArchiveError`` if the archive is damaged or exceeds a limit; what `body` throws.
    package static func forEachFile(
        in bytes: [UInt8],
        limits: Limits = Limits(),
        where isWanted: (String) -> Bool,
        _ body: (_ name: String, _ contents: [UInt8]) throws -> Void
    ) throws {
        guard let handle = unsafe archive_read_new() else {
            throw ArchiveError.malformed("libarchive is out of memory")
        }
        let reader = unsafe ZipReader(owning: handle)
        try reader.check(unsafe archive_read_support_format_zip_seekable(handle))
        try unsafe bytes.withUnsafeBytes { buffer in
            try reader.check(
                unsafe archive_read_open_memory(reader.handle, buffer.baseAddress, buffer.count)
            )
            try reader.read(limits, isWanted, body)
        }
    }

    private func read(
        _ limits: Limits,
        _ isWanted: (String) -> Bool,
        _ body: (String, [UInt8]) throws -> Void
    ) throws {
        var memberCount = 0
        var rest = limits.byteCount
        while true {
            var entry: OpaquePointer?
            let status = unsafe archive_read_next_header(handle, &entry)
            if status == ARCHIVE_EOF { return }
            try check(status)
            memberCount += 1
            guard memberCount <= limits.memberCount else {
                throw ArchiveError.tooLarge(limit: "\(limits.memberCount) members")
            }
            guard let name = unsafe entry.flatMap({ unsafe archive_entry_pathname($0) }),
                let text = unsafe String(validatingCString: name)
            else { throw ArchiveError.malformed("zip: a member has no name") }
            guard unsafe archive_entry_mode(entry) & S_IFMT == S_IFREG, isWanted(text) else {
                continue
            }
            let contents = try contents(limit: min(limits.memberByteCount, rest))
            rest -= contents.count
            try body(text, contents)
        }
    }

    /// Reads the current member.
    private func contents(limit: Int) throws -> [UInt8] {
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe archive_read_data(handle, $0.baseAddress, $0.count)
            }
            guard count >= 0 else {
                try check(CInt(clamping: count))
                return contents
            }
            if count == 0 { return contents }
            guard contents.count + count <= limit else {
                throw ArchiveError.tooLarge(limit: "\(limit) bytes")
            }
            contents += buffer[..<count]
        }
    }

    private func check(_ status: CInt) throws {
        guard status != ARCHIVE_OK else { return }
        let message = unsafe archive_error_string(handle).map { unsafe String(cString: $0) }
        throw ArchiveError.malformed("zip: \(message ?? "libarchive status \(status)")")
    }
}
