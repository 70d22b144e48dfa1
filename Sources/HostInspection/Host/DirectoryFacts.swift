internal import CLinux
internal import Glibc
internal import ToolchainCore
package import ToolchainHost

/// What a directory's file system allows.
///
/// A file without a name is made to find out, which leaves nothing behind. What cannot be determined
/// is nil.
package struct DirectoryFacts: Hashable, Sendable {
    /// What a directory is for.
    package enum Role: String, Hashable, Sendable, CaseIterable {
        /// Where SDKs are kept.
        case sdkRoot
        /// Where launchers are put.
        case goBin
        /// Where `go run` and `go test` put programs: GOTMPDIR, else TMPDIR, else /tmp.
        case temporary
        /// Where they could be put instead.
        case spareTemporary
        /// Where Delve builds what it debugs.
        case working
        /// Where Go keeps what it has built: GOCACHE.
        case buildCache
    }

    /// What the directory is for.
    package let role: Role
    /// The directory.
    package let path: String
    /// The directory that was looked at: the nearest one above that is there.
    package let examined: String
    /// The mount that holds it.
    package let mount: Mount?
    /// Whether it is there itself.
    package let exists: Bool
    /// Whether this user cannot make anything in it; nil where that cannot be told.
    package let isClosed: Bool?
    /// Why a file could not be written to it, such as `ENOSPC`; nil where one could, and where that
    /// was not tried.
    package let refusal: String?
    /// Whether programs in it cannot be executed.
    package let isNoExec: Bool?
    /// Whether two names that differ in case only are one file.
    package let isCaseInsensitive: Bool?
    /// How many bytes may still be written.
    package let availableByteCount: Int?
    /// How many files may still be made.
    package let availableFileCount: Int?

    /// Whether it is a drive of Windows; nil where that cannot be told.
    package var isWindowsDrive: Bool? { mount?.isWindowsDrive }

    /// Looks at the directory at `path`, or the nearest one above it.
    ///
    /// - Parameters:
    ///   - path: An absolute path.
    ///   - role: What the directory is for.
    ///   - files: The files of the host.
    ///   - mounts: Its mounts, where they are known.
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
        // The kernel's own answer for this process, else what the table of mounts says.
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

    /// Writes a file without a name; why that fails, nil where it works.
    ///
    /// For root access(2) is no proof: /proc and a full disk refuse what it allows.
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

    /// ST_NOEXEC of statvfs(3), which glibc hides behind _GNU_SOURCE.
    private static let noExecution: UInt = 8

    private static func flag(_ flag: UInt, of path: String) -> Bool? {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { return nil }
        return UInt(status.f_flag) & flag != 0
    }

    /// Asks for something that is there by a name in the other case.
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
