internal import Glibc
internal import SystemPackage
internal import ToolchainCore

extension AtomicReplacement {
    /// A rule that selects which files with temporary names are deleted.
    package struct SweepRule: Sendable {
        /// Whether names with short numbers are included, as in directories that only gotoolprov uses.
        let includesShortNumbers: Bool
        /// Whether files of other users are included, as in a shared directory.
        let includesOtherOwners: Bool
        /// Returns whether a file with these first bytes is included.
        let includesFile: @Sendable ([UInt8]) -> Bool
        /// Returns whether a symbolic link to this target is included.
        let includesLink: @Sendable (String) -> Bool

        /// Creates a rule; the defaults are for directories with files of the user.
        package init(
            includesShortNumbers: Bool = false,
            includesOtherOwners: Bool = false,
            includesFile: @escaping @Sendable ([UInt8]) -> Bool = { _ in true },
            includesLink: @escaping @Sendable (String) -> Bool = { _ in true }
        ) {
            self.includesShortNumbers = includesShortNumbers
            self.includesOtherOwners = includesOtherOwners
            self.includesFile = includesFile
            self.includesLink = includesLink
        }
    }

    /// The number of bytes of a file that are passed to a rule.
    private static let headLength = 16 << 10

    /// Deletes the temporary files of killed processes that were replacing one of `names` in `directory`.
    ///
    /// Those of running processes are kept: their files are locked, and the names of their links contain the
    /// process ID. Because process IDs are reused, links older than a day are deleted in any case.
    package static func sweep(
        _ names: [String],
        in directory: DirectoryHandle,
        where rule: SweepRule = SweepRule()
    ) {
        for entry in (try? directory.names()) ?? [] {
            guard let temporary = TemporaryName(parsing: entry.text), temporary.isHidden,
                names.contains(temporary.target),
                temporary.isUnmistakable || rule.includesShortNumbers && temporary.processID == nil
            else { continue }
            if let processID = temporary.processID {
                sweepLink(entry, of: processID, in: directory, where: rule)
            } else {
                sweepFile(entry, in: directory, where: rule)
            }
        }
    }

    /// Deletes the temporary files of killed processes that were replacing the file or link at `path`.
    package static func sweep(_ path: String, where rule: SweepRule = SweepRule()) {
        guard let (directory, name) = try? FileSystem.openedParent(of: path, to: "open") else {
            return
        }
        sweep([name], in: directory, where: rule)
    }

    private static func sweepFile(
        _ name: FileName,
        in directory: DirectoryHandle,
        where rule: SweepRule
    ) {
        // NFS can only lock a file that is open for writing; a file of another user may be read-only.
        guard
            let file = (try? directory.file(name, O_RDWR)) ?? (try? directory.file(name, O_RDONLY)),
            let status = try? file.status(), status.st_mode & S_IFMT == S_IFREG,
            rule.includesOtherOwners || status.st_uid == geteuid(),
            flock(file.rawValue, LOCK_EX | LOCK_NB) == 0
        else { return }
        let head = Slab(byteCount: min(headLength, Int(status.st_size)))
        guard let count = try? unsafe file.read(into: head.bytes, at: 0) else { return }
        head.count = count
        guard rule.includesFile(unsafe Array(head.filled)) else { return }
        try? directory.remove(name)
    }

    private static func sweepLink(
        _ name: FileName,
        of processID: pid_t,
        in directory: DirectoryHandle,
        where rule: SweepRule
    ) {
        guard let status = try? directory.status(of: name), status.st_mode & S_IFMT == S_IFLNK,
            rule.includesOtherOwners || status.st_uid == geteuid(),
            let target = directory.linkTarget(of: name.text), rule.includesLink(target)
        else { return }
        let isAlive = kill(processID, 0) == 0 || Glibc.errno == EPERM
        guard !isAlive || UTCTime.now.seconds - status.st_mtim.tv_sec > UTCTime.secondsOfDay else {
            return
        }
        try? directory.remove(name)
    }
}
