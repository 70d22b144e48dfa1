/// An error as reported to the user: a message, facts and a hint.
///
/// Low-level code throws small typed errors, and each command converts them to a ``Failure`` with
/// context. Only the command line renders it and derives the exit status from its ``kind``.
package struct Failure: Error, Hashable, Sendable {
    /// The kind of a failure, which determines the exit status and how a script should react.
    package enum Kind: Hashable, Sendable {
        /// The command line is invalid.
        case usage
        /// Data does not match its digest, or is malformed or hostile.
        case integrity
        /// A required resource could not be reached; a retry may succeed.
        case unavailable
        /// A bug in gotoolprov.
        case defect
        /// The destination cannot be written: permission denied, read-only, no space, or a conflicting
        /// file.
        case destination
        /// Another gotoolprov process holds the lock.
        case busy
        /// The environment or a configuration file is invalid.
        case configuration
        /// A signal interrupted the command, which has cleaned up.
        case interrupted(signal: Int32)

        /// The exit status, from sysexits(3) (docs/reference/exit-status.md).
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

        /// The name in JSON.
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

    /// A fact about a failure: a short label and a value.
    package struct Fact: Hashable, Sendable {
        /// One or two words in lower case.
        package let label: String
        package let value: String

        /// Creates a fact; secrets in URLs in the value are masked.
        package init(_ label: String, _ value: some CustomStringConvertible) {
            self.label = label
            self.value = WebAddress.masked(value.description)
        }
    }

    package let kind: Kind
    /// One clause in lower case without a full stop.
    package let message: String
    /// The facts, the most important first.
    package var facts: [Fact]
    /// An action or a command that may solve the problem.
    package var hint: String?

    /// Whether the only problem is that none of the sources has the requested file.
    package var isAbsence = false

    /// Whether a log has signed two trees that contradict each other, so that nothing it proves counts.
    package var isFork = false
    /// The two signed notes of such a log, if nobody has written them to files yet.
    package var unkeptNotes: [[UInt8]] = []
    /// Whether nothing shows that the requested version exists, except files of mirrors that do not prove it.
    package var isUnproven = false

    /// Creates a failure; secrets in URLs in the message are masked.
    package init(_ kind: Kind, _ message: String, facts: [Fact] = [], hint: String? = nil) {
        self.kind = kind
        self.message = WebAddress.masked(message)
        self.facts = facts
        self.hint = hint
    }

    /// The message and the facts, separated by semicolons.
    package var onOneLine: String {
        ([message] + facts.map { "\($0.label) \($0.value)" }).joined(separator: "; ")
    }
}
