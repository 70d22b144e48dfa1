internal import CLibArchive
internal import Glibc
internal import ToolchainCore

/// A reader for tar archives, which parses an uncompressed stream with libarchive.
///
/// Every status other than OK ends the reading, because continuing would lose files or hang. Only zeros may
/// follow the end of the archive (docs/facts/archives.md#traps-of-libarchive).
@safe
struct TarReader: ~Copyable {
    private let handle: OpaquePointer
    private let source: Source

    /// Creates a reader for `stream`.
    static func opening(_ stream: any PieceSource) throws -> TarReader {
        guard let handle = unsafe archive_read_new() else {
            throw ArchiveError.malformed("libarchive is out of memory")
        }
        let reader = unsafe TarReader(owning: handle, source: Source(stream))
        try reader.check(unsafe archive_read_support_format_tar(handle))
        let pointer = unsafe Unmanaged.passUnretained(reader.source).toOpaque()
        try reader.check(
            unsafe archive_read_open(
                handle,
                pointer,
                nil,
                { _, client, buffer in
                    guard let client = unsafe client, let buffer = unsafe buffer else { return -1 }
                    let source = unsafe Unmanaged<Source>.fromOpaque(client).takeUnretainedValue()
                    return unsafe source.read(buffer)
                },
                nil
            )
        )
        return reader
    }

    private init(owning handle: OpaquePointer, source: Source) {
        unsafe self.handle = handle
        self.source = source
    }

    deinit { _ = unsafe archive_read_free(handle) }

    /// The header of a member.
    struct Header {
        let name: [UInt8]
        /// The type and permission bits, as in `stat`.
        let mode: mode_t
        let byteCount: Int
        /// The modification time, in seconds since the Unix epoch.
        let modified: Int
        /// Why a member of this kind is rejected; nil for files and directories.
        let rejectionReason: String?
        /// The target of a symbolic link.
        let linkTarget: [UInt8]?

        var isDirectory: Bool { mode & S_IFMT == S_IFDIR }

        /// The name for messages.
        var displayName: String { String(decoding: name, as: UTF8.self) }
    }

    /// Returns the next member, or nil at the end of a complete archive.
    mutating func next() throws -> Header? {
        var entry: OpaquePointer?
        let status = unsafe archive_read_next_header(handle, &entry)
        if status == ARCHIVE_EOF {
            try source.finish(endOfMembers: unsafe Int(archive_read_header_position(handle)))
            return nil
        }
        let header = unsafe entry.flatMap { unsafe Self.header($0) }
        // Without a UTF-8 locale, libarchive warns that it cannot convert the name but returns its bytes,
        // which are checked later.
        let isOnlyLocale =
            status == ARCHIVE_WARN && !source.hasUTF8Locale
            && header.map { String(validating: $0.name, as: UTF8.self) != nil } == true
        if !isOnlyLocale { try check(status) }
        guard let header else { throw ArchiveError.malformed("tar: a member has no name") }
        return header
    }

    private static func header(_ entry: OpaquePointer) -> Header? {
        guard let name = unsafe archive_entry_pathname(entry) else { return nil }
        let mode = unsafe archive_entry_mode(entry)
        return unsafe Header(
            name: Array(UnsafeBufferPointer(start: name, count: strlen(name)).map(UInt8.init)),
            mode: mode,
            byteCount: Int(archive_entry_size(entry)),
            modified: Int(archive_entry_mtime(entry)),
            rejectionReason: rejectionReason(of: entry, mode: mode),
            linkTarget: mode & S_IFMT == S_IFLNK
                ? archive_entry_symlink(entry).map {
                    unsafe Array(UnsafeBufferPointer(start: $0, count: strlen($0)).map(UInt8.init))
                } : nil
        )
    }

