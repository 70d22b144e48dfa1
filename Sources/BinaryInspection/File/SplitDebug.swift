internal import CZlib
internal import ToolchainCore

/// The separate file with the debug information of a program.
///
/// The paths are those of GDB's "Separate Debug Files", in the order in which Delve searches them. Delve's
/// default for `debug-info-directories` is only /usr/lib/debug/.build-id, so it searches for the name in
/// `.gnu_debuglink` only next to the program.
package struct SplitDebug: Hashable, Sendable {
    /// The result of the search.
    package enum Finding: Hashable, Sendable {
        case found(path: String)
        /// The file belongs to another build: its checksum differs from the recorded one.
        case mismatched(path: String)
        /// The file is in a directory that GDB searches, but Delve only if it is configured to.
        case unsearched(path: String)
        case missing
    }

    /// The name in `.gnu_debuglink`.
    package let linkName: String?
    /// The build ID in hexadecimal.
    package let buildID: String?
    package let finding: Finding

    /// Searches for the separate file.
    ///
    /// - Parameters:
    ///   - file: The program.
    ///   - elf: The headers of the program.
    ///   - directory: The directory of the program; /usr/lib/debug is searched only if it is absolute.
    ///   - root: The prefix of /usr/lib/debug, for tests.
    /// - Returns: The result; nil if the program refers to no file and no file has its build ID.
    static func find(
        for file: BinaryFile,
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
                // The build ID identifies the file, so its checksum is not verified.
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
        // Delve uses the first file that exists, even if its checksum does not match.
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

    /// Reads the name and the checksum in `.gnu_debuglink`.
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

    /// Reads the build ID, the note `GNU` of type 3, in hexadecimal.
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
    /// Returns whether a file exists and can be read, following links.
    fileprivate static func exists(_ path: String) -> Bool { (try? opening(path)) != nil }
}
