internal import ToolchainCore

extension ELFFile {
    /// The relevant entries of the dynamic section (PT_DYNAMIC).
    private struct DynamicTable {
        var needed: [UInt64] = []
        var strings: UInt64?
        var stringsSize: UInt64?
        var versions: UInt64?
        var versionCount: UInt64 = 0
        var flags: UInt64 = 0

        init(_ fields: ByteFields, word: Int) {
            for start in stride(from: 0, to: fields.bytes.count, by: 2 * word) {
                guard let tag = fields.unsigned(at: start, byteCount: word), tag != 0,
                    let value = fields.unsigned(at: start + word, byteCount: word)
                else { return }
                switch tag {
                case 1: needed.append(value)
                case 5: strings = value
                case 10: stringsSize = value
                case 0x6FFF_FFFB: flags = value
                case 0x6FFF_FFFE: versions = value
                case 0x6FFF_FFFF: versionCount = value
                default: break
                }
            }
        }
    }

    /// Reads the dynamic section through the program headers, as the dynamic loader does.
    mutating func readDynamic(of file: BinaryFile) {
        let segment = segments.first { $0.type == 2 }
        isPIE = kind == .shared && interpreter != nil
        guard let segment, segment.fileSize > 0 else { return }
        let word = identity.is64Bit ? 8 : 4
        guard let bytes = file.bytes(at: segment.offset, count: segment.fileSize) else {
            noteDamage("the dynamic section is not in the file")
            return
        }
        let table = DynamicTable(
            ByteFields(bytes: bytes, isLittleEndian: identity.isLittleEndian),
            word: word
        )
        // DF_1_PIE distinguishes a statically linked program from a library.
        isPIE = isPIE || kind == .shared && table.flags & 0x0800_0000 != 0
        guard !table.needed.isEmpty || table.versions != nil else { return }
        guard let strings = table.strings.flatMap({ location(ofAddress: $0) }),
            let names = file.bytes(
                at: strings.offset,
                count: min(strings.count, table.stringsSize ?? 0),
                limit: 16 << 20
            )
        else {
            noteDamage("the names of the libraries are not in the file")
            return
        }
        let text = ByteFields(bytes: names, isLittleEndian: identity.isLittleEndian)
        for offset in table.needed.prefix(1024) {
            guard let name = Int(exactly: offset).flatMap({ text.text(at: $0) }) else {
                noteDamage("a required library has no name")
                break
            }
            neededLibraries.append(name)
        }
        readVersionNeeds(table, names: text, of: file)
    }

    /// Reads the required symbol versions.
    ///
    /// They are a linked list of libraries, each with a linked list of versions. The lengths of both are
    /// limited.
    private mutating func readVersionNeeds(
        _ table: DynamicTable,
        names: ByteFields,
        of file: BinaryFile
    ) {
        guard let versions = table.versions else { return }
        guard let start = location(ofAddress: versions) else {
            noteDamage("the required symbol versions are not in the file")
            return
        }
        let fields = ByteFields(
            bytes: file.prefix(at: start.offset, count: Int(min(start.count, 1 << 20))),
            isLittleEndian: identity.isLittleEndian
        )
        var library = 0
        // Both limits exceed those of any actual program.
        let nameLimit = 256
        var remaining = 16_384
        for _ in 0..<min(table.versionCount, 1024) {
            guard let count = fields.unsigned(at: library + 2, byteCount: 2),
                let first = fields.unsigned(at: library + 8, byteCount: 4),
                let next = fields.unsigned(at: library + 12, byteCount: 4)
            else {
                noteDamage("the required symbol versions are invalid")
                return
            }
            var version = library + Int(first)
            for _ in 0..<min(count, 4096) {
                remaining -= 1
                guard remaining >= 0,
                    let nameOffset = fields.unsigned(at: version + 8, byteCount: 4),
                    let step = fields.unsigned(at: version + 12, byteCount: 4),
                    let name = names.text(at: Int(nameOffset), limit: nameLimit)
                else {
                    noteDamage("the required symbol versions are invalid")
                    return
                }
                if let needed = GlibcVersion(symbolVersion: name) {
                    glibcFloor = max(glibcFloor ?? needed, needed)
                }
                if step == 0 { break }
                version += Int(step)
            }
            if next == 0 { break }
            library += Int(next)
        }
    }
}
