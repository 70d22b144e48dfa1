package import ToolchainCore

/// The answer of a module, as far as it is known.
package struct AnsibleReply {
    var state: AnsibleArguments.State?
    var isCheck = false
    var wantsDiff = false
    var isChanged = false
    /// What happened, a clause for each version.
    var clauses: [String] = []
    /// What happened, as data.
    var results: [JSONValue] = []
    /// Findings that are not failures.
    var warnings: [String] = []
    /// The directory whose contents `before` and `after` describe.
    var header = ""
    /// The state of each installation before, as far as it was checked.
    var before: [Installation: String] = [:]
    /// What each is now, or would be.
    var after: [Installation: String] = [:]
    /// The facts of this host for Ansible.
    var facts: JSONValue?
    /// The host's report.
    var report: JSONValue?
    package var failure: Failure?

    /// Adds the result of `ensure` for one installation.
    ///
    /// - Parameters:
    ///   - installation: Which one.
    ///   - words: What was done.
    ///   - result: The same as data.
    ///   - isChange: Whether anything had to be done.
    ///   - lacking: What alone it lacked before.
    mutating func tell(
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

    /// The answer as Ansible reads it: docs/schemas/ansible.schema.json.
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

    /// The message for people: what was done, and why it failed.
    private var message: String {
        var parts = clauses
        if let failure {
            var text = failure.message
            let facts = failure.facts.map { "\($0.label): \($0.value)" }
            if !facts.isEmpty { text += " (\(facts.joined(separator: "; ")))" }
            if let hint = failure.hint { text += "; hint: \(Self.inTasksWords(hint))" }
            parts.append(text)
        }
        let message = parts.joined(separator: ", ").withVisibleControls
        return message.isEmpty ? "nothing to do" : message
    }

    /// A hint with command-line options replaced by the parameters of a task.
    private static func inTasksWords(_ hint: String) -> String {
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
