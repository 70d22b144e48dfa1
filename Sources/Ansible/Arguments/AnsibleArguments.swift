internal import ToolchainCore

/// The arguments of the Ansible module `gotoolprov.core.toolchain`.
///
/// Ansible does not validate the arguments of modules that are not written in Python, so this type
/// does. Arguments that begin with an underscore are Ansible's own and are ignored, except for the
/// two that every module must support.
package struct AnsibleArguments: Equatable, Sendable {
    /// The requested state of the host.
    package enum State: String, CaseIterable, Sendable {
        /// The versions of the manifest or of `versions` are installed.
        case converged
        /// All files of the installations are unchanged.
        case verified
        /// The `versions` are not installed.
        case absent
        /// The host's report is returned, and nothing is changed.
        case reported
    }

    /// Why the arguments are invalid: one clause that begins in lower case.
    package struct Rejection: Error, Equatable, Sendable {
        package let reason: String
        package var hint: String?
    }

    package var state = State.converged
    package var versions: [String] = []
    package var manifest: String?
    package var mirrors: [String] = []
    package var catalogs: [String] = []
    package var sdkRoot: String?
    package var goBin: String?
    /// The maximum time to wait for another gotoolprov process, in seconds, or `nil` for no limit.
    package var wait: UInt32?
    package var isOffline = false
    package var adopts = false
    package var repairs = false
    package var isQuick = false
    package var isForced = false
    package var trustsRoots = false
    /// The value of `_ansible_check_mode`: report what would change, without changing anything.
    package var isCheck = false
    /// The value of `_ansible_diff`: report the state before and after.
    package var wantsDiff = false

    /// The parameters in documentation order.
    static let names = [
        "state", "versions", "manifest", "mirrors", "catalogs", "sdk_root", "gobin", "wait",
        "offline", "adopt", "repair", "quick", "force", "trust_roots",
    ]

    /// Parameters that were renamed since 0.1.0.
    private static let formerNames = ["catalogues"]

    /// The maximum size of the arguments file, in bytes.
    package static let maximumSize = 1 << 20

    /// Parses the JSON object that Ansible passes to a module.
    ///
    /// - Throws: ``Rejection`` if the document is not a JSON object, or a parameter is unknown, has
    ///   the wrong type, or does not apply to the requested state.
    package init(parsing document: [UInt8]) throws(Rejection) {
        let node: JSONNode
        do {
            node = try JSONReader.read(document, dialect: .strict)
        } catch {
            let position = error.location(in: document)
            throw Rejection(
                reason: "the arguments are not JSON: \(error.reason)"
                    + " (line \(position.line), column \(position.column))"
            )
        }
        guard case .object(let members) = node.content else {
            throw Rejection(reason: "the arguments are not a JSON object")
        }
        var given: [String] = []
        for member in members {
            // A `null` value means that the parameter was not set.
            if case .null = member.value.content, !member.key.hasPrefix("_") {
                guard Self.names.contains(member.key) || Self.formerNames.contains(member.key)
                else { throw Self.unknown(member.key) }
                continue
            }
            try take(Argument(name: member.key, content: member.value.content))
            if !member.key.hasPrefix("_") { given.append(member.key) }
        }
        try rejectInapplicable(given)
    }

    private mutating func take(_ argument: Argument) throws(Rejection) {
        switch argument.name {
        case "state": state = try argument.choice()
        case "versions":
            versions = try argument.list()
            // Templates turn numbers into strings, and a Go release of 2012 is an unlikely request.
            for version in versions where ["1.1", "1.2"].contains(version) {
                throw Rejection(
                    reason: "`versions`: found `\(version)`, which is `\(version)0` without quotes",
                    hint: Argument.quoteHint
                )
            }
        case "manifest": manifest = try argument.text()
        case "mirrors": mirrors = try argument.list()
        case "catalogs", "catalogues": catalogs = try argument.list()
        case "sdk_root": sdkRoot = try argument.text()
        case "gobin": goBin = try argument.text()
        case "wait": wait = try argument.seconds()
        case "offline": isOffline = try argument.flag()
        case "adopt": adopts = try argument.flag()
        case "repair": repairs = try argument.flag()
        case "quick": isQuick = try argument.flag()
        case "force": isForced = try argument.flag()
        case "trust_roots": trustsRoots = try argument.flag()
        case "_ansible_check_mode": isCheck = try argument.flag()
        case "_ansible_diff": wantsDiff = try argument.flag()
        case let name where name.hasPrefix("_"): break
        default: throw Self.unknown(argument.name)
        }
    }

    private static func unknown(_ name: String) -> Rejection {
        Rejection(
            reason: "unknown parameter `\(name.withVisibleControls)`",
            hint: "the parameters are \(names.joined(separator: ", "))"
        )
    }

    /// Rejects parameters that would otherwise have no effect.
    private func rejectInapplicable(_ given: [String]) throws(Rejection) {
        let owners: [(String, State)] = [
            ("adopt", .converged), ("repair", .verified), ("quick", .verified), ("force", .absent),
        ]
        for (name, owner) in owners where given.contains(name) && state != owner {
            throw Rejection(
                reason: "`\(name)` requires `state: \(owner.rawValue)`,"
                    + " not `\(state.rawValue)`"
            )
        }
        switch state {
        case .absent where versions.isEmpty:
            throw Rejection(reason: "`state: absent` requires exact `versions`")
        case .reported where !versions.isEmpty:
            throw Rejection(reason: "`versions` cannot be used with `state: reported`")
        case .absent, .reported, .converged, .verified: break
        }
    }
}

