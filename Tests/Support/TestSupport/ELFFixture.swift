/// An ELF file built from sections, with a segment for each section that has an address.
public struct ELFFixture: Sendable {
    /// A section, with the fields of its header.
    public struct Section: Sendable {
        /// The name.
        public let name: String
        /// `sh_type`.
        public var type: UInt64
        /// `sh_flags`.
        public var flags: UInt64
        /// `sh_addr`, or 0 if the section is not loaded.
        public var address: UInt64
        /// The contents.
        public var contents: [UInt8]

        /// Creates a section; the default type is SHT_PROGBITS.
        public init(
            name: String,
            type: UInt64 = 1,
            flags: UInt64 = 0,
            address: UInt64 = 0,
            contents: [UInt8] = []
        ) {
            self.name = name
            self.type = type
            self.flags = flags
            self.address = address
            self.contents = contents
        }
    }

    /// The flags of a writable loaded section.
    public static let writable: UInt64 = 3
    /// The flags of a read-only loaded section.
    public static let readOnly: UInt64 = 2
    /// The flag SHF_COMPRESSED.
    public static let compressed: UInt64 = 0x800

    /// Whether the class is ELFCLASS64.
    public var is64Bit = true
    /// Whether the byte order is little-endian.
    public var isLittleEndian = true
    /// `e_machine`.
    public var machine: UInt64 = 62
    /// `e_type`.
    public var type: UInt64 = 2
    /// EI_OSABI.
    public var abi: UInt8 = 0
    /// Whether the file contains the section header table.
    public var hasSectionHeaders = true
    /// The sections, in order.
    public var sections: [Section] = []

    /// Creates a 64-bit little-endian program for amd64 without sections.
    public init() {}

    /// Returns a number in the byte order of the file.
    public func number(_ value: UInt64, _ byteCount: Int) -> [UInt8] {
        let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
        return isLittleEndian ? bytes : bytes.reversed()
    }

    /// The bytes of the file.
    public var bytes: [UInt8] {
        let word = is64Bit ? 8 : 4
        let headerSize = is64Bit ? 64 : 52
        let segmentSize = is64Bit ? 56 : 32
        let sectionSize = is64Bit ? 64 : 40
        let loaded = sections.filter { $0.address != 0 }
        let names = sections + [Section(name: ".shstrtab", type: 3)]
        var nameTable: [UInt8] = [0]
        var nameOffsets: [UInt64] = []
        for section in names {
            nameOffsets.append(UInt64(nameTable.count))
            nameTable += Array(section.name.utf8) + [0]
        }
        var offset = headerSize + segmentSize * loaded.count
        var contents: [UInt8] = []
        var places: [UInt64] = []
        for section in sections + [Section(name: ".shstrtab", type: 3, contents: nameTable)] {
            let padding = (16 - offset % 16) % 16
            contents += [UInt8](repeating: 0, count: padding)
            offset += padding
            places.append(UInt64(offset))
            contents += section.contents
            offset += section.contents.count
        }
        let count = hasSectionHeaders ? names.count + 1 : 0
        var result: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, is64Bit ? 2 : 1, isLittleEndian ? 1 : 2, 1]
        result += [abi] + [UInt8](repeating: 0, count: 8)
        result += number(type, 2) + number(machine, 2) + number(1, 4) + number(0, word)
        result += number(loaded.isEmpty ? 0 : UInt64(headerSize), word)
        result += number(hasSectionHeaders ? UInt64(offset) : 0, word) + number(0, 4)
        result += number(UInt64(headerSize), 2) + number(UInt64(segmentSize), 2)
        result += number(UInt64(loaded.count), 2) + number(UInt64(sectionSize), 2)
        result += number(UInt64(count), 2) + number(UInt64(max(0, count - 1)), 2)
        for (section, place) in zip(sections, places) where section.address != 0 {
            result += segment(section, at: place)
        }
        result += contents
        guard hasSectionHeaders else { return result }
        result += [UInt8](repeating: 0, count: sectionSize)
        for (index, section) in names.enumerated() {
            let size = index < sections.count ? section.contents.count : nameTable.count
            result += number(nameOffsets[index], 4) + number(section.type, 4)
            result += number(section.flags, word) + number(section.address, word)
            result += number(places[index], word) + number(UInt64(size), word)
            result += number(0, 4) + number(0, 4) + number(1, word) + number(0, word)
        }
        return result
    }

    private func segment(_ section: Section, at place: UInt64) -> [UInt8] {
        let kinds: [String: UInt64] = [".interp": 3, ".dynamic": 2, ".note.tag": 4]
        let type = kinds[section.name] ?? 1
        let flags: UInt64 = section.flags & 1 != 0 ? 6 : 4
        let size = UInt64(section.contents.count)
        if is64Bit {
            return number(type, 4) + number(flags, 4) + number(place, 8)
                + number(section.address, 8) + number(section.address, 8) + number(size, 8)
                + number(size, 8) + number(16, 8)
        }
        return number(type, 4) + number(place, 4) + number(section.address, 4)
            + number(section.address, 4) + number(size, 4) + number(size, 4) + number(flags, 4)
            + number(16, 4)
    }
}

