internal import ToolchainCore

/// Finds tools by name in GOBIN, on PATH and in gotoolprov's own directories.
package enum ToolSearch {
    /// Returns the executables whose names belong to a tool: `dlv`, `dlv1.25.0`, `dlv-dap` for `dlv`.
    ///
    /// - Parameters:
    ///   - tool: `dlv` or `gopls`.
    ///   - goBin: The launcher directory.
    ///   - sdkRoot: The SDK directory.
    ///   - path: The search path for programs.
    ///   - files: The files of the host.
    /// - Returns: Their real paths, without duplicates, in search order.
    package static func files(
        of tool: String,
        goBin: String,
        sdkRoot: String,
        path: SearchPath,
        in files: RootedFiles
    ) -> [String] {
        var found = ([goBin] + path.directories).flatMap { directory in
            files.names(in: directory).filter { isName($0, of: tool) }.map { "\(directory)/\($0)" }
        }
        found += files.names(in: sdkRoot).filter { isName($0, of: tool) }
            .flatMap { ["\(sdkRoot)/\($0)/\(tool)", "\(sdkRoot)/\($0)/bin/\(tool)"] }
        var seen: Set<String> = []
        return found.filter(files.isExecutable).compactMap(files.withoutLinks)
            .filter { seen.insert($0).inserted }
    }

    private static func isName(_ name: String, of tool: String) -> Bool {
        guard name.hasPrefix(tool) else { return false }
        guard let next = name.utf8.dropFirst(tool.utf8.count).first else { return true }
        return next == UInt8(ascii: "-") || next.isDigit
    }
}
