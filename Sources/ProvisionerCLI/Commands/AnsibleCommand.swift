internal import Ansible
internal import ArgumentParser
internal import ToolchainCore

/// Runs an Ansible task and returns its result as Ansible modules do.
///
/// The command always writes exactly one JSON object to stdout. It writes nothing to stderr, which
/// Ansible's terminal would mix into stdout. The exit status is 0, or 1 with
/// `"failed": true`.
struct Ansible: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "ansible",
        abstract: "Run an Ansible task (used by gotoolprov.core.toolchain).",
        discussion: """
            Prints one JSON object. The exit status is 1 if the object contains `"failed": true`, \
            otherwise 0.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The JSON file that Ansible passes to the module.",
            valueName: "arguments"
        )
    )
    var file: String

    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let reply = AnsibleTask.reply(toArgumentsIn: file, on: context.host)
        context.output.write(reply.document.rendered)
        return reply.failure == nil ? 0 : 1
    }
}
