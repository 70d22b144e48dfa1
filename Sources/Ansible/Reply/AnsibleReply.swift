package import ToolchainCore

/// The result of a module run, which is filled in as the task progresses.
package struct AnsibleReply {
    var state: AnsibleArguments.State?
    var isCheck = false
    var wantsDiff = false
    var isChanged = false
    /// What was done, one clause for each version.
    var clauses: [String] = []
    /// What was done, as structured data.
    var results: [JSONValue] = []
    /// Problems that do not make the task fail.
    var warnings: [String] = []
    /// The directory that `before` and `after` describe.
    var header = ""
    /// The state of each installation before the task, as far as it was checked.
    var before: [Installation: String] = [:]
    /// The state of each installation after the task, or what it would be in check mode.
    var after: [Installation: String] = [:]
    /// The host facts for Ansible.
    var facts: JSONValue?
    /// The host's report.
    var report: JSONValue?
    package var failure: Failure?

    /// Records the result of `ensure` for one installation.
    ///
    /// - Parameters:
    ///   - installation: The installation.
    ///   - words: What was done, as text.
    ///   - result: What was done, as structured data.
    ///   - isChange: Whether anything was done.
    ///   - lacking: The only part that was missing before, if any.
    mutating func record(
        _ installation: Installation,
        _ words: String,
        _ result: JSONValue,
        isChange: Bool,
        lacking: String?
    ) {
        clauses.append("\(installation.name) \(words)")
        results.append(result)
        guard isChange else { return }
        isChanged = true
        if let lacking { before[installation] = "installed, without \(lacking)" }
        after[installation] = "installed"
    }

    /// The result as JSON for Ansible, as defined by docs/schemas/ansible.schema.json.
    package var document: JSONValue {
        var members: [JSONValue.Member] = [
            DocumentKind.ansible.member,
            .init("changed", .boolean(isChanged)), .init("msg", .string(message)),
            .init("state", JSONValue(state?.rawValue)), .init("results", .array(results)),
        ]
        if failure != nil { members.insert(.init("failed", true), at: 2) }
        if let failure { members.append(.init("error", failure.document)) }
        if !warnings.isEmpty {
            members.append(.init("warnings", .array(warnings.map { .string($0) })))
        }
        if wantsDiff, before != after {
            members.append(
                .init(
                    "diff",
                    [
                        "before_header": .string(header), "after_header": .string(header),
                        "before": .string(Self.lines(before)),
                        "after": .string(Self.lines(after)),
                    ]
                )
            )
        }
        if let report { members.append(.init("report", report)) }
        if let facts { members.append(.init("ansible_facts", ["gotoolprov": facts])) }
        return .object(members)
    }

    /// The message for users: what was done, and why the task failed.
    private var message: String {
        var parts = clauses
        if let failure {
            var text = failure.message
            let facts = failure.facts.map { "\($0.label): \($0.value)" }
            if !facts.isEmpty { text += " (\(facts.joined(separator: "; ")))" }
            if let hint = failure.hint { text += "; hint: \(Self.withTaskParameters(hint))" }
            parts.append(text)
        }
        let message = parts.joined(separator: ", ").withVisibleControls
        return message.isEmpty ? "nothing to do" : message
    }

    /// Replaces command-line options in a hint with the parameters of a task.
    private static func withTaskParameters(_ hint: String) -> String {
        hint.split(byte: "`", omittingEmpty: false).map { part in
            switch part {
            case "--trust-roots": "trust_roots: true"
            case "--adopt": "adopt: true"
            case "--force": "force: true"
            case "--catalog": "catalogs"
            case "--mirror": "mirrors"
            default: part
            }
        }.joined(separator: "`")
    }

    private static func lines(_ states: [Installation: String]) -> String {
        states.sorted { $0.key < $1.key }
            .map { "\($0.key.name)  \($0.value)\n" }.joined()
    }
}
