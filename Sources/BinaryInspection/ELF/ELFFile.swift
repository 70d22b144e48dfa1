package import ToolchainCore

/// The headers and the dynamic section of an ELF file.
///
/// Sources: System V gABI, "Object Files" and "Program Loading and Dynamic Linking"; LSB Core,
/// "Symbol Versioning". Counts and sizes are limited and all offsets are checked; malformed parts are
/// ignored and listed in ``damage``.
package struct ELFFile: Hashable, Sendable {
    /// Why a file cannot be read.
    package enum Rejection: Error, Hashable, Sendable {
        /// It does not start with the magic number of ELF.
        case notELF
        /// Its ELF header is truncated or malformed.
        case malformed
    }

    /// The type of the file.
    package enum Kind: String, Hashable, Sendable {
        case relocatable
        case executable
        /// A library or a position-independent executable.
        case shared
        case core
        case other
    }

    /// A part of the file that is loaded, or that describes how to load it.
    struct Segment: Hashable, Sendable {
        let type: UInt32
        let flags: UInt32
        let offset: UInt64
        let address: UInt64
        let fileSize: UInt64
        let memorySize: UInt64

        var isLoaded: Bool { type == 1 }
        var isWritable: Bool { flags & 2 != 0 }
        var isExecutable: Bool { flags & 1 != 0 }
    }

    /// A named part of the file.
    struct Section: Hashable, Sendable {
        let name: String
        let type: UInt32
        let flags: UInt64
        let address: UInt64
        let offset: UInt64
        let size: UInt64

        /// Whether its contents are in the file, which is not the case for `.text` in a separate debug file.
        var isInFile: Bool { type != 8 }
        /// Whether its contents are compressed and have a compression header.
        var isCompressed: Bool { flags & 0x800 != 0 }
    }

    /// The class, the byte order and the machine.
    package let identity: ELFIdentity
    package let kind: Kind
    /// The dynamic loader that it requires (PT_INTERP).
    package internal(set) var interpreter: String?
    /// The libraries that it requires (DT_NEEDED), in order.
    package internal(set) var neededLibraries: [String] = []
    /// The oldest glibc that it can run with; nil if it does not require glibc.
    package internal(set) var glibcFloor: GlibcVersion?
    /// Whether it is a position-independent executable.
    package internal(set) var isPIE = false
    /// The GOOS according to the headers; nil if unknown, as for most Linux programs.
    package internal(set) var operatingSystem: String?
    /// The malformed parts of the headers, as clauses; conclusions from a damaged file are unreliable.
    package internal(set) var damage: [String] = []
    /// Whether there are section headers, which debuggers require.
    package internal(set) var hasSectionHeaders = false

    var segments: [Segment] = []
    var sections: [Section] = []

    /// The architecture; nil if Go has no Linux port for it.
    package var architecture: GoArchitecture? { identity.architecture }
    /// Whether it requires neither a dynamic loader nor libraries.
    package var isStatic: Bool { interpreter == nil && neededLibraries.isEmpty }
    /// Whether it is a shared library.
    package var isLibrary: Bool { kind == .shared && !isPIE }
    package var sectionNames: [String] { sections.map(\.name) }

    /// Reads the headers and the dynamic section.
    ///
    /// - Throws: ``Rejection`` if it is not a valid ELF file.
    package init(_ file: BinaryFile) throws(Rejection) {
        let header = file.prefix(at: 0, count: ELFIdentity.byteCount)
        guard header.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { throw .notELF }
        guard let identity = ELFIdentity(header: header) else { throw .malformed }
        self.identity = identity
        let fields = ByteFields(bytes: header, isLittleEndian: identity.isLittleEndian)
        kind =
            switch fields.unsigned(at: 16, byteCount: 2) {
            case 1: .relocatable
            case 2: .executable
            case 3: .shared
            case 4: .core
            default: .other
            }
        guard let layout = Layout(fields, is64Bit: identity.is64Bit) else { throw .malformed }
        readSegments(layout, of: file)
        readSections(layout, of: file)
        readInterpreter(of: file)
        readDynamic(of: file)
        readOperatingSystem(abi: header[7], of: file)
    }

    /// Returns the section with a name, if its contents are in the file.
    func section(_ name: String) -> Section? { sections.first { $0.name == name && $0.isInFile } }

    /// Returns the offset of an address in the file, and the number of bytes from there to the end of the
    /// segment.
    func location(ofAddress address: UInt64) -> (offset: UInt64, count: UInt64)? {
        for segment in segments where segment.isLoaded && address >= segment.address {
            let distance = address - segment.address
            guard distance < segment.fileSize else { continue }
            let (offset, overflows) = segment.offset.addingReportingOverflow(distance)
            return overflows ? nil : (offset, segment.fileSize - distance)
        }
        return nil
    }
}

