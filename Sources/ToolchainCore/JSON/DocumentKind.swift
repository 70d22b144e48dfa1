/// What a JSON document is, as its first member says: `"schema": "gotoolprov.list/2"`.
///
/// The form of each kind is docs/schemas/KIND.schema.json; that of ``host`` is report.schema.json.
/// Catalogs, receipts and lists of vulnerabilities are files with a `schemaVersion` of their own.
package enum DocumentKind: String, Hashable, Sendable, CaseIterable {
    case ansible, available, cache, comparison, doctor, ensure, env, error, fleet, heal, host
    case inspect, list, missing, published, remove, status, use, verify, which
    case buildTool = "build-tool"
    case fleetHost = "fleet-host"
    case programVersion = "version"
    case vscodeLaunch = "vscode-launch"
    case vscodeSettings = "vscode-settings"
    case vscodeTools = "vscode-tools"

    /// The version that is written.
    ///
    /// Documents of gotoolprov 0.1.0 have version 1, or no `schema` at all.
    package static let version = 2

    /// `gotoolprov.list/2`.
    package var schema: String { "gotoolprov.\(rawValue)/\(Self.version)" }

    /// The first member of a document of this kind.
    package var member: JSONValue.Member { JSONValue.Member("schema", .string(schema)) }

    /// What a `schema` says.
    ///
    /// - Parameter schema: The value of the member: `gotoolprov.list/1`.
    /// - Returns: The kind and its version, also one that is not known yet; nil for another form.
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
