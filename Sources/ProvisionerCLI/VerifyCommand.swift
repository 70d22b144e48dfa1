internal import ArgumentParser
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Compares installed trees with their receipts.
struct Verify: HostCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare every file of installed Go versions with what was installed.",
        discussion: """
            Without VERSION, all are compared. Nothing is changed.

            The exit status is a sum: 1 something differs, 2 there is a tree without a receipt, \
            4 something could not be compared; 0 only if everything is as it was installed.
            """
    )

    @Argument(help: ArgumentHelp("The installed versions to compare.", valueName: "version"))
    var versions: [String] = []

    @Flag(help: "Look at types, modes and sizes only; contents are not read.")
    var quick = false

    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let provisioner = try context.provisioner(try context.settings())
        var results: [Provisioner.Verification] = []
        for entry in try entries(provisioner, context: context) {
            let result = try provisioner.verify(entry, isQuick: quick)
            results.append(result)
            if common.format == .text { context.output.write(text(result)) }
        }
        if common.format == .json { context.output.write(document(results).rendered) }
        return results.reduce(0) { $0 | $1.verdict.bit }
    }

    private func entries(
        _ provisioner: Provisioner,
        context: Context
    ) throws(Failure) -> [SDKStore.Entry] {
        let all = try provisioner.store.entries()
        guard !versions.isEmpty else {
            if all.isEmpty { context.note("no Go is installed in \(provisioner.store.root)") }
            return all
        }
        var chosen: [SDKStore.Entry] = []
        for text in versions {
            let request = try context.wish(text).request
            guard let version = request.best(among: all.map(\.version)),
                let entry = all.first(where: { $0.version == version })
            else {
                throw Failure(
                    .unavailable,
                    "`\(text)` is not installed",
                    hint: "`gotoolprov list` shows what is"
                )
            }
            chosen.append(entry)
        }
        return chosen
    }

    private func text(_ result: Provisioner.Verification) -> String {
        let head = "\(result.version.toolchainName)  \(result.verdict.words)"
        let count = result.verdict == .clean ? "  \(result.fileCount) files" : ""
        let reason = result.verdict.reason.map { ": \($0)" } ?? ""
        return "\(head)\(count)\(reason)".withVisibleControls + "\n"
            + table(result.differences.map { ["", $0.kind.rawValue, $0.path, $0.detail] })
    }

    private func document(_ results: [Provisioner.Verification]) -> JSONValue {
        [
            "schemaVersion": 1,
            "quick": .boolean(quick),
            "results": .array(
                results.map { result in
                    [
                        "version": .string(result.version.description),
                        "goroot": .string(result.goRoot),
                        "verdict": .string(result.verdict.words),
                        "reason": JSONValue(result.verdict.reason),
                        "files": .integer(result.fileCount),
                        "differences": .array(
                            result.differences.map {
                                [
                                    "path": .string($0.path),
                                    "kind": .string($0.kind.rawValue),
                                    "detail": .string($0.detail),
                                ]
                            }
                        ),
                    ]
                }
            ),
        ]
    }
}

extension Provisioner.Verification.Verdict {
    /// The verdict in one word.
    fileprivate var words: String {
        switch self {
        case .clean: "clean"
        case .corrupted: "corrupted"
        case .unknown: "unknown"
        case .unchecked: "unchecked"
        }
    }

    /// Why nothing can be said, where that is so.
    fileprivate var reason: String? {
        switch self {
        case .clean, .corrupted: nil
        case .unknown(let reason), .unchecked(let reason): reason
        }
    }

    /// What the verdict adds to the exit status, as in `nix store verify`.
    fileprivate var bit: Int32 {
        switch self {
        case .clean: 0
        case .corrupted: 1
        case .unknown: 2
        case .unchecked: 4
        }
    }
}
