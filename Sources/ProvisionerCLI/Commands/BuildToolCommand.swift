internal import ArgumentParser
internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Builds a tool for hosts that must not compile it themselves.
struct BuildTool: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "build-tool",
        abstract: "Build Delve archives and their catalog for other hosts.",
        discussion: """
            Example: gotoolprov build-tool dlv@1.25.0 --go go1.24.11 --arch amd64,arm64 --output DIR

            The executables are statically linked and reproducible: the same files are built on every host. \
            Install them with: gotoolprov ensure dlv@1.25.0 --mirror DIR --catalog DIR/dlv1.25.0-go1.24.11.json
            """
    )

    @Argument(
        help: ArgumentHelp("The tool and its version, such as dlv@1.25.0.", valueName: "spec")
    )
    var spec: String

    @Option(
        help: ArgumentHelp(
            "Build with this Go; it is installed if missing (default: the newest installed).",
            valueName: "version"
        ),
        completion: .known
    )
    var go: String?

    @Option(
        help: ArgumentHelp(
            "Build for these GOARCH values, comma-separated (default: the GOARCH of this host).",
            valueName: "names"
        ),
        completion: .list(GoArchitecture.allCases.map(\.rawValue))
    )
    var arch: String?

    @Option(
        help: ArgumentHelp(
            "Write the archives and their catalog to this directory.",
            valueName: "directory"
        ),
        completion: .directory
    )
    var output: String

    // Accepted only to be refused with a hint: other commands with the same options have it.
    @Option(help: .hidden)
    var archive: String?

    @OptionGroup var source: SourceOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let request = try context.host.toolRequest(spec)
        guard archive == nil else {
            throw Failure(
                .usage,
                "`--archive` accepts only archives of Go",
                hint: "pass the source with `--mirror DIR` or `gotoolprov cache add FILE`"
            )
        }
        let settings = try context.settings { source.add(to: &$0) }
        let session = try context.session(settings, change.allowance)
        let provisioner = Provisioner(Store(session), Supply(session))
        guard let directory = context.environment.absolutePath(output) else {
            throw Failure(.configuration, "cannot resolve the path `\(output)`")
        }
        let built = try provisioner.buildTool(
            request,
            with: try go.map { text throws(Failure) in
                try provisioner.resolved(try context.host.request(text))
            },
            for: try context.architectures(arch),
            into: directory
        )
        switch common.format {
        case .text:
            context.output.write(
                table(
                    built.archives.map {
                        [$0.path, "\(ByteCount($0.byteCount))", $0.digest.description]
                    } + [[built.catalogPath]]
                )
            )
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.buildTool.schema),
                "catalog": .string(built.catalogPath),
                "archives": .array(
                    built.archives.map {
                        [
                            "arch": .string($0.platform.architecture.rawValue),
                            "path": .string($0.path), "sha256": .string($0.digest.description),
                            "size": .integer($0.byteCount),
                            "binarySha256": .string($0.programDigest.description),
                        ]
                    }
                ),
            ]
            context.output.write(document.rendered)
        }
        return 0
    }
}
