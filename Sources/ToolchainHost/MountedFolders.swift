internal import Glibc
internal import ToolchainCore

/// Where file systems are mounted, as /proc shows it to this process.
public enum MountedFolders {
    /// The folders below `folder` at which something is mounted; none where /proc cannot be read.
    public static func inside(_ folder: String) -> [String] {
        // proc_pid_mountinfo(5): the fifth field.
        guard let table = try? FileSystem.contents(of: "/proc/self/mountinfo", limit: 8 << 20),
            let folder = FileSystem.withoutLinks(folder)
        else { return [] }
        return table.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let fields = line.split(separator: UInt8(ascii: " "))
            guard fields.count > 4 else { return nil }
            let path = unescaped(fields[4])
            return path != folder && path.isInside(folder) ? path : nil
        }
    }

    /// A field of the kernel's tables of mounts, in which white space and backslashes are in octal.
    public static func unescaped(_ field: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let value = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
