internal import Glibc
internal import SystemPackage
internal import ToolchainCore

/// Finds mount points.
package enum MountedDirectories {
    /// Returns the mount points at and below `directory`.
    ///
    /// If /proc cannot be read, this walks the directory and returns the first mounted directory. It does
    /// not find mounted files, but the kernel does not allow these to be deleted or renamed.
    ///
    /// - Throws: ``FileError`` if neither is possible.
    package static func touching(_ directory: String) throws(FileError) -> [String] {
        let table = try? FileSystem.contents(
            of: MountTable.path,
            limit: MountTable.maximumByteCount
        )
        guard let table = table.flatMap(MountTable.init(parsing:)),
            let directory = FileSystem.withoutLinks(directory)
        else {
            guard try FileSystem.kind(of: directory) == .directory else { return [] }
            return try first(in: DirectoryHandle.opening(directory)).map { [$0] } ?? []
        }
        return table.mounts.map(\.path).filter { $0.isInside(directory) }
    }

    /// Returns the first mounted directory below `directory`.
    private static func first(in directory: DirectoryHandle) throws(FileError) -> String? {
        for name in try directory.names() {
            guard let status = try directory.status(of: name), status.st_mode & S_IFMT == S_IFDIR
            else { continue }
            do {
                if let found = try first(in: directory.directory(name)) { return found }
            } catch  where error.isMountPoint {
                return error.path
            } catch  where error.errno == .permissionDenied {
                // A directory that cannot be opened cannot be emptied either.
                continue
            }
        }
        return nil
    }
}
