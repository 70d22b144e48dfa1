internal import CLinux
internal import Glibc

/// The type of a file system and its available space.
package struct FileSystemIdentity: Hashable, Sendable {
    /// The name of the type, such as `ext4`, or its number if the name is unknown.
    package let name: String
    /// The number of bytes available to unprivileged users.
    package let availableByteCount: Int
    /// The number of files that can be created; nil if the file system has no such limit.
    package let availableFileCount: Int?

    /// Returns the file system that contains the existing directory at `path`.
    ///
    /// - Throws: ``FileError`` if it cannot be determined.
    package static func of(_ path: String) throws(FileError) -> FileSystemIdentity {
        var status = statvfs()
        try call("stat file system", path) { unsafe statvfs(path, &status) }
        let (bytes, isTooLarge) = Int(clamping: status.f_bavail)
            .multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
        let type = unsafe clinux_file_system_type(path)
        return FileSystemIdentity(
            name: names[type] ?? "type 0x" + String(type, radix: 16),
            availableByteCount: isTooLarge ? .max : bytes,
            availableFileCount: status.f_files == 0 ? nil : Int(clamping: status.f_favail)
        )
    }

    /// The numbers of linux/magic.h, and those that statfs(2) returns for WSL 1 and drvfs.
    private static let names: [Int: String] = [
        0xEF53: "ext4", 0x5846_5342: "xfs", 0x9123_683E: "btrfs", 0x0102_1994: "tmpfs",
        0x794C_7630: "overlayfs", 0x0102_1997: "9p", 0x6969: "nfs", 0xFF53_4D42: "cifs",
        0xFE53_4D42: "smb", 0x6573_5546: "fuse", 0x4D44: "vfat", 0x2011_BAB0: "exfat",
        0x5346_4846: "wslfs", 0x2FC1_2FC1: "zfs", 0x7366_746E: "ntfs", 0x5346_544E: "ntfs",
        0x7371_7368: "squashfs", 0x8584_58F6: "ramfs",
        0x00C3_6400: "ceph", 0x0BD0_0BD0: "lustre", 0xF2F5_2010: "f2fs",
    ]
}
