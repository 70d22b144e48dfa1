package import ToolchainCore

/// One way to start debugging, as an entry of launch.json; what the Go extension would not take
/// cannot be said (docs/facts/debugging.md#launch-configurations,
/// docs/facts/debugging.md#delve-server-options).
package struct LaunchConfiguration: Hashable, Sendable {
    /// What a launch starts with.
    package enum LaunchMode: String, CaseIterable, Sendable {
        case auto, debug, test, exec, replay, core
    }

    /// What is debugged, and how it comes to be.
    package enum Request: Hashable, Sendable {
        /// The extension starts `dlv dap` for itself, on this host and on the loopback interface.
        case launch(LaunchMode, program: String)
        /// The extension asks which process of this host, then starts `dlv dap` for itself.
        case attachToProcess
        /// The extension connects to a `dlv --headless` that holds the program already; without an
        /// adapter it asks the editor's own Delve where sources are, and with one it does not.
        case attachToServer(port: UInt16, adapter: Adapter?)
    }

    /// Who speaks the debug adapter protocol.
    package enum Adapter: String, CaseIterable, Sendable {
        /// Delve itself.
        case delve = "dlv-dap"
        /// The extension, for a Delve that cannot.
        case legacy
    }

    /// Where sources are for the editor, and where for the program.
    package struct PathMapping: Hashable, Sendable {
        /// The directory that the editor has open.
        package let editor: String
        /// The directory, or with `-trimpath` the module's name, that the program has recorded.
        package let program: String

        /// A mapping from both sides.
        package init(editor: String, program: String) {
            self.editor = editor
            self.program = program
        }
    }

    /// What the list of configurations shows.
    package let name: String
    /// What is debugged.
    package let request: Request
    /// Where sources are; none where both sides agree, or it is to be guessed.
    package let mappings: [PathMapping]
    /// What to know or to run before, a line each.
    package let remarks: [String]

    /// The entry.
    package var json: JSONValue {
        var members: [JSONValue.Member] = [.init("name", .string(name)), .init("type", "go")]
        switch request {
        case .launch(let mode, let program):
            members += [
                .init("request", "launch"), .init("mode", .string(mode.rawValue)),
                .init("program", .string(program)),
            ]
        case .attachToProcess:
            // A `port` here, as in a launch, would send the extension to somebody else's server.
            members += [
                .init("request", "attach"), .init("mode", "local"), .init("processId", 0),
            ]
        case .attachToServer(let port, let adapter):
            members += [
                .init("request", "attach"), .init("mode", "remote"),
            ]
            if let adapter { members.append(.init("debugAdapter", .string(adapter.rawValue))) }
            members += [.init("host", "127.0.0.1"), .init("port", .integer(Int(port)))]
        }
        if !mappings.isEmpty {
            members.append(
                .init(
                    "substitutePath",
                    .array(
                        mappings.map {
                            ["from": .string($0.editor), "to": .string($0.program)]
                        }
                    )
                )
            )
        }
        return .object(members)
    }
}
