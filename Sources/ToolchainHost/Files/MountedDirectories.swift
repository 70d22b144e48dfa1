internal import Glibc
internal import SystemPackage
internal import ToolchainCore

/// Where file systems, directories and files are mounted.
package enum MountedDirectories {
    /// The paths at and below `directory` where something is mounted.
    ///
    /// /proc lists them. Where it cannot be read, the directory is walked, which finds mounted directories and
    /// not mounted files: the kernel itself protects those, as it neither deletes nor renames them.
    ///
    /// - Throws: ``FileError`` where neither is possible.
    package static func touching(_ directory: String) throws(FileError) -> [String] {
        let table = try? FileSystem.contents(of: MountTable.path, limit: MountTable.mostBytes)
        guard let table = table.flatMap(MountTable.init(parsing:)),
            let directory = FileSystem.withoutLinks(directory)
        else {
            guard try FileSystem.kind(of: directory) == .directory else { return [] }
            return try first(in: DirectoryHandle.opening(directory)).map { [$0] } ?? []
        }
        return table.mounts.map(\.path).filter { $0.isInside(directory) }
    }

    /// The first directory below `directory` at which something is mounted.
    private static func first(in directory: DirectoryHandle) throws(FileError) -> String? {
        for name in try directory.names() {
            guard let status = try directory.status(of: name), status.st_mode & S_IFMT == S_IFDIR
            else { continue }
            do {
                if let found = try first(in: directory.directory(name)) { return found }
            } catch  where error.isMountPoint {
                return error.path
            } catch  where error.errno == .permissionDenied {
                // What cannot be opened cannot be emptied either.
                continue
            }
        }
        return nil
    }
}
