internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// Gets archives for a mirror, whose staging directory is the cache of this run.
extension Supply {
    /// Starts the download of an archive in the background, if a server is its first source.
    ///
    /// - Parameter item: A pinned archive that is not in the mirror.
    package func prefetch(_ item: MirrorItem) {
        guard let pin = item.pin, let source = try? mirrorSources(of: pin).first,
            let address = source.address
        else { return }
        session.downloads.start(pin) { try download(pin, from: address, until: &$0) }
    }

    /// Returns whether the file at a place is the pinned archive.
    ///
    /// - Throws: ``Failure`` if the run is interrupted.
    package func has(_ item: MirrorItem, at place: String) throws(Failure) -> Bool {
        do {
            guard let pin = item.pin, try FileSystem.kind(of: place) == .file else { return false }
            _ = try ArchiveFile.opening(place).verified(against: pin, monitor: monitor(item))
            return true
        } catch let interrupted as ProgressMonitor.Interrupted {
            throw session.interruption(interrupted)
        } catch {
            return false
        }
    }

    /// Gets an archive: from its place in the mirror if it is intact there, else from a source.
    ///
    /// The archive has the pinned digest, or the log proves its files; and it has been read as strictly as an
    /// installation reads it. For a Go that the log can record, a proof is got as well, if possible.
    ///
    /// - Parameters:
    ///   - item: What to get.
    ///   - place: The absolute path of its place in the mirror; no file has to be there.
    ///   - listed: What the index lists there, which has been read strictly before.
    /// - Returns: The archive, at its place or in the staging directory.
    /// - Throws: ``Failure``: of kind `integrity` or `unavailable` if no source has the archive.
    package func obtain(
        _ item: MirrorItem,
        at place: String,
        listed: ObtainedArchive.Listed?
    ) throws(Failure) -> ObtainedArchive {
        do {
            guard let pin = item.pin else { return try obtainProven(item, at: place) }
            return try obtainInPlace(item, pin, at: place, listed: listed)
                ?? fetch(item, pin, claim: nil)
        } catch {
            throw session.failure(for: error, doing: "add \(item.fileName)")
        }
    }

    private func monitor(_ item: MirrorItem) -> ProgressMonitor {
        session.monitor(item.contents.name)
    }

    // MARK: Pinned archives

    /// Returns the archive at its place, or nil if it is not there or not intact.
    private func obtainInPlace(
        _ item: MirrorItem,
        _ pin: PinnedArchive,
        at place: String,
        listed: ObtainedArchive.Listed?
    ) throws -> ObtainedArchive? {
        guard try FileSystem.kind(of: place) == .file else { return nil }
        let source = ArchiveSource(pin: pin, path: place)
        guard let archive = try intact(source, item) else { return nil }
        let wasExamined = listed?.digest == pin.digest
        let hash =
            wasExamined ? listed?.log?.hash : try examine(archive, source, as: item)
        let logEvidence = try logEvidence(
            for: item,
            archive,
            source,
            proofAt: place,
            hash: hash
        )
        return ObtainedArchive(
            path: place,
            isInPlace: true,
            digest: pin.digest,
            byteCount: archive.byteCount,
            voucher: pin.voucher,
            evidence: logEvidence.evidence,
            missingProof: logEvidence.missing,
            origin: place
        )
    }

    /// Opens the file at the place of an archive, unless it is another one.
    private func intact(_ source: ArchiveSource, _ item: MirrorItem) throws -> VerifiedArchive? {
        do {
            return try ArchiveFile.opening(source.path).verified(
                against: source.pin,
                monitor: monitor(item)
            )
        } catch let error as ArchiveError {
            let reason = session.failure(for: error, source: source)
            let text = "\(item.fileName) in the mirror is replaced: \(reason.message)"
            session.onEvent(.remark(item.contents.name, text))
            return nil
        }
    }

    /// Downloads or copies an archive to the staging directory.
    private func fetch(
        _ item: MirrorItem,
        _ pin: PinnedArchive,
        claim: LogClaim?
    ) throws -> ObtainedArchive {
        let verified = try verified(mirrorSources(of: pin), for: item.contents.name)
        let source = verified.source
        let path = try cache().path(of: pin.digest)
        do {
            let hash = try examine(verified.archive, source, as: item)
            var found: (evidence: ObtainedArchive.LogEvidence?, missing: String?)
            if let claim, let hash, let module = item.module {
                found.evidence = try evidence(claim, hash, module, source)
            } else {
                found = try logEvidence(
                    for: item,
                    verified.archive,
                    source,
                    proofAt: source.address == nil ? source.path : nil,
                    hash: hash
                )
            }
            if source.path != path { try stage(source, pin.digest, item) }
            return ObtainedArchive(
                path: path,
                isInPlace: false,
                digest: pin.digest,
                byteCount: verified.archive.byteCount,
                voucher: claim == nil ? pin.voucher : .log,
                evidence: found.evidence,
                missingProof: found.missing,
                origin: source.origin
            )
        } catch let failure as Failure where failure.kind == .integrity {
            try? FileSystem.remove(path)
            throw failure
        }
    }

