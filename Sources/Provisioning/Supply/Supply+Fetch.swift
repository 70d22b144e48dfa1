internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost
internal import ToolchainNetwork

extension Supply {
    /// Downloads an archive into the cache, unless it is there; waits if another process is downloading
    /// it.
    ///
    /// A partial download of an earlier process is resumed.
    ///
    /// - Parameters:
    ///   - pin: The archive.
    ///   - address: The URL to download from.
    ///   - end: The deadline for this archive, which the first request for it sets.
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

    /// Downloads an archive as ``fetch(_:from:until:)`` does, without waiting for the background
    /// download of this run: this is that download, or it has ended.
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
        // A download without data leaves no directories behind.
        defer { FileSystem.removeEmptyDirectories(made) }
        try FileSystem.makeDirectories(cache.directory, adding: &made)
        let lock: InstallLock
        do {
            lock = try InstallLock.acquire(
                cache.lockPath(of: pin.digest),
                timeout: session.allowance.lockTimeout,
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
            // A partial archive without a validator cannot be resumed.
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

    /// Returns the archive cache of this user.
    ///
    /// - Returns: The cache, whose directory may not exist.
    /// - Throws: ``Failure`` of kind `configuration` if its directory is unknown.
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

    /// Returns the transfer policy from the environment and the options.
    func transferPolicy() -> TransferPolicy {
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
