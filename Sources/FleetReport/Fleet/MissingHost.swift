internal import ToolchainCore

/// A host whose report could not be collected: what the playbook `report` and `Scripts/deploy/fleet-ssh` write in
/// the place of one: docs/schemas/missing.schema.json.
struct MissingHost: Hashable, Sendable {
    /// The host's name in the inventory.
    var name: String
    /// `unreachable`, or `failed` if the host answered without a report.
    var state: String?
    /// What was said.
    var reason: String?

    /// Why it did not report, as far as that was said: `unreachable: no route to host`.
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

    /// The longest such document, in bytes: a longer one is read as a report, and is not a valid one.
    static let longest = 16 << 10

    /// Names what an aggregate says of it.
    mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.text("name", &name, .required)
        try fields.text("state", &state)
        try fields.text("reason", &reason)
    }
}
