internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

extension Supply {
    /// A file on this host that may be the archive of a version which no catalog lists.
    private struct Candidate {
        let path: String
        /// The mirror directory, or `nil` for `--archive`.
        var mirror: String?

        var proofPath: String { path + LogProof.fileSuffix }

        var hasProof: Bool {
            [path, proofPath].allSatisfy { (try? FileSystem.kind(of: $0)) != nil }
        }
    }

    /// Returns the evidence that could prove a version which no catalog lists.
    ///
    /// Only the existence of files is checked.
    func logEvidence(for version: GoVersion) -> LogEvidence {
        if let reason = session.settings.log.disabledBy { return .disabled(by: reason) }
        let candidates = candidates(for: version)
        guard !candidates.contains(where: \.hasProof) else { return .proof }
        return .missing(candidates.map(\.proofPath))
    }

    /// Returns the archives of a version that have a proof beside them, in the order of the mirrors.
    ///
    /// Each is pinned to the digest of the file itself: that makes it the file which is unpacked, and
    /// the proof has to make it the published one.
    ///
    /// - Throws: ``Failure`` if there is none with a valid proof.
    func unpinnedSources(of version: GoVersion) throws(Failure) -> [ArchiveSource] {
        var sources: [ArchiveSource] = []
        var failures: [Failure] = []
        var unusable: [UnusableMirror] = []
        for candidate in candidates(for: version) where candidate.hasProof {
            do throws(Failure) {
                if let source = try unpinnedSource(candidate, of: version) {
                    sources.append(source)
                }
            } catch {
                if case .interrupted = error.kind { throw error }
                failures.append(error)
                if let mirror = candidate.mirror {
                    unusable.append(UnusableMirror(name: mirror, reason: error.onOneLine))
                }
            }
        }
        guard !sources.isEmpty else {
            throw failures.first
                ?? Failure(
                    .unavailable,
                    "no archive of \(version.toolchainName) has a log proof beside it",
                    facts: candidates(for: version).map { .init("not found", $0.proofPath) }
                )
        }
        sources[0].unusable = unusable
        return sources
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

    /// Returns the source for a candidate, or `nil` if it has no proof beside it.
    private func unpinnedSource(
        _ candidate: Candidate,
        of version: GoVersion
    ) throws(Failure) -> ArchiveSource? {
        guard
            let claim = try LogClaim.proof(at: candidate.proofPath, of: session.settings.log)
        else { return nil }
        do {
            let file = try ArchiveFile.opening(candidate.path)
            let byteCount = file.byteCount
            let digest = try file.unpinnedDigest(monitor: session.monitor(version.toolchainName))
            let pin = PinnedArchive(
                .go(version),
                platform: session.platform,
                fileName: version.archiveFileName(for: session.platform),
                digest: digest,
                byteCount: byteCount,
                voucher: .log
            )
            return ArchiveSource(
                pin: pin,
                path: candidate.path,
                mirror: candidate.mirror,
                isGiven: candidate.mirror == nil,
                claim: claim
            )
        } catch let error as FileError {
            throw Failure(
                .unavailable,
                "cannot read the archive",
                facts: [.init("file", candidate.path), .init("because", error.errno)]
            )
        } catch ArchiveError.tooLarge(let limit) {
            throw Failure(
                .integrity,
                "the archive is larger than the limit for an archive without a pinned digest",
                facts: [.init("file", candidate.path), .init("limit", limit)]
            )
        } catch {
            throw session.failure(for: error, doing: "read \(candidate.path)")
        }
    }
}