extension ELFFixture {
    /// Returns a Go program as it is built with the flags in `producerFlags`.
    public static func go(
        producerFlags: String? = "; -N -l regabi",
        debugVersion: Int = 4,
        isCompressed: Bool = true,
        modules: String = defaultModules,
        otherUnits: [(name: String, flags: String)] = [],
        sourceDirectory: String = "/src/app/cmd/a"
    ) -> ELFFixture {
        var fixture = ELFFixture()
        fixture.sections = [
            Section(name: ".text", flags: 6, address: 0x40_1000, contents: [0xC3]),
            Section(
                name: ".gopclntab",
                flags: readOnly,
                address: 0x41_0000,
                contents: [0xF1, 0xFF, 0xFF, 0xFF, 0, 0, 1, 8] + [UInt8](repeating: 0, count: 64)
            ),
            Section(
                name: ".go.buildinfo",
                flags: writable,
                address: 0x42_0000,
                contents: inlineBuildInfo(version: "go1.26.1", modules: modules)
            ),
        ]
        guard let producerFlags else { return fixture }
        let debug = DebugFixture(version: debugVersion, sourceDirectory: sourceDirectory)
        let units =
            [("runtime", "; -l regabi"), ("main", producerFlags)]
            + otherUnits.map { ($0.name, $0.flags) }
        var parts: [(String, [UInt8])] = [
            (".debug_abbrev", debug.abbreviations),
            (".debug_line", debug.lineTable),
            (".debug_frame", [UInt8](repeating: 0, count: 16)),
            (
                ".debug_info",
                units.flatMap { debug.unit($0, producer: "Go cmd/compile go1.26.1" + $1) }
            ),
        ]
        if debugVersion == 5 { parts.append((".debug_addr", [4, 0, 0, 0, 5, 0, 8, 0])) }
        for (name, contents) in parts {
            fixture.sections.append(
                isCompressed
                    ? Section(name: name, flags: compressed, contents: Zlib.section(contents))
                    : Section(name: name, contents: contents)
            )
        }
        fixture.sections.append(
            Section(name: ".symtab", type: 2, contents: [UInt8](repeating: 0, count: 48))
        )
        return fixture
    }

    /// The module information that `go version -m` prints.
    public static let defaultModules =
        "path\texample.com/app/cmd/a\nmod\texample.com/app\tv1.2.3\t\ndep\texample.com/b\tv1.0.0\th1:x\n"
        + "build\t-gcflags=\"all=-N -l\"\nbuild\tCGO_ENABLED=0\nbuild\tGOARCH=amd64\n"

