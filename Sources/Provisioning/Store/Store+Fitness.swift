internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// What has to be right before a tree is made, changed or removed.
extension Store {
    /// Refuses to begin where so few files may be open that even undoing would fail.
    func refuseFewOpenFiles() throws(Failure) {
        let needed = 32
        let limit = OpenFileLimit.raised()
        guard limit < needed else { return }
        throw Failure(
            .destination,
            "the limit on open files is too low",
            facts: [.init("limit", limit), .init("needed", needed)],
            hint: "run `ulimit -n 1024`, or raise LimitNOFILE= of the service"
        )
    }

    /// Refuses to remove a tree of another user: in a store that a group shares, everyone can add
    /// trees, and only its owner can delete what is in one.
    func refuseOtherOwner(_ installation: Installation) throws {
        let tree = installations.path(of: installation)
        let user = FileSystem.currentUser
        guard user != 0, let owner = try FileSystem.owner(of: tree, followingLinks: false),
            owner != user
        else { return }
        throw Failure(
            .destination,
            "\(installation.name) belongs to another user",
            facts: [
                .init("path", tree), .init("owner", "user \(owner)"),
                .init("running as", "user \(user)"),
            ],
            hint: "run as that user"
        )
    }

    /// Refuses a file system that has no room for the archive's contents, before anything is written.
    func refuseTooFull(for archive: borrowing VerifiedArchive) throws {
        let needed = try archive.declaredInflatedByteCount()
        let there = try FileSystemIdentity.of(installations.stagingDirectory)
        guard needed <= there.availableByteCount else {
            throw Failure(
                .destination,
                "not enough disk space to unpack the archive",
                facts: [
                    .init("directory", installations.root), .init("file system", there.name),
                    .init("needed", "\(ByteCount(needed, isRoundedUp: true))"),
                    .init("free", "\(ByteCount(there.availableByteCount))"),
                ],
                hint: "free space, or set GOTOOLPROV_SDK_ROOT to a directory on another file system"
            )
        }
        // Go's trees have a file or directory for every 17 to 18 kB: docs/facts/archives.md#contents.
        let fileCount = needed / 20_000
        if let available = there.availableFileCount, available < fileCount {
            throw Failure(
                .destination,
                "not enough inodes to unpack the archive",
                facts: [
                    .init("directory", installations.root), .init("file system", there.name),
                    .init("needed", "about \(fileCount)"), .init("free", available),
                ],
                hint:
                    "delete small files there, or set GOTOOLPROV_SDK_ROOT to a directory on another file"
                    + " system"
            )
        }
    }

    /// Refuses a file system that does not do what trees need, found by trying it beside them.
    ///
    /// - Parameter name: What is to be made; its lock is held.
    /// - Throws: ``Failure`` of kind `destination`, or ``FileError`` where it cannot be tried.
    func refuseUnfit(_ name: String) throws {
        let trial = try installations.staged(name)
        guard let shortcoming = try DirectoryTrial.shortcoming(of: trial.directory) else { return }
        throw Failure(shortcoming, root: installations.root)
    }
    /// Refuses to change a tree that something is mounted in, or that is a mount itself.
    func refuseMounted(_ installation: Installation) throws {
        let goRoot = installations.path(of: installation)
        guard let mount = try MountedDirectories.touching(goRoot).first else { return }
        throw Failure(mountedAt: mount, "\(installation.name) contains a mount point")
    }
}

extension Failure {
    /// Something of somebody else is mounted where a tree would be changed.
    init(mountedAt path: String, _ what: String) {
        self.init(
            .destination,
            what,
            facts: [.init("mounted at", path)],
            hint: "run `umount \(ShellQuoting.quoted(path))` first"
        )
    }
}

extension Failure {
    /// What a file system does not do, and why that matters.
    init(_ shortcoming: DirectoryTrial.Shortcoming, root: String) {
        let name = (try? FileSystemIdentity.of(root))?.name ?? "unknown"
        let (what, hint) =
            switch shortcoming {
            case .locks:
                ("does not enforce file locks", "use a local file system")
            case .modes:
                (
                    "does not keep permission bits",
                    "on WSL, use a directory outside /mnt, or mount with `metadata`"
                )
            case .execution: ("does not allow execution", "mount it without `noexec`")
            case .rename: ("does not support rename without replacement", "use a local file system")
            }
        self.init(
            .destination,
            "the file system of the SDK directory \(what)",
            facts: [.init("directory", root), .init("file system", name)],
            hint: "\(hint); or set GOTOOLPROV_SDK_ROOT to a directory on another file system"
        )
    }

    /// Another gotoolprov was busy for longer than one wanted to wait.
    init(_ busy: InstallLock.Busy, name: String) {
        self.init(
            .busy,
            "another gotoolprov process is working on \(name)",
            facts: busy.holder.map(Fact.facts) ?? [.init("process", "unknown")],
            hint: "try again later, or wait longer: `--wait SECONDS`"
        )
    }
}

extension Failure.Fact {
    /// Who holds a lock.
    static func facts(_ holder: LockHolder) -> [Failure.Fact] {
        [.init("process", holder.processID), .init("command", holder.command)]
            + (holder.startedAt.map { [.init("since", "\($0)")] } ?? [])
    }
}
