internal import Glibc
internal import SystemPackage
package import ToolchainCore

/// Reads an uncompressed tar archive of regular files, from parts that are one byte stream.
package struct BundleReader: ~Copyable {
    /// A regular file in the archive.
    package struct Member: Hashable, Sendable {
        package let name: String
        /// The size in bytes.
        package let byteCount: Int
    }

    private var reader: TarReader
    private let parts: Parts
    private let isDurable: Bool
    private var current = Member(name: "", byteCount: 0)

    /// Opens the parts.
    ///
    /// - Parameters:
    ///   - paths: The paths of the parts, in order.
    ///   - isDurable: Whether copied files are flushed to disk.
    ///   - monitor: Receives the number of bytes read, and cancels the work.
    /// - Returns: A reader at the beginning of the archive.
    /// - Throws: ``FileError`` if a part cannot be read or is not a regular file; ``ArchiveError``.
    package static func opening(
        _ paths: [String],
        isDurable: Bool,
        monitor: ProgressMonitor
    ) throws -> BundleReader {
        let parts = try Parts(paths, monitor)
        return BundleReader(
            reader: try TarReader.opening(parts),
            parts: parts,
            isDurable: isDurable
        )
    }

    private init(reader: consuming TarReader, parts: Parts, isDurable: Bool) {
        self.reader = reader
        self.parts = parts
        self.isDurable = isDurable
    }

    /// The path of the part that was read last.
    package var currentPart: String { parts.currentPath }

    /// Returns the next file, or nil at the end of a complete archive.
    ///
    /// - Throws: ``ArchiveError`` if the archive is truncated or malformed, or contains anything but regular files;
    ///   ``FileError``; ``ProgressMonitor/Interrupted``.
    package mutating func next() throws -> Member? {
        guard let header = try reader.next() else { return nil }
        let name = header.displayName
        if let reason = header.rejectionReason {
            throw ArchiveError.refusedMember(name: name, reason: reason)
        }
        guard !header.isDirectory, header.byteCount >= 0 else {
            throw ArchiveError.refusedMember(name: name, reason: "it is not a regular file")
        }
        current = Member(name: name, byteCount: header.byteCount)
        return current
    }

    /// Reads the current file into memory.
    ///
    /// - Throws: As ``next()``, also if it is larger than `limit`.
    package mutating func contents(limit: Int) throws -> [UInt8] {
        guard current.byteCount <= limit else {
            throw ArchiveError.refusedMember(
                name: current.name,
                reason: "it is larger than \(ByteCount(limit))"
            )
        }
        var bytes: [UInt8] = []
        while let piece = try reader.nextData() {
            unsafe bytes.append(contentsOf: piece.lease.slab.filled[piece.range])
        }
        return bytes
    }

    /// Reads the current file.
    ///
    /// - Parameter path: Where to write it, replacing any file; nil to write nothing.
    /// - Returns: Its digest.
    /// - Throws: As ``next()``.
    package mutating func copy(to path: String?) throws -> SHA256Digest {
        let output: AtomicReplacement? =
            if let path { try AtomicReplacement.opening(path) } else { nil }
        var hasher = try SHA256Hasher.starting()
        while let piece = try reader.nextData() {
            let bytes = unsafe UnsafeRawBufferPointer(
                rebasing: piece.lease.slab.filled[piece.range]
            )
            try unsafe hasher.update(bytes)
            try unsafe output?.write(bytes)
        }
        if let output { try output.commit(mode: 0o644, durably: isDurable) }
        return try hasher.finish()
    }
}

extension BundleReader {
    /// The bytes of the parts.
    private final class Parts: PieceSource {
        private let paths: [String]
        private let monitor: ProgressMonitor
        private let byteCount: Int
        private var file: OwnedDescriptor?
        private var index = 0
        private var offset = 0
        private var done = 0
        private(set) var currentPath: String

        init(_ paths: [String], _ monitor: ProgressMonitor) throws(FileError) {
            self.paths = paths
            self.monitor = monitor
            currentPath = paths.first ?? ""
            var total = 0
            for path in paths {
                let status = try OwnedDescriptor.reading(path).status()
                guard status.st_mode & S_IFMT == S_IFREG else {
                    throw FileError("open", path, .invalidArgument)
                }
                total = total.saturatingPlus(Int(status.st_size))
            }
            byteCount = total
        }

        func next() throws -> SlabLease? {
            while index < paths.count {
                if file == nil {
                    currentPath = paths[index]
                    file = try OwnedDescriptor.reading(currentPath)
                    offset = 0
                }
                let slab = Slab(byteCount: 256 * 1024)
                slab.count = try unsafe file?.read(into: slab.bytes, at: offset) ?? 0
                guard slab.count > 0 else {
                    file = nil
                    index += 1
                    continue
                }
                offset += slab.count
                done += slab.count
                try monitor.advance(.reading, to: done, of: max(done, byteCount))
                return SlabLease(slab)
            }
            return nil
        }
    }
}
