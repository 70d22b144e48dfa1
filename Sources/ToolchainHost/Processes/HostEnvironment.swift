internal import CLinux
internal import Glibc
internal import SystemPackage

/// The properties of the process that the program uses, collected once at startup.
package struct HostEnvironment: Sendable {
    /// Returns the value of an environment variable; nil if it is unset or not UTF-8.
    private let variable: @Sendable (String) -> String?
    /// The working directory; nil if it has been deleted.
    package let currentDirectory: String?
    /// The file mode creation mask.
    package let umask: UInt32

    /// Creates an environment for tests.
    package init(
        variables: [String: String],
        currentDirectory: String?,
        umask: UInt32
    ) {
        variable = { variables[$0] }
        self.currentDirectory = currentDirectory
        self.umask = umask
    }

    private init(
        variable: @escaping @Sendable (String) -> String?,
        currentDirectory: String?,
        umask: UInt32
    ) {
        self.variable = variable
        self.currentDirectory = currentDirectory
        self.umask = umask
    }

    /// Returns the environment with some variables set to other values.
    package func setting(_ values: [String: String]) -> HostEnvironment {
        guard !values.isEmpty else { return self }
        return HostEnvironment(
            variable: { [variable] name in values[name] ?? variable(name) },
            currentDirectory: currentDirectory,
            umask: umask
        )
    }

    /// Returns the environment of this process; call it before creating threads.
    package static func ofThisProcess() -> HostEnvironment {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let directory = unsafe getcwd(&buffer, buffer.count).flatMap {
            unsafe String(validatingCString: $0)
        }
        return HostEnvironment(
            variable: { name in
                unsafe getenv(name).flatMap { unsafe String(validatingCString: $0) }
            },
            currentDirectory: directory,
            umask: clinux_read_umask()
        )
    }

    /// The value of a variable; nil if it is unset, empty or not UTF-8.
    package subscript(name: String) -> String? {
        variable(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The user's home directory: the value of HOME, if it is an absolute path.
    ///
    /// The password database is not used, because that could load modules of the host into a statically
    /// linked program.
    package var home: String? { self["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } }

    /// Returns `path` as an absolute path.
    ///
    /// - Parameters:
    ///   - path: The path, in which a leading `~/` means the home directory.
    ///   - base: The directory that relative paths start from; nil for the working directory.
    /// - Returns: The path; nil if the directory that it starts from is unknown.
    package func absolutePath(_ path: String, base: String? = nil) -> String? {
        if path == "~" || path.hasPrefix("~/") {
            return home.map { FilePath($0 + path.dropFirst()).lexicallyNormalized().string }
        }
        if path.hasPrefix("/") { return FilePath(path).lexicallyNormalized().string }
        guard let base = base ?? currentDirectory else { return nil }
        return FilePath("\(base)/\(path)").lexicallyNormalized().string
    }
}
