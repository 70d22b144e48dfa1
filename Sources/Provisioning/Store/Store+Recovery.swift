internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

extension Store {
    /// Acquires the lock `name`, and cleans up after processes that died while they held it.
    func lock(_ name: String) throws -> Transaction {
        try directories.refuseUnsafeRoots()
        try refuseFewOpenFiles()
        let path = installations.lockPath(name)
        let monitor = ProgressMonitor(report: { _, _, _ in }, signal: session.signal)
        var made: [String] = []
        var attempts = 0
        do {
            while true {
                try installations.makeBookkeepingDirectories(adding: &made)
                // Another user may have created a missing directory first.
                try directories.refuseUnsafeRoots()
                do {
                    let lock = try InstallLock.acquire(
                        path,
                        timeout: session.allowance.lockTimeout,
                        monitor: monitor
                    ) { session.onEvent(.waitingForLock(name, holder: $0)) }
                    recover(holding: name)
                    return Transaction(lock, made: made)
                } catch let error as FileError
                    where error.errno == .noSuchFileOrDirectory && error.path == path
                    && attempts < 100
                {
                    // Another process has just deleted the directory that it had created.
                    attempts += 1
                }
            }
        } catch {
            FileSystem.removeEmptyDirectories(made)
            switch error {
            case let error as ProgressMonitor.Interrupted: throw Failure(waiting: error)
            case let error as InstallLock.Busy: throw Failure(error, name: name)
            case let error as FileError where error.path == path && error.errno == .notSupported:
                throw Failure(.locks, root: installations.root)
            default: throw error
            }
        }
    }

    /// Cleans up after killed processes, for commands that take no lock themselves; unsafe directories
    /// are left alone.
    func recover() {
        guard
            (try? installations.existingBookkeepingDirectory(Installations.Name.staging)?.names())?
                .isEmpty
                == false,
            (try? directories.refuseUnsafeRoots()) != nil,
            installations.existingBookkeepingDirectory(Installations.Name.lock) != nil
        else { return }
        recover(holding: nil)
    }

    /// Deletes the temporary files and directories of killed processes.
    ///
    /// An entry of the staging directory is named after its lock, with a dot and digits appended; a
    /// live process holds that lock. Entries with other names are kept. If the directory is empty, this
    /// is a single directory listing.
    ///
    /// - Parameter held: The lock that this process holds, if any.
    private func recover(holding held: String?) {
        // An entry that cannot be deleted now does no harm; the next run tries again.
        let staging = installations.existingBookkeepingDirectory(Installations.Name.staging)
        for entry in (try? staging?.names()) ?? [] {
            guard let staging, let name = Self.name(ofTemporary: entry.text),
                let installation = Installation(name: name)
            else { continue }
            if name == held {
                finish(entry, in: staging, of: installation)
            } else if let lock = try? InstallLock.ifFree(installations.lockPath(name)) {
                finish(entry, in: staging, of: installation)
                lock.discardIfNew()
            }
        }
        if held == Self.defaultLock {
            for launcher in defaultLaunchers { launchers.sweepTemporaries(of: launcher.name) }
            let directory = try? installations.directory()?.directory(
                Installations.Name.bookkeeping
            )
            for entry in (try? directory?.names()) ?? []
            where TemporaryName(parsing: entry.text)?.target == Installations.Name.current {
                try? directory?.remove(entry)
            }
        } else if let held {
            launchers.sweepTemporaries(of: held)
        }
    }

    /// Deletes a directory that was being prepared, or was moved here to be deleted; in the second case
    /// also the launcher.
    ///
    /// If a file system is mounted in it, the directory is kept.
    private func finish(
        _ entry: FileName,
        in staging: DirectoryHandle,
        of installation: Installation
    ) {
        let isGone: Bool
        do { isGone = try state(of: installation) == nil } catch { isGone = false }
        if isGone, case .tool(let build) = installation {
            try? launchers.removeLinks(to: build, in: installations)
        }
        if isGone, case .go(let version) = installation {
            _ = try? launchers.remove(launcher(of: version))
            if installations.defaultVersion == version,
                let lock = try? InstallLock.ifFree(installations.lockPath(Self.defaultLock))
            {
                try? removeDefault()
                _ = consume lock
            }
        }
        try? staging.remove(entry)
    }

    /// Returns the name of a temporary entry without the dot and the number at its end.
    static func name(ofTemporary entry: String) -> String? {
        TemporaryName(parsing: entry).flatMap { $0.isHidden ? nil : $0.target }
    }
}
