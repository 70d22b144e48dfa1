extension Receipt.LogRecord {
    /// The record as a JSON value, in receipts and in catalogs.
    package var document: JSONValue {
        [
            "name": .string(name),
            "record": .integer(record),
            "treeSize": .integer(treeSize),
            "h1": .string(hash.description),
        ]
    }

    /// Reads what ``document`` is.
    ///
    /// - Throws: ``JSONError`` at the position of the first error.
    init(_ node: JSONNode) throws(JSONError) {
        var reader = try node.object()
        let name = try reader.require("name").string()
        let record = try reader.require("record").count()
        let treeSize = try reader.require("treeSize").count()
        let hashNode = try reader.require("h1")
        guard let hash = ModuleHash(parsing: try hashNode.string()) else {
            throw JSONError("invalid h1 hash", at: hashNode.position)
        }
        try reader.finish()
        self.init(name: name, record: record, treeSize: treeSize, hash: hash)
    }
}
