internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// The directories for state that has to outlive caches.
enum StateDirectory {
    private static let variable = "GOTOOLPROV_STATE"
    /// The directory of root, which all users read.
    private static let shared = "/var/lib/gotoolprov"

    /// Returns the absolute path of the directory that this user writes to: of root, or of this user.
    ///
    /// - Returns: The path; nil if HOME is unknown.
    /// - Throws: ``Failure`` of kind `configuration` if GOTOOLPROV_STATE is not a path.
    static func own(from environment: HostEnvironment) throws(Failure) -> String? {
        var directory: String?
        if let given = environment[variable] {
            guard !given.hasPrefix("$"), let path = environment.absolutePath(given) else {
                throw Failure(
                    .configuration,
                    "\(variable) is not a path",
                    facts: [.init("found", given)],
                    hint: "use an absolute path; variables in it are not expanded"
                )
            }
            directory = path
        } else if FileSystem.currentUser == 0 {
            directory = shared
        } else {
            directory =
                (environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
                ?? environment.home.map { "\($0)/.local/state" }).map { "\($0)/gotoolprov" }
        }
        return directory.map { FilePath($0).lexicallyNormalized().string }
    }

    /// Returns the directories that this user reads: that of root, and the own one.
    ///
    /// GOTOOLPROV_STATE replaces both.
    ///
    /// - Throws: ``Failure`` as ``own(from:)`` does.
    static func all(from environment: HostEnvironment) throws(Failure) -> [String] {
        guard let own = try own(from: environment) else { return [shared] }
        return environment[variable] == nil && own != shared ? [shared, own] : [own]
    }
}
