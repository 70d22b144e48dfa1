internal import CLinux
internal import Glibc
internal import SystemPackage

/// What the program takes from the process that it runs in, gathered once at its start.
package struct HostEnvironment: Sendable {
    /// The environment; variables that are empty or not UTF-8 count as not set.
    private let variable: @Sendable (String) -> String?
    /// The working directory, or nil where it has been deleted.
    package let currentDirectory: String?
    /// The file mode creation mask.
    package let umask: UInt32

    /// An environment made by hand.
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

    /// This environment with other values for some variables.
    package func setting(_ values: [String: String]) -> HostEnvironment {
        guard !values.isEmpty else { return self }
        return HostEnvironment(
            variable: { [variable] name in values[name] ?? variable(name) },
            currentDirectory: currentDirectory,
            umask: umask
        )
    }

    /// The environment of this process.
    ///
    /// Call it before there are threads.
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

    /// The value of a variable; nil where it is not set or empty.
    package subscript(name: String) -> String? {
        variable(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The user's home directory: HOME, if it is absolute.
    ///
    /// Never the password file: looking there could load modules from the host into a static
    /// program.
    package var home: String? { self["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } }

    /// `path` as an absolute path: `~/` is the home directory, and what is relative starts at `base`,
    /// or else at the working directory.
    ///
    /// Nil where that directory is not known.
    package func absolutePath(_ path: String, base: String? = nil) -> String? {
        if path == "~" || path.hasPrefix("~/") {
            return home.map { FilePath($0 + path.dropFirst()).lexicallyNormalized().string }
        }
        if path.hasPrefix("/") { return FilePath(path).lexicallyNormalized().string }
        guard let base = base ?? currentDirectory else { return nil }
        return FilePath("\(base)/\(path)").lexicallyNormalized().string
    }
}
