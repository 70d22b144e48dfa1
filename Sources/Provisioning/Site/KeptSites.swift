internal import ToolchainCore
internal import ToolchainHost

/// The catalogs of sites that this host has accepted, in the state directories.
///
/// What was accepted last decides what may come next, so it is written before it is used. The directory is
/// trusted like configuration; the signatures are verified again at each use, because keys can be withdrawn.
struct KeptSites {
    private let trust: SiteTrust

    private static let catalogName = "catalog.json"
    private static let signatureName = "catalog.json.sig"
    /// The signature of the catalog that is being written: a valid pair exists at every moment.
    private static let nextSignatureName = "catalog.json.sig.next"

    init(_ trust: SiteTrust) { self.trust = trust }

    /// The sites of which a catalog is kept.
    var names: Set<SiteName> {
        Set(
            trust.directories.flatMap { directory in
                ((try? FileSystem.names(in: directory)) ?? []).compactMap { SiteName($0) }
                    .filter { FileSystem.exists("\(directory)/\($0)/\(Self.catalogName)") }
            }
        )
    }

    /// Returns what is kept of a site's newest catalog, or `nil` if none is kept.
    ///
    /// Its signature does not matter: the number counts even if the key is no longer allowed.
    ///
    /// - Throws: ``Failure`` of kind `configuration` if a kept catalog cannot be read.
    func record(of site: SiteName) throws(Failure) -> SiteAcceptance.Kept? {
        var newest: SiteAcceptance.Kept?
        for directory in trust.directories {
            let path = "\(directory)/\(site)/\(Self.catalogName)"
            do {
                guard let bytes = try Self.contents(of: path) else { continue }
                let kept = SiteAcceptance.Kept(
                    try SiteCatalog(parsing: bytes),
                    digest: try SHA256Digest(of: bytes)
                )
                if kept.version > newest?.version ?? 0 { newest = kept }
            } catch {
                let reason = (error as? JSONError)?.reason ?? "\(error)"
                throw Failure(
                    .configuration,
                    "the kept catalog of the site \(site) cannot be used",
                    facts: [.init("file", path), .init("because", reason)],
                    hint: "if the file is damaged, delete it"
                )
            }
        }
        return newest
    }

    /// Returns the kept signature of a site's catalog and the catalog, if the signature is exactly this one.
    func catalog(signedAs signature: [UInt8]) -> [UInt8]? {
        for directory in trust.directories {
            for name in names {
                let path = "\(directory)/\(name)/"
                let isSame = [Self.signatureName, Self.nextSignatureName].contains {
                    (try? Self.contents(of: path + $0)) == signature
                }
                guard isSame else { continue }
                if let bytes = try? Self.contents(of: path + Self.catalogName) { return bytes }
            }
        }
        return nil
    }

    /// Returns the newest kept catalog of each site that is accepted and whose signature is valid.
    func used(
        by signers: SiteSigners,
        at time: UTCTime,
        note: (String) -> Void
    ) -> [UsedSite] {
        var used: [SiteName: UsedSite] = [:]
        for name in names where trust.sites?.contains(name) ?? true {
            for directory in trust.directories {
                let path = "\(directory)/\(name)/\(Self.catalogName)"
                do {
                    guard let bytes = try Self.contents(of: path) else { continue }
                    let signed = try verified(bytes, at: path, by: signers, time)
                    guard signed.catalog.version > used[name]?.signed.catalog.version ?? 0 else {
                        continue
                    }
                    let expires = signed.catalog.expires
                    let isExpired = max(time, signed.catalog.issued) > expires
                    used[name] = UsedSite(signed: signed, expired: isExpired ? expires : nil)
                } catch {
                    let reason = (error as? Failure)?.onOneLine ?? "\(error)"
                    note("\(path) is ignored: \(reason)")
                }
            }
        }
        return used.values.sorted { $0.name < $1.name }
    }

    /// Verifies a kept catalog with its signature, or the one of a write that was interrupted.
    private func verified(
        _ bytes: [UInt8],
        at path: String,
        by signers: SiteSigners,
        _ time: UTCTime
    ) throws -> SignedSiteCatalog {
        let directory = path.dropLast(Self.catalogName.utf8.count)
        if let next = try Self.contents(of: directory + Self.nextSignatureName),
            let signed = try? signers.verified(bytes, signature: next, from: path, at: time)
        {
            return signed
        }
        let signature = try Self.contents(of: directory + Self.signatureName) ?? []
        return try signers.verified(bytes, signature: signature, from: path, at: time)
    }

    /// Reads a file that nobody else could have written; nil if it does not exist.
    private static func contents(of path: String) throws -> [UInt8]? {
        guard FileSystem.exists(path) else { return nil }
        if let reason = HostKnowledge.obstacle(to: path) {
            throw Failure(.configuration, reason, facts: [.init("file", path)])
        }
        return try FileSystem.contents(of: path, limit: SiteCatalog.mostBytes + 1)
    }

    // MARK: Changes

    /// Judges a catalog after the kept one, and keeps it if it is newer.
    ///
    /// - Parameters:
    ///   - signed: The catalog.
    ///   - sites: The sites that are accepted, or `nil` for any.
    ///   - session: The run.
    /// - Returns: The catalog, as it may be used.
    /// - Throws: ``SiteRefusal``; an error if the catalog cannot be kept.
    func keep(
        _ signed: SignedSiteCatalog,
        from sites: Set<SiteName>?,
        _ session: Session
    ) throws -> UsedSite {
        // Without a change there is nothing to write, so a directory that cannot be written will do.
        let first = try judge(signed, from: sites)
        // The same catalog may have been signed again, because a key was withdrawn.
        let isSignedAgain = catalog(signedAs: signed.signature) == nil
        guard first.isNew || isSignedAgain else {
            return UsedSite(signed: signed, expired: first.expired)
        }
        guard let own = trust.ownDirectory else {
            throw Failure(
                .configuration,
                "\(session.environment.homeProblem), so the state directory is unknown",
                hint: "set HOME to an absolute path, or GOTOOLPROV_STATE to a directory"
            )
        }
        let directory = "\(own)/\(signed.catalog.site)"
        try Directories(session).refuseUnsafeState(directory)
        try FileSystem.makeDirectories(directory)
        let lock = try InstallLock.acquire(
            // No name of a site begins with a dot.
            "\(own)/.lock",
            timeout: session.allowance.lockTimeout,
            monitor: session.monitor("the site catalog")
        ) { session.onEvent(.waitingForLock("the site catalog", holder: $0)) }
        // Another process may have kept a newer one meanwhile.
        let acceptance = try judge(signed, from: sites)
        if acceptance.isNew || isSignedAgain {
            for (name, bytes) in [
                (Self.nextSignatureName, signed.signature),
                (Self.catalogName, signed.catalog.bytes),
                (Self.signatureName, signed.signature),
            ] {
                try FileSystem.replaceFile(
                    at: "\(directory)/\(name)",
                    with: bytes,
                    mode: 0o644,
                    durably: session.isDurable,
                    isSweeping: true
                )
            }
            try FileSystem.remove("\(directory)/\(Self.nextSignatureName)")
        }
        _ = consume lock
        return UsedSite(signed: signed, expired: acceptance.expired)
    }

    /// Judges a catalog after the kept one; changes nothing.
    func judge(
        _ signed: SignedSiteCatalog,
        from sites: Set<SiteName>?
    ) throws -> SiteAcceptance {
        try SiteAcceptance(
            of: signed.catalog,
            digest: signed.digest,
            after: try record(of: signed.catalog.site),
            from: sites,
            at: .now
        )
    }
}
