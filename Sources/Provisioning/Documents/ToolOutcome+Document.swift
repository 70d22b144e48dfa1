package import ToolchainCore

extension Provisioner.ToolOutcome {
    /// What became of a request for a tool, in the documents of `ensure` and, without the reason, of
    /// Ansible.
    package func document(withReason: Bool) -> JSONValue {
        let members: [JSONValue.Member?] = [
            .init("request", .string(request.description)),
            .init("tool", .string(build.tool.name)),
            .init("version", .string(build.version.description)),
            .init("builtWith", .string(build.builder.description)),
            .init("for", .array(targets.map { .string($0.description) })),
            .init("action", .string(action.rawValue)),
            withReason ? .init("reason", .string(reason)) : nil,
            .init("program", .string(program)), .init("link", .string(link)),
        ]
        return .object(members.compactMap(\.self))
    }
}
