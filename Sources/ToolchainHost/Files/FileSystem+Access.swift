internal import Glibc
internal import SystemPackage

/// Owners and permissions.
extension FileSystem {
    /// Returns whether `path` exists; true if that cannot be determined.
    package static func exists(_ path: String) -> Bool {
        do { return try kind(of: path) != nil } catch { return true }
    }

    /// Returns the group whose members can write to the directory at `path`; nil if only its owner can.
    static func sharingGroup(of path: String) -> UInt32? {
        guard let status = try? status(of: path, followingLinks: true),
            status.st_mode & 0o020 != 0
        else { return nil }
        return status.st_gid
    }

    /// Returns whether the members of a group can write to the directory at `path`.
    package static func isShared(_ path: String) -> Bool { sharingGroup(of: path) != nil }

    /// Makes a directory writable for the group that can write to another directory.
    ///
    /// If no group can write to `model`, a private directory becomes inaccessible for other users.
    ///
    /// - Parameters:
    ///   - path: The directory, which is not changed unless this user owns it.
    ///   - model: The directory with the group.
    ///   - isPrivate: Whether users outside of the group must not have access.
    /// - Throws: ``FileError`` if the directory cannot be changed.
    package static func share(
        _ path: String,
        like model: String,
        isPrivate: Bool = false
    ) throws(FileError) {
        guard let status = try status(of: path, followingLinks: false),
            status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid()
        else { return }
        let group = sharingGroup(of: model)
        if let group, group != status.st_gid {
            try call("set group", path) { unsafe lchown(path, uid_t.max, group) }
        }
        let old = status.st_mode & 0o7777
        let new: mode_t =
            switch (group, isPrivate) {
            case (nil, true): 0o700
            case (nil, false): old
            case (_, true): 0o2770
            case (_, false): old | 0o2070
            }
        if new != old || group != nil && group != status.st_gid {
            try setMode(UInt16(new), of: path)
        }
    }

    /// Returns the owner and the permissions of `path`, following links; nil if it does not exist.
    ///
    /// - Throws: ``FileError`` if they cannot be determined.
    package static func access(to path: String) throws(FileError) -> Access? {
        try status(of: path, followingLinks: true).map {
            Access(
                owner: $0.st_uid,
                group: $0.st_gid,
                isWritableByAll: $0.st_mode & 0o002 != 0,
                isSticky: $0.st_mode & S_ISVTX != 0
            )
        }
    }

    /// Returns the owner of `path`; nil if it does not exist.
    ///
    /// - Throws: ``FileError`` if that cannot be determined.
    package static func owner(
        of path: String,
        followingLinks: Bool
    ) throws(FileError) -> UInt32? {
        try status(of: path, followingLinks: followingLinks)?.st_uid
    }

    /// The owner and the permissions of a directory.
    package struct Access: Hashable, Sendable {
        /// The user ID of the owner.
        package let owner: UInt32
        /// The group ID.
        package let group: UInt32
        /// Whether all users may create files in the directory.
        package let isWritableByAll: Bool
        /// Whether only their owners may delete and rename files in the directory.
        package let isSticky: Bool
    }

    /// Returns the path of a directory with all symbolic links resolved; nil if it is not a directory.
    package static func realDirectory(_ path: String) -> String? {
        (try? isDirectory(path)) == true ? withoutLinks(path) : nil
    }

    /// Returns the path of the file that is replaced to change `path`: that where the symbolic links at its end
    /// lead, so that they stay.
    ///
    /// The file and its directory need not exist.
    ///
    /// - Throws: ``FileError`` if a link cannot be read, or the links form a loop.
    package static func writingTarget(of path: String) throws(FileError) -> String {
        var target = FilePath(path)
        for _ in 0..<40 {
            guard try kind(of: target.string) == .symbolicLink else { return target.string }
            guard let next = linkTarget(of: target.string) else {
                throw FileError("read link", target.string, .invalidArgument)
            }
            target = target.removingLastComponent().pushing(FilePath(next))
        }
        throw FileError("open", path, .tooManySymbolicLinkLevels)
    }

    /// The effective user ID of this process.
    package static var currentUser: UInt32 { geteuid() }
}
