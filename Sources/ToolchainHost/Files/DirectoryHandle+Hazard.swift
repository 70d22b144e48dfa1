internal import CLinux
internal import Glibc
internal import SystemPackage

/// Who can change an open directory.
extension DirectoryHandle {
    /// Returns the owner of the directory.
    ///
    /// - Throws: ``FileError`` if its status cannot be read.
    package func owner() throws(FileError) -> UInt32 {
        guard let status = try status(of: FileName(".")) else {
            throw FileError("stat", path, .noSuchFileOrDirectory)
        }
        return status.st_uid
    }

    /// Returns why users other than `owners` can change the directory or files in it.
    ///
    /// The directory is checked first: if it is safe, nobody else can replace the files between this check
    /// and their use.
    ///
    /// - Parameters:
    ///   - names: The names of the files, which may be missing.
    ///   - owners: The users who may own the directory and the files.
    ///   - ancestor: A directory above this one. A group that can write to it may also write to this one,
    ///     because its members can replace it anyway.
    /// - Returns: The first hazard; nil if there is none.
    /// - Throws: ``FileError`` if a status cannot be read.
    package func hazard(
        of names: [String],
        ownedBy owners: Set<UInt32>,
        below ancestor: DirectoryHandle
    ) throws(FileError) -> PathHazard? {
        for name in ["."] + names {
            guard let status = try status(of: FileName(name)) else { continue }
            let place = name == "." ? path : path(of: name)
            guard owners.contains(status.st_uid) else { return .owner(status.st_uid, at: place) }
            // The mode of a link is meaningless, and links are not followed.
            guard [S_IFDIR, S_IFREG].contains(status.st_mode & S_IFMT) else { continue }
            if status.st_mode & 0o002 != 0 { return .writableByAll(at: place) }
            guard status.st_mode & 0o020 != 0 else { continue }
            let outer = try ancestor.status(of: FileName("."))
            if let outer, outer.st_mode & 0o020 != 0, outer.st_gid == status.st_gid { continue }
            // With an access control list, the group bits are its mask; see acl(5).
            if unsafe clinux_has_access_list(place) { return .accessList(at: place) }
            guard PathSafety().isOwn(group: status.st_gid) else {
                return .writableByGroup(status.st_gid, at: place)
            }
        }
        return nil
    }
}
