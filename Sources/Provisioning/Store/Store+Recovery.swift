internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

extension Store {
    /// Takes the lock called `name`, a version's most often, and finishes what dead processes began
    /// under it.
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
                // Where one of them was missing, somebody else may have made it first.
                try directories.refuseUnsafeRoots()
                do {
                    let lock = try InstallLock.acquire(
                        path,
                        patience: session.allowance.patience,
                        monitor: monitor
                    ) { session.onEvent(.waitingForLock(name, holder: $0)) }
                    recover(holding: name)
                    return Transaction(lock, made: made)
                } catch let error as FileError
                    where error.errno == .noSuchFileOrDirectory && error.path == path
                    && attempts < 100
                {
                    // Another process has just discarded the directory that it had made.
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

    /// For commands that then need no lock: directories that would be refused to them are left alone.
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

    /// Deletes what killed processes left behind.
    ///
    /// A name in the staging directory is that of its lock, a dot and digits; whoever is alive holds the
    /// lock. Anything else is not ours and stays. Where there is nothing, this costs one look.
    ///
    /// - Parameter held: The lock that this process holds, if any.
    private func recover(holding held: String?) {
        // What cannot be deleted now is in nobody's way and is tried again next time.
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

    /// Deletes a directory that was being made, or was moved here to be deleted; in the second case the
    /// launcher went with it.
    ///
    /// What somebody has mounted in it stays, and the directory with it.
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
                try? dropDefault()
                _ = consume lock
            }
        }
        try? staging.remove(entry)
    }

    /// What stands before the dot and the number that end the name of everything temporary.
    static func name(ofTemporary entry: String) -> String? {
        TemporaryName(parsing: entry).flatMap { $0.isHidden ? nil : $0.target }
    }
}
