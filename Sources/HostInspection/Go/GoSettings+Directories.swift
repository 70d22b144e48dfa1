internal import ToolchainCore

extension GoSettings {
    /// Returns the first directory of GOPATH, in which Go keeps its own files.
    ///
    /// - Parameter home: The home directory of the user, or `nil`.
    /// - Returns: The absolute path, or `nil` if it is unknown.
    package func goPath(home: String?) -> String? {
        Self.absolute(
            self["GOPATH"]?.exactValue.split(byte: ":").first ?? home.map { "\($0)/go" }
        )
    }

    /// Returns the module cache, GOMODCACHE.
    ///
    /// - Parameter home: The home directory of the user, or `nil`.
    /// - Returns: The absolute path, or `nil` if it is unknown.
    package func moduleCache(home: String?) -> String? {
        Self.absolute(self["GOMODCACHE"]?.exactValue ?? goPath(home: home).map { "\($0)/pkg/mod" })
    }

    private static func absolute(_ path: String?) -> String? {
        path.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
}
