/// `.debug_abbrev`: how the entries of debug information are laid out.
///
/// Only the layout of each unit's first entry is looked for, and the work for all of them together is
/// limited: a table may be made to be walked through over and over.
struct AbbreviationTable {
    /// An attribute and how its value is stored.
    struct Attribute: Hashable, Sendable {
        let name: UInt64
        let form: UInt64
    }

    private struct Place: Hashable {
        let offset: Int
        let code: UInt64
    }

    private let bytes: [UInt8]
    private var known: [Place: [Attribute]] = [:]
    private var budget = 64 << 20

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The attributes of the entries with this code, in the table that starts at `offset`.
    ///
    /// - Parameters:
    ///   - code: The code that an entry begins with.
    ///   - offset: Where the unit's table starts.
    /// - Returns: The attributes, or nil where there is no such code or too much to look through.
    mutating func attributes(ofCode code: UInt64, tableAt offset: UInt64) -> [Attribute]? {
        guard let start = Int(exactly: offset), start < bytes.count, code != 0 else { return nil }
        let place = Place(offset: start, code: code)
        if let attributes = known[place] { return attributes }
        var cursor = ByteCursor(bytes, at: start)
        while let candidate = cursor.unsignedLEB128(), candidate != 0 {
            guard cursor.unsignedLEB128() != nil, cursor.skip(1) else { return nil }
            let before = cursor.position
            guard let attributes = Self.attributes(&cursor) else { return nil }
            // What is kept of them counts too: places may overlap.
            budget -= cursor.position - before + 8 + attributes.count * 16
            guard budget > 0 else { return nil }
            if candidate == code {
                known[place] = attributes
                return attributes
            }
        }
        return nil
    }

    private static func attributes(_ cursor: inout ByteCursor) -> [Attribute]? {
        var attributes: [Attribute] = []
        while let name = cursor.unsignedLEB128(), let form = cursor.unsignedLEB128() {
            // DW_FORM_implicit_const: the value is here and not in the entry.
            if form == 0x21, !cursor.skipLEB128() { return nil }
            if name == 0, form == 0 { return attributes }
            guard attributes.count < 256 else { return nil }
            attributes.append(Attribute(name: name, form: form))
        }
        return nil
    }
}
