internal import Glibc
internal import SystemPackage

extension FileSystem {
    /// The permission bits of what is at `path`, links followed; nil where nothing is.
    ///
    /// - Throws: ``FileError`` where that cannot be told.
    public static func mode(of path: String) throws(FileError) -> UInt32? {
        var status = stat()
        do {
            try call("stat", path) { unsafe stat(path, &status) }
        } catch  where error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory {
            return nil
        }
        return status.st_mode & 0o7777
    }
}
