internal import ArgumentParser
internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Lists installed or available versions.
struct List: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract:
            "List installed Go versions and tools.",
        discussion: """
            --published reads every file of each Go and compares it with the release of the Go project. \
            It sends no requests: a release that is newer than gotoolprov requires a .tlog-proof file, or \
            what the go command has cached; otherwise, use `verify --published`. Without --published, the \
            receipt determines whether the published archive was installed, and text output mentions that \
            only if it was not.
            """
    )

    @Flag(help: "List the versions that can be installed, newest first.")
    var available = false

    @Flag(help: "With --available: include betas and release candidates.")
    var pre = false

    @Option(
        name: .customLong("catalog"),
        help: ArgumentHelp(
            "With --available: also read this catalog; repeatable.",
            valueName: "file"
        ),
        completion: .file()
    )
    var catalogs: [String] = []

    @Flag(help: PublishedFlag.help)
    var published = false

    @OptionGroup(title: "Global options") var common: CommonOptions

    func validate() throws {
        if available, published {
            throw ValidationError("`--published` and `--available` cannot be combined")
        }
        if !available, pre || !catalogs.isEmpty {
            throw ValidationError("`--pre` and `--catalog` require `--available`")
        }
    }

    func run(in context: Context) throws(Failure) -> Int32 {
        let settings = try context.settings {
            $0.catalogs = catalogs
            $0.manifestUse = .usable
        }
        let entries = try Installations(root: settings.sdkRoot).all()
        if available {
            try showAvailable(settings, installed: entries, in: context)
        } else {
            let survey = try PublicationSurvey(
                of: context.host,
                reading: published ? try context.session(settings) : nil,
                at: .now
            )
            showInstalled(
                entries,
                published: try survey.states(of: entries),
                root: settings.sdkRoot,
                in: context
            )
        }
        return 0
    }

    private func showInstalled(
        _ entries: [Installed<Installation>],
        published states: [String: PublishedState],
        root: String,
        in context: Context
    ) {
        switch common.format {
        case .text:
            if entries.isEmpty { context.note("no Go is installed in \(root)") }
            context.output.write(
                Table(
                    entries.map { entry in
                        [
                            entry.name.toned(.strong), entry.state.styled,
                            entry.path.toned(.detail),
                            states[entry.path]?.shown(always: published) ?? "",
                        ]
                    }
                )
            )
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.list.schema), "sdkRoot": .string(root),
                "installed": .array(
                    entries.filter { $0.goVersion != nil }.map {
                        $0.document(published: states[$0.path])
                    }
                ),
                "tools": .array(
                    entries.filter { $0.toolBuild != nil }.map { $0.document(published: nil) }
                ),
            ]
            context.output.write(document.rendered)
        }
    }

    private func showAvailable(
        _ settings: Settings,
        installed: [Installed<Installation>],
        in context: Context
    ) throws(Failure) {
        let platform = try context.host.platform().platform
        let catalog = try settings.loadCatalog()
        let versions = catalog.versions(for: platform)
            .filter { pre || !$0.isPreRelease }.sorted(by: >)
        let present = Set(installed.compactMap(\.goVersion))
        switch common.format {
        case .text:
            context.output.write(
                Table(
                    versions.map { version in
                        [
                            version.toolchainName.toned(.strong),
                            (catalog.releases[version]?.date ?? "-").toned(.detail),
                            present.contains(version) ? "installed".toned(.good) : "",
                        ]
                    }
                )
            )
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.available.schema),
                "os": .string(GoPlatform.operatingSystem),
                "arch": .string(platform.architecture.rawValue),
                "available": .array(
                    versions.compactMap { version in
                        guard let archive = catalog.archive(of: version, for: platform) else {
                            return nil
                        }
                        return [
                            "version": .string(version.description),
                            "date": JSONValue(catalog.releases[version]?.date),
                            "file": .string(archive.fileName),
                            "sha256": .string(archive.digest.description),
                            "size": archive.byteCount.map { .integer($0) } ?? .null,
                            "installed": .boolean(present.contains(version)),
                        ]
                    }
                ),
            ]
            context.output.write(document.rendered)
        }
    }
}

extension Installed<Installation> {
    /// Returns the installation as JSON.
    ///
    /// - Parameter published: Whether a Go is the published one.
    /// - Returns: The object.
    func document(published: PublishedState?) -> JSONValue {
        var reason: JSONValue = .null
        switch state {
        case .damaged(let text), .unknown(let text), .incomplete(_, let text):
            reason = .string(text)
        case .installed, .foreign, .halfRemoved: break
        }
        let receipt = state.receipt.map(\.document) ?? .null
        guard let build = toolBuild else {
            return [
                "version": JSONValue(goVersion?.description), "state": .string(state.name),
                "reason": reason, "goroot": .string(path),
                "published": (published ?? PublishedState()).document, "receipt": receipt,
            ]
        }
        return [
            "tool": .string(build.tool.name), "version": .string(build.version.description),
            "builtWith": .string(build.builder.description),
            "program": .string("\(path)/bin/\(build.tool)"), "state": .string(state.name),
            "reason": reason, "receipt": receipt,
        ]
    }
}
