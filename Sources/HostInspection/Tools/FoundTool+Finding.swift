internal import BinaryInspection
package import ToolchainCore

extension FoundTool {
    /// The Delve and gopls of a host.
    ///
    /// What they are is told from their binaries; one that cannot be read has no version, and one
    /// that is another program is left out.
    ///
    /// - Parameters:
    ///   - goBin: Where launchers are put.
    ///   - sdkRoot: Where SDKs are kept.
    ///   - path: Where programs are looked for.
    ///   - table: Knows versions of tools that do not say theirs.
    ///   - files: The files of the host; the binaries are read on this one.
    /// - Returns: The tools, in the order in which they would be found.
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

    /// The tool at a path; nil where that is another program.
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
