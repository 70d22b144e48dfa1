internal import ToolchainCore

/// Where a mirror has what the `go` command asks a module proxy for (https://go.dev/ref/mod#goproxy-protocol).
enum ModulePaths {
    /// The directory of the versions of the module.
    static let directory = "\(ToolchainModule.path)/@v"
    /// The list of versions.
    static let list = "\(directory)/list"
    /// The directory of copies of checksum databases.
    static let databases = "sumdb"

    /// The suffixes of the files of a version.
    static let suffixes = [".info", ".mod", ".zip"]

    static func file(of module: ToolchainModule, _ suffix: String) -> String {
        "\(directory)/\(module.version)\(suffix)"
    }

    /// The directory of a database.
    static func database(named name: String) -> String { "\(databases)/\(name)" }

    /// Returns the contents of a small file of a version: `.info` or `.mod`.
    static func contents(of module: ToolchainModule, _ suffix: String) -> [UInt8] {
        let text =
            suffix == ".mod"
            ? "module \(ToolchainModule.path)\n" : "{\"Version\":\"\(module.version)\"}\n"
        return Array(text.utf8)
    }
}
