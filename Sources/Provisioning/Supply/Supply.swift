package import ToolchainCore
internal import ToolchainHost

/// The archive that a command names itself.
package struct GivenArchive: Sendable {
    /// `--archive`: where it is, rather than in a mirror.
    package var path: String?
    /// `--sha256`: its digest, where no catalog lists it.
    package var digest: SHA256Digest?

    package init(path: String? = nil, digest: SHA256Digest? = nil) {
        self.path = path
        self.digest = digest
    }
}

/// What trees are made from: catalogs, mirrors and the cache, and the archives in them, verified.
package struct Supply: Sendable {
    let session: Session
    let given: GivenArchive

    package init(_ session: Session, given: GivenArchive = GivenArchive()) {
        self.session = session
        self.given = given
    }

    /// The same, without an archive that was named.
    var withoutGiven: Supply { Supply(session) }

    /// All catalogs as one, read when a run first uses them.
    ///
    /// - Throws: As ``CatalogueLibrary/load(adding:)``.
    package func catalogue() throws(Failure) -> Catalogue {
        if let loaded = session.loadedCatalogue.withLock({ $0 }) { return loaded }
        let catalogue = try CatalogueLibrary.load(adding: session.settings.catalogues)
        session.loadedCatalogue.withLock { $0 = catalogue }
        return catalogue
    }

    /// Which tools are compatible with which Go on this host.
    func compatibility() throws(Failure) -> Compatibility {
        Compatibility(try catalogue().tools, on: session.platform.architecture)
    }

    /// Whether archives may be requested from servers.
    var mayAskServers: Bool {
        guard !session.settings.isOffline else { return false }
        return session.settings.usesOfficial
            || session.settings.mirrors.contains { if case .web = $0 { true } else { false } }
    }

    /// Whether the archive of a version is on this host: in the cache or in a mirror directory.
    func isAtHand(_ version: GoVersion) -> Bool {
        guard let pin = try? catalogue().archive(of: version, for: session.platform),
            let sources = try? sources(of: pin)
        else { return false }
        return sources.contains { $0.address == nil }
    }

    /// A hint at the catalog beside the archives, if one exists.
    ///
    /// It is not read, as nothing in a mirror is trusted.
    func catalogueHint() -> String? {
        var directories = session.settings.mirrors.compactMap { mirror -> String? in
            if case .directory(let directory) = mirror { directory.path } else { nil }
        }
        if let path = given.path.flatMap({ session.environment.absolutePath($0) }),
            let slash = path.lastIndex(of: "/")
        {
            directories.insert(String(path[..<slash]), at: 0)
        }
        let paths = directories.map { "\($0)/catalogue.json" }
        guard let path = paths.first(where: { (try? FileSystem.kind(of: $0)) == .file }),
            !session.settings.catalogues.contains(path)
        else { return nil }
        return "if you trust the digests in \(path), add `--catalog \(ShellQuoting.quoted(path))`"
    }
}
