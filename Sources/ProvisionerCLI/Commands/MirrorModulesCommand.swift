internal import ArgumentParser
internal import Mirrors
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Makes a mirror serve Go's own toolchain switching.
struct MirrorModules: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "gomod",
        abstract: "Serve Go's own toolchain switching.",
        discussion: """
            Example: gotoolprov mirror gomod --directory /srv/mirror --log-name golog.example.com

            Makes the module golang.org/toolchain from each Go since 1.21 in the mirror, and the files of a checksum \
            database that proves it, so that `go` itself downloads and verifies the version in a `toolchain` line \
            without a network. `gotoolprov env --offline` prints the variables for hosts.

            A module is served only if its files have the hash that Go's checksum database published. Where that \
            database can be asked, the parts of it that prove the modules are copied, and hosts trust its own \
            key. Otherwise, a log of your site records them: `--log-name` creates its signing key, \
            ~/.config/gotoolprov/mirror-log.key, and hosts trust the public key that this command prints. Keep the \
            signing key and the file KEY.latest beside it: without them the log cannot grow.
            """
    )

    @OptionGroup var mirror: MirrorOptions

    @Option(
        name: .customLong("log-name"),
        help: ArgumentHelp(
            "Keep a log of this site under this name, a host name with or without a path.",
            valueName: "name"
        )
    )
    var logName: String?

    @Option(
        name: .customLong("log-key"),
        help: ArgumentHelp(
            "The signing key of the log of this site (default: ~/.config/gotoolprov/mirror-log.key).",
            valueName: "file"
        ),
        completion: .file()
    )
    var logKey: String?

    @Flag(help: "Use only the cache and local mirrors, not the network.")
    var offline = false

    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let settings = try context.settings { if offline { $0.isOffline = true } }
        let session = try context.session(settings, change.allowance)
        let update = try ModulePublisher(
            try mirror.tree(in: context),
            session,
            ModulePublisher.Task(
                keyPath: try keyPath(in: context),
                logName: logName,
                isLogRequested: logName != nil || logKey != nil
            )
        ).publish()
        switch common.format {
        case .text: show(update, in: context)
        case .json: context.output.write(update.document.rendered)
        }
        if let failure = update.failure {
            context.output.report(failure, format: common.format)
            return failure.kind.exitStatus
        }
        return 0
    }

    private func keyPath(in context: Context) throws(Failure) -> String {
        let environment = context.environment
        let path =
            if let logKey {
                environment.absolutePath(logKey)
            } else {
                (environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
                    ?? environment.home.map { "\($0)/.config" })
                    .map { "\($0)/gotoolprov/mirror-log.key" }
            }
        guard let path else {
            throw Failure(
                .configuration,
                "the path of the log's key is unknown",
                facts: [.init("because", "HOME is not set")],
                hint: "use `--log-key FILE`"
            )
        }
        return path
    }

    private func show(_ update: ModuleUpdate, in context: Context) {
        for log in update.logs {
            guard let path = log.newKeyPath else { continue }
            context.note(
                "created \(path), the signing key of \(log.name): keep it, and keep it secret"
            )
        }
        if update.entries.isEmpty { context.note("the mirror has no Go: \(update.directory)") }
        context.output.write(Table(update.entries.map(\.row) + update.logs.map(\.row)))
        guard let log = update.logs.last, update.failure == nil else { return }
        let option = log.isOwn ? " --sumdb '\(log.key)'" : ""
        context.note(
            "for hosts: gotoolprov env --offline --mirror \(ShellQuoting.word(update.directory))\(option)"
        )
    }
}

extension ModuleUpdate.Entry {
    fileprivate var row: [StyledText] {
        let name = "\(version.toolchainName).linux-\(architecture.rawValue)".toned(.strong)
        switch result {
        case .added, .replaced, .removed:
            return [name, result.word.toned(.good), "\(hash?.description ?? "")"]
        case .kept: return [name, result.word.toned(.detail), "\(hash?.description ?? "")"]
        case .skipped(let reason): return [name, result.word.toned(.detail), "\(reason)"]
        case .rejected(let failure): return [name, result.word.toned(.bad), "\(failure.message)"]
        }
    }

    fileprivate var document: JSONValue {
        var document: JSONValue = [
            "version": .string(version.description),
            "arch": .string(architecture.rawValue),
            "result": .string(result.word),
        ]
        if let hash { document = document.adding("h1", .string(hash.description)) }
        switch result {
        case .skipped(let reason): document = document.adding("reason", .string(reason))
        case .rejected(let failure):
            document = document.adding("reason", .string(failure.onOneLine))
        case .added, .replaced, .kept, .removed: break
        }
        return document
    }
}

extension ModuleUpdate.Log {
    fileprivate var row: [StyledText] {
        [
            name.toned(.strong), isChanged ? "extended".toned(.good) : "kept".toned(.detail),
            "\(size) record\(size == 1 ? "" : "s"), \(isOwn ? "log of this site" : "copy")",
        ]
    }

    fileprivate var document: JSONValue {
        [
            "name": .string(name),
            "key": .string(key),
            "records": .integer(size),
            "own": .boolean(isOwn),
            "changed": .boolean(isChanged),
        ]
    }
}

extension ModuleUpdate {
    /// The result as JSON: docs/schemas/mirror-modules.schema.json.
    fileprivate var document: JSONValue {
        [
            "schema": .string(DocumentKind.mirrorModules.schema),
            "directory": .string(directory),
            "changed": .boolean(isChanged),
            "modules": .array(entries.map(\.document)),
            "logs": .array(logs.map(\.document)),
        ]
    }
}
