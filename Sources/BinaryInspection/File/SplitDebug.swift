internal import CZlib
internal import ToolchainCore

/// Where the debug information of a program is that has been moved to a file of its own.
///
/// The places are those of GDB's "Separate Debug Files", in the order in which Delve looks. In its
/// own configuration `debug-info-directories` is /usr/lib/debug/.build-id alone, so by the name in
/// `.gnu_debuglink` it looks only near the program.
package struct SplitDebug: Hashable, Sendable {
    /// A file that was looked for.
    package enum Finding: Hashable, Sendable {
        case found(path: String)
        /// It is of another build: its checksum is not the one that the program names.
        case mismatched(path: String)
        /// It is where GDB looks, and Delve only if its configuration says so.
        case unsearched(path: String)
        case missing
    }

    /// The name in `.gnu_debuglink`.
    package let linkName: String?
    /// The build id in hexadecimal.
    package let buildID: String?
    /// What was found.
    package let finding: Finding

    /// Looks for the file; nil where the program points to none and none has its build id.
    ///
    /// - Parameters:
    ///   - file: The program.
    ///   - elf: Its headers.
    ///   - directory: The directory that the program is in; below /usr/lib/debug only an absolute one is
    ///     looked for.
    ///   - root: What stands for `/` when /usr/lib/debug is looked into.
    /// - Returns: What was found.
    static func lookedFor(
        _ file: BinaryFile,
        _ elf: ELFFile,
        directory: String,
        root: String
    ) -> SplitDebug? {
        let link = link(in: file, elf)
        let buildID = buildID(in: file, elf)
        let debug = "\(root)/usr/lib/debug"
        if let buildID, buildID.utf8.count > 2 {
            let digits = Array(buildID.utf8)
            let start = String(decoding: digits.prefix(2), as: UTF8.self)
            let rest = String(decoding: digits.dropFirst(2), as: UTF8.self)
            let path = "\(debug)/.build-id/\(start)/\(rest).debug"
            if BinaryFile.exists(path) {
                // The build id is all that has to agree: no checksum is looked at here.
                return SplitDebug(
                    linkName: link?.name,
                    buildID: buildID,
                    finding: .found(path: path)
                )
            }
        }
        guard let link else { return nil }
        func found(_ finding: Finding) -> SplitDebug {
            SplitDebug(linkName: link.name, buildID: buildID, finding: finding)
        }
        // The first that is there counts, right or wrong.
        let near = [directory, "\(directory)/.debug"].map { "\($0)/\(link.name)" }
        if let path = near.first(where: { BinaryFile.exists($0) }) {
            return found(
                matches(path, link.checksum) ? .found(path: path) : .mismatched(path: path)
            )
        }
        let far = "\(debug)\(directory)/\(link.name)"
        guard directory.hasPrefix("/") || directory.isEmpty, BinaryFile.exists(far),
            matches(far, link.checksum)
        else { return found(.missing) }
        return found(.unsearched(path: far))
    }

    /// The name and the checksum in `.gnu_debuglink`.
    private static func link(
        in file: BinaryFile,
        _ elf: ELFFile
    ) -> (name: String, checksum: UInt64)? {
        guard let section = elf.section(".gnu_debuglink"),
            let bytes = file.bytes(at: section.offset, count: section.size, limit: 4096 + 8)
        else { return nil }
        let fields = ByteFields(bytes: bytes, isLittleEndian: elf.identity.isLittleEndian)
        guard let name = fields.text(at: 0), !name.isEmpty, !name.contains(byte: "/"),
            name != "..", name != ".",
            let checksum = fields.unsigned(at: (name.utf8.count + 4) & ~3, byteCount: 4)
        else { return nil }
        return (name, checksum)
    }

    /// The contents of the note `GNU` of type 3.
    private static func buildID(in file: BinaryFile, _ elf: ELFFile) -> String? {
        guard let section = elf.section(".note.gnu.build-id"),
            let bytes = file.bytes(at: section.offset, count: section.size, limit: 4096)
        else { return nil }
        let fields = ByteFields(bytes: bytes, isLittleEndian: elf.identity.isLittleEndian)
        guard fields.unsigned(at: 0, byteCount: 4) == 4,
            let size = fields.unsigned(at: 4, byteCount: 4), (2...64).contains(size),
            fields.unsigned(at: 8, byteCount: 4) == 3, fields.text(at: 12) == "GNU",
            bytes.count >= 16 + Int(size)
        else { return nil }
        return bytes[16..<(16 + Int(size))].map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0\(digits)" : digits
        }.joined()
    }

    private static let checkedLimit = 4 << 30

    private static func matches(_ path: String, _ checksum: UInt64) -> Bool {
        guard let file = try? BinaryFile.opening(path), file.byteCount <= checkedLimit else {
            return false
        }
        var sum = uLong(0)
        var offset = 0
        while offset < file.byteCount {
            let bytes = file.prefix(at: UInt64(offset), count: 1 << 20)
            guard !bytes.isEmpty else { return false }
            sum = unsafe bytes.withUnsafeBufferPointer { buffer in
                unsafe crc32_z(sum, buffer.baseAddress, buffer.count)
            }
            offset += bytes.count
        }
        return UInt64(sum) == checksum
    }
}

extension BinaryFile {
    /// Whether there is a file that can be read, links followed.
    fileprivate static func exists(_ path: String) -> Bool { (try? opening(path)) != nil }
}
