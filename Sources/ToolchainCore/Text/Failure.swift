/// A failure as its user learns of it: what happened, the facts, the next step.
///
/// Leaf code throws small typed errors; each use case turns them into a ``Failure`` with its
/// context; the command line alone renders it and picks the exit status from its ``kind``.
package struct Failure: Error, Hashable, Sendable {
    /// What sort of failure it is, which is all that an automaton needs to know.
    package enum Kind: Hashable, Sendable {
        /// The command line cannot be understood.
        case usage
        /// Something is not what it was pinned to be, or is malformed or hostile.
        case integrity
        /// What was needed could not be reached; trying later may help.
        case unavailable
        /// A defect in gotoolprov itself.
        case defect
        /// The place to write to refuses: permission, read-only, no space, something in the way.
        case destination
        /// Another gotoolprov holds the lock.
        case busy
        /// The environment or a configuration file cannot be used.
        case configuration
        /// A signal ended the work; everything was cleaned up.
        case interrupted(signal: Int32)

        /// The exit status, from sysexits(3): docs/reference/exit-status.md.
        package var exitStatus: Int32 {
            switch self {
            case .usage: 64
            case .integrity: 65
            case .unavailable: 69
            case .defect: 70
            case .destination: 73
            case .busy: 75
            case .configuration: 78
            case .interrupted(let signal): 128 + signal
            }
        }

        /// The kind's name in JSON.
        package var name: String {
            switch self {
            case .usage: "usage"
            case .integrity: "integrity"
            case .unavailable: "unavailable"
            case .defect: "defect"
            case .destination: "destination"
            case .busy: "busy"
            case .configuration: "configuration"
            case .interrupted: "interrupted"
            }
        }
    }

    /// One fact about a failure: a short label and its value.
    package struct Fact: Hashable, Sendable {
        /// One or two words, lower case.
        package let label: String
        /// The value, as it is.
        package let value: String

        /// A fact from its label and value, in which secrets of URLs are masked.
        package init(_ label: String, _ value: some CustomStringConvertible) {
            self.label = label
            self.value = WebAddress.masked(value.description)
        }
    }

    /// The sort of failure.
    package let kind: Kind
    /// One clause in lower case without a full stop.
    package let message: String
    /// The facts, most telling first.
    package var facts: [Fact]
    /// An action that may help.
    package var hint: String?

    /// Whether all that is wrong is that no place asked has what was wanted.
    package var isAbsence = false

    /// A failure with its facts and at most one hint; secrets of URLs are masked in the message.
    package init(_ kind: Kind, _ message: String, facts: [Fact] = [], hint: String? = nil) {
        self.kind = kind
        self.message = WebAddress.masked(message)
        self.facts = facts
        self.hint = hint
    }

    /// What happened and the facts, for where there is one line alone.
    package var onOneLine: String {
        ([message] + facts.map { "\($0.label) \($0.value)" }).joined(separator: "; ")
    }
}
