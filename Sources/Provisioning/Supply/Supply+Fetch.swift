internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost
internal import ToolchainNetwork

extension Supply {
    /// Brings the archive into the cache, unless it is there, and waits for whoever brings it already.
    ///
    /// A partial download that another process has left is resumed.
    ///
    /// - Parameters:
    ///   - pin: The archive.
    ///   - address: Where it may be.
    ///   - end: When the time for this archive is over; set by the first request for it.
    /// - Throws: ``Failure``, ``TransferError``, ``FileError`` or ``ProgressMonitor/Interrupted``.
    func fetch(
        _ pin: PinnedArchive,
        from address: WebAddress,
        until end: inout ContinuousClock.Instant?
    ) throws {
        session.downloads.note(pin)
        do {
            try session.downloads.wait(for: pin.digest, session.monitor(pin.contents.name))
        } catch {
            throw session.interruption(error)
        }
        end = end ?? session.downloads.end(of: pin.digest)
        try download(pin, from: address, until: &end)
    }

    /// Does what ``fetch(_:from:until:)`` does, without waiting for a download that this run has
    /// started early: it is that download, or comes after it.
    func download(
        _ pin: PinnedArchive,
        from address: WebAddress,
        until end: inout ContinuousClock.Instant?
    ) throws {
        let cache = try cache()
        let monitor = session.monitor(pin.contents.name)
        let partial = cache.partialPath(of: pin.digest)
        let validator = cache.validatorPath(of: pin.digest)
        try Directories(session).refuseUnsafeCache()
        var made: [String] = []
        // Where nothing came, nothing stays.
        defer { FileSystem.removeEmptyDirectories(made) }
        try FileSystem.makeDirectories(cache.directory, adding: &made)
        let lock: InstallLock
        do {
            lock = try InstallLock.acquire(
                cache.lockPath(of: pin.digest),
                patience: session.allowance.patience,
                monitor: monitor
            ) { session.onEvent(.waitingForLock(pin.fileName, holder: $0)) }
        } catch let busy as InstallLock.Busy {
            throw Failure(busy, name: pin.fileName)
        } catch let interrupted as ProgressMonitor.Interrupted {
            throw Failure(waiting: interrupted)
        }
        do {
            if !cache.has(pin.digest) {
                var isComplete = false
                defer { session.onEvent(.ended(pin.contents.name, isComplete: isComplete)) }
                var policy = transferPolicy()
                end = end ?? .now + .seconds(policy.totalSeconds)
                policy.end = end
                try ArchiveDownload(pin, from: address, policy: policy, monitor: monitor)
                    .run(to: partial, validatorAt: validator)
                try FileSystem.replace(cache.path(of: pin.digest), by: partial)
                try FileSystem.remove(validator)
                isComplete = true
            }
            lock.discardIfNew()
        } catch {
            // A part that nothing identifies cannot be resumed.
            let isResumable = try FileSystem.kind(of: validator) != nil
            if try !isResumable || FileSystem.byteCount(of: partial) == 0 {
                try FileSystem.remove(partial)
                try FileSystem.remove(validator)
            }
            lock.discardIfNew()
            guard let interrupted = error as? ProgressMonitor.Interrupted else { throw error }
            throw session.interruption(interrupted)
        }
    }

    /// The cache of this user.
    ///
    /// - Returns: The cache, whether or not its directory is there.
    /// - Throws: ``Failure`` of kind `configuration` where no directory for it is known.
    package func cache() throws(Failure) -> ArchiveCache {
        guard let directory = session.settings.cacheDirectory else {
            throw Failure(
                .configuration,
                "\(session.environment.homeProblem), so the archive cache directory is unknown",
                hint: "set HOME to an absolute path, or GOTOOLPROV_CACHE to that directory"
            )
        }
        return ArchiveCache(directory: directory)
    }

    /// How files are fetched, as the environment and the options say.
    private func transferPolicy() -> TransferPolicy {
        var policy = TransferPolicy(
            proxies: ProxySettings { session.environment[$0] },
            userAgent: "gotoolprov/\(ProgramIdentity.version)"
        )
        policy.authorityFile = session.settings.authorityFile.map { file in
            TransferPolicy.AuthorityFile(path: file.path, variable: file.variable)
        }
        policy.authorityDirectories = session.settings.authorityDirectories
        if let seconds = session.settings.idleSeconds { policy.idleSeconds = seconds }
        if let seconds = session.settings.idleSeconds { policy.connectSeconds = min(15, seconds) }
        if let seconds = session.settings.totalSeconds { policy.totalSeconds = seconds }
        return policy
    }
}
