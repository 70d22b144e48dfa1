/// The machine that an ELF file is built for, according to its header.
package struct ELFIdentity: Hashable, Sendable {
    /// The number of bytes at the start of the file that ``init(header:)`` requires.
    package static let byteCount = 64

    /// The architecture; nil if Go has no Linux port for it.
    package let architecture: GoArchitecture?
    package let is64Bit: Bool
    package let isLittleEndian: Bool
    /// The GOOS that `EI_OSABI` names; nil if it names none, as in programs for Linux.
    ///
    /// Go's linker names the system in programs for the BSDs, but not in those for DragonFly and Solaris.
    package let namedSystem: String?
    /// `e_type`: 2 for an executable at fixed addresses, 3 for a position-independent file.
    let type: UInt64
    /// The offset of the program headers in bytes, the size of each in bytes, and their number.
    let programHeaders: (offset: UInt64, entrySize: Int, count: Int)

    /// Parses the start of a file; nil if it is not an ELF file.
    ///
    /// Sources: System V gABI, "ELF Header"; Linux's `elf-em.h` for the machine numbers.
    package init?(header: [UInt8]) {
        guard header.count >= 52, header.starts(with: [0x7F, 0x45, 0x4C, 0x46]),
            (1...2).contains(header[4]), (1...2).contains(header[5])
        else { return nil }
        is64Bit = header[4] == 2
        isLittleEndian = header[5] == 1
        guard !is64Bit || header.count >= 64 else { return nil }
        let fields = ELFFields(bytes: header, isLittleEndian: isLittleEndian)
        namedSystem = Self.systems[header[7]]
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

    /// System V gABI, "ELF Header": the values of `EI_OSABI` for systems that Go has ports for.
    private static let systems: [UInt8: String] = [
        2: "netbsd", 6: "solaris", 7: "aix", 9: "freebsd", 12: "openbsd",
    ]

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

    /// Compares the machines only, not the file types.
    package static func == (left: ELFIdentity, right: ELFIdentity) -> Bool {
        left.architecture == right.architecture && left.is64Bit == right.is64Bit
            && left.isLittleEndian == right.isLittleEndian
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(architecture)
        hasher.combine(is64Bit)
    }

    /// Returns the dynamic loader that the executable requires (PT_INTERP).
    ///
    /// - Parameter read: Returns up to `count` bytes of the file, starting at `offset`.
    /// - Returns: The path of the loader; nil for a static executable, and if the headers are invalid.
    /// - Throws: What `read` throws.
    package func interpreter(
        read: (_ offset: UInt64, _ count: Int) throws -> [UInt8]
    ) rethrows -> String? {
        guard let name = try segment(3, limit: 4096, read: read) else { return nil }
        return String(validating: name.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Returns whether the file is a shared library, such as a dynamic loader.
    ///
    /// - Parameter read: Returns up to `count` bytes of the file, starting at `offset`.
    /// - Returns: Whether it has a dynamic section that does not mark it as an executable (DF_1_PIE).
    /// - Throws: What `read` throws.
    package func isLibrary(
        read: (_ offset: UInt64, _ count: Int) throws -> [UInt8]
    ) rethrows -> Bool {
        guard type == 3, let table = try segment(2, limit: 1 << 16, read: read) else {
            return false
        }
        let width = is64Bit ? 8 : 4
        let fields = ELFFields(bytes: table, isLittleEndian: isLittleEndian)
        for start in stride(from: 0, through: table.count - 2 * width, by: 2 * width) {
            let tag = fields.unsigned(at: start, byteCount: width)
            if tag == 0 { break }
            // DT_FLAGS_1 and its flag DF_1_PIE.
            if tag == 0x6FFF_FFFB,
                fields.unsigned(at: start + width, byteCount: width) & 0x0800_0000 != 0
            {
                return false
            }
        }
        return true
    }

    /// Returns the bytes of the first segment of a type; nil if there is none or it exceeds `limit` bytes.
    private func segment(
        _ kind: UInt64,
        limit: UInt64,
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
            guard size <= limit, offset < 1 << 40 else { return nil }
            return try read(offset, Int(size))
        }
        return nil
    }
}

/// A view of the integers in a part of an ELF file.
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
