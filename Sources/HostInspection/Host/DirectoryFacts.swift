internal import CLinux
internal import Glibc
internal import ToolchainCore
package import ToolchainHost

/// The properties of a directory and its file system.
///
/// To test whether it is writable, an unnamed temporary file is created, which leaves nothing behind.
/// Properties that cannot be determined are `nil`.
package struct DirectoryFacts: Hashable, Sendable {
    /// The purpose of a directory.
    package enum Role: String, Hashable, Sendable, CaseIterable {
        /// The directory of installed toolchains.
        case sdkRoot
        /// The launcher directory.
        case goBin
        /// The directory in which `go run` and `go test` build programs: GOTMPDIR, else TMPDIR, else
        /// /tmp.
        case temporary
        /// An alternative to ``temporary``.
        case alternateTemporary = "spareTemporary"
        /// The working directory, in which Delve builds programs to debug.
        case working
        /// Go's build cache: GOCACHE.
        case buildCache
    }

    /// The purpose of the directory.
    package let role: Role
    /// The path of the directory.
    package let path: String
    /// The path that was examined: the directory itself or its nearest existing parent.
    package let examined: String
    /// The mount that contains it, or `nil` if unknown.
    package let mount: Mount?
    /// Whether the directory itself exists.
    package let exists: Bool
    /// Whether this user cannot write to it, or `nil` if unknown.
    package let isClosed: Bool?
    /// Why a file could not be written to it, such as `no space left on device`, or `nil` if one could
    /// or it was not tried.
    package let refusal: String?
    /// Whether programs in it cannot be executed.
    package let isNoExec: Bool?
    /// Whether names that differ only in case are the same file.
    package let isCaseInsensitive: Bool?
    /// The free space for this user, in bytes.
    package let availableByteCount: Int?
    /// The number of free inodes.
    package let availableFileCount: Int?

    /// Whether it is on a Windows drive, or `nil` if unknown.
    package var isWindowsDrive: Bool? { mount?.isWindowsDrive }

    /// Examines the directory at `path`, or its nearest existing parent.
    ///
    /// - Parameters:
    ///   - path: An absolute path.
    ///   - role: The purpose of the directory.
    ///   - files: The files of the host.
    ///   - mounts: The mounts of the host, or `nil` if unknown.
    /// - Returns: The facts.
    package static func of(
        _ path: String,
        as role: Role,
        in files: RootedFiles,
        mounts: MountTable?
    ) -> DirectoryFacts {
        var examined = path
        while !files.isDirectory(examined), examined != "/", !examined.isEmpty {
            let parts = examined.split(byte: "/")
            examined = "/" + parts.dropLast().joined(separator: "/")
        }
        if examined.isEmpty { examined = "/" }
        let mount = mounts?.holding(files.withoutLinks(examined) ?? examined)
        let identity =
            files.isThisHost ? try? FileSystemIdentity.of(examined) : nil
        // Prefer the kernel's answer for this process to the mount table.
        let isNoExec = files.isThisHost ? Self.flag(noExecution, of: examined) : nil
        let trial = files.isThisHost ? trial(of: examined) : nil
        return DirectoryFacts(
            role: role,
            path: path,
            examined: examined,
            mount: mount,
            exists: files.isDirectory(path),
            isClosed: files.isThisHost ? trial != nil : nil,
            refusal: trial,
            isNoExec: isNoExec ?? mount?.isNoExec,
            isCaseInsensitive: isCaseInsensitive(examined, in: files),
            availableByteCount: identity?.availableByteCount,
            availableFileCount: identity?.availableFileCount
        )
    }

    /// Writes an unnamed file; returns why that fails, or `nil` if it succeeds.
    ///
    /// For root, access(2) is not sufficient: writing to /proc or a full disk fails anyway.
    private static func trial(of directory: String) -> String? {
        let errno = unsafe clinux_try_writing(directory)
        return errno == 0 ? nil : name(ofError: errno)
    }

    private static func name(ofError errno: CInt) -> String {
        switch errno {
        case EACCES: "permission denied"
        case EROFS: "read-only file system"
        case ENOENT: "no such file or directory"
        case ENOSPC: "no space left on device"
        case EDQUOT: "disk quota exceeded"
        case ENOTDIR: "not a directory"
        case EFBIG: "file too large"
        default: "error \(errno)"
        }
    }

    /// ST_NOEXEC of statvfs(3), which glibc defines only with _GNU_SOURCE.
    private static let noExecution: UInt = 8

    private static func flag(_ flag: UInt, of path: String) -> Bool? {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { return nil }
        return UInt(status.f_flag) & flag != 0
    }

    /// Determines whether an existing file is found by its name in the opposite case.
    private static func isCaseInsensitive(_ directory: String, in files: RootedFiles) -> Bool? {
        let separator = directory == "/" ? "" : "/"
        guard
            let name = files.names(in: directory).first(where: {
                $0.utf8.contains { (65...90).contains($0) || (97...122).contains($0) }
            }), let path = files.pathForSystemCall(directory)
        else { return nil }
        let other = String(
            decoding: name.utf8.map { byte -> UInt8 in
                (65...90).contains(byte) || (97...122).contains(byte) ? byte ^ 0x20 : byte
            },
            as: UTF8.self
        )
        var one = stat()
        var two = stat()
        guard unsafe lstat("\(path)\(separator)\(name)", &one) == 0 else { return nil }
        guard unsafe lstat("\(path)\(separator)\(other)", &two) == 0 else { return false }
        return one.st_ino == two.st_ino && one.st_dev == two.st_dev
    }
}
