internal import ToolchainCore

extension GoBuildInfo {
    /// The two strings of the build information, as stored in the file.
    struct Texts {
        let form: Form
        let version: String
        /// The lines with modules and settings; empty if there are none.
        let modules: String
    }
}

extension GoBuildInfo.Texts {
    /// The magic number `\xFF Go buildinf:`, which occurs only once in a Go program.
    static let magic: [UInt8] = [0xFF] + Array(" Go buildinf:".utf8)
    private static let headerSize = 32
    private static let alignment = 16
    private static let modulesLimit = 16 << 20
    /// The maximum number of candidate headers that are parsed; a program has one.
    private static let headerLimit = 256

    /// Finds the header in its section or else at an aligned address in the first data segment, as Go does.
    static func found(in file: BinaryFile, _ elf: ELFFile) -> GoBuildInfo.Texts? {
        if let section = elf.section(".go.buildinfo"),
            let texts = scanned(section.offset, section.size, of: file, elf)
        {
            return texts
        }
        let segment = elf.segments.first { $0.isLoaded && $0.isWritable && !$0.isExecutable }
        guard let segment else { return nil }
        return scanned(segment.offset, segment.fileSize, of: file, elf)
    }

    private static func scanned(
        _ offset: UInt64,
        _ size: UInt64,
        of file: BinaryFile,
        _ elf: ELFFile
    ) -> GoBuildInfo.Texts? {
        guard offset < UInt64(file.byteCount) else { return nil }
        let end = offset + min(size, UInt64(file.byteCount) - offset, BinaryFile.searchLimit)
        var windowStart = offset
        let window = 1 << 20
        var headersLeft = headerLimit
        while windowStart < end {
            let bytes = file.prefix(
                at: windowStart,
                count: Int(min(UInt64(window), end - windowStart))
            )
            guard !bytes.isEmpty else { return nil }
            var start = 0
            while start + headerSize <= bytes.count {
                if bytes[start] == 0xFF, bytes[start...].starts(with: magic) {
                    if let texts = read(at: windowStart + UInt64(start), of: file, elf) {
                        return texts
                    }
                    headersLeft -= 1
                    guard headersLeft > 0 else { return nil }
                }
                start += alignment
            }
            windowStart += UInt64(window)
        }
        return nil
    }

    private static func read(
        at offset: UInt64,
        of file: BinaryFile,
        _ elf: ELFFile
    ) -> GoBuildInfo.Texts? {
        guard let header = file.bytes(at: offset, count: UInt64(headerSize)) else { return nil }
        let flags = header[15]
        if flags & 2 != 0 { return inline(at: offset + UInt64(headerSize), of: file) }
        let word = Int(header[14])
        guard word == 4 || word == 8 else { return nil }
        let fields = ByteFields(bytes: header, isLittleEndian: flags & 1 == 0)
        guard let version = fields.unsigned(at: 16, byteCount: word),
            let modules = fields.unsigned(at: 16 + word, byteCount: word),
            let text = string(at: version, word, fields.isLittleEndian, limit: 4096, file, elf),
            checked(.pointers, version: text, modules: []) != nil
        else { return nil }
        let info = string(at: modules, word, fields.isLittleEndian, limit: modulesLimit, file, elf)
        return checked(.pointers, version: text, modules: info ?? [])
    }

    private static func inline(at offset: UInt64, of file: BinaryFile) -> GoBuildInfo.Texts? {
        guard let version = counted(at: offset, limit: 4096, of: file),
            checked(.inline, version: version.bytes, modules: []) != nil
        else { return nil }
        let modules = counted(at: version.end, limit: modulesLimit, of: file)
        return checked(.inline, version: version.bytes, modules: modules?.bytes ?? [])
    }

    /// Reads bytes that are preceded by their count.
    private static func counted(
        at offset: UInt64,
        limit: Int,
        of file: BinaryFile
    ) -> (bytes: [UInt8], end: UInt64)? {
        guard let count = file.prefix(at: offset, count: 10).unsignedLEB128 else { return nil }
        let start = offset + UInt64(count.byteCount)
        guard let bytes = file.bytes(at: start, count: count.value, limit: limit) else {
            return nil
        }
        return (bytes, start + count.value)
    }

    /// Reads the bytes of a Go string, whose header with a pointer and a length is at an address.
    private static func string(
        at address: UInt64,
        _ word: Int,
        _ isLittleEndian: Bool,
        limit: Int,
        _ file: BinaryFile,
        _ elf: ELFFile
    ) -> [UInt8]? {
        guard let source = elf.location(ofAddress: address), source.count >= UInt64(2 * word),
            let header = file.bytes(at: source.offset, count: UInt64(2 * word))
        else { return nil }
        let fields = ByteFields(bytes: header, isLittleEndian: isLittleEndian)
        guard let pointer = fields.unsigned(at: 0, byteCount: word),
            let count = fields.unsigned(at: word, byteCount: word), count > 0,
            let target = elf.location(ofAddress: pointer), target.count >= count
        else { return nil }
        return file.bytes(at: target.offset, count: count, limit: limit)
    }

    /// Returns the texts if the version is valid; the modules are enclosed in two markers of 16 bytes.
    private static func checked(
        _ form: GoBuildInfo.Form,
        version: [UInt8],
        modules: [UInt8]
    ) -> GoBuildInfo.Texts? {
        guard !version.isEmpty, let text = String(validating: version, as: UTF8.self),
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { return nil }
        var lines = ""
        if modules.count >= 33, modules[modules.count - 17] == UInt8(ascii: "\n") {
            lines = String(decoding: modules.dropFirst(16).dropLast(16), as: UTF8.self)
        }
        return GoBuildInfo.Texts(form: form, version: text, modules: lines)
    }
}