/// An argument before conversion to its type.
private struct Argument {
    let name: String
    let content: JSONNode.Content

    /// Returns a non-empty string.
    func text() throws(AnsibleArguments.Rejection) -> String {
        guard case .string(let text) = content else { throw mismatch("a string") }
        return try checked(text)
    }

    /// Returns a list of strings.
    ///
    /// As elsewhere in Ansible, a single string with commas is also a list.
    func list() throws(AnsibleArguments.Rejection) -> [String] {
        switch content {
        case .string(let text):
            return text.split(byte: ",").map { $0.withoutSpaceAround }.filter { !$0.isEmpty }
        case .array(let elements):
            var texts: [String] = []
            for element in elements {
                guard case .string(let text) = element.content else {
                    throw AnsibleArguments.Rejection(
                        reason: "`\(name)`: expected strings in the list, found"
                            + " \(Self.kind(of: element.content))",
                        hint: Self.quoteHint
                    )
                }
                texts.append(try checked(text))
            }
            return texts
        case .number:
            throw AnsibleArguments.Rejection(
                reason: "`\(name)`: expected a list of strings, found"
                    + " \(Self.kind(of: content))",
                hint: Self.quoteHint
            )
        case .null, .boolean, .object: throw mismatch("a list of strings")
        }
    }

    /// YAML parses 1.20 as the number 1.2.
    static let quoteHint = "quote it: YAML reads `1.20` as the number 1.2"

    /// Returns a Boolean, which may also be a word, as in `ansible -a 'repair=yes'`.
    func flag() throws(AnsibleArguments.Rejection) -> Bool {
        switch content {
        case .boolean(let value): return value
        case .string(let text):
            switch text.lowercased() {
            case "true", "yes", "on", "1": return true
            case "false", "no", "off", "0": return false
            default: throw mismatch("true or false")
            }
        case .null, .number, .array, .object: throw mismatch("true or false")
        }
    }

    /// Returns a whole number of seconds.
    func seconds() throws(AnsibleArguments.Rejection) -> UInt32 {
        let text: String
        switch content {
        case .number(let number): text = number
        case .string(let string): text = string
        case .null, .boolean, .array, .object: throw mismatch("a whole number of seconds")
        }
        guard text.utf8.allSatisfy(\.isDigit),
            let value = UInt32(text)
        else { throw mismatch("a whole number of seconds") }
        return value
    }

    func choice() throws(AnsibleArguments.Rejection) -> AnsibleArguments.State {
        let choices = AnsibleArguments.State.allCases.map(\.rawValue).joined(separator: ", ")
        guard case .string(let text) = content, let state = AnsibleArguments.State(rawValue: text)
        else { throw mismatch("one of \(choices)") }
        return state
    }

    private func checked(_ text: String) throws(AnsibleArguments.Rejection) -> String {
        guard !text.isEmpty, !text.utf8.contains(0) else {
            throw AnsibleArguments.Rejection(
                reason: "`\(name)`: expected a non-empty string"
            )
        }
        return text
    }

    private func mismatch(_ expected: String) -> AnsibleArguments.Rejection {
        AnsibleArguments.Rejection(
            reason: "`\(name)`: expected \(expected), found \(Self.kind(of: content))"
        )
    }

    private static func kind(of content: JSONNode.Content) -> String {
        switch content {
        case .null: "nothing"
        case .boolean(let value): "\(value)"
        case .number(let text): "the number \(text.prefix(40))"
        case .string(let text): "`\(String(text.prefix(40)).withVisibleControls)`"
        case .array: "a list"
        case .object: "a dictionary"
        }
    }
}

extension AnsibleArguments.Rejection: CustomStringConvertible {
    package var description: String { reason }
}

extension String {
    /// The text without leading and trailing spaces.
    fileprivate var withoutSpaceAround: String {
        let inner = drop { $0 == " " }
        let trailing = inner.reversed().prefix { $0 == " " }.count
        return String(inner.dropLast(trailing))
    }
}
