package import ToolchainCore

/// One entry of launch.json.
///
/// Only combinations that the Go extension accepts can be expressed
/// (docs/facts/debugging.md#launch-configurations, docs/facts/debugging.md#delve-server-options).
package struct LaunchConfiguration: Hashable, Sendable {
    /// The mode of a launch request.
    package enum LaunchMode: String, CaseIterable, Sendable {
        case auto, debug, test, exec, replay, core
    }

    /// What is debugged, and how the debugger starts.
    package enum Request: Hashable, Sendable {
        /// The extension starts `dlv dap` on this host, on the loopback interface.
        case launch(LaunchMode, program: String)
        /// The extension prompts for a process on this host, then starts `dlv dap`.
        case attachToProcess
        /// The extension connects to a running `dlv --headless` server.
        ///
        /// Without an adapter, it asks the editor's own Delve to guess source paths; with an
        /// adapter it does not.
        case attachToServer(port: UInt16, adapter: Adapter?)
    }

    /// The program that implements the debug adapter protocol.
    package enum Adapter: String, CaseIterable, Sendable {
        /// Delve itself.
        case delve = "dlv-dap"
        /// The extension itself, for a Delve without DAP support.
        case legacy
    }

    /// A pair of source directories: on the editor's side and in the program.
    package struct PathMapping: Hashable, Sendable {
        /// The directory that is open in the editor.
        package let editor: String
        /// The directory that the program records, or its module path if it was built with
        /// `-trimpath`.
        package let program: String

        /// Creates a mapping of both sides.
        package init(editor: String, program: String) {
            self.editor = editor
            self.program = program
        }
    }

    /// The name in the list of configurations.
    package let name: String
    /// What is debugged, and how the debugger starts.
    package let request: Request
    /// The source path mappings; empty if both sides agree or Delve guesses them.
    package let mappings: [PathMapping]
    /// Comments for the user, one per line.
    package let remarks: [String]

    /// The entry as JSON.
    package var json: JSONValue {
        var members: [JSONValue.Member] = [.init("name", .string(name)), .init("type", "go")]
        switch request {
        case .launch(let mode, let program):
            members += [
                .init("request", "launch"), .init("mode", .string(mode.rawValue)),
                .init("program", .string(program)),
            ]
        case .attachToProcess:
            // With a `port` the extension would connect to an existing server, as it does for a
            // launch.
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
