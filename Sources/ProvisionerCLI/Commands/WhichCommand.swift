internal import ArgumentParser
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Prints the path of an installed `go` or tool.
struct Which: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "which",
        abstract: "Print the path of an installed `go` or tool."
    )

    @Argument(help: SelectedInstallation.help, completion: .installed)
    var spec: String?
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let selection = SelectedInstallation(spec: spec)
        if let tool = try selection.tool(in: context) {
            switch common.format {
            case .text: context.output.write("\(tool.program)\n")
            case .json:
                let document: JSONValue = [
                    "schema": .string(DocumentKind.which.schema),
                    "tool": .string(tool.build.tool.name),
                    "version": .string(tool.build.version.description),
                    "builtWith": .string(tool.build.builder.description),
                    "program": .string(tool.program),
                ]
                context.output.write(document.rendered)
            }
            return 0
        }
        let entry = try selection.entry(in: context)
        context.noteSwitching(from: entry)
        switch common.format {
        case .text: context.output.write("\(entry.goRoot)/bin/go\n")
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.which.schema),
                "version": .string(entry.version.description),
                "goroot": .string(entry.goRoot), "go": .string("\(entry.goRoot)/bin/go"),
            ]
            context.output.write(document.rendered)
        }
        return 0
    }
}
