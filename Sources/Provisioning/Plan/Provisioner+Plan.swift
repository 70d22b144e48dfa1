package import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// Plans what ``ensure(_:)`` would do for each request.
    ///
    /// Planning changes nothing and sends no requests, so an archive that only a server can provide
    /// counts as available.
    ///
    /// - Parameter requests: The requests.
    /// - Returns: A step for each request, or the failure that prevents it.
    package func plan(_ requests: [Manifest.Request]) -> [Result<GoStep, Failure>] {
        do throws(Failure) {
            try store.directories.refuseUnusableLaunchers()
        } catch {
            return requests.map { _ in .failure(error) }
        }
        return planner.steps(for: requests)
    }

    /// Resolves a request to a Go version, installed or not.
    ///
    /// - Throws: ``Failure`` if no version matches.
    package func resolved(_ request: Manifest.Request) throws(Failure) -> GoVersion {
        try Provisioner(store, supply).planner.selection(for: request).version
    }

    /// Fetches the official list, unless no request depends on it; with `--check`, nothing is fetched.
    ///
    /// Planning itself sends no requests: it uses the list that this leaves behind.
    ///
    /// - Throws: ``Failure``, only if the run is interrupted.
    func refreshKnown(for requests: [Manifest.Request]) throws(Failure) {
        guard !policy.isCheck, supply.officialObstacle == nil else { return }
        let planner = planner
        // The plan that follows reports why the store cannot be read.
        guard requests.contains(where: { (try? planner.readsKnown($0)) == true }) else { return }
        try supply.refreshOfficialReleases()
    }

    /// A planner for the current state of this host.
    ///
    /// A planner reads the catalogs and the store on demand and caches what it read, so use it for
    /// decisions at one point in time only.
    var planner: GoPlanner {
        var verified: [GoVersion]?
        var named: [KnownGoScope: [KnownGo]] = [:]
        let stock = GoStock(
            state: { version throws(Failure) in try store.state(of: .go(version)) },
            hasLauncher: { version throws(Failure) in
                try store.launchers.prepared(
                    for: store.launcher(of: version),
                    replacingWrapper: policy.adopts
                ) == .current
            },
            installed: { () throws(Failure) in
                if let verified { return verified }
                let versions = try store.verifiedVersions()
                verified = versions
                return versions
            },
            known: { scope throws(Failure) in
                if let versions = named[scope] { return versions }
                let versions = try supply.knownVersions(scope)
                named[scope] = versions
                return versions
            },
            sources: { version, change throws(Failure) in
                if change == .repair {
                    return try RecipeBook(store: store, supply: supply)
                        .recipe(for: store.installed(.go(version))).sources
                }
                let pin = try change == .adoption ? supply.adoptedPin(version) : supply.pin(version)
                do throws(Failure) {
                    return try supply.sources(of: pin)
                } catch {
                    // Without the archive, a tree is adopted if it is the published one.
                    guard change == .adoption, supply.given.digest == nil,
                        version.line >= .recordedInLog
                    else { throw error }
                    _ = try supply.recordedHash(of: pin, version)
                    return []
                }
            },
            isListed: { version throws(Failure) in
                try supply.catalog().determines(version, for: platform)
            },
            logEvidence: { version throws(Failure) in try supply.logEvidence(for: version) },
            hasLocalArchive: { supply.hasLocalArchive($0) },
            mayAskServers: supply.mayAskServers
        )
        return GoPlanner(
            stock: stock,
            platform: platform,
            policy: policy,
            cooldown: supply.cooldown,
            digest: supply.given.digest,
            manifestPath: session.settings.manifest?.path,
            path: { store.installations.goRoot(of: $0) },
            catalogHint: { supply.catalogHint() }
        )
    }

    /// Starts downloads in the background if the requests require more than one archive from servers.
    ///
    /// An archive is unpacked while the next ones download.
    ///
    /// - Parameter requests: The requests.
    /// - Throws: ``Failure``, before any download, if several are to be installed and one of them
    ///   cannot be.
    package func prefetch(_ requests: [Manifest.Request]) throws(Failure) {
        guard !policy.isCheck, supply.given.path == nil, requests.count > 1 else { return }
        // The installation that follows reports why.
        guard (try? store.directories.refuseUnsafeRoots()) != nil else { return }
        try refreshSites(for: requests)
        try refreshKnown(for: requests)
        let steps = plan(requests)
        var failures: [(summary: String, failure: Failure)] = steps.compactMap { step in
            if case .failure(let failure) = step { (failure.message, failure) } else { nil }
        }
        let pending = steps.compactMap { try? $0.get() }.filter { $0.change != .nothing }
        guard pending.count + failures.count > 1 else { return }
        for step in pending where step.isProvenByLog && !step.unpinned.contains(where: \.hasProof) {
            do throws(Failure) {
                _ = try supply.record(of: step.version)
            } catch {
                if case .interrupted = error.kind { throw error }
                failures.append(("\(step.version.toolchainName): \(error.message)", error))
            }
        }
        if var failure = failures.first?.failure {
            failure.facts += failures.dropFirst().map { .init("also", $0.summary) }
            throw session.keepingNotes(of: failure)
        }
        var addresses: [(pin: PinnedArchive, address: WebAddress)] = []
        for step in pending where step.change == .tree || step.change == .adoption {
            guard let source = step.sources.first, let address = source.address,
                !addresses.contains(where: { $0.pin.digest == source.pin.digest })
            else { continue }
            addresses.append((source.pin, address))
        }
        guard addresses.count > 1 else { return }
        for (pin, address) in addresses {
            session.downloads.start(pin) { [supply] in
                try supply.download(pin, from: address, until: &$0)
            }
        }
    }
}
