internal import CLinux
internal import Glibc
internal import SystemPackage
internal import ToolchainCore

/// What lets another user put something of theirs in the place of a path.
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
    /// Which part of the path somebody else can change, and who.
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

/// Who may change what is on a path, as one process sees it.
///
/// A path is safe where nobody but this user and root can replace any part of it: every directory
/// from `/` down belongs to one of them and can be written to by nobody else, and so does every
/// symbolic link that is followed. In a directory with the sticky bit, such as /tmp, others can add
/// names but not replace ours.
package struct PathSafety: Sendable {
    private let user: UInt32
    private let group: UInt32

    /// As seen by this process.
    package init() {
        user = geteuid()
        group = getegid()
    }

    /// The first hazard on `path`, as far as it exists; nil where it is safe.
    ///
    /// - Throws: ``FileError`` where a part of it cannot be looked at.
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

    /// What lets others change what is in the directory at `path`, whatever is above it; nil where
    /// nothing does, or nothing is there.
    ///
    /// - Throws: ``FileError`` where it cannot be looked at.
    package func hazard(at path: String) throws(FileError) -> PathHazard? {
        try hazard(at: path, isLast: true)
    }

    private func hazard(at place: String, isLast: Bool) throws(FileError) -> PathHazard? {
        guard let status = try Self.status(of: place) else { return nil }
        guard isTrusted(status.st_uid, isLast: isLast) else {
            return .owner(status.st_uid, at: place)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { return nil }
        // Where only owners can rename, others can add names and not replace the next part.
        if status.st_mode & S_ISVTX != 0, !isLast { return nil }
        if status.st_mode & 0o002 != 0 { return .writableByAll(at: place) }
        guard status.st_mode & 0o020 != 0 else { return nil }
        // The group's bits are then the mask of the whole list: acl(5).
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

    /// Whether nothing is lost if this user changes it: it is this user, or root.
    private func isTrusted(_ owner: UInt32, isLast: Bool) -> Bool {
        owner == user || owner == 0 || !isLast && user != 0 && Self.isUnmapped(owner)
    }

    /// Whether an owner stands for all that have no number in this user namespace.
    ///
    /// In a sandbox of an ordinary user, `/` and /usr belong to the host's root, whom nobody in
    /// there can be.
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

    /// The numbers in a file, a line each.
    private static func lines(of path: String) -> [[Int]] {
        let bytes = (try? FileSystem.contents(of: path, limit: 1 << 16)) ?? nil
        return String(decoding: bytes ?? [], as: UTF8.self).split(byte: "\n").map { line in
            line.split(byte: " ").flatMap { $0.split(byte: "\t") }.compactMap { Int($0) }
        }
    }

    /// Whether a group is this user's alone.
    ///
    /// That is root's group, and the private group that many systems give each user: the process's
    /// own group, to which neither /etc/group nor /etc/passwd adds anyone else. Only those files are
    /// read, because other sources are modules of the host's; a group of a directory service counts
    /// where it has the user's number.
    func isOwn(group: UInt32) -> Bool {
        if group == 0, user == 0 || self.group != 0 { return true }
        guard group == self.group else { return false }
        let users = Self.records("/etc/passwd")
        let name = users.first { $0.count > 2 && UInt32($0[2]) == user }?[0]
        let isOthers = users.contains { fields in
            fields.count > 3 && UInt32(fields[3]) == group && UInt32(fields[2]) != user
        }
        guard !isOthers else { return false }
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
