internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// An archive that may be added to a catalog.
struct CatalogCandidate: Sendable {
    let version: GoVersion
    let platform: GoPlatform
    /// The digest and the size in the official list, or `nil` if that does not have them.
    let official: OfficialReleases.Archive?
    /// The path of the archive, or `nil` to download it.
    let path: String?

    var fileName: String { version.archiveFileName(for: platform) }
    var module: ToolchainModule { ToolchainModule(version, platform) }
}

/// Proves archives for a catalog: their files have the hash that the log records.
struct CatalogProver {
    private let supply: Supply
    private let listName: String

    private var session: Session { supply.session }

    /// Creates a prover for archives of the supply's platform; `listName` says where the official list
    /// comes from.
    init(_ supply: Supply, _ listName: String) {
        self.supply = supply
        self.listName = listName
    }

    /// Proves an archive.
    ///
    /// The record is proven first: by the file beside the archive, else by the log. So no archive is
    /// downloaded that cannot be proven.
    ///
    /// - Returns: The archive with its record, and the proof for a file.
    /// - Throws: ``Failure`` or an error of ToolchainHost: the archive is not proven.
    func prove(
        _ candidate: CatalogCandidate
    ) throws -> (addition: CatalogFile.Addition, proof: LogProof) {
        let claim = try claim(for: candidate)
        guard let path = candidate.path else {
            guard let official = candidate.official else {
                throw Failure(
                    .unavailable,
                    "the official list does not have \(candidate.fileName)",
                    facts: [.init("list", listName)]
                )
            }
            let pin = PinnedArchive(
                .go(candidate.version),
                platform: candidate.platform,
                fileName: candidate.fileName,
                digest: official.digest,
                byteCount: official.byteCount,
                voucher: .catalog(path: listName)
            )
            let verified = try supply.verified(
                supply.sources(of: pin),
                for: candidate.version.toolchainName
            )
            return try prove(verified.archive, verified.source, by: claim)
        }
        do {
            return try prove(candidate, at: path, by: claim)
        } catch let error as FileError {
            throw Failure(
                .unavailable,
                "cannot read the archive",
                facts: [.init("file", path), .init("because", error.errno)]
            )
        } catch ArchiveError.tooLarge(let limit) {
            throw Failure(
                .integrity,
                "the archive is larger than the limit for an archive without a pinned digest",
                facts: [.init("file", path), .init("limit", limit)]
            )
        }
    }

    /// Proves an archive on this host, which must be the one in the official list if that has it.
    private func prove(
        _ candidate: CatalogCandidate,
        at path: String,
        by claim: LogClaim
    ) throws -> (addition: CatalogFile.Addition, proof: LogProof) {
        let archive = try ArchiveFile.opening(path).pinnedToItself(
            as: .go(candidate.version),
            platform: candidate.platform,
            fileName: candidate.fileName,
            monitor: session.monitor(candidate.fileName)
        )
        let (digest, byteCount) = (archive.pin.digest, archive.byteCount)
        if let official = candidate.official,
            official.digest != digest || official.byteCount != byteCount
        {
            throw Failure(
                .integrity,
                "the archive is not the one in the official list",
                facts: [
                    .init("file", path), .init("list", listName),
                    .init("expected", "\(official.digest), \(official.byteCount) bytes"),
                    .init("computed", "\(digest), \(byteCount) bytes"),
                ],
                hint: "download or copy the archive again"
            )
        }
        return try prove(archive, ArchiveSource(pin: archive.pin, path: path), by: claim)
    }

    private func claim(for candidate: CatalogCandidate) throws(Failure) -> LogClaim {
        if let path = candidate.path,
            let claim = try LogClaim.proof(
                at: path + LogProof.fileSuffix,
                of: session.settings.log
            )
        {
            return claim
        }
        return .record(try supply.proveByLog(candidate.version))
    }

    /// Proves the files of an archive, without unpacking them.
    private func prove(
        _ archive: borrowing VerifiedArchive,
        _ source: ArchiveSource,
        by claim: LogClaim
    ) throws -> (addition: CatalogFile.Addition, proof: LogProof) {
        let pin = source.pin
        guard case .go(let version) = pin.contents else {
            throw Failure(.defect, "an archive of \(pin.contents.name) is not a Go toolchain")
        }
        let module = ToolchainModule(version, pin.platform)
        do {
            let index = try ArchiveUnpacker(
                limits: .unpinned,
                form: .toolchainModule,
                umask: 0,
                monitor: session.monitor(pin.fileName)
            ).index(of: archive, topDirectory: "go")
            let hash = try ModuleHash(of: ToolchainFileList(module, index: index))
            let log = try claim.verified(hash: hash, of: module)
            guard let proof = claim.proof else { throw Failure(.defect, "a claim without a proof") }
            return (
                CatalogFile.Addition(
                    version,
                    for: pin.platform,
                    digest: pin.digest,
                    byteCount: archive.byteCount,
                    log: log
                ),
                proof
            )
        } catch let mismatch as LogClaim.Mismatch {
            throw Failure(mismatch, source: source)
        } catch let problem as ToolchainFileList.Problem {
            throw session.failure(
                for: ArchiveError.refusedMember(
                    name: problem.path,
                    reason: "no file of a toolchain module has this name"
                ),
                source: source
            )
        } catch {
            throw session.failure(for: error, source: source)
        }
    }
}
