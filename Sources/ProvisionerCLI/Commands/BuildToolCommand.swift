internal import ArgumentParser
internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Builds a tool for hosts that shall not compile it themselves.
struct BuildTool: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "build-tool",
        abstract: "Build Delve for other hosts: one archive an architecture, and their catalogue.",
        discussion: """
            For instance: gotoolprov build-tool dlv@1.25.0 --go go1.24.11 --arch amd64,arm64 --output DIR

            The programs are static, and the same bytes whoever builds them. On the other hosts: \
            gotoolprov ensure dlv@1.25.0 --mirror DIR --catalogue DIR/dlv1.25.0-go1.24.11.json
            """
    )

    @Argument(help: ArgumentHelp("The tool and its version.", valueName: "spec"))
    var spec: String

    @Option(
        help: ArgumentHelp(
            "The Go that builds it, installed if need be; the newest installed if not said.",
            valueName: "version"
        ),
        completion: .known
    )
    var go: String?

    @Option(
        help: ArgumentHelp(
            "What to build for, by GOARCH, separated by commas; this host's if not said.",
            valueName: "names"
        ),
        completion: .list(GoArchitecture.allCases.map(\.rawValue))
    )
    var arch: String?

    @Option(
        help: ArgumentHelp("Where the archives and their catalogue go.", valueName: "folder"),
        completion: .directory
    )
    var output: String

    @OptionGroup var source: SourceOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let request = try context.host.toolRequest(spec)
        guard source.archive == nil else {
            throw Failure(
                .usage,
                "`--archive` is for Go's own archives",
                hint: "name the folder of the source by `--mirror`, or `gotoolprov cache add` it"
            )
        }
        let settings = try context.settings { source.add(to: &$0) }
        let session = try context.session(settings, change.allowance)
        let provisioner = Provisioner(Store(session), Supply(session))
        guard let folder = context.environment.absolutePath(output) else {
            throw Failure(.configuration, "cannot tell where `\(output)` is")
        }
        let built = try provisioner.buildTool(
            request,
            with: try go.map { text throws(Failure) in
                try provisioner.resolved(try context.host.wish(text))
            },
            for: try architectures(in: context),
            into: folder
        )
        switch common.format {
        case .text:
            context.output.write(
                table(
                    built.archives.map {
                        [$0.path, "\(ByteCount($0.byteCount))", $0.digest.description]
                    } + [[built.cataloguePath]]
                )
            )
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.buildTool.schema),
                "catalogue": .string(built.cataloguePath),
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

    private func architectures(in context: Context) throws(Failure) -> [GoArchitecture] {
        guard let arch else { return [try context.host.platform().platform.architecture] }
        var found: [GoArchitecture] = []
        for name in arch.split(byte: ",") {
            guard let architecture = GoArchitecture(rawValue: name) else {
                let known = GoArchitecture.allCases.map(\.rawValue).joined(separator: ", ")
                throw Failure(
                    .usage,
                    "`\(name)` is no GOARCH",
                    facts: [.init("known are", known)]
                )
            }
            if !found.contains(architecture) { found.append(architecture) }
        }
        guard !found.isEmpty else { throw Failure(.usage, "`--arch` names nothing") }
        return found
    }
}
