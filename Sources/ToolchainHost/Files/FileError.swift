internal import Glibc
package import SystemPackage

/// The error thrown if a system call on a file fails.
package struct FileError: Error, Hashable, Sendable {
    /// The operation: `open`, `write`, `rename`.
    package let operation: String
    package let path: String
    package let errno: Errno

    /// Creates an error.
    package init(_ operation: String, _ path: String, _ errno: Errno) {
        self.operation = operation
        self.path = path
        self.errno = errno
    }

    /// Whether the file system or the kernel does not support the operation.
    package var isUnsupported: Bool {
        errno == .invalidArgument || errno == .noFunction || errno == .notSupported
    }

    /// Returns the error for a mount point, which is not entered.
    static func mountPoint(_ path: String) -> FileError { FileError("enter", path, .improperLink) }

    /// Whether the path is a mount point, which was not entered.
    package var isMountPoint: Bool { errno == .improperLink && operation == "enter" }

    /// Returns an error with the value of `errno`.
    static func last(_ operation: String, _ path: String) -> FileError {
        // Glibc's errno looks like a global variable, but is thread-local.
        FileError(operation, path, Errno(rawValue: Glibc.errno))
    }
}

/// Calls a function that returns -1 on failure, and retries it if a signal interrupts it.
///
/// - Throws: ``FileError`` for any other error.
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
