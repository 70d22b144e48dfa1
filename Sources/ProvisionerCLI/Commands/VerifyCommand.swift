internal import ArgumentParser
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Verifies installed trees against their receipts.
struct Verify: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify every file of installed Go versions and tools.",
        discussion: """
            Without --repair, changes nothing. --repair gets the archive named in the receipt from the \
            cache, a mirror, the official site or --archive, and replaces each modified file atomically. If \
            that is not enough, it replaces the whole installation. Replaced files are moved to \
            .gotoolprov/quarantine in the SDK directory; the files from the last three repairs of each \
            version are kept there.

            --published compares Go toolchains, managed or foreign, with the releases of the Go project. \
            Name toolchains by version or path; by default, all toolchains on this host are compared. \
            The comparison covers file names and contents, except in api, doc, misc and test. The hash of \
            a release that is newer than gotoolprov comes from Go's checksum database: from \
            PATH.tlog-proof next to the toolchain or its archive, from what the go command has cached, or \
            from a lookup.

            The exit status is the sum of 1 (a file is modified), 2 (an installation has no receipt; with \
            --published: not a release of the Go project) and 4 (something could not be verified). It is 0 \
            only if everything is as installed, or as published.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The installed versions to verify; with --published, also paths of toolchains (default:"
                + " all).",
            valueName: "version"
        ),
        completion: .installed
    )
    var versions: [String] = []

    @Flag(help: "Verify types, modes and sizes only, not contents.")
    var quick = false

    @Flag(help: "Restore modified files; the exit status describes the state after the repair.")
    var repair = false

    @Flag(help: "Compare Go toolchains with the releases of the Go project.")
    var published = false

    @Flag(help: "With --published: use only the built-in hashes, not Go's checksum database.")
    var noLog = false

    @Option(
        help: ArgumentHelp(
            "Repair from this archive; requires exactly one version.",
            valueName: "file"
        ),
        completion: .file()
    )
    var archive: String?

    @OptionGroup var source: SourceOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func validate() throws {
        if published, quick || repair {
            throw ValidationError("`--published` cannot be used with `--quick` or `--repair`")
        }
        // A catalog has digests of archives, and no hashes of their files.
        if published, archive != nil || !source.catalogs.isEmpty {
            throw ValidationError("`--published` cannot be used with `--archive` or `--catalog`")
        }
        if noLog, !published {
            throw ValidationError("`--no-log` requires `--published`")
        }
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        if published { return try runPublished(in: context) }
        let settings = try context.settings {
            source.add(to: &$0)
            $0.manifestUse = .usable
        }
        let session = try context.session(settings, change.allowance)
        let store = Store(session)
        let supply = Supply(session, given: GivenArchive(path: archive))
        let entries = try entries(store.installations, supply, context: context)
        if archive != nil, entries.count != 1 {
            throw Failure(.usage, "`--archive` requires exactly one version")
        }
        var results: [Verification] = []
        var isWhole = false
        // Reports what was verified even if a later verification fails.
        defer {
            if common.format == .json, isWhole || !results.isEmpty {
                context.output.write(document(results).rendered)
            }
        }
        for entry in entries {
            let result =
                repair
                ? try Repairer(store, supply).repair(entry, isQuick: quick)
                : try Verifier(store, supply).verify(entry, isQuick: quick)
            results.append(result)
            if common.format == .text { show(result, in: context) }
            switch result.pin {
            case .unknown(let reason)?:
                context.note(
                    "\(reason), so \(result.installation.name) is verified only against its receipt"
                )
            case .replaced(let voucher)?:
                context.note(
                    "the built-in catalog lists another archive of \(result.installation.name);"
                        + " the installed one was verified against \(voucher)"
                )
            case .same?, .different?, nil: break
            }
            if let failure = result.repair?.failure {
                context.output.report(failure, format: common.format)
            }
        }
        isWhole = true
        return results.reduce(0) { $0 | $1.bits }
    }

    private func entries(
        _ installations: Installations,
        _ supply: Supply,
        context: Context
    ) throws(Failure) -> [Installed<Installation>] {
        let all = try installations.all()
        guard !versions.isEmpty else {
            if all.isEmpty { context.note("nothing is installed in \(installations.root)") }
            return all
        }
        return try context.host.chosen(versions, among: all, supply)
    }

    private func show(_ result: Verification, in context: Context) {
        let (tone, word) = (result.verdict.tone, result.verdict.words)
        var head = result.installation.name.toned(.strong) + "  " + word.toned(tone)
        if result.verdict == .clean { head += "  \(result.fileCount) files".toned(.detail) }
        var differences = result.differences
        if let repair = result.repair {
            let isFailed = repair.action == .failed
            head +=
                "  "
                + (isFailed ? "repair failed" : repair.action.rawValue)
                .toned(isFailed ? .bad : .good)
            if !isFailed { differences = repair.found }
        }
        if let reason = result.verdict.reason { head += ": \(reason)" }
        context.output.write(line: head, indent: 2)
        var rows = differences.map { difference -> [StyledText] in
            [
                "", difference.kind.rawValue.toned(.caution), StyledText(difference.path),
                difference.detail.toned(.detail),
            ]
        }
        if let kept = result.repair?.quarantine { rows.append(["", "kept", StyledText(kept)]) }
        context.output.write(Table(rows))
    }

    private func document(_ results: [Verification]) -> JSONValue {
        [
            "schema": .string(DocumentKind.verify.schema),
            "quick": .boolean(quick),
            "repair": .boolean(repair),
            "results": .array(
                results.map { result in
                    [
                        "name": .string(result.installation.name),
                        "goroot": .string(result.path),
                        "verdict": .string(result.verdict.words),
                        "reason": JSONValue(result.verdict.reason),
                        "files": .integer(result.fileCount),
                        "pin": JSONValue(result.pin?.word),
                        "differences": document(result.differences),
                        "repaired": result.repair.map { repair in
                            [
                                "action": .string(repair.action.rawValue),
                                "found": document(repair.found),
                                "quarantine": JSONValue(repair.quarantine),
                            ]
                        } ?? .null,
                    ]
                }
            ),
        ]
    }

    private func document(_ differences: [TreeVerifier.Difference]) -> JSONValue {
        .array(
            differences.map {
                [
                    "path": .string($0.path),
                    "kind": .string($0.kind.rawValue),
                    "detail": .string($0.detail),
                ]
            }
        )
    }
}

extension PinComparison {
    /// The verdict in one word.
    fileprivate var word: String {
        switch self {
        case .same: "same"
        case .different: "different"
        case .replaced: "replaced"
        case .unknown: "unknown"
        }
    }
}

extension Verification.Verdict {
    fileprivate var tone: Tone {
        switch self {
        case .clean: .good
        case .corrupted: .bad
        case .unknown, .unchecked: .caution
        }
    }
}

extension Verification {
    /// The bits of the exit status for the tree, as in `nix store verify`.
    fileprivate var bits: Int32 {
        switch verdict {
        case .clean: 0
        case .corrupted: differences.contains { $0.kind == .unreadable } ? 1 | 4 : 1
        case .unknown: 2
        case .unchecked: 4
        }
    }
}
