internal import ToolchainCore

/// A reader for the headers of units and the attributes of their first entries.
final class UnitReader {
    let file: BinaryFile
    let elf: ELFFile
    fileprivate var tables: [String: [UInt8]] = [:]

    /// The remaining bytes of names; many units of a hostile file may refer to the same long string.
    private var unitTextLeft = 64 << 20
    /// The remaining number of attributes.
    private var attributesLeft = 64 << 20
    /// The remaining bytes of paths in line tables.
    private var pathBytesLeft = 64 << 20
    /// The remaining bytes that may be inflated to reach line tables.
    private var inflatedBytesLeft: UInt64 = 1 << 30
    /// Whether a line table was not read because a limit was exceeded.
    private(set) var isExhausted = false

    private static let entryLimit: UInt64 = 16 << 10
    private static let stringLimit: UInt64 = 64 << 20

    init(file: BinaryFile, elf: ELFFile) {
        self.file = file
        self.elf = elf
    }

    /// Reads the next unit; returns nil for a unit without code, such as a type unit.
    func unit(
        from stream: SectionStream,
        _ table: inout AbbreviationTable
    ) throws -> DebugUnit? {
        let isLittleEndian = elf.identity.isLittleEndian
        var lengthField = ByteCursor(try stream.read(4), isLittleEndian: isLittleEndian)
        var length = lengthField.unsigned(4) ?? 0
        let isWide = length == 0xFFFF_FFFF
        if isWide {
            lengthField = ByteCursor(try stream.read(8), isLittleEndian: isLittleEndian)
            length = lengthField.unsigned(8) ?? 0
        }
        guard isWide || length < 0xFFFF_FFF0, length <= stream.byteCount - stream.position else {
            throw DebugInformation.Rejection.malformed("a unit is longer than the section")
        }
        let readCount = min(length, Self.entryLimit)
        let bytes = try stream.read(Int(readCount))
        try stream.skip(length - readCount)
        var cursor = ByteCursor(bytes, isLittleEndian: isLittleEndian)
        guard let version = cursor.unsigned(2), (2...5).contains(version) else {
            throw DebugInformation.Rejection.malformed("a unit has an unknown DWARF version")
        }
        let offsetSize = isWide ? 8 : 4
        var type: UInt64 = 1
        var addressSize: UInt64?
        if version == 5 {
            type = cursor.unsigned(1) ?? 0
            addressSize = cursor.unsigned(1)
        }
        let abbreviations = cursor.unsigned(offsetSize)
        if version < 5 { addressSize = cursor.unsigned(1) }
        guard let abbreviations, let addressSize, [4, 8].contains(addressSize) else {
            throw DebugInformation.Rejection.malformed("a unit has an invalid header")
        }
        switch type {
        case 1, 3: break
        // Skeleton units and split units have an ID.
        case 4, 5: guard cursor.skip(8) else { return nil }
        case 2, 6: return nil
        default: throw DebugInformation.Rejection.malformed("a unit has an unknown type")
        }
        let encoding = Encoding(
            version: Int(version),
            isWide: isWide,
            addressSize: Int(addressSize)
        )
        guard let code = cursor.unsignedLEB128(),
            let attributes = table.attributes(ofCode: code, tableAt: abbreviations)
        else { throw DebugInformation.Rejection.malformed("a unit has no description") }
        return try self.unit(encoding, attributes, &cursor)
    }

    private func unit(
        _ encoding: Encoding,
        _ attributes: [AbbreviationTable.Attribute],
        _ cursor: inout ByteCursor
    ) throws -> DebugUnit {
        attributesLeft -= attributes.count
        guard attributesLeft >= 0 else {
            throw DebugInformation.Rejection.malformed("its units have too many attributes")
        }
        var unit = DebugUnit(version: encoding.version, isWide: encoding.isWide)
        var name = Value.other
        var producer = Value.other
        for attribute in attributes {
            guard let value = value(attribute.form, encoding, &cursor) else {
                throw DebugInformation.Rejection.malformed("a unit's first entry is invalid")
            }
            switch (attribute.name, value) {
            case (0x03, _): name = value
            case (0x25, _): producer = value
            case (0x13, .number(let number)): unit.language = number
            case (0x10, .number(let number)): unit.lineTable = number
            default: break
            }
        }
        if unit.isGo {
            unit.name = text(name)
            unit.producer = text(producer)
            unitTextLeft -= (unit.name?.utf8.count ?? 0) + (unit.producer?.utf8.count ?? 0)
            guard unitTextLeft >= 0 else {
                throw DebugInformation.Rejection.malformed("the names of its units are too long")
            }
        }
        return unit
    }
}