    /// Returns the sources of an archive; the first of them is the user's own cache, if that has it.
    private func mirrorSources(of pin: PinnedArchive) throws(Failure) -> [ArchiveSource] {
        let own = session.settings.ownCacheDirectory.map { ArchiveCache(directory: $0) }
        guard let own, own.has(pin.digest) else { return try sources(of: pin) }
        let cached = ArchiveSource(pin: pin, path: own.path(of: pin.digest))
        return [cached] + ((try? sources(of: pin)) ?? [])
    }

    /// Copies a file to the staging directory.
    private func stage(
        _ source: ArchiveSource,
        _ digest: SHA256Digest,
        _ item: MirrorItem
    ) throws {
        let staging = try cache().directory
        // Incomplete copies of killed processes.
        AtomicReplacement.sweep(
            "\(staging)/adding",
            where: AtomicReplacement.SweepRule(includesShortNumbers: true)
        )
        let copy: ArchiveCopy
        do {
            copy = try ArchiveCopy.making(
                of: FileSystem.withoutLinks(source.path) ?? source.path,
                beside: "\(staging)/adding",
                monitor: monitor(item)
            )
        } catch is ArchiveRejection {
            throw session.failure(for: ArchiveError.changedWhileRead, source: source)
        }
        guard copy.digest == digest else {
            throw session.failure(for: ArchiveError.changedWhileRead, source: source)
        }
        try copy.publish(as: "\(digest)", mode: 0o644)
    }

    // MARK: The log

    /// Gets a proof for a pinned Go: the file beside it, else from the log.
    ///
    /// - Parameters:
    ///   - item: The Go.
    ///   - archive: The archive.
    ///   - source: Where it comes from, for messages.
    ///   - path: The path of the archive that may have a proof beside it, or nil.
    ///   - known: The hash of its files; if nil, the archive is read, but only if there is a proof.
    /// - Returns: The proof, or why there is none; neither for anything that the log cannot record.
    /// - Throws: ``Failure`` if the log contradicts the archive or itself.
    private func logEvidence(
        for item: MirrorItem,
        _ archive: borrowing VerifiedArchive,
        _ source: ArchiveSource,
        proofAt path: String?,
        hash known: ModuleHash?
    ) throws -> (evidence: ObtainedArchive.LogEvidence?, missing: String?) {
        guard let module = item.module else { return (nil, nil) }
        let log = session.settings.log
        if let reason = log.disabledBy { return (nil, "the log is disabled by \(reason)") }
        var hash = known
        if let path, let claim = try usableProof(beside: path) {
            if hash == nil { hash = try examine(archive, source, as: item) }
            if let hash, let found = try? evidence(claim, hash, module, source) {
                return (found, nil)
            }
        }
        if source.mirror != nil, source.address != nil, let claim = try webProof(of: module.go) {
            if hash == nil { hash = try examine(archive, source, as: item) }
            if let hash, let found = try? evidence(claim, hash, module, source) {
                return (found, nil)
            }
        }
        // Each attempt to reach a log that does not answer would take long.
        if let reason = session.logOutage.withLock({ $0 }) { return (nil, reason) }
        let proven: ProvenToolchain
        do throws(Failure) {
            proven = try record(of: module.go)
        } catch {
            guard !error.isFork, error.kind == .unavailable || error.kind == .integrity else {
                throw error
            }
            if error.kind == .unavailable, !error.isAbsence {
                session.logOutage.withLock { $0 = error.message }
            }
            return (nil, error.message)
        }
        if hash == nil { hash = try examine(archive, source, as: item) }
        guard let hash else { return (nil, nil) }
        return (try evidence(.record(proven), hash, module, source), nil)
    }

    /// Returns the proof beside an archive, or nil if there is none, or only a useless file.
    ///
    /// - Throws: ``Failure`` if it reveals a fork of the log.
    private func usableProof(beside path: String) throws(Failure) -> LogClaim? {
        do throws(Failure) {
            return try LogClaim.proof(
                at: path + LogProof.fileSuffix,
                of: session.settings.log
            )
        } catch {
            if error.isFork { throw error }
            return nil
        }
    }

