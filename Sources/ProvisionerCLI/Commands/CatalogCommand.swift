internal import ArgumentParser
internal import FleetReport
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Maintains catalogs.
struct CatalogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalog",
        abstract: "Add releases to a catalog.",
        subcommands: [CatalogUpdateCommand.self]
    )
}

/// Adds proven releases to a catalog file.
struct CatalogUpdateCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Add releases verified by Go's checksum database.",
        discussion: """
            Example: gotoolprov catalog update --from /srv/go --arch amd64,arm64 --output catalog.json

            A release is added only if Go's checksum database (sum.golang.org) records the contents of its \
            archive. Without --from, the archives are downloaded, and VERSION defaults to the stable releases \
            that are newer than those in any catalog. With --from, VERSION defaults to all stable releases \
            in that directory; with a log proof next to each archive, no network is required.

            With --vulnerabilities, the list of known vulnerabilities that `report` and `fleet` use is \
            updated:
            gotoolprov catalog update --vulnerabilities https://vuln.go.dev/vulndb.zip

            The exit status is 0 if every release was added, 65 if an archive is not the published one, \
            and 69 if one could not be proven. All others are still added.
            """
    )

    @Argument(
        help: ArgumentHelp("The releases to add, such as go1.28.0 or go1.28.", valueName: "version")
    )
    var versions: [String] = []

    @Option(
        help: ArgumentHelp(
            "The catalog file to update; existing entries are kept (default: catalog.json in the state"
                + " directory, which is always read).",
            valueName: "file"
        ),
        completion: .file()
    )
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Read the archives and their log proofs from this directory; missing proofs are written there.",
            valueName: "directory"
        ),
        completion: .directory
    )
    var from: String?

    @Option(
        help: ArgumentHelp(
            "Read the official list of releases from this file: a copy of"
                + " https://go.dev/dl/?mode=json&include=all.",
            valueName: "file"
        ),
        completion: .file()
    )
    var list: String?

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
            "Write a log proof for each added archive to this directory.",
            valueName: "directory"
        ),
        completion: .directory
    )
    var proofs: String?

    @Option(
        help: ArgumentHelp(
            "Update the list of vulnerabilities from the official database: a copy of it, or its URL,"
                + " https://vuln.go.dev/vulndb.zip. Releases are then added only with VERSION, --from or"
                + " --list.",
            valueName: "file-or-url"
        ),
        completion: .file()
    )
    var vulnerabilities: String?

    @Flag(
        help: "Print what would change, without changing it; exit with status 20 if anything would."
    )
    var check = false

    @OptionGroup var source: SourceOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let settings = try context.settings { source.add(to: &$0) }
        let session = try context.session(settings, change.allowance)
        let supply = Supply(session)
        let listUpdate = try vulnerabilities.map { source throws(Failure) in
            try updateVulnerabilities(source, session, settings, in: context)
        }
        if let listUpdate, versions.isEmpty, from == nil, list == nil {
            switch common.format {
            case .text: context.output.write(Table([listUpdate.row]))
            case .json:
                let catalog = CatalogUpdate.nothing(try outputPath(in: context))
                context.output.write(
                    catalog.adding("vulnerabilities", listUpdate.document).rendered
                )
            }
            return listUpdate.isPlanned ? 20 : 0
        }
        var requests: [GoRequest] = []
        for text in versions { requests.append(try context.host.request(text).version) }
        let directory = try from.map { text throws(Failure) in try path(text, in: context) }
        let official = try officialList(supply, in: context)
        let update = try CatalogUpdater(
            supply,
            CatalogUpdater.Task(
                path: try outputPath(in: context),
                directory: directory,
                list: official?.list,
                listName: official?.name ?? "the official list",
                architectures: try context.architectures(arch),
                requests: requests,
                proofDirectory: try proofs.map { text throws(Failure) in
                    try path(text, in: context)
                },
                isCheck: check
            )
        ).update()
        switch common.format {
        case .text:
            if update.entries.isEmpty { context.note("nothing to add to \(update.path)") }
            if let listUpdate { context.output.write(Table([listUpdate.row])) }
            context.output.write(Table(update.rows))
        case .json:
            let document = update.document
            context.output.write(
                (listUpdate.map { document.adding("vulnerabilities", $0.document) } ?? document)
                    .rendered
            )
        }
        if let failure = update.failure {
            context.output.report(failure, format: common.format)
            return failure.kind.exitStatus
        }
        return update.hasPlan || listUpdate?.isPlanned == true ? 20 : 0
    }

    func outputPath(in context: Context) throws(Failure) -> String {
        guard let output else {
            return try HostKnowledge.path(of: .catalog, in: context.environment)
        }
        return try path(output, in: context)
    }

    func path(_ text: String, in context: Context) throws(Failure) -> String {
        guard let path = context.environment.absolutePath(text) else {
            throw Failure(.configuration, "cannot resolve the path `\(text)`")
        }
        return path
    }

    /// Reads the official list: the file that was named, else the site's if servers may be asked.
    private func officialList(
        _ supply: Supply,
        in context: Context
    ) throws(Failure) -> (list: OfficialReleases, name: String)? {
        if let list {
            let path = try path(list, in: context)
            return (try supply.officialReleases(inFile: path), path)
        }
        let answer = try supply.officialReleases(isRetrying: true)
        if let failure = answer.failure {
            if answer.copy == nil, from == nil { throw failure }
            context.note(failure.onOneLine)
        }
        return answer.copy.map { ($0.list, "the official list of \($0.fetchedAt)") }
    }
}

extension CatalogUpdate {
    /// One row for each archive.
    fileprivate var rows: [[StyledText]] {
        entries.map { entry in
            let name = entry.version.archiveFileName(for: entry.platform).toned(.strong)
            switch entry.result {
            case .added(let addition, let proof):
                let record = "record \(addition.log.record) of \(addition.log.name)"
                let path = (proof ?? "").toned(.detail)
                return [
                    name, "added".toned(.good), "\(ByteCount(addition.byteCount))", "\(record)",
                    path,
                ]
            case .planned: return [name, "would be added".toned(.caution)]
            case .rejected(let failure):
                return [name, "rejected".toned(.bad), "", "\(failure.message)"]
            }
        }
    }

    /// The result as JSON: docs/schemas/catalog-update.schema.json.
    fileprivate var document: JSONValue {
        Self.document(path, isWritten: isWritten, entries.map(\.document))
    }

    /// The result as JSON if no release was to be added.
    fileprivate static func nothing(_ path: String) -> JSONValue {
        document(path, isWritten: false, [])
    }

    private static func document(
        _ path: String,
        isWritten: Bool,
        _ archives: [JSONValue]
    ) -> JSONValue {
        [
            "schema": .string(DocumentKind.catalogUpdate.schema),
            "catalog": .string(path),
            "written": .boolean(isWritten),
            "archives": .array(archives),
        ]
    }
}

extension CatalogUpdate.Entry {
    fileprivate var document: JSONValue {
        let start: JSONValue = [
            "version": .string(version.description),
            "arch": .string(platform.architecture.rawValue),
            "file": .string(version.archiveFileName(for: platform)),
        ]
        switch result {
        case .added(let addition, let proof):
            return start.adding("result", "added")
                .adding("sha256", .string(addition.digest.description))
                .adding("size", .integer(addition.byteCount))
                .adding("log", addition.log.document)
                .adding("proof", JSONValue(proof))
        case .planned: return start.adding("result", "planned")
        case .rejected(let failure):
            return start.adding("result", "rejected").adding("reason", .string(failure.onOneLine))
        }
    }
}
