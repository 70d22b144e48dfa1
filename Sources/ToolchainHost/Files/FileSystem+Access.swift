internal import Glibc
internal import SystemPackage

/// Who may do what.
extension FileSystem {
    /// Whether there is something at `path`, or something that cannot be looked at.
    package static func isThere(_ path: String) -> Bool {
        do { return try kind(of: path) != nil } catch { return true }
    }

    /// The group whose members can write to the directory at `path`; nil where only its owner can.
    static func sharingGroup(of path: String) -> UInt32? {
        guard let status = try? status(of: path, followingLinks: true),
            status.st_mode & 0o020 != 0
        else { return nil }
        return status.st_gid
    }

    /// Whether the members of a group can write to the directory at `path`.
    package static func isShared(_ path: String) -> Bool { sharingGroup(of: path) != nil }

    /// Lets the group that can write to one directory write to another one of this user's, too; where
    /// no group can, a private one is closed to others.
    ///
    /// - Parameters:
    ///   - path: The directory; one of another user is left as it is.
    ///   - model: The directory whose group counts.
    ///   - isPrivate: Whether nobody else may look into it.
    /// - Throws: ``FileError``.
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

    /// Who owns what is at `path` and who may write to it, links followed; nil where nothing is.
    ///
    /// - Throws: ``FileError`` if that cannot be determined.
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

    /// Who owns what is at `path`; nil where nothing is.
    ///
    /// - Throws: ``FileError`` if that cannot be determined.
    package static func owner(
        of path: String,
        followingLinks: Bool
    ) throws(FileError) -> UInt32? {
        try status(of: path, followingLinks: followingLinks)?.st_uid
    }

    /// Who may change a directory.
    package struct Access: Hashable, Sendable {
        /// The owner's user number.
        package let owner: UInt32
        /// The group's number.
        package let group: UInt32
        /// Whether everyone may put something in it.
        package let isWritableByAll: Bool
        /// Whether only the owner of a thing in it may replace that.
        package let isSticky: Bool
    }

    /// The path without symbolic links of a directory; nil where there is no such directory.
    package static func realDirectory(_ path: String) -> String? {
        (try? isDirectory(path)) == true ? withoutLinks(path) : nil
    }

    /// The user whose rights this process has.
    package static var currentUser: UInt32 { geteuid() }
}
