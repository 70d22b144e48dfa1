/// The kind of a JSON document, as declared in its first member: `"schema": "gotoolprov.list/2"`.
///
/// The JSON Schema of each kind is docs/schemas/KIND.schema.json, except for ``host``, whose schema is
/// report.schema.json. Catalogs, receipts and lists of vulnerabilities have a `schemaVersion` instead.
package enum DocumentKind: String, Hashable, Sendable, CaseIterable {
    case ansible, available, cache, comparison, doctor, ensure, env, error, fleet, heal, host
    case inspect, list, missing, published, remove, status, use, verify, which
    case buildTool = "build-tool"
    case catalogUpdate = "catalog-update"
    case fleetHost = "fleet-host"
    case mirrorBundle = "mirror-bundle"
    case mirrorCatalog = "mirror-catalog"
    case mirrorChange = "mirror-change"
    case mirrorDiff = "mirror-diff"
    case mirrorModules = "mirror-modules"
    case mirrorList = "mirror-list"
    case mirrorSign = "mirror-sign"
    case mirrorVerify = "mirror-verify"
    case programVersion = "version"
    case vscodeLaunch = "vscode-launch"
    case vscodeSettings = "vscode-settings"
    case vscodeTools = "vscode-tools"

    /// The version that this gotoolprov writes.
    ///
    /// Documents written by gotoolprov 0.1.0 have version 1, or no `schema`.
    package static let version = 2

    /// The value of the `schema` member: `gotoolprov.list/2`.
    package var schema: String { "gotoolprov.\(rawValue)/\(Self.version)" }

    /// The first member of a document of this kind.
    package var member: JSONValue.Member { JSONValue.Member("schema", .string(schema)) }

    /// Parses the value of a `schema` member.
    ///
    /// - Parameter schema: The value: `gotoolprov.list/1`.
    /// - Returns: The kind and its version, which may be newer than ``version``; nil if the value is
    ///   malformed or the kind is unknown.
    package static func named(by schema: String) -> (kind: DocumentKind, version: Int)? {
        let start = "gotoolprov."
        let parts = schema.dropFirst(start.count).split(
            separator: "/",
            omittingEmptySubsequences: false
        )
        guard schema.hasPrefix(start), parts.count == 2,
            let kind = DocumentKind(rawValue: String(parts[0])),
            let version = Int(parts[1]), String(version) == parts[1]
        else { return nil }
        return (kind, version)
    }
}
