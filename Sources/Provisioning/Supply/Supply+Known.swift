internal import ToolchainCore
internal import ToolchainHost

/// The versions that requests other than exact ones select from.
extension Supply {
    /// Returns the versions for this run's platform that catalogs, the official list, or log proofs in
    /// mirror directories name, in no particular order; sends no requests.
    ///
    /// If several sources name a version, the official list is its source: only that says that the version
    /// is the newest. Its release date is that in a catalog.
    ///
    /// - Parameter scope: The versions of log proofs that are needed; catalogs and the list are read as a
    ///   whole anyway.
    /// - Returns: The versions.
    /// - Throws: ``Failure`` if a catalog cannot be read, or a proof reveals that the log is forked.
    func knownVersions(_ scope: KnownGoScope = .all) throws(Failure) -> [KnownGo] {
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
                switch voucher {
                case .catalog(let path)?: .catalog(path: path)
                case .site(let voucher)?: .site(voucher)
                default: .builtInCatalog(catalog.updated)
                }
            known[version] = KnownGo(
                version: version,
                source: source,
                released: released(version)
            )
        }
        let platform = session.platform
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
        let cooldown = cooldown
        try eachProvenName(
            for: scope.request,
            except: { known[$0] != nil || catalog.determines($0, for: platform) },
            { version, directory in
                let proven = KnownGo(
                    version: version,
                    source: .proof(directory: directory),
                    released: released(version)
                )
                known[version] = proven
                guard case .best(let request) = scope, cooldown.allows(proven) else { return false }
                let allowed = known.values.filter(cooldown.allows).map(\.version)
                return request.resolved(among: allowed).isMatched(by: version)
            }
        )
        return Array(known.values)
    }

    /// Returns the versions that a request other than an exact one selects from: those that are named and
    /// older than the cooldown, and those that are installed.
    ///
    /// - Throws: As ``knownVersions(_:)``.
    func selectableVersions(
        for request: GoRequest,
        installed: [GoVersion]
    ) throws(Failure) -> [GoVersion] {
        try knownVersions(.best(request)).filter(cooldown.allows).map(\.version) + installed
    }

    /// The cooldown of the manifests, today.
    var cooldown: Cooldown {
        Cooldown(days: session.settings.cooldownDays, today: UTCTime.now.day)
    }
}