extension ELFFile {
    /// The locations of the program headers and the section headers.
    private struct Layout {
        let is64Bit: Bool
        let segments: (offset: UInt64, entrySize: UInt64, count: UInt64)
        let sections: (offset: UInt64, entrySize: UInt64, count: UInt64)
        let nameIndex: UInt64

        init?(_ fields: ByteFields, is64Bit: Bool) {
            let word = is64Bit ? 8 : 4
            func address(_ wide: Int, _ narrow: Int) -> UInt64? {
                fields.unsigned(at: is64Bit ? wide : narrow, byteCount: word)
            }
            func half(_ wide: Int, _ narrow: Int) -> UInt64? {
                fields.unsigned(at: is64Bit ? wide : narrow, byteCount: 2)
            }
            guard let segmentOffset = address(32, 28), let sectionOffset = address(40, 32),
                let segmentSize = half(54, 42), let segmentCount = half(56, 44),
                let sectionSize = half(58, 46), let sectionCount = half(60, 48),
                let nameIndex = half(62, 50)
            else { return nil }
            self.is64Bit = is64Bit
            segments = (segmentOffset, segmentSize, segmentCount)
            sections = (sectionOffset, sectionSize, sectionCount)
            self.nameIndex = nameIndex
        }
    }

    private static let segmentLimit: UInt64 = 4096
    private static let sectionLimit: UInt64 = 65_536
    /// The maximum total length of section names in bytes; all of them may refer to the same long string.
    private static let nameLimit = 4 << 20
    private static let damageLimit = 16

    /// Records a malformed part, up to a maximum number.
    mutating func noteDamage(_ clause: String) {
        if damage.count < Self.damageLimit { damage.append(clause) }
    }

    private mutating func readSegments(_ layout: Layout, of file: BinaryFile) {
        let (offset, size, count) = layout.segments
        guard count > 0 else { return }
        let smallest: UInt64 = layout.is64Bit ? 56 : 32
        guard size >= smallest, size <= 1024, count <= Self.segmentLimit,
            let table = file.bytes(at: offset, count: size * count, limit: 4 << 20)
        else {
            noteDamage("the program headers are not in the file")
            return
        }
        let fields = ByteFields(bytes: table, isLittleEndian: identity.isLittleEndian)
        for index in 0..<Int(count) {
            let start = index * Int(size)
            func word(_ wide: Int, _ narrow: Int) -> UInt64 {
                fields.unsigned(
                    at: start + (layout.is64Bit ? wide : narrow),
                    byteCount: layout.is64Bit ? 8 : 4
                ) ?? 0
            }
            func short(_ wide: Int, _ narrow: Int) -> UInt32 {
                let offset = start + (layout.is64Bit ? wide : narrow)
                return UInt32(fields.unsigned(at: offset, byteCount: 4) ?? 0)
            }
            let segment = Segment(
                type: short(0, 0),
                flags: short(4, 24),
                offset: word(8, 4),
                address: word(16, 8),
                fileSize: word(32, 16),
                memorySize: word(40, 20)
            )
            segments.append(segment)
            if !file.contains(offset: segment.offset, count: segment.fileSize) {
                noteDamage("program header \(index) points outside the file")
            }
        }
    }

