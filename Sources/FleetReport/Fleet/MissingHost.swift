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

    /// The same of a host of another name.
    func named(_ name: String) -> MissingHost {
        MissingHost(name: name, state: state, reason: reason)
    }

    /// `web-7: unreachable: no route to host`.
    var description: String {
        [name, state, reason].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
    }
}

extension MissingHost: JSONRecord {
    static var blank: MissingHost { MissingHost(name: "") }

    /// Reads such a document; nil for one of another form.
    ///
    /// - Throws: ``DocumentError`` for one that says it is of this form and is not.
    init?(parsing document: [UInt8]) throws(DocumentError) {
        // Reports are larger, and there are many of them.
        guard document.count <= 16 << 10,
            let reader = try? ObjectReader(parsing: document),
            let schema = try? reader.string("schema"),
            DocumentKind.named(by: schema)?.kind == .missing
        else { return nil }
        try reader.check(.missing)
        try self.init(reading: reader)
    }

    /// Names what an aggregate says of it.
    mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
        try fields.text("name", &name, .required)
        try fields.text("state", &state)
        try fields.text("reason", &reason)
    }
}
