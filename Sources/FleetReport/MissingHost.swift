internal import ToolchainCore

/// A host that no report could be had of: what the playbook `report` and `Scripts/fleet-ssh` write in
/// the place of one, `gotoolprov.missing/1`.
struct MissingHost {
    /// The host's name in the inventory.
    let name: String

    /// Reads such a document; nil for one of another form.
    ///
    /// - Throws: ``ReportError`` for one that says it is of this form and is not.
    init?(parsing document: [UInt8]) throws(ReportError) {
        // Reports are larger, and there are many of them.
        guard document.count <= 16 << 10,
            let node = try? JSONReader.read(document, dialect: .strict),
            let reader = try? ObjectReader(node),
            let schema = try? reader.string("schema"), schema == "gotoolprov.missing/1"
        else { return nil }
        name = try reader.requiredString("name")
    }
}
