package import ToolchainCore

/// A launch.json that fits one host.
package struct LaunchFile: Hashable, Sendable {
    /// What is known of the host and of the program.
    package struct Circumstances: Hashable, Sendable {
        /// Delve on the host.
        package var delvePath: String
        /// Its version; nil where it is not known, which counts as a recent one.
        package var delveVersion: ReleaseNumber?
        /// The port on the loopback interface of both sides.
        package var port: UInt16
        /// The program on the host; nil leaves out what needs one.
        package var program: String?
        /// How `ssh` reaches the host.
        package var host: String
        /// Where sources are; none where both sides agree, or it is to be guessed.
        package var mappings: [LaunchConfiguration.PathMapping]
        /// Whether the program was built with `-trimpath`.
        package var isTrimmed: Bool
        /// The command that builds the program so that all variables are seen; nil where it is so built
        /// already, or no command is known.
        package var build: String?

        /// The build command for an unknown program.
        package static let usualBuild = "go build -gcflags='all=-N -l'"

        /// What is known, Delve's path at least.
        ///
        /// - Parameters:
        ///   - delvePath: Delve on the host.
        ///   - delveVersion: Its version.
        ///   - port: The port on both sides; 2345 is the extension's own choice.
        ///   - program: The program on the host.
        ///   - host: How `ssh` reaches the host.
        ///   - mappings: Where sources are.
        ///   - isTrimmed: Whether the program was built with `-trimpath`.
        ///   - build: The command that builds the program so that all variables are seen.
        package init(
            delvePath: String,
            delveVersion: ReleaseNumber? = nil,
            port: UInt16 = 2345,
            program: String? = nil,
            host: String = "HOST",
            mappings: [LaunchConfiguration.PathMapping] = [],
            isTrimmed: Bool = false,
            build: String? = usualBuild
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

    /// Why no file can be written for these circumstances.
    package enum Problem: Error, Hashable, Sendable {
        /// Port 0, whose actual number is not known in advance.
        case port
        /// A relative path; Delve resolves it against an unknown directory.
        case relative(String)
        /// Control characters, or a `${` that VS Code would replace by something.
        case unusable(String)
        /// A host's name that starts with a dash is an option to `ssh`.
        case host(String)
        /// The program's record has no directories, so that only its module's name can be mapped.
        case trimmedWithoutMapping
    }

    /// The entries in their order.
    package let configurations: [LaunchConfiguration]
    /// What to run on the host before attaching from elsewhere; nil without a program.
    package let serverCommand: String?
    /// What to run where the editor is.
    package let tunnelCommand: String

    /// The file for some circumstances.
    ///
    /// - Throws: ``Problem`` for what could not be written down without becoming something else.
    package init(for circumstances: Circumstances) throws(Problem) {
        try Self.check(circumstances)
        let isOld = circumstances.delveVersion.map { $0 < .firstGuessingPaths } ?? false
        let mappings = circumstances.mappings
        let isGuessed = mappings.isEmpty && !isOld
        let isBeforeDAP = circumstances.delveVersion.map { $0 < .firstHeadlessDAP } ?? false
        // With an adapter the extension does not guess where sources are: goDebugConfiguration.ts.
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

    /// The file's contents as data, without its comments.
    package var json: JSONValue {
        ["version": "0.2.0", "configurations": .array(configurations.map(\.json))]
    }

    /// The file's contents, for `.vscode/launch.json`.
    package var text: String {
        // Only here: a JSONValue has no comments.
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
        // An editor's directory may be told by VS Code's variables, all else is on the host.
        var texts = [circumstances.delvePath, circumstances.host]
        if let program = circumstances.program { texts.append(program) }
        // With -trimpath, an empty one stands for paths that are relative to the module.
        texts += mappings.map(\.program).filter { !circumstances.isTrimmed || !$0.isEmpty }
        for text in texts where text.contains("${") { throw .unusable(text) }
        for text in texts + mappings.map(\.editor)
        where text.isEmpty || text.hasControls { throw .unusable(text) }
        for path in [circumstances.delvePath, circumstances.program].compactMap({ $0 })
        where !path.hasPrefix("/") { throw .relative(path) }
        for editor in mappings.map(\.editor) where !editor.hasPrefix("/") && !editor.hasPrefix("${")
        {
            // Also of Windows, where the editor may run.
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
    /// Whether a character in it would end a line or be obeyed by a terminal.
    fileprivate var hasControls: Bool { unicodeScalars.contains(where: \.isControl) }
}
