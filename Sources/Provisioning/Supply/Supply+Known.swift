internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// The versions that requests other than exact ones select from.
extension Supply {
    /// Returns the versions for this run's platform that catalogs, the official list, or log proofs in
    /// mirror directories name, in no particular order; sends no requests.
    ///
    /// If several sources name a version, the official list is its source: only that says that the version
    /// is the newest. Its release date is that in a catalog.
    ///
    /// - Throws: ``Failure`` if a catalog cannot be read.
    func knownVersions() throws(Failure) -> [KnownGo] {
        let catalog = try catalog()
        let official = keptOfficialReleases().copy
        func released(_ version: GoVersion) -> CalendarDay? {
            let release = catalog.releases[version]
            // A day before that of the built-in catalog is one of a clock that was wrong.
            let seen = official?.firstSeen(version, notBefore: catalog.updated)
            return release?.day ?? [release?.listedOn, seen].compactMap(\.self).min()
        }
        var known: [GoVersion: KnownGo] = [:]
        for version in catalog.versions(for: session.platform) {
            guard let release = catalog.releases[version] else { continue }
            let voucher = release.archives[session.platform.architecture]?.voucher
            let source: GoNameSource =
                if case .catalog(let path)? = voucher {
                    .catalog(path: path)
                } else {
                    .builtInCatalog(catalog.updated)
                }
            known[version] = KnownGo(
                version: version,
                source: source,
                released: released(version)
            )
        }
        let platform = session.platform
        for (version, directory) in provenNames(
            except: { catalog.determines($0, for: platform) }
        ) {
            known[version] = KnownGo(
                version: version,
                source: .proof(directory: directory),
                released: released(version)
            )
        }
        if let official {
            for version in official.list.versions(for: platform)
            where known[version] != nil
                || !catalog.determines(version, for: platform) && isRecorded(version)
            {
                known[version] = KnownGo(
                    version: version,
                    source: .officialList(official.fetchedAt),
                    released: released(version)
                )
            }
        }
        return Array(known.values)
    }

    /// Returns the versions that requests other than exact ones select from: those that are named and older
    /// than the cooldown, and those that are installed.
    ///
    /// - Throws: As ``knownVersions()``.
    func selectableVersions(installed: [GoVersion]) throws(Failure) -> [GoVersion] {
        try knownVersions().filter(cooldown.allows).map(\.version) + installed
    }

    /// The cooldown of the manifests, today.
    var cooldown: Cooldown {
        Cooldown(days: session.settings.cooldownDays, today: UTCTime.now.day)
    }

    /// Whether the log can have a record of a version.
    private func isRecorded(_ version: GoVersion) -> Bool {
        (try? ToolchainRecord.requireRecord(of: ToolchainModule(version, session.platform))) != nil
    }

    /// Finds the archives in mirror directories that have a proof beside them which the log signed.
    ///
    /// - Parameter isKnown: Whether a version needs no proof.
    /// - Returns: The directory of each version.
    private func provenNames(except isKnown: (GoVersion) -> Bool) -> [GoVersion: String] {
        let log = session.settings.log
        guard log.isEnabled else { return [:] }
        var proven: [GoVersion: String] = [:]
        for case .directory(let mirror) in session.settings.mirrors {
            for directory in [mirror.path, "\(mirror.path)/go"] {
                let names = (try? FileSystem.names(in: directory)) ?? []
                let present = Set(names)
                for name in names where present.contains(name + LogProof.fileSuffix) {
                    guard let version = GoVersion(archiveFileName: name),
                        name == version.archiveFileName(for: session.platform),
                        !isKnown(version), proven[version] == nil, isRecorded(version),
                        let claim = try? LogClaim.proof(
                            at: "\(directory)/\(name)\(LogProof.fileSuffix)",
                            of: log
                        ), case .proof = claim
                    else { continue }
                    proven[version] = directory
                }
            }
        }
        return proven
    }
}