extension UnitReader {
    /// The parameters that determine how a unit stores values.
    struct Encoding {
        let version: Int
        let isWide: Bool
        let addressSize: Int
        var offsetSize: Int { isWide ? 8 : 4 }
    }

    /// The value of an attribute.
    enum Value {
        case number(UInt64)
        case text(String)
        /// An offset in a string table, given by the name of its section.
        case reference(String, UInt64)
        case other
    }

    /// Reads the value at the cursor.
    ///
    /// - Parameters:
    ///   - form: The form of the value.
    ///   - encoding: The encoding of the unit.
    ///   - cursor: The position of the value; it is advanced.
    /// - Returns: The value; nil at the end of the data, and for an unknown form.
    func value(
        _ form: UInt64,
        _ encoding: Encoding,
        _ cursor: inout ByteCursor
    ) -> Value? {
        func fixed(_ count: Int) -> Value? { cursor.unsigned(count).map { .number($0) } }
        func skipped(_ count: UInt64?) -> Value? {
            count.flatMap { cursor.skip($0) ? .other : nil }
        }
        switch form {
        case 0x01: return skipped(UInt64(encoding.addressSize))
        case 0x03: return skipped(cursor.unsigned(2))
        case 0x04: return skipped(cursor.unsigned(4))
        case 0x05: return fixed(2)
        case 0x06: return fixed(4)
        case 0x07: return fixed(8)
        case 0x08: return cursor.text().map { .text($0) }
        case 0x09, 0x18: return skipped(cursor.unsignedLEB128())
        case 0x0A: return skipped(cursor.unsigned(1))
        case 0x0B, 0x0C: return fixed(1)
        case 0x0D: return cursor.skipLEB128() ? .other : nil
        case 0x0E: return cursor.unsigned(encoding.offsetSize).map { .reference("str", $0) }
        case 0x0F: return cursor.unsignedLEB128().map { .number($0) }
        case 0x10:
            return skipped(
                UInt64(encoding.version == 2 ? encoding.addressSize : encoding.offsetSize)
            )
        case 0x11: return skipped(1)
        case 0x12: return skipped(2)
        case 0x13, 0x1C: return skipped(4)
        case 0x14, 0x20, 0x24: return skipped(8)
        case 0x15, 0x1A, 0x1B, 0x22, 0x23, 0x1F01, 0x1F02:
            return cursor.skipLEB128() ? .other : nil
        case 0x17: return fixed(encoding.offsetSize)
        case 0x19, 0x21: return .other
        case 0x1D, 0x1F20, 0x1F21: return skipped(UInt64(encoding.offsetSize))
        case 0x1E: return skipped(16)
        case 0x1F: return cursor.unsigned(encoding.offsetSize).map { .reference("line_str", $0) }
        case 0x25, 0x29: return skipped(1)
        case 0x26, 0x2A: return skipped(2)
        case 0x27, 0x2B: return skipped(3)
        case 0x28, 0x2C: return skipped(4)
        // DW_FORM_indirect (0x16) allows endless recursion, and compilers do not use it here.
        default: return nil
        }
    }

    /// Counts the bytes of a path; returns false if the limit is exceeded.
    func takePath(_ byteCount: Int) -> Bool {
        pathBytesLeft -= byteCount
        if pathBytesLeft < 0 { isExhausted = true }
        return pathBytesLeft >= 0
    }

    /// Records that a line table exceeds a limit, and returns nil.
    func tooLarge<Value>() -> Value? {
        isExhausted = true
        return nil
    }

    /// Counts the bytes that are inflated to skip line tables; returns false if the limit is exceeded.
    func takeInflation(_ byteCount: UInt64) -> Bool {
        guard byteCount <= inflatedBytesLeft else {
            isExhausted = true
            return false
        }
        inflatedBytesLeft -= byteCount
        return true
    }

    /// Returns the string that a value contains or refers to.
    func text(_ value: Value) -> String? {
        switch value {
        case .text(let text): return text
        case .reference(let table, let offset):
            guard let start = Int(exactly: offset) else { return nil }
            let fields = ByteFields(bytes: strings(table), isLittleEndian: true)
            return fields.text(at: start)
        case .number, .other: return nil
        }
    }

    /// Reads a string table, which linkers may create although Go does not; returns an empty one if that
    /// fails.
    private func strings(_ name: String) -> [UInt8] {
        if let bytes = tables[name] { return bytes }
        var bytes: [UInt8] = []
        if let section = DebugInformation.section(name, in: elf),
            let stream = try? SectionStream(section, of: file, elf),
            stream.byteCount <= Self.stringLimit
        {
            bytes = (try? stream.read(Int(stream.byteCount))) ?? []
        }
        tables[name] = bytes
        return bytes
    }
}
