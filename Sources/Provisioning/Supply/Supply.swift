package import ToolchainCore
internal import ToolchainHost

/// The archive and digest given on the command line.
package struct GivenArchive: Sendable {
    /// The path given with `--archive`, or `nil`.
    package var path: String?
    /// The digest given with `--sha256`, or `nil`.
    package var digest: SHA256Digest?

    package init(path: String? = nil, digest: SHA256Digest? = nil) {
        self.path = path
        self.digest = digest
    }
}

/// The sources of installations: the catalogs, and the verified archives from mirrors and the cache.
package struct Supply: Sendable {
    let session: Session
    let given: GivenArchive

    package init(_ session: Session, given: GivenArchive = GivenArchive()) {
        self.session = session
        self.given = given
    }

    /// The same supply without a given archive.
    var withoutGiven: Supply { Supply(session) }

    /// Returns the merged catalogs, which are read on first use.
    ///
    /// Those of sites are the ones that were accepted last, unless the mirrors were asked in this run.
    ///
    /// - Throws: As ``CatalogLibrary/load(adding:sites:)``; ``Failure`` as ``usedSites()``.
    package func catalog() throws(Failure) -> Catalog {
        if let loaded = session.loadedCatalog.withLock({ $0 }) { return loaded }
        let catalog = try CatalogLibrary.load(
            adding: session.settings.catalogs,
            sites: try usedSites()
        )
        session.loadedCatalog.withLock { $0 = catalog }
        return catalog
    }

    /// Returns the compatibility rules for this host's architecture.
    func compatibility() throws(Failure) -> Compatibility {
        Compatibility(try catalog().tools, on: session.platform.architecture)
    }

    /// Resolves `oldstable` to its release line, so that a version alone determines whether it matches.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - installed: The versions on this host, which nothing else need name.
    /// - Returns: The request, changed only if it is `oldstable`.
    /// - Throws: As ``catalog()``; catalogs are read only for `oldstable`.
    package func resolved(
        _ request: GoRequest,
        installed: [GoVersion]
    ) throws(Failure) -> GoRequest {
        guard request == .oldStable else { return request }
        return request.resolved(
            among: try selectableVersions(for: request, installed: installed)
        )
    }

    /// Whether archives may be requested from servers.
    var mayAskServers: Bool {
        guard !session.settings.isOffline else { return false }
        return session.settings.usesOfficial
            || session.settings.mirrors.contains { if case .web = $0 { true } else { false } }
    }

    /// Whether the archive of a version is on this host: in the cache or in a mirror directory.
    ///
    /// An archive that no catalog lists has to have a log proof there, too, or a lookup.
    func hasLocalArchive(_ version: GoVersion) -> Bool {
        guard let pin = try? catalog().archive(of: version, for: session.platform) else {
            guard case .archives(let archives)? = try? logEvidence(for: version) else {
                return false
            }
            return archives.contains { archive in
                guard case .file = archive.place else { return false }
                return archive.evidence == .proof || session.settings.isOffline
            }
        }
        return ((try? sources(of: pin)) ?? []).contains { $0.address == nil }
    }

    /// Returns a hint about a catalog next to the archives, or `nil` if there is none.
    ///
    /// The file is not read, because mirrors are not trusted.
    func catalogHint() -> String? {
        var directories = session.settings.mirrors.compactMap { mirror -> String? in
            if case .directory(let directory) = mirror { directory.path } else { nil }
        }
        if let path = given.path.flatMap({ session.environment.absolutePath($0) }),
            let slash = path.lastIndex(of: "/")
        {
            directories.insert(String(path[..<slash]), at: 0)
        }
        // Version 0.1.0 used the second name.
        let paths = directories.flatMap { ["\($0)/catalog.json", "\($0)/catalogue.json"] }
        guard let path = paths.first(where: { (try? FileSystem.kind(of: $0)) == .file }),
            !session.settings.catalogs.contains(path)
        else { return nil }
        if FileSystem.exists("\(path).sig") {
            guard !session.settings.knowledge.sites.isEnabled else { return nil }
            return "\(path) is signed by a site: if you trust its key, write it to"
                + " ~/.config/gotoolprov/allowed_signers"
        }
        return "if you trust the digests in \(path), add `--catalog \(ShellQuoting.quoted(path))`"
    }
}
