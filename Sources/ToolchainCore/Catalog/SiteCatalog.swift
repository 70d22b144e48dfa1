/// The catalog that a site signs: what it adds to the official releases, for a limited time.
///
/// It is a catalog file with a head, in canonical form. The bytes are what is signed, so they are verified
/// before they are parsed.
package struct SiteCatalog: Sendable {
    /// The value of the `schema` member.
    package static let schema = "gotoolprov.site/1"
    /// The purpose of its signature.
    package static let namespace = "gotoolprov-catalog@v1"
    /// The largest catalog that is read, in bytes.
    package static let mostBytes = 16 << 20
    /// The largest version.
    ///
    /// It can be represented exactly by every reader of JSON.
    static let largestVersion = 1 << 53

    package let site: SiteName
    /// The number of this catalog: each has a larger one than the catalog before it.
    package let version: Int
    package let issued: UTCTime
    /// The last second at which it is current.
    package let expires: UTCTime
    /// What hosts should have, by name: their `go` and `tools`.
    package let manifests: [SiteName: Manifest]
    /// A list of vulnerabilities, if the site has one.
    package let vulnerabilities: [UInt8]?
    /// The document.
    package let bytes: [UInt8]
    private let root: JSONNode

    /// Parses a catalog.
    ///
    /// - Throws: ``JSONError`` at the position of the first error, or of the first byte that is not
    ///   canonical.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        root = try JSONReader.read(bytes, dialect: .strict)
        let canonical = try JSONValue(root).canonical
        if canonical != bytes {
            let position = zip(canonical, bytes).prefix { $0 == $1 }.reduce(0) { count, _ in
                count + 1
            }
            throw JSONError("the document is not in canonical form", at: position)
        }
        self.bytes = bytes
        var reader = try root.object()
        let schema = try reader.require("schema")
        guard try schema.string() == Self.schema else {
            throw JSONError("expected the schema `\(Self.schema)`", at: schema.position)
        }
        site = try Self.name(try reader.require("site"))
        let version = try reader.require("version")
        self.version = try version.count()
        guard (1...Self.largestVersion).contains(self.version) else {
            throw JSONError(
                "expected a version from 1 to \(Self.largestVersion)",
                at: version.position
            )
        }
        issued = try Self.time(try reader.require("issued"))
        let expires = try reader.require("expires")
        self.expires = try Self.time(expires)
        guard self.expires > issued else {
            throw JSONError("`expires` is not later than `issued`", at: expires.position)
        }
        manifests = try reader.take("manifests").map(Self.manifests) ?? [:]
        vulnerabilities = try reader.take("vulnerabilities").map { node throws(JSONError) in
            var list = try node.object()
            guard try list.require("schemaVersion").count() == 1 else {
                throw JSONError("expected a list of schemaVersion 1", at: node.position)
            }
            return Array(try JSONValue(node).rendered.utf8)
        }
        let voucher = SiteVoucher(site: site, version: self.version, principal: "")
        _ = try Catalog(membersOf: &reader, mayBeEmpty: true, voucher: .site(voucher))
        try reader.finish()
    }

    /// Returns what the catalog lists.
    ///
    /// - Parameters:
    ///   - principal: The names of the signer.
    ///   - expired: When it expired, if it has and is used nevertheless.
    /// - Returns: The catalog; its digests name the site, the version and the signer.
    /// - Throws: ``JSONError`` never: the members were read before.
    package func catalog(
        signedBy principal: String,
        expired: UTCTime? = nil
    ) throws(JSONError) -> Catalog {
        let voucher = SiteVoucher(
            site: site,
            version: version,
            principal: principal,
            expired: expired
        )
        var reader = try root.object()
        return try Catalog(membersOf: &reader, mayBeEmpty: true, voucher: .site(voucher))
    }

    private static func name(_ node: JSONNode) throws(JSONError) -> SiteName {
        try name(try node.string(), at: node.position)
    }

    private static func name(
        _ text: String,
        at position: JSONNode.Position
    ) throws(JSONError) -> SiteName {
        guard let name = SiteName(text) else {
            throw JSONError("expected \(SiteName.form.expectation)", at: position)
        }
        return name
    }

    private static func time(_ node: JSONNode) throws(JSONError) -> UTCTime {
        guard let time = UTCTime(try node.string()) else {
            throw JSONError("expected \(UTCTime.form.expectation)", at: node.position)
        }
        return time
    }

    private static func manifests(_ node: JSONNode) throws(JSONError) -> [SiteName: Manifest] {
        guard case .object(let members) = node.content else {
            throw JSONError("expected an object, found \(node.kindName)", at: node.position)
        }
        var manifests: [SiteName: Manifest] = [:]
        for member in members {
            let name = try name(member.key, at: member.position)
            // Where files are, and what is trusted, is decided on the host.
            if case .object(let keys) = member.value.content,
                let other = keys.first(where: { !["go", "tools"].contains($0.key) })
            {
                throw JSONError(
                    "a manifest of a site has `go` and `tools` only, found `\(other.key)`",
                    at: other.position
                )
            }
            let manifest = try Manifest(member.value)
            guard manifest.cooldownDays == nil else {
                throw JSONError("only the host decides on `cooldown`", at: member.position)
            }
            manifests[name] = manifest
        }
        return manifests
    }
}
