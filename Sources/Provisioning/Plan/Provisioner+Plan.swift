package import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// What ``ensure(_:)`` would do for each of some requests, in order.
    ///
    /// Nothing is changed and no server is used, so an archive that only servers have counts as
    /// available.
    ///
    /// - Parameter requests: The requests.
    /// - Returns: A step for each, or why nothing can be done.
    package func plan(_ requests: [Manifest.Request]) -> [Result<GoStep, Failure>] {
        do throws(Failure) {
            try store.directories.refuseUnusableLaunchers()
        } catch {
            return requests.map { _ in .failure(error) }
        }
        return planner.steps(for: requests)
    }

    /// The version of a Go that a request means, whether or not it is installed.
    ///
    /// - Throws: ``Failure`` where nothing answers.
    package func resolved(_ request: Manifest.Request) throws(Failure) -> GoVersion {
        try Provisioner(store, supply).planner.version(answering: request).version
    }

    /// A planner for this host as it is now.
    ///
    /// Catalogs and the store are read when a decision needs them, and once. A planner is for one
    /// decision, or for several at one time: what is there may change.
    var planner: GoPlanner {
        var verified: [GoVersion]?
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
            known: { () throws(Failure) in try supply.catalog().versions(for: platform) },
            sources: { version, need throws(Failure) in
                if need == .repair {
                    return try RecipeBook(store: store, supply: supply)
                        .recipe(for: store.installed(.go(version))).sources
                }
                return try supply.sources(of: supply.pin(version))
            },
            isAtHand: { supply.isAtHand($0) },
            mayAskServers: supply.mayAskServers
        )
        return GoPlanner(
            stock: stock,
            platform: platform,
            policy: policy,
            digest: supply.given.digest,
            manifestPath: session.settings.manifest?.path,
            path: { store.installations.goRoot(of: $0) },
            catalogHint: { supply.catalogHint() }
        )
    }

    /// Starts to fetch what some requests need over the web, if that is several archives.
    ///
    /// Each is unpacked when its turn comes, while the next ones are on their way.
    ///
    /// - Parameter requests: The requests.
    /// - Throws: ``Failure`` where several are to be installed and one of them cannot be: before
    ///   anything is fetched.
    package func prefetch(_ requests: [Manifest.Request]) throws(Failure) {
        guard !policy.isCheck, supply.given.path == nil, requests.count > 1 else { return }
        // Where nothing can be installed, nothing is fetched.
        guard (try? store.directories.refuseUnsafeRoots()) != nil else { return }
        let steps = plan(requests)
        let failures = steps.compactMap { step in
            if case .failure(let failure) = step { failure } else { nil }
        }
        let missing = steps.compactMap { try? $0.get() }.filter { $0.need != .nothing }
        guard missing.count + failures.count > 1 else { return }
        if var failure = failures.first {
            failure.facts += failures.dropFirst().map { .init("also", $0.message) }
            throw failure
        }
        var addresses: [(pin: PinnedArchive, address: WebAddress)] = []
        for step in missing where step.need == .tree || step.need == .adoption {
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
