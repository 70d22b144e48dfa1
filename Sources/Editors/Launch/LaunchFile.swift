package import ToolchainCore

/// A launch.json for one host.
package struct LaunchFile: Hashable, Sendable {
    /// What is known about the host and the program.
    package struct Circumstances: Hashable, Sendable {
        /// The absolute path of Delve on the host.
        package var delvePath: String
        /// The version of Delve, or `nil` if unknown, which is treated as a recent one.
        package var delveVersion: ReleaseNumber?
        /// The TCP port on the loopback interface of both sides.
        package var port: UInt16
        /// The program on the host, or `nil` to omit the entries that require one.
        package var program: String?
        /// The name of the host for `ssh`.
        package var host: String
        /// The source path mappings; empty if both sides agree or Delve guesses them.
        package var mappings: [LaunchConfiguration.PathMapping]
        /// Whether the program was built with `-trimpath`.
        package var isTrimmed: Bool
        /// The command that builds the program without optimizations, or `nil` if the program is
        /// already built that way or no command is known.
        package var build: String?

        /// The build command for an unknown program.
        package static let defaultBuild = "go build -gcflags='all=-N -l'"

        /// Creates circumstances from their parts.
        ///
        /// Only the path of Delve is required.
        ///
        /// - Parameters:
        ///   - delvePath: The absolute path of Delve on the host.
        ///   - delveVersion: The version of Delve.
        ///   - port: The TCP port on both sides; the extension's default is 2345.
        ///   - program: The program on the host.
        ///   - host: The name of the host for `ssh`.
        ///   - mappings: The source path mappings.
        ///   - isTrimmed: Whether the program was built with `-trimpath`.
        ///   - build: The command that builds the program without optimizations.
        package init(
            delvePath: String,
            delveVersion: ReleaseNumber? = nil,
            port: UInt16 = 2345,
            program: String? = nil,
            host: String = "HOST",
            mappings: [LaunchConfiguration.PathMapping] = [],
            isTrimmed: Bool = false,
            build: String? = defaultBuild
        ) {
            self.delvePath = delvePath
            self.delveVersion = delveVersion
            self.port = port
            self.program = program
            self.host = host
            self.mappings = mappings
            self.isTrimmed = isTrimmed
            self.build = build
        }
    }

    /// Why no launch.json can be written.
    package enum Problem: Error, Hashable, Sendable {
        /// The port is 0, which means that the actual port is not known in advance.
        case port
        /// The path is relative.
        ///
        /// Delve would resolve it against an unknown directory.
        case relative(String)
        /// The text contains control characters, or `${`, which VS Code would expand.
        case unusable(String)
        /// The host name begins with a dash, so `ssh` would parse it as an option.
        case host(String)
        /// The program records no directories, so a mapping requires the module path.
        case trimmedWithoutMapping
    }

    /// The entries in order.
    package let configurations: [LaunchConfiguration]
    /// The command to run on the host before attaching remotely, or `nil` without a program.
    package let serverCommand: String?
    /// The command to run on the editor's computer.
    package let tunnelCommand: String

    /// Creates a launch.json.
    ///
    /// - Throws: ``Problem`` for a value that would change its meaning in launch.json or in a
    ///   shell.
    package init(for circumstances: Circumstances) throws(Problem) {
        try Self.check(circumstances)
        let isOld = circumstances.delveVersion.map { $0 < .firstGuessingPaths } ?? false
        let mappings = circumstances.mappings
        let isGuessed = mappings.isEmpty && !isOld
        let isBeforeDAP = circumstances.delveVersion.map { $0 < .firstHeadlessDAP } ?? false
        // With an adapter the extension does not guess source paths: goDebugConfiguration.ts.
        let adapter: LaunchConfiguration.Adapter? =
            isBeforeDAP ? .legacy : isGuessed ? nil : .delve
        let port = circumstances.port
        tunnelCommand = "ssh -NL \(port):127.0.0.1:\(port) \(ShellQuoting.word(circumstances.host))"
        serverCommand = circumstances.program.map { program in
            "\(ShellQuoting.word(circumstances.delvePath)) exec --headless --listen=127.0.0.1:\(port)"
                + (isOld ? " --api-version=2" : "") + " \(ShellQuoting.word(program))"
        }
        var configurations = [
            LaunchConfiguration(
                name: "Go: package of this file",
                request: .launch(.debug, program: "${fileDirname}"),
                mappings: [],
                remarks: ["Builds and debugs the package of the open file."]
            ),
            LaunchConfiguration(
                name: "Go: tests of this file's package",
                request: .launch(.test, program: "${fileDirname}"),
                mappings: [],
                remarks: ["Builds and debugs its tests."]
            ),
        ]
        if let program = circumstances.program {
            configurations.append(
                LaunchConfiguration(
                    name: "Go: \(program)",
                    request: .launch(.exec, program: program),
                    mappings: mappings,
                    remarks: circumstances.build.map { ["For all variables: \($0)"] } ?? []
                )
            )
        }
        configurations.append(
            LaunchConfiguration(
                name: "Go: running process",
                request: .attachToProcess,
                mappings: mappings,
                remarks: [
                    "Prompts for the process. Yama (kernel.yama.ptrace_scope) may forbid attaching"
                        + " even where launching works."
                ]
            )
        )
        if let serverCommand {
            var remarks = [
                "Needs no editor server on the host. Run there:", "  \(serverCommand)",
                "and on the computer with the editor:", "  \(tunnelCommand)",
                "Nothing listens on the network, because Delve has no password.",
            ]
            if isGuessed {
                remarks.append(
                    "Source paths are guessed by Delve 1.24 or later, if the extension finds it there;"
                        + " \"debugAdapter\" here or in its settings turns that off."
                )
            }
            if isOld, mappings.isEmpty {
                remarks.append(
                    "This Delve does not guess source paths: if breakpoints stay gray, map the paths"
                        + " with substitutePath."
                )
            }
            configurations.append(
                LaunchConfiguration(
                    name: "Go: through ssh, port \(port)",
                    request: .attachToServer(port: port, adapter: adapter),
                    mappings: mappings,
                    remarks: remarks
                )
            )
        }
        self.configurations = configurations
    }

    /// The contents as JSON, without comments.
    package var json: JSONValue {
        ["version": "0.2.0", "configurations": .array(configurations.map(\.json))]
    }

    /// The contents for `.vscode/launch.json`, with comments.
    package var text: String {
        // Comments are added here because JSONValue cannot contain them.
        var text = "{\n  \"version\": \"0.2.0\",\n  \"configurations\": [\n"
        for (index, configuration) in configurations.enumerated() {
            for remark in configuration.remarks { text += "    // \(remark)\n" }
            let lines = configuration.json.rendered.split(separator: "\n")
            text += lines.map { "    \($0)" }.joined(separator: "\n")
            text += index == configurations.count - 1 ? "\n" : ",\n"
        }
        return text + "  ]\n}\n"
    }

    // MARK: Checks

    private static func check(_ circumstances: Circumstances) throws(Problem) {
        guard circumstances.port > 0 else { throw .port }
        guard !circumstances.host.isEmpty, !circumstances.host.hasPrefix("-") else {
            throw .host(circumstances.host)
        }
        let mappings = circumstances.mappings
        // The editor's directory may contain VS Code variables; all other paths are on the host.
        var texts = [circumstances.delvePath, circumstances.host]
        if let program = circumstances.program { texts.append(program) }
        // With `-trimpath`, an empty path stands for paths relative to the module.
        texts += mappings.map(\.program).filter { !circumstances.isTrimmed || !$0.isEmpty }
        for text in texts where text.contains("${") { throw .unusable(text) }
        for text in texts + mappings.map(\.editor)
        where text.isEmpty || text.hasControls { throw .unusable(text) }
        for path in [circumstances.delvePath, circumstances.program].compactMap({ $0 })
        where !path.hasPrefix("/") { throw .relative(path) }
        for editor in mappings.map(\.editor) where !editor.hasPrefix("/") && !editor.hasPrefix("${")
        {
            // The editor may run on Windows, so a path with a drive letter is absolute too.
            guard editor.dropFirst().hasPrefix(":") else { throw .relative(editor) }
        }
        if circumstances.isTrimmed, circumstances.program != nil, mappings.isEmpty {
            throw .trimmedWithoutMapping
        }
        for program in mappings.map(\.program)
        where !circumstances.isTrimmed && !program.hasPrefix("/") { throw .relative(program) }
    }
}

extension String {
    /// Whether the text contains line breaks or other control characters.
    fileprivate var hasControls: Bool { unicodeScalars.contains(where: \.isControl) }
}
