internal import Ansible
internal import ArgumentParser
internal import ToolchainCore

/// Does what a task of Ansible asks, and answers as Ansible's modules do.
///
/// The answer is one JSON object on stdout and nothing else, whatever happens; nothing is written to
/// stderr, which Ansible's terminal would mix into it. The exit status is 0, or 1 with
/// `"failed": true`.
struct Ansible: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "ansible",
        abstract: "Do what an Ansible task asks; for the module gotoolprov.core.toolchain.",
        discussion: """
            ARGUMENTS is the file of JSON that Ansible hands to a module. The answer is one JSON \
            object on stdout, and the exit status 0, or 1 where it says that it failed.
            """
    )

    @Argument(help: ArgumentHelp("The file with the module's arguments.", valueName: "arguments"))
    var file: String

    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let reply = AnsibleTask.reply(toArgumentsIn: file, on: context.host)
        context.output.write(reply.document.rendered)
        return reply.failure == nil ? 0 : 1
    }
}
