internal import Glibc
internal import SystemPackage
internal import ToolchainCore

/// Where file systems, directories and files are mounted.
package enum MountedFolders {
    /// The paths at and below `folder` where something is mounted.
    ///
    /// /proc lists them. Where it cannot be read, the folder is walked, which finds mounted folders and
    /// not mounted files: the kernel itself protects those, as it neither deletes nor renames them.
    ///
    /// - Throws: ``FileError`` where neither is possible.
    package static func touching(_ folder: String) throws(FileError) -> [String] {
        // proc_pid_mountinfo(5): the fifth field.
        let table = try? FileSystem.contents(of: "/proc/self/mountinfo", limit: 8 << 20)
        guard let table, !table.isEmpty, let folder = FileSystem.withoutLinks(folder) else {
            guard try FileSystem.kind(of: folder) == .directory else { return [] }
            return try first(in: DirectoryHandle.opening(folder)).map { [$0] } ?? []
        }
        return table.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let fields = line.split(separator: UInt8(ascii: " "))
            guard fields.count > 4 else { return nil }
            let path = unescaped(fields[4])
            return path.isInside(folder) ? path : nil
        }
    }

    /// The first folder below `folder` at which something is mounted.
    private static func first(in folder: DirectoryHandle) throws(FileError) -> String? {
        for name in try folder.names() {
            guard let status = try folder.status(of: name), status.st_mode & S_IFMT == S_IFDIR
            else { continue }
            do {
                if let found = try first(in: folder.directory(name)) { return found }
            } catch  where error.isMountPoint {
                return error.path
            } catch  where error.errno == .permissionDenied {
                // What cannot be opened cannot be emptied either.
                continue
            }
        }
        return nil
    }

    /// A field of the kernel's tables of mounts, in which white space and backslashes are in octal.
    package static func unescaped(_ field: ArraySlice<UInt8>) -> String {
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
