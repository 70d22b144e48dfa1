package import ToolchainCore
internal import ToolchainHost

/// Whose signatures on catalogs of sites count on this host, and where accepted catalogs are kept.
package struct SiteTrust: Sendable {
    /// The absolute paths of the allowed signers; if there are none, no catalog of a site is read.
    package let signers: [String]
    /// The sites that the manifest names, or `nil` for the first one that is accepted.
    package let sites: Set<SiteName>?
    /// The directories of kept catalogs, by site: the host's, then this user's.
    let directories: [String]
    /// The directory to which this user writes, or `nil` if it is unknown.
    let ownDirectory: String?
    /// Messages about ignored files.
    let remarks: [String]

    /// Whether catalogs of sites are read.
    package var isEnabled: Bool { !signers.isEmpty }

    /// Finds the files.
    ///
    /// Without a path, these are `/etc/gotoolprov/allowed_signers` and that of this user, if they exist. One
    /// that another user could have written is ignored.
    ///
    /// - Throws: ``Failure`` of kind `configuration` if GOTOOLPROV_STATE is not a path.
    static func gathered(
        from environment: HostEnvironment,
        signers path: String?,
        sites: Set<SiteName>?
    ) throws(Failure) -> SiteTrust {
        var remarks: [String] = []
        var signers = [path].compactMap(\.self)
        if path == nil {
            let own =
                environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
                ?? environment.home.map { "\($0)/.config" }
            for directory in ["/etc", own].compactMap(\.self) {
                let path = "\(directory)/gotoolprov/allowed_signers"
                guard FileSystem.exists(path) else { continue }
                guard let reason = HostKnowledge.obstacle(to: path) else {
                    signers.append(path)
                    continue
                }
                remarks.append("\(path) is ignored: \(reason)")
            }
        }
        return SiteTrust(
            signers: signers,
            sites: sites,
            directories: try StateDirectory.all(from: environment).map { "\($0)/sites" },
            ownDirectory: try StateDirectory.own(from: environment).map { "\($0)/sites" },
            remarks: remarks
        )
    }
}

extension HostKnowledge {
    /// Reads the catalogs of sites that were accepted last; sends no requests.
    ///
    /// - Parameter note: Reports a catalog that cannot be used.
    /// - Returns: The catalogs.
    /// - Throws: ``Failure`` of kind `configuration` if the allowed signers cannot be read.
    package func keptSites(note: (String) -> Void = { _ in }) throws(Failure) -> [UsedSite] {
        guard sites.isEnabled else { return [] }
        return KeptSites(sites).used(by: try SiteSigners(sites.signers), at: .now, note: note)
    }
}

extension Settings {
    /// Loads the built-in and the configured catalogs, and those of sites that were accepted last.
    ///
    /// - Throws: As ``CatalogLibrary/load(adding:sites:)``, and as ``HostKnowledge/keptSites(note:)``.
    package func loadCatalog() throws(Failure) -> Catalog {
        try CatalogLibrary.load(adding: catalogs, sites: try knowledge.keptSites())
    }
}
