internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

extension Installer {
    /// Installs a Go whose archive no digest vouches for, from the first place whose files the log proves.
    ///
    /// The record is looked up at most once, and only if no proof beside an archive is enough. If it cannot be
    /// looked up, the proof beside an archive on a web mirror serves. If the
    /// official list has the digest of the archive, the archive must have it, too; for an archive with a
    /// proof, only a copy of the list that is at hand counts.
    ///
    /// - Parameters:
    ///   - version: The version; nothing exists at its path, or a half-removed tree.
    ///   - archives: The places, in the order in which to try them.
    /// - Throws: The most informative ``Failure`` if no place has an archive that the log proves; nothing
    ///   is published then.
    func install(_ version: GoVersion, from archives: [UnpinnedArchive]) throws {
        try finishRemoval(of: version)
        var attempts = UnpinnedAttempts(name: version.toolchainName, session: supply.session)
        for archive in archives where archive.hasProof {
            let isInstalled = try attempts.attempt(archive) { end in
                try install(version, from: archive, by: proof(beside: archive), until: &end)
            }
            if isInstalled { return }
        }
        let others = archives.filter { !$0.hasProof }
        guard !others.isEmpty else { throw attempts.unprovenSummary }
        let proven: ProvenToolchain
        do {
            proven = try supply.record(of: version)
        } catch {
            if error.kind == .unavailable, let claim = try supply.webProof(of: version) {
                for archive in others {
                    let isInstalled = try attempts.attempt(archive) { end in
                        try install(version, from: archive, by: claim, until: &end)
                    }
                    if isInstalled { return }
                }
            }
            throw attempts.summary(afterLookup: error)
        }
        if let listed = try supply.officialArchive(of: version).archive {
            do {
                return try install(version, listedAs: listed, by: .record(proven))
            } catch {
                let failure = supply.session.failure(for: error, doing: "install \(version)")
                throw attempts.summary(after: failure)
            }
        }
        for archive in others {
            let isInstalled = try attempts.attempt(archive) { end in
                try install(version, from: archive, by: .record(proven), until: &end)
            }
            if isInstalled { return }
        }
        throw attempts.summary
    }

    /// Installs a Go whose archive the official list has: then any source with its digest serves, and the
    /// log has to prove the files, too.
    private func install(
        _ version: GoVersion,
        listedAs listed: OfficialReleases.Archive,
        by claim: LogClaim
    ) throws {
        let platform = supply.session.platform
        let pin = PinnedArchive(
            .go(version),
            platform: platform,
            fileName: version.archiveFileName(for: platform),
            digest: listed.digest,
            byteCount: listed.byteCount,
            voucher: .officialList
        )
        var sources = try supply.sources(of: pin)
        for index in sources.indices { sources[index].claim = claim }
        let isNew = try !supply.cache().has(pin.digest)
        do {
            try withStaged(.unpacking(sources)) { staged, _ in try commit(staged, as: version) }
        } catch var failure as Failure where failure.kind == .integrity {
            // The list and the log contradict each other, so nothing vouches for the archive.
            if isNew { try? FileSystem.remove(supply.cache().path(of: pin.digest)) }
            failure.facts.append(.init("listed digest", pin.digest))
            throw failure
        }
    }

    private func proof(beside archive: UnpinnedArchive) throws(Failure) -> LogClaim {
        let path = archive.origin + LogProof.fileSuffix
        guard let claim = try LogClaim.proof(at: path, of: supply.session.settings.log) else {
            throw Failure(
                .unavailable,
                "the log proof no longer exists",
                facts: [.init("file", path)]
            )
        }
        return claim
    }

    private func install(
        _ version: GoVersion,
        from archive: UnpinnedArchive,
        by claim: LogClaim,
        until end: inout ContinuousClock.Instant?
    ) throws {
        try supply.withOpened(archive, of: version, claim: claim, until: &end) { verified in
            let source = verified.source
            try withStaged(.unpacking([source]), from: verified) { staged, _ in
                try commit(staged, as: version)
            }
        }
    }
}
