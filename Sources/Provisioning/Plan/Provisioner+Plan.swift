package import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// What ``ensure(_:options:)`` would do for each of some requests, in order.
    ///
    /// Nothing is changed and no server is asked, so an archive that only servers have counts as
    /// available.
    ///
    /// - Parameters:
    ///   - wishes: The requests.
    ///   - options: How `ensure` goes about it.
    /// - Returns: A step for each, or why nothing can be done.
    package func plan(
        _ wishes: [Manifest.Wish],
        options: EnsureOptions = EnsureOptions()
    ) -> [Result<GoStep, Failure>] {
        do throws(Failure) {
            try refuseUnusableLaunchers()
        } catch {
            return wishes.map { _ in .failure(error) }
        }
        return planner(options).steps(for: wishes)
    }

    /// A planner for this host as it is now.
    ///
    /// Catalogs and the store are read when a decision needs them, and once. A planner is for one decision, or for
    /// several at one time: what is there may change.
    func planner(_ options: EnsureOptions) -> GoPlanner {
        var loaded: Catalogue?
        func catalogue() throws(Failure) -> Catalogue {
            if let loaded { return loaded }
            let catalogue = try CatalogueLibrary.load(adding: settings.catalogues)
            loaded = catalogue
            return catalogue
        }
        var usable: [GoVersion]?
        let stock = GoStock(
            state: { version throws(Failure) in try state(of: version) },
            hasLauncher: { version throws(Failure) in
                try launchers.prepared(
                    for: launcher(of: version),
                    replacingWrapper: options.adopts
                ) == .current
            },
            installed: { () throws(Failure) in
                if let usable { return usable }
                let versions = try usableVersions()
                usable = versions
                return versions
            },
            known: { () throws(Failure) in try catalogue().versions(for: platform) },
            sources: { version, need throws(Failure) in
                if need == .repair {
                    return try recipe(for: entry(of: version), options: options).sources
                }
                let pin = try pin(version, in: catalogue(), options: options)
                return try sources(of: pin, options: options)
            },
            isAtHand: { version in
                guard let catalogue = try? catalogue() else { return false }
                return isAtHand(version, in: catalogue, options)
            },
            mayAskServers: mayAskWeb
        )
        return GoPlanner(
            stock: stock,
            platform: platform,
            options: options,
            manifestPath: settings.manifest?.path,
            path: { store.goRoot(of: $0) },
            catalogHint: { catalogueHint(options) }
        )
    }
}
