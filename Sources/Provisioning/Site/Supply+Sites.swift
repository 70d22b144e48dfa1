package import ToolchainCore
internal import ToolchainHost

/// The signed catalogs of sites.
extension Supply {
    private var trust: SiteTrust { session.settings.knowledge.sites }

    /// The subject of remarks.
    private static let name = "site catalog"

    private func remark(_ text: String) { session.onEvent(.remark(Self.name, text)) }

    /// Returns the catalogs of sites in use: those of the mirrors if they have been asked in this run, else
    /// those that were accepted last.
    ///
    /// - Throws: ``Failure`` of kind `configuration` if the allowed signers cannot be read.
    package func usedSites() throws(Failure) -> [UsedSite] {
        if let used = session.siteState.withLock({ $0.used }) { return used }
        let used = try session.settings.knowledge.keptSites { remark($0) }
        session.siteState.withLock { $0.used = used }
        return used
    }

    /// Reads the catalogs of sites in the mirrors, once in a run.
    ///
    /// Each is verified before it is parsed, judged after the one that was accepted last, and kept before it
    /// is used. A mirror that cannot be asked is passed over; one that offers a catalog which is not
    /// acceptable is an error.
    ///
    /// - Parameter isCheck: Whether nothing may be written and no server asked.
    /// - Throws: ``Failure``: of kind `integrity` if a mirror offers such a catalog.
    package func refreshSites(isCheck: Bool = false) throws(Failure) {
        guard trust.isEnabled, !session.settings.mirrors.isEmpty,
            !session.siteState.withLock({ $0.isRefreshed })
        else { return }
        let signers = try SiteSigners(trust.signers)
        let kept = KeptSites(trust)
        var used: [SiteName: UsedSite] = [:]
        for site in try usedSites() { used[site.name] = site }
        for mirror in session.settings.mirrors {
            if isCheck, case .web = mirror { continue }
            guard let signed = try signedCatalog(of: mirror, by: signers, kept) else { continue }
            do {
                let known = kept.names
                let sites = trust.sites ?? (known.isEmpty ? nil : known)
                let site =
                    if isCheck {
                        UsedSite(
                            signed: signed,
                            expired: try kept.judge(signed, from: sites).expired
                        )
                    } else {
                        try kept.keep(signed, from: sites, session)
                    }
                used[site.name] = site
            } catch let refusal as SiteRefusal {
                throw Failure(refusal, of: signed, from: mirror, trust)
            } catch {
                throw session.siteFailure(for: error, trust)
            }
        }
        session.siteState.withLock { [used] in
            $0.used = used.values.sorted { $0.name < $1.name }
            $0.isRefreshed = true
        }
        session.loadedCatalog.withLock { $0 = nil }
    }

    /// Returns the verified catalog of a mirror, or `nil` if it has none or cannot be asked.
    private func signedCatalog(
        of mirror: Mirror,
        by signers: SiteSigners,
        _ kept: KeptSites
    ) throws(Failure) -> SignedSiteCatalog? {
        var isLast = false
        while true {
            switch try siteOffer(of: mirror, kept: { kept.catalog(signedAs: $0) }) {
            case .none: return nil
            case .unreachable(let reason):
                remark(
                    "the catalog of the mirror \(mirror.name) cannot be read: \(reason);"
                        + " the one that was accepted last is used, if there is one"
                )
                return nil
            case .catalog(let bytes, let signature, let place):
                do throws(Failure) {
                    guard let signature else { throw Failure(unsigned: place) }
                    return try signers.verified(
                        bytes,
                        signature: signature,
                        from: place,
                        at: .now
                    )
                } catch {
                    // The mirror may have been changed between two files.
                    guard !isLast else { throw error }
                    isLast = true
                }
            }
        }
    }

    /// Refuses a change while the catalog of a site has expired, unless the user accepts that.
    ///
    /// - Throws: ``Failure`` of kind `integrity`.
    func refuseExpiredSites() throws(Failure) {
        let expired = try expiredSites()
        guard let site = expired.first, let time = site.expired else { return }
        guard session.allowance.acceptsExpired else {
            let refusal = SiteRefusal.freeze(expired: time)
            throw Failure(
                .integrity,
                "the catalog of the site \(site.name) has expired, so nothing is installed",
                facts: [
                    .init("because", refusal), .init("version", site.signed.catalog.version),
                    .init("issued", site.signed.catalog.issued),
                ],
                hint:
                    "publish a new one with `gotoolprov mirror catalog` and `gotoolprov mirror sign`; or"
                    + " use `--accept-expired`"
            )
        }
        let isWarned = session.siteState.withLock { state in
            defer { state.isWarned = true }
            return state.isWarned
        }
        guard !isWarned else { return }
        for site in expired {
            guard let time = site.expired else { continue }
            remark(
                "the catalog of the site \(site.name) expired at \(time); it is used nevertheless"
            )
        }
    }

