/// Whether a host accepts the catalog that a mirror offers, after the one that it accepted last.
///
/// The signature says that the site made the catalog. This decides whether it is the one that the site means
/// now, as The Update Framework does: each attack by which a mirror can replay signed documents is refused by
/// name.
package struct SiteAcceptance: Hashable, Sendable {
    /// How far a version may be ahead of the last one.
    ///
    /// Somebody who could sign for a moment must not be able to use up all numbers.
    package static let largestStep = 100_000
    /// How far ahead of this host's clock a catalog may be issued, in seconds.
    package static let clockTolerance = 3600

    /// What is kept of the catalog that was accepted last.
    package struct Kept: Hashable, Sendable {
        package let site: SiteName
        package let version: Int
        package let issued: UTCTime
        package let digest: SHA256Digest

        /// Creates a record of a catalog.
        package init(_ catalog: SiteCatalog, digest: SHA256Digest) {
            site = catalog.site
            version = catalog.version
            issued = catalog.issued
            self.digest = digest
        }
    }

    /// Whether the catalog is newer than the kept one.
    package let isNew: Bool
    /// When the catalog expired; nil if it is current.
    package let expired: UTCTime?

    /// Judges a catalog whose signature is valid.
    ///
    /// - Parameters:
    ///   - catalog: The catalog.
    ///   - digest: The digest of its bytes.
    ///   - kept: The catalog of this site that was accepted last; nil for the first one.
    ///   - sites: The sites whose catalogs this host accepts; nil for any.
    ///   - clock: The time of this host. A clock behind a kept catalog counts as its time of issue.
    /// - Throws: ``SiteRefusal``.
    package init(
        of catalog: SiteCatalog,
        digest: SHA256Digest,
        after kept: Kept?,
        from sites: Set<SiteName>?,
        at clock: UTCTime
    ) throws(SiteRefusal) {
        if let sites, !sites.contains(catalog.site) {
            throw .otherSite(expected: sites.sorted(), found: catalog.site)
        }
        if let kept, kept.site != catalog.site {
            throw .otherSite(expected: [kept.site], found: catalog.site)
        }
        let last = kept?.version ?? 0
        if catalog.version < last { throw .rollback(kept: last, found: catalog.version) }
        if let kept, catalog.version == last, digest != kept.digest {
            throw .fork(version: last, kept: kept.digest, found: digest)
        }
        if catalog.version - last > Self.largestStep {
            throw .fastForward(kept: last, found: catalog.version)
        }
        if catalog.issued.seconds > clock.seconds + Self.clockTolerance {
            throw .future(issued: catalog.issued, clock: clock)
        }
        isNew = catalog.version > last
        let time = max(clock, kept?.issued ?? catalog.issued)
        expired = time > catalog.expires ? catalog.expires : nil
    }
}

/// Why a host does not accept a signed catalog of a site.
package enum SiteRefusal: Error, Hashable, Sendable {
    /// The mirror offers an older catalog than it did.
    case rollback(kept: Int, found: Int)
    /// Two catalogs have the same number.
    case fork(version: Int, kept: SHA256Digest, found: SHA256Digest)
    /// The number is so large that few would remain.
    case fastForward(kept: Int, found: Int)
    /// The catalog is that of a site which this host does not know.
    case otherSite(expected: [SiteName], found: SiteName)
    /// The catalog is not issued yet.
    case future(issued: UTCTime, clock: UTCTime)
    /// The catalog has expired: the mirror may hide newer ones.
    case freeze(expired: UTCTime)

    /// The name of the attack.
    package var name: String {
        switch self {
        case .rollback: "rollback"
        case .fork: "fork"
        case .fastForward: "fast-forward"
        case .otherSite: "other site"
        case .future: "issued in the future"
        case .freeze: "freeze"
        }
    }
}

extension SiteRefusal: CustomStringConvertible {
    /// The refusal in words.
    package var description: String {
        switch self {
        case .rollback(let kept, let found):
            "rollback: its version is \(found), but this host has accepted version \(kept)"
        case .fork(let version, let kept, let found):
            "fork: this host has accepted other contents as version \(version)"
                + " (SHA-256 \(kept), found \(found))"
        case .fastForward(let kept, let found):
            "fast-forward: its version is \(found), more than \(SiteAcceptance.largestStep) after"
                + " \(kept)"
        case .otherSite(let expected, let found):
            "other site: it is of \(found), but this host accepts"
                + " \(expected.map(\.description).joined(separator: ", "))"
        case .future(let issued, let clock):
            "issued in the future: at \(issued), but the clock of this host shows \(clock)"
        case .freeze(let expired): "freeze: it expired at \(expired), and no newer one is offered"
        }
    }
}
