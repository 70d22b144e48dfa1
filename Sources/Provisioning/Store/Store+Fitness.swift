internal import SystemPackage
package import ToolchainCore
package import ToolchainHost

/// The preconditions of creating, changing and removing a tree.
extension Store {
    /// Refuses a limit on open files that is so low that even a rollback would fail.
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

    /// Refuses to remove another user's tree: in a store that a group shares, all members can add
    /// trees, but only the owner of a tree can delete its files.
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

    /// Refuses a file system without enough space for the archive's contents, before anything is
    /// written.
    func refuseTooFull(for archive: borrowing VerifiedArchive) throws {
        let needed = try archive.declaredInflatedByteCount()
        let fileSystem = try FileSystemIdentity.of(installations.stagingDirectory)
        guard needed <= fileSystem.availableByteCount else {
            throw Failure(
                .destination,
                "not enough disk space to unpack the archive",
                facts: [
                    .init("directory", installations.root), .init("file system", fileSystem.name),
                    .init("needed", "\(ByteCount(needed, isRoundedUp: true))"),
                    .init("free", "\(ByteCount(fileSystem.availableByteCount))"),
                ],
                hint: "free space, or set GOTOOLPROV_SDK_ROOT to a directory on another file system"
            )
        }
        // Go trees have one file or directory per 17 to 18 kB: docs/facts/archives.md#contents.
        let fileCount = needed / 20_000
        if let available = fileSystem.availableFileCount, available < fileCount {
            throw Failure(
                .destination,
                "not enough inodes to unpack the archive",
                facts: [
                    .init("directory", installations.root), .init("file system", fileSystem.name),
                    .init("needed", "about \(fileCount)"), .init("free", available),
                ],
                hint:
                    "delete small files there, or set GOTOOLPROV_SDK_ROOT to a directory on another file"
                    + " system"
            )
        }
    }

    /// Refuses a file system that lacks a required feature, determined by a trial in the staging
    /// directory.
    ///
    /// - Parameter name: The name of the installation, whose lock is held.
    /// - Throws: ``Failure`` of kind `destination`, or ``FileError`` if the trial itself fails.
    func refuseUnfit(_ name: String) throws {
        let trial = try installations.staged(name)
        guard let shortcoming = try DirectoryProbe.shortcoming(of: trial.directory) else { return }
        throw Failure(shortcoming, root: installations.root)
    }
    /// Refuses to change a tree that is or contains a mount point.
    func refuseMounted(_ installation: Installation) throws {
        let goRoot = installations.path(of: installation)
        guard let mount = try MountedDirectories.touching(goRoot).first else { return }
        throw Failure(mountedAt: mount, "\(installation.name) contains a mount point")
    }
}

extension Failure {
    /// A file system is mounted in a tree that would be changed.
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
    /// The file system of the SDK directory lacks a required feature.
    init(_ shortcoming: DirectoryProbe.Shortcoming, root: String) {
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

    /// Another gotoolprov process held the lock for longer than `--wait` allows.
    package init(_ busy: InstallLock.Busy, name: String) {
        self.init(
            .busy,
            "another gotoolprov process is working on \(name)",
            facts: busy.holder.map(Fact.facts) ?? [.init("process", "unknown")],
            hint: "try again later, or wait longer: `--wait SECONDS`"
        )
    }
}

extension Failure.Fact {
    /// Returns the facts about the process that holds a lock.
    static func facts(_ holder: LockHolder) -> [Failure.Fact] {
        [.init("process", holder.processID), .init("command", holder.command)]
            + (holder.startedAt.map { [.init("since", "\($0)")] } ?? [])
    }
}
