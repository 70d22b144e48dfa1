internal import ToolchainCore

extension ELFFile {
    /// The owners of notes by which kernels recognize their programs, and the corresponding GOOS.
    private static let noteOwners = [
        "Android": "android", "DragonFly": "dragonfly", "FreeBSD": "freebsd", "NetBSD": "netbsd",
        "OpenBSD": "openbsd",
    ]
    private static let interpreters = [
        "/libexec/ld-elf.so.1": "freebsd", "/libexec/ld-elf.so.2": "dragonfly",
        "/libexec/ld.elf_so": "netbsd", "/libexec/ld.so": "openbsd",
        "/lib/amd64/ld.so.1": "solaris", "/system/bin/linker": "android",
        "/system/bin/linker64": "android",
    ]

    /// Determines the operating system from EI_OSABI, the dynamic loader or the notes, as written by Go's
    /// linker (`cmd/link/internal/ld/elf.go`).
    ///
    /// Programs for Linux, Solaris and DragonFly BSD may have none of these.
    mutating func readOperatingSystem(abi: UInt8, of file: BinaryFile) {
        switch abi {
        case 2: operatingSystem = "netbsd"
        case 6: operatingSystem = "solaris"
        case 9: operatingSystem = "freebsd"
        case 12: operatingSystem = "openbsd"
        default:
            let loader = interpreter.map { $0.hasPrefix("/usr/") ? String($0.dropFirst(4)) : $0 }
            operatingSystem = loader.flatMap { Self.interpreters[$0] } ?? noteOwner(in: file)
        }
    }

    private func noteOwner(in file: BinaryFile) -> String? {
        for segment in segments where segment.type == 4 {
            let fields = ByteFields(
                bytes: file.prefix(at: segment.offset, count: Int(min(segment.fileSize, 4096))),
                isLittleEndian: identity.isLittleEndian
            )
            var offset = 0
            while let nameSize = fields.unsigned(at: offset, byteCount: 4),
                let size = fields.unsigned(at: offset + 4, byteCount: 4)
            {
                if let owner = fields.text(at: offset + 12, limit: 16),
                    let found = Self.noteOwners[owner]
                {
                    return found
                }
                offset += 12 + Int((nameSize + 3) & ~3) + Int((size + 3) & ~3)
            }
        }
        return nil
    }
}