    /// Returns the contents of `.go.buildinfo` as Go writes it since 1.18.
    public static func inlineBuildInfo(version: String, modules: String) -> [UInt8] {
        var bytes: [UInt8] = [0xFF] + Array(" Go buildinf:".utf8) + [8, 2]
        bytes += [UInt8](repeating: 0, count: 16)
        bytes += leb128(version.utf8.count) + Array(version.utf8)
        let marked =
            [UInt8](repeating: 0x30, count: 16) + Array(modules.utf8)
            + [UInt8](repeating: 0xF9, count: 16)
        return bytes + leb128(marked.count) + marked
    }

    /// Returns a number in the LEB128 format of DWARF.
    public static func leb128(_ value: Int) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 127 | 128)] + leb128(value >> 7)
    }
}

/// Debug information with units that have a name, a language, a line table and a producer.
public struct DebugFixture: Sendable {
    /// The DWARF version.
    public var version: Int

    /// The directory of the source file, or an empty string for none.
    public var sourceDirectory: String
    /// The name of the source file.
    public var sourceFile: String

    /// Creates debug information of a DWARF version.
    public init(
        version: Int = 4,
        sourceDirectory: String = "/src/app/cmd/a",
        sourceFile: String = "main.go"
    ) {
        self.version = version
        self.sourceDirectory = sourceDirectory
        self.sourceFile = sourceFile
    }

    /// The only abbreviation: a unit with its name, language, line table, directory and producer.
    public var abbreviations: [UInt8] {
        [1, 0x11, 0, 0x03, 0x08, 0x13, 0x0B, 0x10, 0x17, 0x1B, 0x08, 0x25, 0x08, 0, 0, 0]
    }

    /// Returns one unit.
    public func unit(_ name: String, producer: String, language: UInt8 = 22) -> [UInt8] {
        let little = ELFFixture()
        var body = little.number(UInt64(version), 2)
        body += version == 5 ? [1, 8] + little.number(0, 4) : little.number(0, 4) + [8]
        body += [1] + Array(name.utf8) + [0, language] + little.number(0, 4)
        body += Array(".".utf8) + [0] + Array(producer.utf8) + [0]
        return little.number(UInt64(body.count), 4) + body
    }

    /// A line table of version 2, as Go wrote it before DWARF 5, with a directory and two files.
    public var lineTable: [UInt8] {
        let little = ELFFixture()
        var header: [UInt8] = [1, 1, 0xFC, 10, 11] + [0, 1, 1, 1, 1, 0, 0, 0, 1, 0]
        if !sourceDirectory.isEmpty { header += Array(sourceDirectory.utf8) + [0] }
        header += [0]
        header += Array("<autogenerated>".utf8) + [0, 0, 0, 0]
        header += Array(sourceFile.utf8) + [0, sourceDirectory.isEmpty ? 0 : 1, 0, 0, 0]
        let body = little.number(2, 2) + little.number(UInt64(header.count), 4) + header
        return little.number(UInt64(body.count), 4) + body
    }
}

/// A minimal zlib encoder that does not compress.
public enum Zlib {
    /// Returns the contents of a section with SHF_COMPRESSED in a 64-bit little-endian file.
    public static func section(_ contents: [UInt8], type: UInt64 = 1, declaring: Int? = nil)
        -> [UInt8]
    {
        let little = ELFFixture()
        return little.number(type, 4) + little.number(0, 4)
            + little.number(UInt64(declaring ?? contents.count), 8) + little.number(1, 8)
            + stream(contents)
    }

    /// Returns a stream of stored blocks.
    public static func stream(_ contents: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x78, 0x01]
        let little = ELFFixture()
        for start in stride(from: 0, to: max(1, contents.count), by: 65_535) {
            let block = contents[start..<min(contents.count, start + 65_535)]
            let isLast = start + 65_535 >= contents.count
            result += [isLast ? 1 : 0] + little.number(UInt64(block.count), 2)
            result += little.number(UInt64(block.count ^ 0xFFFF), 2) + block
        }
        var low: UInt32 = 1
        var high: UInt32 = 0
        for byte in contents {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return result + little.number(UInt64(high << 16 | low), 4).reversed()
    }
}