    /// Verifies that the log records the files of an archive.
    func evidence(
        _ claim: LogClaim,
        _ hash: ModuleHash,
        _ module: ToolchainModule,
        _ source: ArchiveSource
    ) throws(Failure) -> ObtainedArchive.LogEvidence {
        do {
            let record = try claim.verified(hash: hash, of: module)
            guard let proof = claim.proof else {
                throw Failure(.defect, "a claim without a proof")
            }
            return ObtainedArchive.LogEvidence(record: record, proof: proof.document)
        } catch let mismatch as LogClaim.Mismatch {
            throw Failure(mismatch, source: source)
        } catch {
            throw session.failure(for: error, source: source)
        }
    }

    // MARK: Archives that only the log proves

    private func obtainProven(
        _ item: MirrorItem,
        at place: String
    ) throws -> ObtainedArchive {
        guard let module = item.module else { throw Failure(.defect, "not a recorded Go") }
        let version = module.go
        let candidates = try unpinnedCandidates(of: version, at: place)
        var attempts = UnpinnedAttempts(name: version.toolchainName, session: session)
        var obtained: ObtainedArchive?
        func use(
            _ archive: UnpinnedArchive,
            _ claim: LogClaim,
            _ end: inout ContinuousClock.Instant?
        ) throws {
            try withOpened(archive, of: version, claim: claim, until: &end) { verified in
                let source = verified.source
                guard let hash = try examine(verified.archive, source, as: item) else { return }
                let evidence = try evidence(claim, hash, module, source)
                let digest = verified.archive.pin.digest
                let isInPlace = source.path == place
                if source.address == nil, !isInPlace { try stage(source, digest, item) }
                obtained = ObtainedArchive(
                    path: isInPlace ? place : try cache().path(of: digest),
                    isInPlace: isInPlace,
                    digest: digest,
                    byteCount: verified.archive.byteCount,
                    voucher: .log,
                    evidence: evidence,
                    missingProof: nil,
                    origin: source.origin
                )
            }
        }
        for archive in candidates where archive.hasProof {
            _ = try attempts.attempt(archive) { end in
                let path = archive.origin + LogProof.fileSuffix
                guard let claim = try LogClaim.proof(at: path, of: session.settings.log) else {
                    return
                }
                try use(archive, claim, &end)
            }
            if let obtained { return obtained }
        }
        let proven: ProvenToolchain
        do {
            proven = try record(of: version)
        } catch {
            if error.kind == .unavailable, let claim = try webProof(of: version) {
                for archive in candidates {
                    _ = try attempts.attempt(archive) { try use(archive, claim, &$0) }
                    if let obtained { return obtained }
                }
            }
            throw attempts.summary(afterLookup: error)
        }
        if let first = candidates.first, !first.hasProof, first.origin == place {
            _ = try attempts.attempt(first) { try use(first, .record(proven), &$0) }
            if let obtained { return obtained }
        }
        if let listed = try officialArchive(of: version).archive {
            let pin = PinnedArchive(
                .go(version),
                platform: session.platform,
                fileName: item.fileName,
                digest: listed.digest,
                byteCount: listed.byteCount,
                voucher: .officialList
            )
            do {
                return try fetch(item, pin, claim: .record(proven))
            } catch {
                throw attempts.summary(
                    after: session.failure(for: error, doing: "add \(item.fileName)")
                )
            }
        }
        for archive in candidates where !archive.hasProof && archive.origin != place {
            _ = try attempts.attempt(archive) { try use(archive, .record(proven), &$0) }
            if let obtained { return obtained }
        }
        throw attempts.summary
    }

    /// Returns the places that may have an archive which only the log can prove; the first is its place in
    /// the mirror, if a file is there.
    private func unpinnedCandidates(
        of version: GoVersion,
        at place: String
    ) throws -> [UnpinnedArchive] {
        var candidates: [UnpinnedArchive] = []
        if try FileSystem.kind(of: place) == .file {
            let hasProof = try FileSystem.kind(of: place + LogProof.fileSuffix) == .file
            candidates.append(
                UnpinnedArchive(
                    place: .file(place),
                    mirror: nil,
                    evidence: hasProof ? .proof : .lookup
                )
            )
        }
        switch try logEvidence(for: version) {
        case .archives(let archives): return candidates + archives
        case .disabled(let reason):
            throw Failure(
                .integrity,
                "\(version.toolchainName) is not in any catalog, and the log is disabled",
                facts: [.init("disabled by", reason)]
            )
        case .missing(let facts):
            guard candidates.isEmpty else { return candidates }
            throw Failure(
                .unavailable,
                "no source has \(version.toolchainName) and its log proof",
                facts: facts
            )
        }
    }
}