    private static func rejectionReason(of entry: OpaquePointer, mode: mode_t) -> String? {
        if unsafe archive_entry_hardlink(entry) != nil { return "it is a hard link" }
        switch mode & S_IFMT {
        case S_IFREG, S_IFDIR: break
        case S_IFLNK: return "it is a symbolic link"
        case S_IFIFO: return "it is a named pipe"
        case S_IFCHR, S_IFBLK: return "it is a device"
        default: return "it is neither a file nor a directory"
        }
        if mode & 0o7000 != 0 { return "its mode has set-user-ID, set-group-ID or sticky bits" }
        if unsafe archive_entry_sparse_count(entry) > 0 { return "it is a sparse file" }
        if unsafe archive_entry_xattr_count(entry) > 0 { return "it has extended attributes" }
        return nil
    }

    /// Returns the next piece of the current member's data, or nil at its end.
    mutating func nextData() throws -> FileBytes? {
        var start: UnsafeRawPointer?
        var count = 0
        var offset: la_int64_t = 0
        let status = unsafe archive_read_data_block(handle, &start, &count, &offset)
        if status == ARCHIVE_EOF { return nil }
        try check(status)
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        // libarchive returns its input without copying it, unless a block spans two pieces.
        if let lease = source.current, let range = unsafe lease.range(of: bytes) {
            return FileBytes(lease: lease, range: range)
        }
        return FileBytes(lease: unsafe SlabLease(copying: bytes), range: 0..<count)
    }

    private func check(_ status: CInt) throws {
        guard status != ARCHIVE_OK else { return }
        // An error in the stream is the cause of libarchive's.
        try source.error.rethrow()
        let message = unsafe archive_error_string(handle).map { unsafe String(cString: $0) }
        throw ArchiveError.malformed("tar: \(message ?? "libarchive status \(status)")")
    }
}

extension TarReader {
    /// The source that libarchive reads from, which records its errors and the end of its contents.
    @safe
    private final class Source {
        let error = FirstError()
        let hasUTF8Locale: Bool
        private let stream: any PieceSource
        private(set) var current: SlabLease?
        private var byteCount = 0
        /// The offset after the last nonzero byte.
        private var endOfContents = 0
        private let locale: locale_t?
        private let previous: locale_t?

        init(_ stream: any PieceSource) {
            self.stream = stream
            // libarchive converts names to the thread's locale. Swift does not call setlocale, so that is
            // "C" regardless of LANG, and the name `test/fixedbugs/issue27836.dir/Þfoo.go`, which is in
            // every Go archive, would be an error (docs/facts/archives.md#names-outside-ascii).
            unsafe locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
            unsafe hasUTF8Locale = locale != nil
            unsafe previous = locale.flatMap { unsafe uselocale($0) }
        }

        deinit {
            if let locale = unsafe locale {
                _ = unsafe uselocale(previous)
                unsafe freelocale(locale)
            }
        }

        func read(_ buffer: UnsafeMutablePointer<UnsafeRawPointer?>) -> la_ssize_t {
            do {
                guard let slab = try advance()?.slab else { return 0 }
                unsafe buffer.pointee = UnsafeRawPointer(slab.bytes.baseAddress)
                return slab.count
            } catch {
                self.error.record(error)
                return -1
            }
        }

        /// Returns the next piece of the stream; nil at its end.
        private func advance() throws -> SlabLease? {
            current = try stream.next()
            guard let current else { return nil }
            let slab = current.slab
            if let last = unsafe slab.filled.lastIndex(where: { $0 != 0 }) {
                endOfContents = byteCount + last + 1
            }
            byteCount += slab.count
            return current
        }

        /// Reads the rest of the stream after the last member, and checks that it consists of the two empty
        /// blocks that end an archive, and padding.
        func finish(endOfMembers: Int) throws {
            try error.rethrow()
            while try advance() != nil {}
            guard endOfContents <= endOfMembers else {
                throw ArchiveError.malformed("tar: trailing data after the archive")
            }
            guard byteCount - endOfMembers >= 1024 else {
                throw ArchiveError.malformed("tar: the end-of-archive marker is missing")
            }
        }
    }
}
