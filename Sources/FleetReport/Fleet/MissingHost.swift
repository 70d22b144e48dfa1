internal import ToolchainCore

/// A host whose report could not be collected, as written by the playbook `report` and by
/// `Scripts/deploy/fleet-ssh`: docs/schemas/missing.schema.json.
struct MissingHost: Hashable, Sendable {
    /// The host's name in the inventory.
    var name: String
    /// `unreachable`, or `failed` if the host responded without a report.
    var state: String?
    /// The reason that the collector gave.
    var reason: String?

    /// The state and the reason, as far as known: `unreachable: no route to host`.
    var words: String {
        [state, reason].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
    }

    /// `web-7: unreachable: no route to host`.
    var description: String {
        [name, words].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}

extension MissingHost: JSONRecord {
    static var blank: MissingHost { MissingHost(name: "") }

    /// The maximum size of such a document, in bytes.
    ///
    /// A larger one is parsed as a report and rejected.
    static let maximumSize = 16 << 10

    /// Reads or writes the members that an aggregate contains.
    mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.text("name", &name, .required)
        try fields.text("state", &state)
        try fields.text("reason", &reason)
    }
}
