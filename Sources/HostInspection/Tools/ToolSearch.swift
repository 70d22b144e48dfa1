internal import ToolchainCore

/// Where a tool lies, by its name: GOBIN, PATH, and gotoolprov's own directories.
package enum ToolSearch {
    /// The files that may be this tool: `dlv`, `dlv1.25.0`, `dlv-dap` for `dlv`.
    ///
    /// - Parameters:
    ///   - tool: `dlv` or `gopls`.
    ///   - goBin: Where launchers are put.
    ///   - sdkRoot: Where SDKs are kept.
    ///   - path: Where programs are looked for.
    ///   - files: The files of the host.
    /// - Returns: Their paths without links, each once, in the order in which they would be found.
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
