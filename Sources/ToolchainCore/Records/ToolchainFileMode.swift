/// The mode of a file in a published toolchain, which follows from its path.
///
/// Modules record no modes, so neither does Go's checksum database; `cmd/distpack` gives all archives of a
/// release modes by the same rule.
package enum ToolchainFileMode {
    private static let executableDirectories = ["bin/", "pkg/tool/"]
    private static let scriptSuffixes = [".bash", ".sh", ".pl", ".rc"]

    /// Whether a file is executable.
    ///
    /// - Parameter path: The path of the file, relative to the root of the toolchain.
    /// - Returns: Whether its mode is 0755 instead of 0644.
    package static func isExecutable(_ path: String) -> Bool {
        executableDirectories.contains { path.utf8.starts(with: $0.utf8) }
            || scriptSuffixes.contains {
                path.utf8.suffix($0.utf8.count).elementsEqual($0.utf8)
            } || isRunner(path.split(byte: "/").last ?? "")
    }

    /// Whether a name is `go_GOOS_GOARCH_exec`: a program that runs executables of another platform.
    private static func isRunner(_ name: String) -> Bool {
        let start = "go_".utf8
        let end = "_exec".utf8
        guard name.utf8.count > start.count + end.count, name.utf8.starts(with: start),
            name.utf8.suffix(end.count).elementsEqual(end)
        else { return false }
        // Each of the two parts has at least one character.
        return name.utf8.dropFirst(start.count + 1).dropLast(end.count + 1)
            .contains(UInt8(ascii: "_"))
    }
}
