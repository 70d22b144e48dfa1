internal import ArgumentParser
internal import Mirrors
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Adds archives to a mirror.
struct MirrorAdd: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add verified archives to a mirror.",
        discussion: """
            Example: gotoolprov mirror add go1.27.3 dlv --arch amd64,arm64 --directory /srv/mirror

            Requests are those of `ensure`. Each archive must have the SHA-256 in a catalog, or be proven by Go's \
            checksum database (sum.golang.org), and is read completely before it enters the mirror. The log \
            proof of each Go since 1.21 is stored beside it, so that hosts without a network can verify it.

            Archives that are intact in the mirror are not downloaded again, and interrupted downloads resume. If \
            an archive cannot be added, the others still are, and the exit status is 65 or 69.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The Go versions and tools to add, such as go1.27.3, go@latest or dlv@1.25.0.",
            valueName: "request"
        )
    )
    var requests: [String]

    @OptionGroup var mirror: MirrorOptions

    @Option(
        help: ArgumentHelp(
            "Add archives for these GOARCH values, comma-separated (default: the GOARCH of this host).",
            valueName: "names"
        ),
        completion: .list(GoArchitecture.allCases.map(\.rawValue))
    )
    var arch: String?

    @Option(
        help: ArgumentHelp(
            "Take archives and their log proofs only from this directory; repeatable.",
            valueName: "directory"
        ),
        completion: .directory
    )
    var from: [String] = []

    @Flag(
        help: "Print what would change, without changing it; exit with status 20 if anything would."
    )
    var check = false

    @Flag(
        name: .customLong("no-log"),
        help: "Do not use Go's checksum database, and write no log proofs."
    )
    var noLog = false

    @OptionGroup var source: SourceOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func validate() throws {
        if !from.isEmpty, !source.mirrors.isEmpty {
            throw ValidationError("`--from` and `--mirror` cannot be combined")
        }
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        let settings = try context.settings {
            source.add(to: &$0)
            $0.isLogDisabled = noLog
        }
        let session = try context.session(settings, change.allowance)
        let tree = try mirror.tree(in: context)
        let (versions, tools) = try context.host.requests(requests)
        var sources: [MirrorDirectory] = []
        for text in from {
            sources.append(
                try MirrorDirectory(parsing: text, base: nil, from: context.environment)
            )
        }
        let update = try MirrorAdder(
            tree,
            session,
            MirrorAdder.Task(
                versions: versions,
                tools: tools,
                architectures: try context.architectures(arch),
                sources: sources.isEmpty ? nil : sources,
                isCheck: check
            )
        ).add()
        return context.show(update)
    }
}

extension Context {
    /// Writes the result of a change of a mirror.
    ///
    /// - Returns: The exit status: 20 for a check that found something to change.
    func show(_ update: MirrorUpdate) -> Int32 {
        switch common.format {
        case .text:
            for entry in update.entries {
                guard let reason = entry.missingProof else { continue }
                note("no log proof for \(entry.path.fileName): \(reason)")
            }
            output.write(Table(update.entries.map(\.row) + update.unresolved.map(\.row)))
        case .json: output.write(update.document.rendered)
        }
        if let failure = update.failure {
            output.report(failure, format: common.format)
            return failure.kind.exitStatus
        }
        return update.hasPlan ? 20 : 0
    }
}

extension MirrorUpdate {
    /// The result as JSON: docs/schemas/mirror-change.schema.json.
    var document: JSONValue {
        let document = Self.document(directory, isChanged: isChanged, entries.map(\.document))
        guard !unresolved.isEmpty else { return document }
        return document.adding("unresolved", .array(unresolved.map(\.document)))
    }

    static func document(
        _ directory: String,
        isChanged: Bool,
        _ archives: [JSONValue]
    ) -> JSONValue {
        [
            "schema": .string(DocumentKind.mirrorChange.schema),
            "directory": .string(directory),
            "changed": .boolean(isChanged),
            "archives": .array(archives),
        ]
    }
}

extension MirrorUpdate.Unresolved {
    fileprivate var row: [StyledText] {
        [
            "\(request) \(architecture.rawValue)".toned(.strong), "unresolved".toned(.bad), "",
            "\(failure.message)",
        ]
    }

    fileprivate var document: JSONValue {
        [
            "request": .string(request),
            "arch": .string(architecture.rawValue),
            "manifest": .string(manifest),
            "reason": .string(failure.onOneLine),
        ]
    }
}

extension MirrorUpdate.Entry {
    /// The path, the result, the size, and what vouched for it or why it was rejected.
    fileprivate var row: [StyledText] {
        let start = [path.description.toned(.strong), word]
        if case .rejected(let failure) = result { return start + ["", "\(failure.message)"] }
        guard let listed else { return start }
        return start + ["\(ByteCount(listed.byteCount))", "\(listed.evidenceText)"]
    }

    private var word: StyledText {
        switch result {
        case .added, .adopted, .replaced, .proven, .removed: result.word.toned(.good)
        case .kept: result.word.toned(.detail)
        case .planned: (listed == nil ? "would be added" : "would be changed").toned(.caution)
        case .superfluous: "would be removed".toned(.caution)
        case .rejected: result.word.toned(.bad)
        }
    }

    fileprivate var document: JSONValue {
        var document = MirrorEntry.start(contents, architecture: architecture, path: path)
            .adding("result", .string(result.word))
        if let listed {
            document = document.adding("size", .integer(listed.byteCount))
                .adding("sha256", .string(listed.digest.description))
                .adding("evidence", .string(listed.evidence.rawValue))
            if let log = listed.log { document = document.adding("log", log.document) }
        }
        if let origin { document = document.adding("origin", .string(origin)) }
        if let missingProof { document = document.adding("noProof", .string(missingProof)) }
        if case .rejected(let failure) = result {
            document = document.adding("reason", .string(failure.onOneLine))
        }
        return document
    }
}

extension MirrorEntry {
    /// What vouched for the archive, in words.
    var evidenceText: String {
        switch evidence {
        case .pinned: hasProof ? "pinned, log proof" : "pinned"
        case .log: "log proof"
        case .site: "site"
        }
    }
}
