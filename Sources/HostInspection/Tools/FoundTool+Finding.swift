internal import BinaryInspection
package import ToolchainCore

extension FoundTool {
    /// Finds the Delve and gopls executables of a host.
    ///
    /// They are identified by their contents: a binary that cannot be read has no version, and one that
    /// is another program is omitted.
    ///
    /// - Parameters:
    ///   - goBin: The launcher directory.
    ///   - sdkRoot: The SDK directory.
    ///   - path: The search path for programs.
    ///   - table: The catalog that identifies tools that do not contain their version.
    ///   - files: The files of the host; the binaries are read on this one.
    /// - Returns: The tools, in search order.
    package static func all(
        goBin: String,
        sdkRoot: String,
        path: SearchPath,
        knownBy table: ToolCatalog,
        in files: RootedFiles
    ) -> [FoundTool] {
        let host = try? HostPlatform.detected(in: files).platform.architecture
        return [Tool.delve, .gopls].map(\.name).flatMap { tool in
            ToolSearch.files(of: tool, goBin: goBin, sdkRoot: sdkRoot, path: path, in: files)
                .compactMap { FoundTool(at: $0, takenFor: tool, on: host, table, files) }
        }
    }

    /// Inspects the tool at a path; `nil` if it is another program.
    private init?(
        at path: String,
        takenFor tool: String,
        on host: GoArchitecture?,
        _ table: ToolCatalog,
        _ files: RootedFiles
    ) {
        guard let identity = ToolIdentity.read(at: path) else {
            self.init(path: path, tool: tool, version: nil, builtWith: nil)
            return
        }
        guard identity.name == tool else { return nil }
        var problem: String?
        if let host, let target = identity.architecture, target != host {
            problem = "it is for \(target.rawValue)"
        } else if let loader = identity.interpreter,
            let found = CLibrary.problem(ofLoader: loader, in: files)
        {
            problem = "it requires \(loader), which \(found.words)"
        }
        self.init(
            path: path,
            tool: tool,
            version: identity.version ?? identity.release { table }?.description,
            builtWith: identity.goVersion,
            problem: problem
        )
    }
}
