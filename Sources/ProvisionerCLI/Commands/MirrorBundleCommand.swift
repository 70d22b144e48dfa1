internal import ArgumentParser
internal import Mirrors
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Writes a mirror into one file, or parts of one.
struct MirrorBundleCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Write a mirror into a tar archive or its parts.",
        discussion: """
            Example: gotoolprov mirror bundle /media/usb/mirror.tar --split 4G --directory /srv/mirror

            For media that limit the size of files or change names and modes. The same mirror gives the same bytes. With \
            --split, the archive is cut into OUT.001, OUT.002 and so on. `mirror unbundle` verifies all files.
            """
    )

    @Argument(
        help: ArgumentHelp("The tar archive to write, which must not exist.", valueName: "out"),
        completion: .file()
    )
    var output: String

    @OptionGroup var mirror: MirrorOptions

    @Option(
        help: ArgumentHelp(
            "Cut the archive into parts of this size; K, M and G are powers of 1000.",
            valueName: "size"
        )
    )
    var split: PartSize?

    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let tree = try mirror.tree(in: context)
        let session = try context.session(try context.settings(), change.allowance)
        guard let path = context.environment.absolutePath(output) else {
            throw Failure(.configuration, "cannot resolve the path `\(output)`")
        }
        let bundle = try MirrorBundler(tree, session).bundle(
            to: path,
            partByteCount: split?.byteCount
        )
        switch common.format {
        case .text:
            context.output.write(Table(bundle.parts.map { [$0.toned(.strong)] }))
            context.note(
                "\(bundle.archiveCount) archives, \(bundle.fileCount) files,"
                    + " \(ByteCount(bundle.byteCount))"
            )
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.mirrorBundle.schema),
                "directory": .string(bundle.directory),
                "parts": .array(bundle.parts.map { .string($0) }),
                "archives": .integer(bundle.archiveCount),
                "files": .integer(bundle.fileCount),
                "bytes": .integer(bundle.byteCount),
            ]
            context.output.write(document.rendered)
        }
        return 0
    }
}

/// The size of the parts of a bundle: `650M`.
struct PartSize: ExpressibleByArgument, Sendable {
    let byteCount: Int

    /// Parses bytes, at least 1000, or a number with K, M or G.
    ///
    /// These are powers of 1000, so that 4G fits on FAT32.
    init?(argument: String) {
        let units: [Character: Int] = ["K": 1000, "M": 1_000_000, "G": 1_000_000_000]
        let unit = argument.last.flatMap { units[$0] }
        let digits = unit == nil ? argument : String(argument.dropLast())
        guard digits.utf8.allSatisfy(\.isDigit), let number = Int(digits) else { return nil }
        let (byteCount, isTooLarge) = number.multipliedReportingOverflow(by: unit ?? 1)
        guard !isTooLarge, byteCount >= 1000 else { return nil }
        self.byteCount = byteCount
    }
}

/// Merges a bundle into a mirror.
struct MirrorUnbundle: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "unbundle",
        abstract: "Take the files of a bundle into a mirror.",
        discussion: """
            Example: gotoolprov mirror unbundle /media/usb/mirror.tar.* --directory /srv/mirror

            All files are verified before the first enters the mirror, which is created if it does not exist. Archives \
            that are already there are kept. This shows that the copy is intact, not who made it: `mirror verify` \
            compares it with catalogs and log proofs.
            """
    )

    @Argument(
        help: ArgumentHelp("The bundle, or all of its parts in order.", valueName: "part"),
        completion: .file()
    )
    var parts: [String]

    @OptionGroup var mirror: MirrorOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let session = try context.session(try context.settings(), change.allowance)
        var paths: [String] = []
        for part in parts {
            guard let path = context.environment.absolutePath(part) else {
                throw Failure(.configuration, "cannot resolve the path `\(part)`")
            }
            paths.append(path)
        }
        let update = try MirrorUnbundler(session).unbundle(
            try BundleParts(paths),
            into: try context.mirrorPath(mirror.directory)
        )
        if update.entries.isEmpty { context.note("the bundle has no archives") }
        return context.show(update)
    }
}
