internal import ArgumentParser
internal import FleetReport
internal import Mirrors
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Writes the catalog of a site into a mirror.
struct MirrorCatalog: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalog",
        abstract: "Write the next version of the site's catalog.",
        discussion: """
            Example: gotoolprov mirror catalog --site corp.example --artifacts tools/catalog.json \
            --site-manifest web=web.json --key ~/.ssh/site_ed25519

            The catalog lists what the site adds to the official releases. Hosts use it once it is signed, by --key \
            or by `mirror sign`, and until it expires. What no option names stays as it is in the present catalog. \
            A new version is written if the contents change, or less than half of the time is left.
            """
    )

    @OptionGroup var mirror: MirrorOptions

    @Option(
        help: ArgumentHelp(
            "The name of the site, such as corp.example (default: that of the present catalog).",
            valueName: "name"
        )
    )
    var site: String?

    @Option(
        help: ArgumentHelp("For how long the catalog is current.", valueName: "days")
    )
    var expires: UInt16 = 90

    @Option(
        help: ArgumentHelp(
            "List these releases and tools instead of the present ones; repeatable.",
            discussion: "A catalog file, as `catalog update` and `build-tool` write.",
            valueName: "file"
        ),
        completion: .file()
    )
    var artifacts: [String] = []

    @Option(
        name: .customLong("site-manifest"),
        help: ArgumentHelp(
            "What hosts should have, under a name; repeatable.",
            discussion:
                "The file has the keys `go` and `tools` of a manifest. NAME= removes the manifest."
                + " Hosts use it with `ensure --site-manifest NAME`.",
            valueName: "name=file"
        ),
        completion: .file()
    )
    var manifests: [String] = []

    @Option(
        help: ArgumentHelp(
            "A list of vulnerabilities, as `catalog update --vulnerabilities` writes.",
            valueName: "file"
        ),
        completion: .file()
    )
    var vulnerabilities: String?

    @Option(
        help: ArgumentHelp("Also sign it with this key, as `mirror sign` does.", valueName: "file"),
        completion: .file()
    )
    var key: String?

    @Flag(
        help: "Print what would change, without changing it; exit with status 20 if anything would."
    )
    var check = false

    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func validate() throws {
        if expires == 0 || expires > 3650 {
            throw ValidationError("`--expires` must be from 1 to 3650 days")
        }
        if let site, SiteName(site) == nil {
            throw ValidationError("`--site` must be \(SiteName.form.expectation)")
        }
        for text in manifests where name(of: text) == nil {
            throw ValidationError("`--site-manifest \(text)` is not NAME=FILE")
        }
        if check, key != nil { throw ValidationError("`--check` and `--key` cannot be combined") }
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        let tree = try mirror.tree(in: context)
        let settings = try context.settings { $0.manifestUse = .usable }
        let session = try context.session(settings, change.allowance)
        let signing = try key.map { text throws(Failure) in
            (
                signer: SiteCatalogSigner(tree, session, settings, in: context.environment),
                key: try context.keyPath(text)
            )
        }
        let result = try SiteCatalogWriter(tree, session, isCheck: check)
            .write(try contents(in: context), at: .now, signing: signing)
        switch common.format {
        case .text:
            let catalog = result.catalog
            let word = check ? "would change" : "written"
            context.output.write(
                Table([
                    [
                        result.path.toned(.strong),
                        result.isChanged
                            ? word.toned(check ? .caution : .good) : "unchanged".toned(.detail),
                        StyledText("\(catalog.site) version \(catalog.version)"),
                        "expires \(catalog.expires)".toned(.detail),
                    ]
                ])
            )
            if let signed = result.signed { context.show(signed) }
        case .json: context.output.write(document(result, tree).rendered)
        }
        if result.isChanged, !check, key == nil {
            context.note("hosts refuse it until it is signed: `gotoolprov mirror sign --key FILE`")
        }
        return check && result.isChanged ? 20 : 0
    }

    private func contents(in context: Context) throws(Failure) -> SiteCatalogWriter.Contents {
        var contents = SiteCatalogWriter.Contents(
            site: site.flatMap { SiteName($0) },
            days: Int(expires)
        )
        if !artifacts.isEmpty {
            contents.artifacts = try artifacts.map { text throws(Failure) in
                try context.mirrorPath(text)
            }
        }
        for text in manifests {
            guard let (name, path) = name(of: text) else { continue }
            let absolute = try path.isEmpty ? nil : context.mirrorPath(path)
            contents.manifests.append((name, absolute))
        }
        contents.vulnerabilities = try vulnerabilities.map { text throws(Failure) in
            try list(at: try context.mirrorPath(text))
        }
        return contents
    }

    private func name(of text: String) -> (name: SiteName, path: String)? {
        guard let equals = text.range(ofFirst: "="),
            let name = SiteName(String(text[..<equals.lowerBound]))
        else { return nil }
        return (name, String(text[equals.upperBound...]))
    }

    /// Reads a list that hosts can use: one with an error would be ignored there.
    private func list(at path: String) throws(Failure) -> [UInt8] {
        do {
            let bytes = try FileSystem.contents(of: path, limit: SiteCatalog.mostBytes) ?? []
            _ = try VulnerabilityList(parsing: bytes)
            return bytes
        } catch {
            throw Failure(
                .configuration,
                "cannot use the list of vulnerabilities",
                facts: [.init("file", path), .init("because", "\(error)")],
                hint: "`gotoolprov catalog update --vulnerabilities FILE` writes one"
            )
        }
    }

    private func document(
        _ result: SiteCatalogWriter.Result,
        _ tree: MirrorTree
    ) -> JSONValue {
        let catalog = result.catalog
        return [
            "schema": .string(DocumentKind.mirrorCatalog.schema),
            "directory": .string(tree.path),
            "path": .string(result.path),
            "changed": .boolean(result.isChanged && !check),
            "planned": .boolean(result.isChanged && check),
            "site": .string(catalog.site.description),
            "version": .integer(catalog.version),
            "issued": .string(catalog.issued.description),
            "expires": .string(catalog.expires.description),
            "manifests": .array(
                catalog.manifests.keys.sorted().map { .string($0.description) }
            ),
            "key": JSONValue(result.signed?.fingerprint),
        ]
    }
}

extension Context {
    /// Resolves the path of a key.
    func keyPath(_ text: String) throws(Failure) -> String { try mirrorPath(text) }
}
