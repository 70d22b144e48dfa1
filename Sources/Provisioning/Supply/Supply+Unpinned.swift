internal import ToolchainCore
internal import ToolchainHost
internal import ToolchainNetwork
internal import TransparencyLog

extension Supply {
    /// A file on this host that may be the archive of a version which no catalog lists.
    private struct Candidate {
        let path: String
        /// The mirror directory, or `nil` for `--archive`.
        var mirror: String?

        var proofPath: String { path + LogProof.fileSuffix }
    }

    /// Returns the evidence that could prove a version which no catalog lists.
    ///
    /// No requests are sent, and no archive is read.
    ///
    /// - Throws: ``Failure`` if all that there is are invalid proofs, or if one reveals that the log is forked.
    func logEvidence(for version: GoVersion) throws(Failure) -> LogEvidence {
        let log = session.settings.log
        if let reason = log.disabledBy { return .disabled(by: reason) }
        let candidates = candidates(for: version)
        var archives: [UnpinnedArchive] = []
        var failures: [Failure] = []
        for candidate in candidates where (try? FileSystem.kind(of: candidate.path)) != nil {
            var evidence = UnpinnedArchive.Evidence.proof
            do throws(Failure) {
                if try LogClaim.proof(at: candidate.proofPath, of: log) == nil {
                    evidence = .lookup
                }
            } catch {
                if error.isFork { throw error }
                failures.append(error)
            }
            archives.append(
                UnpinnedArchive(
                    place: .file(candidate.path),
                    mirror: candidate.mirror,
                    evidence: evidence
                )
            )
        }
        // An archive with a proof beside it requires no network.
        let proven = archives.filter { $0.evidence == .proof }
        var skipped: [Failure.Fact] = []
        if mayLookUp(version, skipped: &skipped) {
            // A useless proof does not make the archive useless: the log may have its record.
            let others =
                archives.map { archive in
                    UnpinnedArchive(
                        place: archive.place,
                        mirror: archive.mirror,
                        evidence: .lookup
                    )
                } + webArchives(of: version)
            if !others.isEmpty { return .archives(proven + others) }
        }
        if proven.count > failures.count { return .archives(proven) }
        if let failure = failures.first { throw failure }
        return .missing(candidates.map { .init("not found", $0.proofPath) } + skipped)
    }

    private func candidates(for version: GoVersion) -> [Candidate] {
        if let given = given.path {
            return session.environment.absolutePath(given).map { [Candidate(path: $0)] } ?? []
        }
        let fileName = version.archiveFileName(for: session.platform)
        return session.settings.mirrors.flatMap { mirror -> [Candidate] in
            guard case .directory(let directory) = mirror else { return [] }
            return directory.candidates(for: .go(version), named: fileName).map {
                Candidate(path: $0, mirror: directory.path)
            }
        }
    }

    /// Whether a place may have the record of a version: a server, or a directory with its lookup.
    func mayLookUp(_ version: GoVersion, skipped: inout [Failure.Fact]) -> Bool {
        let module = ToolchainModule(version, session.platform)
        guard let path = try? ToolchainRecord.lookupPath(of: module) else { return false }
        return logPlaces(session.settings.log, skipped: &skipped).contains { place in
            switch place {
            case .web: true
            case .directory(let directory):
                (try? FileSystem.kind(of: "\(directory)/\(path)")) == .file
            }
        }
    }

    /// Returns the places on the web that may have the archive of a version.
    private func webArchives(of version: GoVersion) -> [UnpinnedArchive] {
        guard given.path == nil, !session.settings.isOffline,
            session.settings.cacheDirectory != nil
        else { return [] }
        let fileName = version.archiveFileName(for: session.platform)
        func archives(_ web: WebMirror, mirror: String?) -> [UnpinnedArchive] {
            web.candidates(for: .go(version), named: fileName).map {
                UnpinnedArchive(place: .web($0), mirror: mirror, evidence: .lookup)
            }
        }
        var found: [UnpinnedArchive] = []
        for case .web(let web) in session.settings.mirrors {
            found += archives(web, mirror: web.description)
        }
        if session.settings.usesOfficial, let official = WebMirror.official(for: .go(version)) {
            found += archives(official.mirror, mirror: nil)
        }
        return found
    }

    // MARK: Proving

    /// Returns the proven record of a version that no catalog lists; it is looked up once in a run.
    ///
    /// - Throws: As ``proveByLog(_:)``.
    func record(of version: GoVersion) throws(Failure) -> ProvenToolchain {
        if let known = session.provenRecords.withLock({ $0[version] }) { return known }
        do throws(Failure) {
            let proven = try proveByLog(version)
            session.provenRecords.withLock { $0[version] = proven }
            return proven
        } catch {
            var failure = error
            failure.facts.append(
                .init("needed because", "no catalog lists \(version.toolchainName)")
            )
            throw failure
        }
    }

