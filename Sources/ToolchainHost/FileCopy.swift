internal import Glibc
internal import SystemPackage
public import ToolchainCore

extension FileSystem {
    /// Copies the regular file at `path` to `newPath`, where nothing may be, and puts it on disk.
    ///
    /// - Returns: The digest of the bytes that were copied.
    /// - Throws: ``FileError`` with the path that it is about, ``Watch/Interrupted``, or an error where
    ///   OpenSSL has no SHA-256.
    public static func copy(
        _ path: String,
        to newPath: String,
        watch: Watch
    ) throws -> SHA256Digest {
        let file = try ArchiveFile.opening(path)
        let copy = try GrowingFile(path: newPath, watch: watch)
        let slab = Slab(byteCount: 1 << 20)
        while true {
            let count = try unsafe file.descriptor.read(into: slab.bytes, at: copy.byteCount)
            if count == 0 { break }
            slab.count = count
            try unsafe copy.append(slab.filled)
            try watch.advance(.copying, to: copy.byteCount, of: file.byteCount)
        }
        return try copy.finish()
    }
}
