internal import CLinux
internal import Glibc

/// Another program in the place of this one.
package enum ProcessReplacement {
    /// Replaces this program by the one at `path`; returns only if that fails.
    ///
    /// - Parameters:
    ///   - path: The program's path.
    ///   - arguments: The arguments, the program's own name first.
    ///   - variables: What to set in the environment, beside what is there.
    /// - Returns: Why that failed.
    package static func execute(
        _ path: String,
        arguments: [String],
        variables: [String: String]
    ) -> FileError {
        for (name, value) in variables { _ = unsafe setenv(name, value, 1) }
        clinux_restore_signals()
        var pointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
        _ = unsafe execv(path, &pointers)
        let error = FileError.last("execute", path)
        for index in unsafe pointers.indices { unsafe free(pointers[index]) }
        return error
    }
}
