internal import ToolchainCore

extension Supply {
    /// Returns the pinned archive of a toolchain that is adopted.
    ///
    /// The log proves files, but not an archive, and a receipt has the digest of one: repairs use it.
    ///
    /// - Throws: As ``pin(_:)``; the failure of a version that no catalog lists says what adds it to one.
    func adoptedPin(_ version: GoVersion) throws(Failure) -> PinnedArchive {
        do throws(Failure) {
            return try pin(version)
        } catch {
            guard given.digest == nil,
                (try? catalog().determines(version, for: session.platform)) == false
            else { throw error }
            let isRecorded = version.line >= .recordedInLog && catalogHint() == nil
            throw Failure(
                error.kind,
                "cannot adopt \(version.toolchainName): \(error.message)",
                facts: error.facts + [
                    .init("needed because", "a receipt has the digest of the archive, for repairs")
                ],
                hint: isRecorded
                    ? "add the version to a catalog: `gotoolprov catalog update`; or pass the SHA-256 of"
                        + " the archive with `--sha256`"
                    : error.hint
            )
        }
    }

    /// Refuses a pinned archive that may have other files than the published toolchain.
    ///
    /// A site's catalog can pin any archive, for example a patched one. A toolchain with the published files is
    /// then not the pinned one.
    ///
    /// - Parameters:
    ///   - pin: The pinned archive.
    ///   - version: The version that it pins.
    /// - Returns: The hash of its files that a catalog records, or `nil` for a digest in the built-in catalog,
    ///   which lists the published archives.
    /// - Throws: ``Failure`` of kind `integrity` if the archive may be another one.
    func recordedHash(
        of pin: PinnedArchive,
        _ version: GoVersion
    ) throws(Failure) -> ModuleHash? {
        if pin.voucher == .builtIn { return nil }
        let archive = try catalog().releases[version]?.archives[pin.platform.architecture]
        if let archive, archive.digest == pin.digest, let log = archive.log { return log.hash }
        throw Failure(
            .integrity,
            "cannot adopt \(version.toolchainName): there is no archive to compare it with, and the pinned"
                + " one may not be the published one",
            facts: [.init("archive", pin.fileName), .init("pinned by", pin.voucher)],
            hint: "add the archive: `--mirror DIR`, or `gotoolprov cache add FILE`"
        )
    }
}
