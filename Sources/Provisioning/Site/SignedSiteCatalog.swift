package import ToolchainCore

/// A catalog of a site with the signature of an allowed signer.
package struct SignedSiteCatalog: Sendable {
    package let catalog: SiteCatalog
    /// The digest of its bytes.
    package let digest: SHA256Digest
    /// The signature, in its armor.
    let signature: [UInt8]
    /// The names of the signer, as the allowed signers have them.
    package let principal: String
}

/// A catalog of a site that this run uses.
package struct UsedSite: Sendable {
    package let signed: SignedSiteCatalog
    /// When it expired, or `nil` if it is current.
    package let expired: UTCTime?

    /// The name of the site.
    package var name: SiteName { signed.catalog.site }

    /// What it lists.
    func catalog() throws(JSONError) -> Catalog {
        try signed.catalog.catalog(signedBy: signed.principal, expired: expired)
    }

    /// Its list of vulnerabilities and the name of it in messages, or `nil` if it has none.
    package var vulnerabilities: (name: String, document: [UInt8])? {
        signed.catalog.vulnerabilities.map {
            ("the catalog of \(name), version \(signed.catalog.version)", $0)
        }
    }
}

/// The catalogs of sites, as far as a run has read them.
struct SiteState: Sendable {
    /// The catalogs in use, or `nil` until they have been read.
    var used: [UsedSite]?
    /// Whether the mirrors have been asked.
    var isRefreshed = false
    /// Whether the use of expired catalogs was reported.
    var isWarned = false
}
