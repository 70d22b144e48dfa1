internal import CLinux
internal import Glibc

/// Replaces this process with another program.
package enum ProcessReplacement {
    /// Executes the program at `path`; returns only if that fails.
    ///
    /// - Parameters:
    ///   - path: The path of the executable.
    ///   - arguments: The arguments, starting with the name of the program.
    ///   - variables: The variables to set in the environment.
    /// - Returns: The error.
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
