internal import Glibc
internal import SystemPackage
internal import ToolchainCore

extension AtomicReplacement {
    /// Which of the names that look temporary are taken for such.
    package struct SweepRule: Sendable {
        /// Whether also short numbers count, as in directories where people give no such names.
        let takesShortNumbers: Bool
        /// Whether what other users left counts, as in a directory that several share.
        let takesOtherOwners: Bool
        /// Whether a file with these first bytes is one.
        let takes: @Sendable ([UInt8]) -> Bool
        /// Whether a symbolic link to this target is one.
        let takesLink: @Sendable (String) -> Bool

        /// A rule; without arguments, that for files among people's own.
        package init(
            takesShortNumbers: Bool = false,
            takesOtherOwners: Bool = false,
            takes: @escaping @Sendable ([UInt8]) -> Bool = { _ in true },
            takesLink: @escaping @Sendable (String) -> Bool = { _ in true }
        ) {
            self.takesShortNumbers = takesShortNumbers
            self.takesOtherOwners = takesOtherOwners
            self.takes = takes
            self.takesLink = takesLink
        }
    }

    /// How much of a file a rule looks at, in bytes.
    private static let headLength = 16 << 10

    /// Deletes what killed processes left that were replacing one of `names` in `directory`.
    ///
    /// What a living process is making stays: its file is locked, and the name of a link has the
    /// process's number, of which another may be the owner by now, so that an old one goes anyway.
    package static func sweep(
        _ names: [String],
        in directory: DirectoryHandle,
        where rule: SweepRule = SweepRule()
    ) {
        for entry in (try? directory.names()) ?? [] {
            guard let temporary = TemporaryName(parsing: entry.text), temporary.isHidden,
                names.contains(temporary.target),
                temporary.isUnmistakable || rule.takesShortNumbers && temporary.maker == nil
            else { continue }
            if let maker = temporary.maker {
                sweepLink(entry, of: maker, in: directory, where: rule)
            } else {
                sweepFile(entry, in: directory, where: rule)
            }
        }
    }

    /// Deletes what killed processes left that were replacing the file or link at `path`.
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
        // NFS wants a file that is open for writing to lock it; another user's may only be readable.
        guard
            let file = (try? directory.file(name, O_RDWR)) ?? (try? directory.file(name, O_RDONLY)),
            let status = try? file.status(), status.st_mode & S_IFMT == S_IFREG,
            rule.takesOtherOwners || status.st_uid == geteuid(),
            flock(file.rawValue, LOCK_EX | LOCK_NB) == 0
        else { return }
        let head = Slab(byteCount: min(headLength, Int(status.st_size)))
        guard let count = try? unsafe file.read(into: head.bytes, at: 0) else { return }
        head.count = count
        guard rule.takes(unsafe Array(head.filled)) else { return }
        try? directory.remove(name)
    }

    private static func sweepLink(
        _ name: FileName,
        of maker: pid_t,
        in directory: DirectoryHandle,
        where rule: SweepRule
    ) {
        guard let status = try? directory.status(of: name), status.st_mode & S_IFMT == S_IFLNK,
            rule.takesOtherOwners || status.st_uid == geteuid(),
            let target = directory.linkTarget(of: name.text), rule.takesLink(target)
        else { return }
        let isAlive = kill(maker, 0) == 0 || Glibc.errno == EPERM
        guard !isAlive || UTCTime.now.seconds - status.st_mtim.tv_sec > UTCTime.secondsOfDay else {
            return
        }
        try? directory.remove(name)
    }
}