    /// Returns the sites in use whose catalogs have expired.
    func expiredSites() throws(Failure) -> [UsedSite] {
        guard trust.isEnabled else { return [] }
        return try usedSites().filter { $0.expired != nil }
    }

    /// Returns a manifest of a site by its name.
    ///
    /// - Parameters:
    ///   - text: The name, or `SITE/NAME`.
    ///   - isCheck: As for ``refreshSites(isCheck:)``.
    /// - Returns: The manifest.
    /// - Throws: ``Failure`` of kind `configuration` if there is none or there are several.
    package func siteManifest(
        _ text: String,
        isCheck: Bool
    ) throws(Failure) -> Manifest {
        guard trust.isEnabled else {
            throw Failure(
                .configuration,
                "this host reads no catalogs of sites, so it has no site manifest",
                facts: [.init("requested", text)],
                hint: "write the key of the site to /etc/gotoolprov/allowed_signers"
            )
        }
        try refreshSites(isCheck: isCheck)
        let sites = try usedSites()
        let parts = text.split(byte: "/", omittingEmpty: false)
        let found = sites.flatMap { site in
            site.signed.catalog.manifests.filter { name, _ in
                parts.count == 1 && name.description == text
                    || parts == [site.name.description, name.description]
            }.map { (name: "\(site.name)/\($0.key)", manifest: $0.value) }
        }
        guard let first = found.first, found.count == 1 else {
            let names = sites.flatMap { site in
                site.signed.catalog.manifests.keys.sorted().map { "\(site.name)/\($0)" }
            }
            throw Failure(
                .configuration,
                found.isEmpty
                    ? "no catalog of a site has the manifest `\(text)`"
                    : "several sites have the manifest `\(text)`",
                facts: [
                    .init("available", names.isEmpty ? "none" : names.joined(separator: ", "))
                ],
                hint: found.isEmpty ? nil : "name the site, too: `\(found[0].name)`"
            )
        }
        return first.manifest
    }
}

extension Session {
    /// Converts an error from keeping a catalog of a site.
    fileprivate func siteFailure(for error: any Error, _ trust: SiteTrust) -> Failure {
        switch error {
        case let busy as InstallLock.Busy: return Failure(busy, name: "the site catalog")
        case let error as FileError:
            var failure = Failure(
                writing: error,
                what: "cannot keep the catalog of the site, so it is not used",
                places: HostPlaces([.state(trust.ownDirectory ?? "")])
            )
            failure.hint = failure.hint ?? "set GOTOOLPROV_STATE to a directory that can be written"
            return failure
        default: return failure(for: error, doing: "keep the catalog of the site")
        }
    }
}

extension Failure {
    /// A mirror offers a catalog without a signature.
    fileprivate init(unsigned place: String) {
        self.init(
            .integrity,
            "the catalog of the mirror is not signed",
            facts: [
                .init("catalog", place), .init("missing", SiteOffer.signatureName),
                .init("because", "this host has allowed signers, so it uses signed catalogs only"),
            ],
            hint: "sign it with `gotoolprov mirror sign`; if it is a catalog file, name it with"
                + " `--catalog`"
        )
    }

    /// A mirror offers a signed catalog that is not accepted.
    fileprivate init(
        _ refusal: SiteRefusal,
        of signed: SignedSiteCatalog,
        from mirror: Mirror,
        _ trust: SiteTrust
    ) {
        let site = signed.catalog.site
        let hint =
            switch refusal {
            case .rollback, .fork, .fastForward:
                "update the mirror; if the site has started again with version 1 on purpose, delete"
                    + " \(trust.ownDirectory ?? "sites")/\(site)"
            case .otherSite: "if this host uses both sites, name them in `sites` of its manifest"
            case .future: "check the clocks of this host and of the host that made the catalog"
            case .freeze: "publish a new catalog"
            }
        self.init(
            .integrity,
            "the catalog of the mirror is refused: \(refusal.name)",
            facts: [
                .init("mirror", mirror.name), .init("site", site), .init("because", refusal),
                .init("signed by", signed.principal),
            ],
            hint: hint
        )
    }
}
