internal import BinaryInspection
internal import Provisioning
package import ToolchainCore
internal import ToolchainHost

extension EditorHost {
    /// The requested launch.json; notes what prevents Delve from debugging the program.
    ///
    /// - Parameter request: The request.
    /// - Returns: The file, with what to run for attaching.
    /// - Throws: ``Failure`` of kind `usage` for what cannot be written into a launch.json.
    package func launchFile(_ request: LaunchRequest) throws(Failure) -> LaunchFile {
        let report = request.program.flatMap { debuggee(at: $0) }
        if let report {
            noteRefusal(of: report, byDelveAt: request.delvePath, version: request.delveVersion)
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
                ?? LaunchFile.Circumstances.usualBuild
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

    /// Where the sources are that a program says are elsewhere.
    private static func mappings(
        of report: BinaryReport
    ) -> [LaunchConfiguration.PathMapping] {
        report.substitutions(realDirectory: FileSystem.realDirectory)
            .map { .init(editor: $0.from, program: $0.to) }
    }
}

extension LaunchFile.Problem {
    /// The problem as one clause, in the words of the command line.
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
