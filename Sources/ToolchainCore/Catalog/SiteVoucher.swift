/// The version of a site's catalog that vouches for a digest, and who signed it.
package struct SiteVoucher: Hashable, Sendable, CustomStringConvertible {
    package let site: SiteName
    package let version: Int
    /// The names of the signer, as the allowed signers have them.
    package let principal: String
    /// When the catalog expired, if the user accepted an expired one.
    package let expired: UTCTime?

    /// Creates a voucher.
    package init(site: SiteName, version: Int, principal: String, expired: UTCTime? = nil) {
        self.site = site
        self.version = version
        self.principal = principal
        self.expired = expired
    }

    /// `site corp.example, version 7, signed by release@corp.example`.
    package var description: String {
        let note = expired.map { ", expired \($0), accepted" } ?? ""
        return "site \(site), version \(version), signed by \(principal.withVisibleControls)\(note)"
    }
}
