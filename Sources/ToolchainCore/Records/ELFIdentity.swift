/// What the first bytes of a Linux program say about the machine it is for.
package struct ELFIdentity: Hashable, Sendable {
    /// How many bytes of the file are needed.
    package static let byteCount = 64

    /// The architecture by Go's name, or nil for one that Go has no Linux port for.
    package let architecture: GoArchitecture?
    /// Whether addresses have 64 bits.
    package let is64Bit: Bool
    /// Whether numbers are little-endian.
    package let isLittleEndian: Bool
    /// What kind of file it is: 2 for a program at fixed addresses, 3 for what can be put anywhere.
    let type: UInt64
    /// Where the program headers start, how large each is and how many there are.
    let programHeaders: (offset: UInt64, entrySize: Int, count: Int)

    /// Reads the identity from the beginning of a file; nil unless it is an ELF file.
    ///
    /// Sources: System V gABI, "ELF Header"; the machine numbers of Linux's `elf-em.h`.
    package init?(header: [UInt8]) {
        guard header.count >= 52, header.starts(with: [0x7F, 0x45, 0x4C, 0x46]),
            (1...2).contains(header[4]), (1...2).contains(header[5])
        else { return nil }
        is64Bit = header[4] == 2
        isLittleEndian = header[5] == 1
        guard !is64Bit || header.count >= 64 else { return nil }
        let fields = ELFFields(bytes: header, isLittleEndian: isLittleEndian)
        type = fields.unsigned(at: 16, byteCount: 2)
        let machine = Int(fields.unsigned(at: 18, byteCount: 2))
        architecture = Self.architecture(
            machine: machine,
            is64Bit: is64Bit,
            isLittleEndian: isLittleEndian
        )
        programHeaders =
            is64Bit
            ? (
                fields.unsigned(at: 32, byteCount: 8),
                Int(fields.unsigned(at: 54, byteCount: 2)),
                Int(fields.unsigned(at: 56, byteCount: 2))
            )
            : (
                fields.unsigned(at: 28, byteCount: 4),
                Int(fields.unsigned(at: 42, byteCount: 2)),
                Int(fields.unsigned(at: 44, byteCount: 2))
            )
    }

    private static func architecture(
        machine: Int,
        is64Bit: Bool,
        isLittleEndian: Bool
    ) -> GoArchitecture? {
        switch (machine, is64Bit, isLittleEndian) {
        case (3, false, true): .i386
        case (62, true, true): .amd64
        case (40, false, true): .arm
        case (183, true, true): .arm64
        case (258, true, true): .loong64
        case (8, false, false): .mips
        case (8, false, true): .mipsle
        case (8, true, false): .mips64
        case (8, true, true): .mips64le
        case (21, true, false): .ppc64
        case (21, true, true): .ppc64le
        case (243, true, true): .riscv64
        case (22, true, false): .s390x
        default: nil
        }
    }

    /// Two identities are equal if they are of the same machine.
    package static func == (left: ELFIdentity, right: ELFIdentity) -> Bool {
        left.architecture == right.architecture && left.is64Bit == right.is64Bit
            && left.isLittleEndian == right.isLittleEndian
    }

    /// Feeds the machine into `hasher`.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(architecture)
        hasher.combine(is64Bit)
    }

    /// The loader that the program asks for (PT_INTERP); nil for a static one, and where the
    /// headers make no sense.
    ///
    /// - Parameter read: Gives up to so many bytes of the file from an offset on.
    /// - Returns: The loader's path.
    package func interpreter(
        read: (_ offset: UInt64, _ count: Int) throws -> [UInt8]
    ) rethrows -> String? {
        guard let name = try segment(3, largest: 4096, read: read) else { return nil }
        return String(validating: name.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Whether it is a library, as a program's loader is: it has a dynamic section that does not say
    /// that it is a program (DF_1_PIE).
    ///
    /// - Parameter read: Gives up to so many bytes of the file from an offset on.
    /// - Returns: Whether it is.
    package func isLibrary(
        read: (_ offset: UInt64, _ count: Int) throws -> [UInt8]
    ) rethrows -> Bool {
        guard type == 3, let table = try segment(2, largest: 1 << 16, read: read) else {
            return false
        }
        let width = is64Bit ? 8 : 4
        let fields = ELFFields(bytes: table, isLittleEndian: isLittleEndian)
        for start in stride(from: 0, through: table.count - 2 * width, by: 2 * width) {
            let tag = fields.unsigned(at: start, byteCount: width)
            if tag == 0 { break }
            // DT_FLAGS_1, of which DF_1_PIE.
            if tag == 0x6FFF_FFFB,
                fields.unsigned(at: start + width, byteCount: width) & 0x0800_0000 != 0
            {
                return false
            }
        }
        return true
    }

    /// The bytes of the first segment of a kind; nil where there is none, or it is too large.
    private func segment(
        _ kind: UInt64,
        largest: UInt64,
        read: (_ offset: UInt64, _ count: Int) throws -> [UInt8]
    ) rethrows -> [UInt8]? {
        let smallest = is64Bit ? 56 : 32
        guard programHeaders.entrySize >= smallest, programHeaders.count <= 512 else { return nil }
        guard programHeaders.offset < 1 << 40 else { return nil }
        let table = try read(
            programHeaders.offset,
            programHeaders.entrySize * programHeaders.count
        )
        for start in stride(from: 0, to: table.count, by: programHeaders.entrySize) {
            guard start + smallest <= table.count else { return nil }
            let fields = ELFFields(
                bytes: Array(table[start..<(start + smallest)]),
                isLittleEndian: isLittleEndian
            )
            guard fields.unsigned(at: 0, byteCount: 4) == kind else { continue }
            let offset =
                is64Bit
                ? fields.unsigned(at: 8, byteCount: 8) : fields.unsigned(at: 4, byteCount: 4)
            let size =
                is64Bit
                ? fields.unsigned(at: 32, byteCount: 8) : fields.unsigned(at: 16, byteCount: 4)
            guard size <= largest, offset < 1 << 40 else { return nil }
            return try read(offset, Int(size))
        }
        return nil
    }
}

/// Numbers in the byte order of an ELF file.
struct ELFFields {
    let bytes: [UInt8]
    let isLittleEndian: Bool

    func unsigned(at offset: Int, byteCount: Int) -> UInt64 {
        let field = bytes[offset..<(offset + byteCount)]
        return isLittleEndian
            ? field.reversed().reduce(0) { $0 << 8 | UInt64($1) }
            : field.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
