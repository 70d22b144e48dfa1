internal import Glibc
package import SystemPackage

/// A system call on a file that did not work.
package struct FileError: Error, Hashable, Sendable {
    /// What was to be done: `open`, `write`, `rename`.
    package let operation: String
    /// To which file.
    package let path: String
    /// Why it was refused.
    package let errno: Errno

    /// A failed operation with its reason.
    package init(_ operation: String, _ path: String, _ errno: Errno) {
        self.operation = operation
        self.path = path
        self.errno = errno
    }

    /// Whether the file system does not know the operation, so that there may be another way.
    package var isForLackOfSupport: Bool {
        errno == .invalidArgument || errno == .noFunction || errno == .notSupported
    }

    /// Something is mounted at `path`, and is left untouched.
    static func mountPoint(_ path: String) -> FileError { FileError("enter", path, .improperLink) }

    /// Whether a file or directory was left alone because something is mounted there.
    package var isMountPoint: Bool { errno == .improperLink && operation == "enter" }

    /// A failed operation whose reason the C library's `errno` holds.
    static func last(_ operation: String, _ path: String) -> FileError {
        // Glibc imports errno as a safe-looking global that reads the thread's own.
        FileError(operation, path, Errno(rawValue: Glibc.errno))
    }
}

/// The result of a system call that reports failure as -1, tried again when a signal interrupts it.
@discardableResult
func call(
    _ operation: String,
    _ path: @autoclosure () -> String,
    _ body: () -> CInt
) throws(FileError) -> CInt {
    while true {
        let result = body()
        if result >= 0 { return result }
        let error = FileError.last(operation, path())
        guard error.errno == .interrupted else { throw error }
    }
}