    private mutating func readSections(_ layout: Layout, of file: BinaryFile) {
        var (offset, size, count) = layout.sections
        guard offset != 0 else { return }
        let smallest: UInt64 = layout.is64Bit ? 64 : 40
        guard size >= smallest, size <= 1024 else {
            noteDamage("the section headers are invalid")
            return
        }
        // If the numbers exceed their fields in the ELF header, they are in the first section header.
        var nameIndex = layout.nameIndex
        if count == 0 || nameIndex == 0xFFFF {
            guard let first = file.bytes(at: offset, count: smallest) else {
                noteDamage("the section headers are not in the file")
                return
            }
            let fields = ByteFields(bytes: first, isLittleEndian: identity.isLittleEndian)
            let word = layout.is64Bit ? 8 : 4
            if count == 0 {
                count = fields.unsigned(at: layout.is64Bit ? 32 : 20, byteCount: word) ?? 0
            }
            if nameIndex == 0xFFFF {
                nameIndex = fields.unsigned(at: layout.is64Bit ? 40 : 24, byteCount: 4) ?? 0
            }
        }
        guard count > 0, count <= Self.sectionLimit,
            let table = file.bytes(at: offset, count: size * count, limit: 64 << 20)
        else {
            noteDamage("the section headers are not in the file")
            return
        }
        hasSectionHeaders = true
        let fields = ByteFields(bytes: table, isLittleEndian: identity.isLittleEndian)
        let headers = (0..<Int(count)).map { index in
            SectionHeader(fields, at: index * Int(size), is64Bit: layout.is64Bit)
        }
        guard nameIndex < count else {
            noteDamage("the sections have no names")
            return
        }
        let named = headers[Int(nameIndex)]
        guard let names = file.bytes(at: named.offset, count: named.size, limit: 16 << 20) else {
            noteDamage("the names of the sections are not in the file")
            return
        }
        let nameFields = ByteFields(bytes: names, isLittleEndian: identity.isLittleEndian)
        var unnamedCount = 0
        var nameBytesLeft = Self.nameLimit
        for header in headers where header.type != 0 {
            guard let name = nameFields.text(at: Int(header.name)) else {
                unnamedCount += 1
                continue
            }
            nameBytesLeft -= name.utf8.count
            guard nameBytesLeft >= 0 else {
                noteDamage("the names of the sections are too long")
                break
            }
            sections.append(header.section(named: name))
            if header.type != 8, !file.contains(offset: header.offset, count: header.size) {
                noteDamage("the section \(name.withVisibleControls) is not in the file")
            }
        }
        if unnamedCount > 0 { noteDamage("\(unnamedCount) sections have no names") }
    }

    /// A section header, with the offset of its name.
    private struct SectionHeader {
        let name: UInt32
        let type: UInt32
        let flags: UInt64
        let address: UInt64
        let offset: UInt64
        let size: UInt64

        init(_ fields: ByteFields, at start: Int, is64Bit: Bool) {
            func word(_ wide: Int, _ narrow: Int) -> UInt64 {
                fields.unsigned(
                    at: start + (is64Bit ? wide : narrow),
                    byteCount: is64Bit ? 8 : 4
                ) ?? 0
            }
            name = UInt32(fields.unsigned(at: start, byteCount: 4) ?? 0)
            type = UInt32(fields.unsigned(at: start + 4, byteCount: 4) ?? 0)
            flags = word(8, 8)
            address = word(16, 12)
            offset = word(24, 16)
            size = word(32, 20)
        }

        func section(named name: String) -> Section {
            Section(
                name: name,
                type: type,
                flags: flags,
                address: address,
                offset: offset,
                size: size
            )
        }
    }

    private mutating func readInterpreter(of file: BinaryFile) {
        guard let segment = segments.first(where: { $0.type == 3 }) else { return }
        // A separate debug file has the header but not the name.
        guard segment.fileSize > 0 else { return }
        guard let bytes = file.bytes(at: segment.offset, count: segment.fileSize, limit: 4096),
            let name = ByteFields(bytes: bytes + [0], isLittleEndian: true).text(at: 0)
        else {
            noteDamage("the name of the loader is invalid")
            return
        }
        interpreter = name
    }
}
