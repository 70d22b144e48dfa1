internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// `verify --published`: compares managed and foreign toolchains with those that the Go project published.
extension Verify {
    func runPublished(in context: Context) throws(Failure) -> Int32 {
        let settings = try context.host.inspectionSettings {
            source.add(to: &$0)
            $0.isLogDisabled = noLog
        }
        let session = try context.session(settings, change.allowance)
        let check = try PublicationCheck(session, asksLog: true)
        let installations = try toolchains(settings, Supply(session), in: context)
        if installations.isEmpty { context.note("no Go was found in the usual places") }
        var results: [Publication] = []
        var isWhole = false
        // Reports what was verified even if a later verification fails.
        defer {
            if common.format == .json, isWhole || !results.isEmpty {
                context.output.write(publishedDocument(results).rendered)
            }
        }
        for toolchain in installations {
            let result: Publication =
                switch toolchain {
                case .found(let installation): try check.check(installation)
                case .damaged(let path, let version, let known):
                    .damaged(path, version, known: known)
                }
            results.append(result)
            if common.format == .text { result.write(to: context.output) }
        }
        isWhole = true
        return results.reduce(0) { $0 | $1.bits }
    }

    /// Returns the toolchains to compare: those at the given paths and of the given versions, or all.
    private func toolchains(
        _ settings: Settings,
        _ supply: Supply,
        in context: Context
    ) throws(Failure) -> [ToolchainToCompare] {
        let installed = try Installations(root: settings.sdkRoot).all()
        guard !versions.isEmpty else {
            let found = context.host.facts(settings, ToolCatalog()).search.installations
            let roots = Set(found.map(\.root))
            // The search does not recognize a managed toolchain without VERSION and bin/go.
            let damaged = installed.compactMap { entry -> ToolchainToCompare? in
                guard let version = entry.goVersion,
                    !roots.contains(context.host.files.withoutLinks(entry.path) ?? entry.path)
                else { return nil }
                return .damaged(
                    path: entry.path,
                    version,
                    known: ReceiptEvidence().state(of: entry)
                )
            }
            return found.map(ToolchainToCompare.found) + damaged
        }
        var found: [ToolchainToCompare] = []
        for text in versions {
            var paths: [String]
            if text.contains(byte: "/") || text == "." {
                guard let path = context.environment.absolutePath(text) else {
                    throw Failure(
                        .unavailable,
                        "cannot resolve the path",
                        facts: [.init("path", text)],
                        hint: "use an absolute path"
                    )
                }
                paths = [path]
            } else {
                paths = try context.host.chosen([text], among: installed, supply).filter {
                    $0.goVersion != nil
                }.map(\.path)
                if paths.isEmpty {
                    throw Failure(
                        .usage,
                        "`--published` compares Go toolchains, and `\(text)` is a tool",
                        hint: "run `gotoolprov verify \(ShellQuoting.word(text))`"
                    )
                }
            }
            for path in paths {
                let installation = GoInstallation(
                    at: path,
                    host: nil,
                    home: context.environment.home,
                    in: context.host.files
                )
                guard let installation else {
                    throw Failure(
                        .unavailable,
                        "the directory is not a Go toolchain",
                        facts: [
                            .init("path", path),
                            .init("expected", "a file VERSION and a program bin/go"),
                        ],
                        hint: "use the directory that `go env GOROOT` prints"
                    )
                }
                found.append(.found(installation))
            }
        }
        return found
    }

    private func publishedDocument(_ results: [Publication]) -> JSONValue {
        [
            "schema": .string(DocumentKind.published.schema),
            "results": .array(results.map(\.document)),
        ]
    }
}

/// A toolchain that is to be compared.
private enum ToolchainToCompare {
    case found(GoInstallation)
    /// A managed one that cannot be read, or lacks VERSION and bin/go.
    case damaged(path: String, GoVersion, known: PublishedState?)
}

extension Publication {
    /// The bits of the exit status for the tree.
    fileprivate var bits: Int32 {
        switch verdict {
        case .published: 0
        case .modified, .differs: 1
        case .unpublished: 2
        case .unknown: 4
        }
    }

    fileprivate func write(to output: Output) {
        let name = (version?.toolchainName ?? "-").toned(.strong)
        let word = verdict.word.replacing(text: "-", with: " ").toned(tone)
        let reason = verdict.reason.map { ": \($0)" } ?? ""
        output.write(line: name + "  " + word + "  \(root)\(reason)", indent: 2)
        guard case .modified(let files) = verdict else { return }
        output.write(
            Table(files.map { ["", $0.kind.rawValue.toned(.caution), StyledText($0.path)] })
        )
    }

    private var tone: Tone {
        switch verdict {
        case .published: .good
        case .modified, .differs: .bad
        case .unpublished, .unknown: .caution
        }
    }

    fileprivate var document: JSONValue {
        var evidence: String?
        var differences: JSONValue = .null
        switch verdict {
        case .published(let found): evidence = found.name
        case .modified(let files):
            differences = .array(
                files.map { ["path": .string($0.path), "kind": .string($0.kind.rawValue)] }
            )
        case .differs, .unpublished, .unknown: break
        }
        return [
            "goroot": .string(root),
            "version": JSONValue(version?.description),
            "arch": JSONValue(platform?.architecture.rawValue),
            "verdict": .string(verdict.word),
            "reason": JSONValue(verdict.reason),
            "evidence": JSONValue(evidence),
            "files": .integer(fileCount),
            "h1": JSONValue(hash?.description),
            "publishedH1": JSONValue(published?.description),
            "differences": differences,
        ]
    }
}
