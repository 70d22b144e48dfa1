internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// Refuses to change folders that somebody else could change too, or that belong to somebody
    /// else, unless the user said to trust them.
    func refuseUnsafeRoots() throws {
        guard !conduct.trustsRoots else { return }
        try refuseUnsafe(store.root, "the folder for SDKs", "GOTOOLPROV_SDK_ROOT")
        try refuseUnsafe(launchers.path, "the folder for launchers", "GOBIN")
    }

    /// Refuses to begin where so few files may be open that even undoing would fail.
    func refuseFewOpenFiles() throws(Failure) {
        let needed = 32
        let limit = OpenFileLimit.raised()
        guard limit < needed else { return }
        throw Failure(
            .destination,
            "this process may open too few files",
            facts: [.init("limit", limit), .init("needed", needed)],
            hint: "`ulimit -n 1024`, or LimitNOFILE= of the service"
        )
    }

    private func refuseUnsafe(
        _ path: String,
        _ what: String,
        _ variable: String
    ) throws {
        func refusal(_ why: String, _ facts: [Failure.Fact], _ hint: String) -> Failure {
            Failure(
                .destination,
                "\(what) \(why)",
                facts: [.init("folder", path)] + facts,
                hint: "\(hint); or, if that is as it should be, `--trust-roots`"
            )
        }
        if try FileSystem.kind(of: path) == .symbolicLink {
            let target = FileSystem.withoutLinks(path) ?? FileSystem.linkTarget(of: path) ?? "?"
            throw refusal(
                "is a symbolic link",
                [.init("points to", target)],
                "name the folder itself: \(variable)=\(ShellQuoting.quoted(target))"
            )
        }
        var existing = path
        while try FileSystem.access(to: existing) == nil, existing != "/" {
            existing = FilePath(existing).removingLastComponent().string
        }
        guard let access = try FileSystem.access(to: existing) else { return }
        let user = FileSystem.currentUser
        if existing == path || user == 0, access.owner != user, access.owner != 0 {
            let facts: [Failure.Fact] = [
                .init("owner", "user \(access.owner), at \(existing)"),
                .init("you are", "user \(user)"),
            ]
            throw user == 0
                ? refusal(
                    "belongs to another user, and root's files would be in that user's way",
                    facts,
                    "run it as that user, without sudo; or set HOME or \(variable) to a folder of"
                        + " root's"
                )
                : refusal("belongs to another user", facts, "set \(variable) to a folder of yours")
        }
        var folder = existing
        while true {
            if let access = try FileSystem.access(to: folder), access.isWritableByAll,
                folder == path || !access.isSticky
            {
                throw refusal(
                    "can be changed by every user of this host",
                    [.init("writable by all", folder)],
                    "`chmod o-w \(ShellQuoting.quoted(folder))`"
                )
            }
            if folder == "/" { return }
            folder = FilePath(folder).removingLastComponent().string
        }
    }

    /// Refuses a file system that has no room for the archive's contents, before anything is written.
    func refuseTooFull(for archive: borrowing VerifiedArchive) throws {
        let needed = try archive.declaredInflatedByteCount()
        let there = try FileSystemIdentity.of(store.stagingFolder)
        guard needed <= there.availableByteCount else {
            throw Failure(
                .destination,
                "there is not enough space for the archive's contents",
                facts: [
                    .init("folder", store.root), .init("file system", there.name),
                    .init("needed", "\(needed.megabytes) MB"),
                    .init("free", "\(there.availableByteCount.megabytes) MB"),
                ],
                hint: "free some space, or set GOTOOLPROV_SDK_ROOT elsewhere"
            )
        }
        // Go's trees have a file or folder for every 14 to 19 kB: data/go-toolchain-facts.md.
        let fileCount = needed / 20_000
        if let available = there.availableFileCount, available < fileCount {
            throw Failure(
                .destination,
                "there are not enough inodes for the archive's files",
                facts: [
                    .init("folder", store.root), .init("file system", there.name),
                    .init("needed", "about \(fileCount)"), .init("free", available),
                ],
                hint: "delete many small files there, or set GOTOOLPROV_SDK_ROOT elsewhere"
            )
        }
    }

    /// Refuses a file system that does not do what trees need, found by trying it.
    func refuseUnfit(_ staged: String) throws {
        guard let shortcoming = try FolderTrial.shortcoming(of: staged) else { return }
        throw Failure(shortcoming, root: store.root)
    }
}

extension Failure {
    /// What a file system does not do, and why that matters.
    init(_ shortcoming: FolderTrial.Shortcoming, root: String) {
        let name = (try? FileSystemIdentity.of(root))?.name ?? "unknown"
        let (what, hint) =
            switch shortcoming {
            case .locks:
                ("gives one lock to several processes", "the host's own file system has locks")
            case .modes:
                (
                    "does not keep permission bits",
                    "on WSL, stay below / and off /mnt, or mount with `metadata`"
                )
            case .execution: ("does not let programs run", "mount it without `noexec`")
            case .rename: ("replaces files when asked not to", "use the host's own file system")
            }
        self.init(
            .destination,
            "the file system of the folder for SDKs \(what)",
            facts: [.init("folder", root), .init("file system", name)],
            hint: "\(hint); or set GOTOOLPROV_SDK_ROOT elsewhere"
        )
    }

    /// Another gotoolprov was busy for longer than one wanted to wait.
    init(_ busy: InstallLock.Busy, name: String) {
        self.init(
            .busy,
            "another gotoolprov is at work on \(name)",
            facts: busy.holder.map(Fact.facts) ?? [.init("which", "cannot be told")],
            hint: "try again later, or let it wait: `--wait SECONDS`"
        )
    }
}

extension Failure.Fact {
    /// Who holds a lock.
    static func facts(_ holder: LockHolder) -> [Failure.Fact] {
        [.init("process", holder.processID), .init("command", holder.command)]
            + (holder.startedAt.map { [.init("since", $0)] } ?? [])
    }
}

extension Int {
    /// Bytes as whole megabytes, rounded up so that a need is never understated.
    var megabytes: Int { (self + 999_999) / 1_000_000 }
}
