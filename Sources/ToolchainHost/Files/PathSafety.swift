internal import CLinux
internal import Glibc
internal import SystemPackage
internal import ToolchainCore

/// A reason why another user can replace a file or directory on a path.
package enum PathHazard: Hashable, Sendable {
    /// A directory or file on the path belongs to another user.
    case owner(UInt32, at: String)
    /// A symbolic link on the path belongs to another user.
    case link(owner: UInt32, at: String)
    /// Every user can write to a directory on the path.
    case writableByAll(at: String)
    /// A group with other members can write to a directory on the path.
    case writableByGroup(UInt32, at: String)
    /// An access control list lets others write to a directory on the path.
    case accessList(at: String)
}

extension PathHazard: CustomStringConvertible {
    /// The part of the path that others can change, and who can.
    package var description: String {
        switch self {
        case .owner(let owner, let path): "\(path) belongs to user \(owner)"
        case .link(let owner, let path): "the symbolic link \(path) belongs to user \(owner)"
        case .writableByAll(let path): "every user can write to \(path)"
        case .writableByGroup(let group, let path): "group \(group) can write to \(path)"
        case .accessList(let path): "the access control list of \(path) lets others write to it"
        }
    }
}

/// Checks whether other users can replace parts of a path.
///
/// A path is safe if only this user and root can replace any part of it: every directory from `/` down, and
/// every symbolic link that is followed, belongs to one of them, and no other user can write to these
/// directories. In a directory with the sticky bit, such as /tmp, others can add names but not replace
/// existing ones.
package struct PathSafety: Sendable {
    private let user: UInt32
    private let group: UInt32

    /// Creates a check for the user and group of this process.
    package init() {
        user = geteuid()
        group = getegid()
    }

    /// Returns the first hazard on the existing part of `path`; nil if it is safe.
    ///
    /// - Throws: ``FileError`` if the status of a part cannot be read.
    package func hazard(on path: String) throws(FileError) -> PathHazard? {
        var pending = Array(path.split(byte: "/").reversed())
        var directory = ""
        var linkCount = 0
        if let hazard = try hazard(at: "/", isLast: pending.isEmpty) { return hazard }
        while let name = pending.popLast() {
            if name == "." { continue }
            if name == ".." {
                directory = FilePath(directory).removingLastComponent().string
                if directory == "/" { directory = "" }
                continue
            }
            let place = "\(directory)/\(name)"
            guard let status = try Self.status(of: place) else { return nil }
            guard status.st_mode & S_IFMT == S_IFLNK else {
                if let hazard = try hazard(at: place, isLast: pending.isEmpty) { return hazard }
                directory = place
                continue
            }
            guard isTrusted(status.st_uid, isLast: false) else {
                return .link(owner: status.st_uid, at: place)
            }
            linkCount += 1
            guard linkCount <= 40, let target = FileSystem.linkTarget(of: place) else {
                throw FileError("open", path, .tooManySymbolicLinkLevels)
            }
            if target.hasPrefix("/") { directory = "" }
            pending += target.split(byte: "/").reversed()
        }
        return nil
    }

    /// Returns the hazard of the directory at `path`, regardless of its parents; nil if it is safe or does
    /// not exist.
    ///
    /// - Throws: ``FileError`` if its status cannot be read.
    package func hazard(at path: String) throws(FileError) -> PathHazard? {
        try hazard(at: path, isLast: true)
    }

    private func hazard(at place: String, isLast: Bool) throws(FileError) -> PathHazard? {
        guard let status = try Self.status(of: place) else { return nil }
        guard isTrusted(status.st_uid, isLast: isLast) else {
            return .owner(status.st_uid, at: place)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { return nil }
        // In a directory with the sticky bit, others cannot replace the next component.
        if status.st_mode & S_ISVTX != 0, !isLast { return nil }
        if status.st_mode & 0o002 != 0 { return .writableByAll(at: place) }
        guard status.st_mode & 0o020 != 0 else { return nil }
        // With an access control list, the group bits are its mask; see acl(5).
        if unsafe clinux_has_access_list(place) { return .accessList(at: place) }
        return isOwn(group: status.st_gid)
            ? nil : .writableByGroup(status.st_gid, at: place)
    }

    private static func status(of path: String) throws(FileError) -> stat? {
        var status = stat()
        do {
            try call("stat", path) { unsafe lstat(path, &status) }
        } catch  where error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory {
            return nil
        }
        return status
    }

    /// Returns whether an owner is trusted: this user, root, or an unmapped user above the last component.
    private func isTrusted(_ owner: UInt32, isLast: Bool) -> Bool {
        owner == user || owner == 0 || !isLast && user != 0 && Self.isUnmapped(owner)
    }

    /// Returns whether an owner is the overflow user of this user namespace.
    ///
    /// In a sandbox of an unprivileged user, `/` and /usr belong to the host's root, which is unmapped, so no
    /// process in the sandbox can run as that user.
    private static func isUnmapped(_ owner: UInt32) -> Bool {
        guard let overflow = lines(of: "/proc/sys/kernel/overflowuid").first.flatMap({ $0.first }),
            overflow == Int(owner)
        else { return false }
        let ranges = lines(of: "/proc/self/uid_map")
        guard !ranges.isEmpty else { return false }
        return !ranges.contains {
            $0.count == 3 && $0[0] <= Int(owner) && Int(owner) < $0[0] + $0[2]
        }
    }

    /// Returns the numbers on each line of a file.
    private static func lines(of path: String) -> [[Int]] {
        let bytes = (try? FileSystem.contents(of: path, limit: 1 << 16)) ?? nil
        return String(decoding: bytes ?? [], as: UTF8.self).split(byte: "\n").map { line in
            line.split(byte: " ").flatMap { $0.split(byte: "\t") }.compactMap { Int($0) }
        }
    }

    /// Returns whether a group has no members other than this user.
    ///
    /// This is root's group, or the private group that many systems create for each user: the group of this
    /// process, if neither /etc/group nor /etc/passwd adds another user. Other sources are not used because
    /// they require modules of the host; a group of a directory service is private if its ID is that of the
    /// user.
    func isOwn(group: UInt32) -> Bool {
        if group == 0, user == 0 || self.group != 0 { return true }
        guard group == self.group else { return false }
        let users = Self.records("/etc/passwd")
        let name = users.first { $0.count > 2 && UInt32($0[2]) == user }?[0]
        let hasOtherUsers = users.contains { fields in
            fields.count > 3 && UInt32(fields[3]) == group && UInt32(fields[2]) != user
        }
        guard !hasOtherUsers else { return false }
        guard
            let record = Self.records("/etc/group")
                .first(where: { $0.count > 3 && UInt32($0[2]) == group })
        else { return group == user }
        return record[3].split(byte: ",").allSatisfy { $0 == name }
    }

    private static func records(_ path: String) -> [[String]] {
        let bytes = (try? FileSystem.contents(of: path, limit: 4 << 20)) ?? nil
        return String(decoding: bytes ?? [], as: UTF8.self).split(byte: "\n").map {
            $0.split(byte: ":", omittingEmpty: false)
        }
    }
}
