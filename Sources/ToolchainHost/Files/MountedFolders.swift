internal import Glibc
internal import SystemPackage
internal import ToolchainCore

/// Where file systems, directories and files are mounted.
package enum MountedFolders {
    /// The paths at and below `folder` where something is mounted.
    ///
    /// /proc lists them. Where it cannot be read, the folder is walked, which finds mounted folders and
    /// not mounted files: the kernel itself protects those, as it neither deletes nor renames them.
    ///
    /// - Throws: ``FileError`` where neither is possible.
    package static func touching(_ folder: String) throws(FileError) -> [String] {
        let table = try? FileSystem.contents(of: MountTable.path, limit: MountTable.mostBytes)
        guard let table = table.flatMap(MountTable.init(parsing:)),
            let folder = FileSystem.withoutLinks(folder)
        else {
            guard try FileSystem.kind(of: folder) == .directory else { return [] }
            return try first(in: DirectoryHandle.opening(folder)).map { [$0] } ?? []
        }
        return table.mounts.map(\.path).filter { $0.isInside(folder) }
    }

    /// The first folder below `folder` at which something is mounted.
    private static func first(in folder: DirectoryHandle) throws(FileError) -> String? {
        for name in try folder.names() {
            guard let status = try folder.status(of: name), status.st_mode & S_IFMT == S_IFDIR
            else { continue }
            do {
                if let found = try first(in: folder.directory(name)) { return found }
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
