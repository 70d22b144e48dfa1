internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost
internal import ToolchainNetwork
internal import TransparencyLog

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
        session.downloads.note(Downloads.Transfer(pin))
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
        try download(
            .pinned(pin),
            as: Downloads.Transfer(pin),
            of: pin.contents.name,
            from: address,
            until: &end
        )
    }

    /// Downloads an archive whose digest is not known, and puts it into the cache once it is proven.
    ///
    /// Until then it has the name of a partial download, so nothing else in the cache is touched, and
    /// nothing is left of it if it is not proven.
    ///
    /// - Parameters:
    ///   - version: The version.
    ///   - evidence: The record or the proof that its files have to match, which identifies a partial download.
    ///   - address: The URL to download from.
    ///   - end: The deadline for all attempts, which the first request sets.
    ///   - use: Proves and uses the file at a path, while its lock is held.
    /// - Throws: As ``fetch(_:from:until:)``; what `use` throws.
    func download(
        _ version: GoVersion,
        provenBy evidence: [UInt8],
        from address: WebAddress,
        until end: inout ContinuousClock.Instant?,
        _ use: (_ path: String) throws -> Void
    ) throws {
        let transfer = Downloads.Transfer(
            key: try SHA256Digest(of: evidence),
            fileName: version.archiveFileName(for: session.platform),
            byteCount: nil
        )
        session.downloads.note(transfer)
        try download(
            .unpinned,
            as: transfer,
            of: version.toolchainName,
            from: address,
            until: &end,
            use
        )
    }

    private func download(
        _ expected: ArchiveDownload.Expectation,
        as transfer: Downloads.Transfer,
        of name: String,
        from address: WebAddress,
        until end: inout ContinuousClock.Instant?,
        _ use: (_ path: String) throws -> Void = { _ in }
    ) throws {
        let cache = try cache()
        let monitor = session.monitor(name)
        let partial = cache.partialPath(of: transfer.key)
        let validator = cache.validatorPath(of: transfer.key)
        try Directories(session).refuseUnsafeCache()
        var made: [String] = []
        // A download without data leaves no directories behind.
        defer { FileSystem.removeEmptyDirectories(made) }
        try FileSystem.makeDirectories(cache.directory, adding: &made)
        let lock: InstallLock
        do {
            lock = try InstallLock.acquire(
                cache.lockPath(of: transfer.key),
                timeout: session.allowance.lockTimeout,
                monitor: monitor
            ) { session.onEvent(.waitingForLock(transfer.fileName, holder: $0)) }
        } catch let busy as InstallLock.Busy {
            throw Failure(busy, name: transfer.fileName)
        } catch let interrupted as ProgressMonitor.Interrupted {
            throw Failure(waiting: interrupted)
        }
        var isComplete = false
        do {
            // Another process may have downloaded it while this one waited.
            if let digest = expected.digest, cache.has(digest) { return lock.discardIfNew() }
            let digest = try receive(
                expected,
                named: name,
                from: address,
                until: &end,
                to: partial,
                validatorAt: validator
            )
            isComplete = true
            try use(partial)
            try FileSystem.replace(cache.path(of: digest), by: partial)
            try FileSystem.remove(validator)
            lock.discardIfNew()
        } catch {
            // A partial archive without a validator cannot be resumed.
            let isResumable = try !isComplete && FileSystem.kind(of: validator) != nil
            if try !isResumable || FileSystem.byteCount(of: partial) == 0 {
                try FileSystem.remove(partial)
                try FileSystem.remove(validator)
            }
            lock.discardIfNew()
            guard let interrupted = error as? ProgressMonitor.Interrupted else { throw error }
            throw session.interruption(interrupted)
        }
    }

    /// Downloads an archive to a file, and reports the end of it.
    private func receive(
        _ expected: ArchiveDownload.Expectation,
        named name: String,
        from address: WebAddress,
        until end: inout ContinuousClock.Instant?,
        to path: String,
        validatorAt validator: String
    ) throws -> SHA256Digest {
        var isComplete = false
        defer { session.onEvent(.ended(name, isComplete: isComplete)) }
        var policy = transferPolicy()
        end = end ?? .now + .seconds(policy.totalSeconds)
        policy.end = end
        let digest = try ArchiveDownload(
            expected,
            from: address,
            policy: policy,
            monitor: session.monitor(name)
        ).run(to: path, validatorAt: validator)
        isComplete = true
        return digest
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
        policy.credentials = { try credentials(for: $0) }
        policy.authorityDirectories = session.settings.authorityDirectories
        if let seconds = session.settings.idleSeconds { policy.idleSeconds = seconds }
        if let seconds = session.settings.idleSeconds { policy.connectSeconds = min(15, seconds) }
        if let seconds = session.settings.totalSeconds { policy.totalSeconds = seconds }
        return policy
    }
}
