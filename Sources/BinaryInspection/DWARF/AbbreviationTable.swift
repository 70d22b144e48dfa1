/// The contents of `.debug_abbrev`, which defines the layout of the entries of debug information.
///
/// Only the layouts of the first entries of units are needed. The total work is limited, because a hostile
/// table could require it to be scanned repeatedly.
struct AbbreviationTable {
    /// The name of an attribute and the form of its value.
    struct Attribute: Hashable, Sendable {
        let name: UInt64
        let form: UInt64
    }

    private struct Key: Hashable {
        let offset: Int
        let code: UInt64
    }

    private let bytes: [UInt8]
    private var cache: [Key: [Attribute]] = [:]
    private var budget = 64 << 20

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Returns the attributes of entries with an abbreviation code.
    ///
    /// - Parameters:
    ///   - code: The abbreviation code.
    ///   - offset: The offset of the unit's table.
    /// - Returns: The attributes; nil if the code is undefined, or if the work limit is exceeded.
    mutating func attributes(ofCode code: UInt64, tableAt offset: UInt64) -> [Attribute]? {
        guard let start = Int(exactly: offset), start < bytes.count, code != 0 else { return nil }
        let key = Key(offset: start, code: code)
        if let attributes = cache[key] { return attributes }
        var cursor = ByteCursor(bytes, at: start)
        while let candidate = cursor.unsignedLEB128(), candidate != 0 {
            guard cursor.unsignedLEB128() != nil, cursor.skip(1) else { return nil }
            let before = cursor.position
            guard let attributes = Self.attributes(&cursor) else { return nil }
            // The memory of cached attributes counts too, because tables may overlap.
            budget -= cursor.position - before + 8 + attributes.count * 16
            guard budget > 0 else { return nil }
            if candidate == code {
                cache[key] = attributes
                return attributes
            }
        }
        return nil
    }

    private static func attributes(_ cursor: inout ByteCursor) -> [Attribute]? {
        var attributes: [Attribute] = []
        while let name = cursor.unsignedLEB128(), let form = cursor.unsignedLEB128() {
            // With DW_FORM_implicit_const, the value is in the table instead of the entry.
            if form == 0x21, !cursor.skipLEB128() { return nil }
            if name == 0, form == 0 { return attributes }
            guard attributes.count < 256 else { return nil }
            attributes.append(Attribute(name: name, form: form))
        }
        return nil
    }
}
