internal import ArgumentParser
internal import Mirrors
internal import Provisioning
internal import ToolchainCore

/// Verifies a mirror.
struct MirrorVerify: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify all files of a mirror.",
        discussion: """
            Example: gotoolprov mirror verify --directory /media/usb/mirror

            Every file is read once and compared with the index, and every file must be listed. Digests are compared \
            with the catalogs, and log proofs are verified without a network. An archive that only the log vouches \
            for is also read completely; with --deep, every archive is.

            The exit status is a sum of 1 (a file is missing, modified or not listed) and 4 (a file could not be \
            verified), and 0 only if everything was verified.
            """
    )

    @OptionGroup var mirror: MirrorOptions

    @Flag(help: "Read all archives completely, and compare their files with the log proofs.")
    var deep = false

    @Option(
        help: ArgumentHelp(
            "Hash this many files at once (default: the number of processors).",
            valueName: "count"
        )
    )
    var jobs: UInt8?

    @Option(
        name: .customLong("catalog"),
        help: ArgumentHelp(
            "Also trust the digests in this catalog; repeatable.",
            valueName: "file"
        ),
        completion: .file()
    )
    var catalogs: [String] = []

    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func validate() throws {
        if jobs == 0 { throw ValidationError("`--jobs` must be at least 1") }
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        let settings = try context.settings {
            $0.catalogs = catalogs
            $0.manifestUse = .usable
        }
        let tree = try mirror.tree(in: context)
        let result = try MirrorVerifier(
            tree,
            try context.session(settings, change.allowance),
            isDeep: deep,
            threadCount: jobs.map(Int.init)
        ).verify()
        switch common.format {
        case .text: show(result, in: context)
        case .json: context.output.write(result.document.rendered)
        }
        return (result.isModified ? 1 : 0) | (result.isIncomplete ? 4 : 0)
    }

    private func show(_ result: MirrorVerification, in context: Context) {
        let (word, tone): (String, Tone) =
            result.isModified
            ? ("modified", .bad)
            : result.isIncomplete ? ("not verifiable", .caution) : ("intact", .good)
        var head = result.directory.toned(.strong) + "  " + word.toned(tone)
        let size = ByteCount(result.byteCount)
        head += "  \(result.archiveCount) archives, \(result.fileCount) files, \(size)".toned(
            .detail
        )
        context.output.write(line: head, indent: 2)
        context.output.write(
            Table(
                result.findings.map { finding in
                    [
                        "",
                        finding.problem.rawValue.toned(finding.problem.isUnknown ? .caution : .bad),
                        StyledText(finding.path), finding.detail.toned(.detail),
                    ]
                }
            )
        )
    }
}

extension MirrorVerification {
    /// The result as JSON: docs/schemas/mirror-verify.schema.json.
    fileprivate var document: JSONValue {
        [
            "schema": .string(DocumentKind.mirrorVerify.schema),
            "directory": .string(directory),
            "verdict": isModified ? "modified" : isIncomplete ? "unverifiable" : "intact",
            "archives": .integer(archiveCount),
            "files": .integer(fileCount),
            "bytes": .integer(byteCount),
            "findings": .array(
                findings.map {
                    [
                        "path": .string($0.path),
                        "problem": .string($0.problem.rawValue),
                        "detail": .string($0.detail),
                    ]
                }
            ),
        ]
    }
}
