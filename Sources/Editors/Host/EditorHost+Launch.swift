internal import BinaryInspection
internal import Provisioning
package import ToolchainCore
internal import ToolchainHost

extension EditorHost {
    /// Creates the requested launch.json, and notes what prevents Delve from debugging the program.
    ///
    /// - Parameter request: The options of the launch.json.
    /// - Returns: The file, with the commands to run before attaching.
    /// - Throws: ``Failure`` of kind `usage` for a value that launch.json cannot contain.
    package func launchFile(_ request: LaunchRequest) throws(Failure) -> LaunchFile {
        let report = request.program.flatMap { debuggee(at: $0) }
        if let report {
            noteIncompatibility(
                of: report,
                byDelveAt: request.delvePath,
                version: request.delveVersion
            )
        }
        let mappings =
            request.buildDirectory.map {
                [.init(editor: request.editorDirectory ?? "${workspaceFolder}", program: $0)]
            } ?? report.map(Self.mappings) ?? []
        let circumstances = LaunchFile.Circumstances(
            delvePath: request.delvePath,
            delveVersion: request.delveVersion.flatMap { ReleaseNumber($0) }
                ?? delveRelease(at: request.delvePath),
            port: request.port,
            program: request.program,
            host: request.host,
            mappings: mappings,
            isTrimmed: request.isTrimmed || (report?.isTrimmed == .yes && !mappings.isEmpty),
            build: report.map { $0.verdict == .full ? nil : $0.buildCommand }
                ?? LaunchFile.Circumstances.defaultBuild
        )
        let file: LaunchFile
        do {
            file = try LaunchFile(for: circumstances)
        } catch {
            throw Failure(.usage, error.words)
        }
        if !FileSystem.isExecutable(request.delvePath) {
            context.note("no Delve is installed at \(request.delvePath)")
        }
        return file
    }

    /// Returns the mapping of source directories that the program recorded to those on this host.
    private static func mappings(
        of report: BinaryReport
    ) -> [LaunchConfiguration.PathMapping] {
        report.substitutions(realDirectory: FileSystem.realDirectory)
            .map { .init(editor: $0.from, program: $0.to) }
    }
}

extension LaunchFile.Problem {
    /// The problem in one clause, with the names of command-line options.
    fileprivate var words: String {
        switch self {
        case .port: "the port must not be 0"
        case .relative(let path): "`\(path)` is not an absolute path"
        case .unusable(let text): "`\(text)` cannot be used in launch.json"
        case .host(let name): "`\(name)` is not a valid host name for ssh"
        case .trimmedWithoutMapping: "`--trimpath` requires `--to` with the module path"
        }
    }
}
