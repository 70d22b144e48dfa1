internal import ArgumentParser
internal import Mirrors
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Builds, checks and lists mirrors.
struct MirrorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mirror",
        abstract: "Build and check a directory of archives.",
        discussion: """
            A mirror is a directory of plain files that any web server, file share or USB stick can carry. Hosts \
            use it with `--mirror` or GOTOOLPROV_MIRROR and do not have to trust it: they verify each archive.
            """,
        subcommands: [
            MirrorInit.self, MirrorAdd.self, MirrorSync.self, MirrorVerify.self, MirrorRemove.self,
            MirrorPrune.self, MirrorList.self, MirrorDiff.self, MirrorBundleCommand.self,
            MirrorUnbundle.self, MirrorCatalog.self, MirrorSign.self,
            MirrorModules.self,
        ]
    )
}

/// The option that selects a mirror.
struct MirrorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The mirror (default: the working directory).",
            valueName: "directory"
        ),
        completion: .directory
    )
    var directory: String?

    /// Opens the mirror.
    ///
    /// - Throws: ``Failure`` of kind `usage` if the directory is not a mirror.
    func tree(in context: Context) throws(Failure) -> MirrorTree {
        try MirrorTree.opening(try context.mirrorPath(directory))
    }
}

extension Context {
    /// Resolves the path of a mirror; nil is the working directory.
    func mirrorPath(_ text: String?) throws(Failure) -> String {
        guard let path = environment.absolutePath(text ?? ".") else {
            throw Failure(.configuration, "cannot resolve the path `\(text ?? ".")`")
        }
        return path
    }
}

/// Makes a directory a mirror.
struct MirrorInit: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a directory a mirror.",
        discussion: """
            Example: gotoolprov mirror init /srv/mirror

            Writes mirror.json, the index of the mirror. Archives that are already in the directory are kept; \
            `mirror add` verifies and lists them without downloading them again.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The directory, which is created if it does not exist (default: the working directory).",
            valueName: "directory"
        ),
        completion: .directory
    )
    var directory: String?

    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let session = try context.session(try context.settings(), change.allowance)
        let path = try context.mirrorPath(directory)
        let (tree, isNew) = try MirrorTree.initializing(path, session)
        switch common.format {
        case .text:
            context.output.write(
                Table([
                    [
                        tree.path.toned(.strong),
                        isNew ? "created".toned(.good) : "unchanged".toned(.detail),
                    ]
                ])
            )
        case .json:
            context.output.write(
                MirrorUpdate.document(tree.path, isChanged: isNew, []).rendered
            )
        }
        return 0
    }
}

/// Lists the archives of a mirror.
struct MirrorList: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the archives of a mirror.",
        discussion: """
            Example: gotoolprov mirror list --directory /srv/mirror

            This reads the index only. `mirror verify` checks the files.
            """
    )

    @OptionGroup var mirror: MirrorOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let tree = try mirror.tree(in: context)
        let index = try tree.index()
        switch common.format {
        case .text:
            if index.isEmpty { context.note("the mirror is empty: \(tree.path)") }
            var rows = index.entries.map(\.row)
            if rows.count > 1 {
                rows.append([
                    "\(rows.count) archives in total", "", "\(ByteCount(index.byteCount))",
                ])
            }
            context.output.write(Table(rows))
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.mirrorList.schema),
                "directory": .string(tree.path),
                "archives": .array(index.entries.map(\.document)),
            ]
            context.output.write(document.rendered)
        }
        return 0
    }
}

extension MirrorEntry {
    /// What the archive contains, for which architecture, its size, and what vouched for it.
    fileprivate var row: [StyledText] {
        [
            contents.name.toned(.strong),
            StyledText(architecture?.rawValue ?? "source"),
            "\(ByteCount(byteCount))",
            evidenceText.toned(.good),
            path.description.toned(.detail),
        ]
    }
}