    /// Opens an archive of a version that no digest vouches for, pins it to its own digest, and passes it
    /// to `body`.
    ///
    /// The pin makes it the file which is unpacked; `body` has to make sure by the claim that this is the
    /// published one. If a copy of the official list is at hand and lists the archive, it must have the
    /// digest and size there.
    ///
    /// - Parameters:
    ///   - archive: Where it may be; one on the web is downloaded, and cached if `body` succeeds.
    ///   - version: The version.
    ///   - claim: What has to prove its files.
    ///   - end: The deadline for downloads, which the first request sets.
    ///   - body: Receives the archive, which has been read once.
    /// - Throws: ``Failure``, or an error of ``Session/failure(for:doing:)``; what `body` throws.
    func withOpened(
        _ archive: UnpinnedArchive,
        of version: GoVersion,
        claim: LogClaim,
        until end: inout ContinuousClock.Instant?,
        _ body: (consuming VerifiedSource) throws -> Void
    ) throws {
        let fileName = version.archiveFileName(for: session.platform)
        do {
            switch archive.place {
            case .file(let path):
                try body(opened(path, archive, of: version, claim: claim))
            case .web(let address):
                let evidence: [UInt8]
                switch claim {
                case .record(let proven): evidence = proven.record.text
                case .proof(let proof, _, _): evidence = proof.document
                case .receipt: throw Failure(.defect, "no record of \(version.toolchainName)")
                }
                try download(version, provenBy: evidence, from: address, until: &end) {
                    try body(opened($0, archive, of: version, claim: claim))
                }
            }
        } catch let error as TransferError {
            guard case .web(let address) = archive.place else { throw error }
            if case .tooLong(let limit) = error {
                throw Self.tooLarge(archive, limit: "\(ByteCount(limit))")
            }
            var failure = Failure(error, document: fileName, address: address)
            if case .status(let code, _, _) = error {
                failure.isAbsence = [403, 404, 410].contains(code)
            }
            throw failure
        } catch let error as FileError where archive.origin == error.path {
            throw Failure(
                .unavailable,
                "cannot read the archive",
                facts: [.init("file", error.path), .init("because", error.errno)]
            )
        } catch ArchiveError.tooLarge(let limit) {
            throw Self.tooLarge(archive, limit: limit)
        }
    }

    private func opened(
        _ path: String,
        _ archive: UnpinnedArchive,
        of version: GoVersion,
        claim: LogClaim
    ) throws -> VerifiedSource {
        let verified = try ArchiveFile.opening(path)
            .pinnedToItself(
                as: .go(version),
                platform: session.platform,
                fileName: version.archiveFileName(for: session.platform),
                monitor: session.monitor(version.toolchainName)
            )
        if let copy = keptOfficialReleases().copy,
            let listed = copy.list.archive(of: version, for: session.platform),
            listed.digest != verified.pin.digest || listed.byteCount != verified.byteCount
        {
            throw Failure(
                .integrity,
                "the archive is not the one in the official list",
                facts: [
                    .init("file", archive.origin),
                    .init("expected", "\(listed.digest), \(listed.byteCount) bytes"),
                    .init("found", "\(verified.pin.digest), \(verified.byteCount) bytes"),
                    .init("listed at", copy.fetchedAt),
                ],
                hint: "the file is altered: copy it again, or use another mirror"
            )
        }
        var address: WebAddress?
        if case .web(let web) = archive.place { address = web }
        let source = ArchiveSource(
            pin: verified.pin,
            path: path,
            address: address,
            mirror: archive.mirror,
            isGiven: archive.mirror == nil && address == nil,
            claim: claim
        )
        return VerifiedSource(archive: verified, source: source)
    }

    private static func tooLarge(_ archive: UnpinnedArchive, limit: String) -> Failure {
        Failure(
            .integrity,
            "the archive is larger than the limit for an archive without a pinned digest",
            facts: [.init("file", archive.origin), .init("limit", limit)]
        )
    }

    /// Checks cheaply that an archive on this host can be opened.
    func check(_ archive: UnpinnedArchive) throws(Failure) {
        guard case .file(let path) = archive.place else { return }
        do {
            _ = try ArchiveFile.opening(path)
        } catch {
            throw Failure(
                .unavailable,
                "cannot read the archive",
                facts: [.init("file", path), .init("because", error.errno)]
            )
        }
    }
}
