internal import ArgumentParser
internal import Mirrors
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Compares two mirrors.
struct MirrorDiff: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare the files of two mirrors.",
        discussion: """
            Example: gotoolprov mirror diff /srv/mirror /media/usb/mirror

            All files of both are read and compared, also those that no index lists. This shows that the mirrors \
            are the same, not that they are intact: `mirror verify` does.

            The exit status is a sum of 1 (the mirrors differ) and 4 (a file could not be compared), and 0 only if \
            all files are the same.
            """
    )

    @Argument(
        help: ArgumentHelp("The first mirror.", valueName: "first"),
        completion: .directory
    )
    var first: String

    @Argument(
        help: ArgumentHelp("The second mirror.", valueName: "second"),
        completion: .directory
    )
    var second: String

    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let session = try context.session(try context.settings(), change.allowance)
        let comparison = try MirrorComparison.comparing(
            try MirrorTree.opening(try context.mirrorPath(first)),
            try MirrorTree.opening(try context.mirrorPath(second)),
            session
        )
        switch common.format {
        case .text:
            context.output.write(Table(comparison.entries.map(\.row)))
            if comparison.entries.isEmpty {
                context.note("all \(comparison.commonCount) files are the same")
            }
        case .json: context.output.write(comparison.document.rendered)
        }
        return (comparison.isDifferent ? 1 : 0) | (comparison.isIncomplete ? 4 : 0)
    }
}

extension MirrorComparison.Entry {
    fileprivate var row: [StyledText] {
        let (word, tone): (String, Tone) =
            switch difference {
            case .onlyInFirst: ("only in the first", .caution)
            case .onlyInSecond: ("only in the second", .caution)
            case .different: ("different", .bad)
            case .unknown: ("unknown", .caution)
            }
        return [path.toned(.strong), word.toned(tone), detail.toned(.detail)]
    }

    fileprivate var document: JSONValue {
        var document: JSONValue = [
            "path": .string(path), "difference": .string(difference.rawValue),
        ]
        for (key, file) in [("first", first), ("second", second)] {
            guard let file else { continue }
            document = document.adding(
                key,
                [
                    "size": .integer(file.byteCount),
                    "sha256": .string(file.digest.description),
                ]
            )
        }
        return detail.isEmpty ? document : document.adding("detail", .string(detail))
    }
}

extension MirrorComparison {
    /// The result as JSON: docs/schemas/mirror-diff.schema.json.
    fileprivate var document: JSONValue {
        [
            "schema": .string(DocumentKind.mirrorDiff.schema),
            "first": .string(first),
            "second": .string(second),
            "verdict": isDifferent ? "different" : isIncomplete ? "unknown" : "same",
            "common": .integer(commonCount),
            "differences": .array(entries.map(\.document)),
        ]
    }
}
