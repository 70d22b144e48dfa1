internal import CLinux
internal import FleetReport
internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// One task of Ansible on this host.
struct AnsibleTask {
    private let arguments: AnsibleArguments
    private let settings: Settings
    private let provisioner: Provisioner
    private let context: Context

    init(_ arguments: AnsibleArguments, in context: Context) throws(Failure) {
        self.arguments = arguments
        self.context = context
        var folders: [String: String] = [:]
        if let root = arguments.sdkRoot { folders["GOTOOLPROV_SDK_ROOT"] = root }
        if let folder = arguments.goBin { folders["GOBIN"] = folder }
        let environment = context.environment.setting(folders)
        var options = Settings.Options()
        options.manifest = arguments.manifest
        options.mirrors = arguments.mirrors
        options.catalogues = arguments.catalogues
        options.isOffline = arguments.isOffline
        settings = try Settings.gathered(options, from: environment)
        var conduct = Provisioner.Conduct()
        if let seconds = arguments.wait { conduct.patience = .atMost(.seconds(seconds)) }
        conduct.trustsRoots = arguments.trustsRoots
        provisioner = Provisioner(
            settings: settings,
            conduct: conduct,
            platform: try context.platform().platform,
            environment: environment,
            onEvent: { _ in },
            signal: { clinux_caught_signal() }
        )
    }

    /// Does it; what is known by then is in `reply`, also where this throws.
    func run(answering reply: inout AnsibleReply) throws(Failure) {
        reply.header = settings.sdkRoot
        let entries = try provisioner.store.entries().filter { $0.goVersion != nil }
        for entry in entries { reply.before[entry.version] = entry.state.words }
        reply.after = reply.before
        reply.facts = facts(entries)
        var failure: Failure?
        do throws(Failure) {
            switch arguments.state {
            case .converged: try converge(&reply)
            case .verified: try verify(entries, &reply)
            case .absent: try remove(entries, &reply)
            case .reported: reply.report = try report(&reply)
            }
        } catch {
            failure = error
        }
        if reply.isChanged, !arguments.isCheck,
            let now = (try? provisioner.store.entries())?.filter({ $0.goVersion != nil })
        {
            reply.facts = facts(now)
        }
        if let failure { throw failure }
    }

    // MARK: The states

    private func converge(_ reply: inout AnsibleReply) throws(Failure) {
        var options = Provisioner.EnsureOptions()
        options.durability = settings.durability
        options.adopts = arguments.adopts
        options.isCheck = arguments.isCheck
        let wishes = try wishes()
        if arguments.versions.isEmpty { options.minimum = settings.manifest?.manifest.minimum }
        let provisioner = provisioner.prefetching(wishes, options: options)
        for wish in wishes {
            let outcome = try provisioner.ensure(wish, options: options)
            let name = outcome.version.toolchainName
            reply.clauses.append("\(name) \(words(outcome.action))")
            reply.results.append(
                [
                    "request": .string(outcome.text),
                    "version": .string(outcome.version.description),
                    "action": .string(outcome.action.rawValue),
                    "goroot": .string(outcome.goRoot),
                    "launcher": .string(outcome.launcherPath),
                ]
            )
            guard outcome.action != .present else { continue }
            reply.isChanged = true
            if outcome.action == .launcher {
                reply.before[outcome.version] = "installed, without its launcher"
            }
            reply.after[outcome.version] = "installed"
        }
    }

    private func words(_ action: Provisioner.Outcome.Action) -> String {
        let would = arguments.isCheck
        return switch action {
        case .present: "present"
        case .launcher: would ? "would get its launcher" : "launcher written"
        case .adopted: would ? "would be adopted" : "adopted"
        case .installed: would ? "would be installed" : "installed"
        }
    }

    private func wishes() throws(Failure) -> [Manifest.Wish] {
        guard arguments.versions.isEmpty else {
            var wishes: [Manifest.Wish] = []
            for text in arguments.versions { wishes.append(try wish(text)) }
            return wishes
        }
        guard let wishes = settings.manifest?.manifest.wishes, !wishes.isEmpty else {
            throw Failure(
                .configuration,
                "nothing says which Go to have",
                facts: [.init("manifest", settings.manifest?.path ?? "none")],
                hint: "give the task `versions`, or the host a gotoolprov.json with `go`"
            )
        }
        return wishes
    }

    /// Reads a request for a Go from the task.
    private func wish(_ text: String) throws(Failure) -> Manifest.Wish {
        do throws(GoRequest.Rejection) {
            return Manifest.Wish(text: text, request: try GoRequest(parsing: text))
        } catch {
            throw Failure(
                .usage,
                "`versions`: `\(text)` \(error.reason)",
                hint: error.suggestion
            )
        }
    }

    private func verify(
        _ entries: [SDKStore.Entry],
        _ reply: inout AnsibleReply
    ) throws(Failure) {
        var failure: Failure?
        var options = Provisioner.EnsureOptions()
        options.durability = settings.durability
        for entry in try chosen(entries) {
            let repairs = arguments.repairs && !arguments.isCheck
            let result =
                repairs
                ? try provisioner.repair(entry, isQuick: arguments.isQuick, options: options)
                : try provisioner.verify(entry, isQuick: arguments.isQuick)
            let found = result.repair?.found ?? result.differences
            reply.results.append(document(result, found))
            let name = result.version.toolchainName
            if let repair = result.repair {
                reply.isChanged = true
                reply.before[result.version] = Self.words(.corrupted, found.count)
                reply.clauses.append("\(name) \(repair.action.rawValue)")
            } else {
                reply.before[result.version] = Self.words(result.verdict, found.count)
            }
            reply.after[result.version] = Self.words(result.verdict, result.differences.count)
            switch result.verdict {
            case .clean:
                if result.repair == nil { reply.clauses.append("\(name) clean") }
            case .unknown(let reason) where arguments.versions.isEmpty:
                reply.warnings.append("\(name) could not be verified: \(reason)")
            case .corrupted where arguments.isCheck && arguments.repairs,
                .unchecked where arguments.isCheck && arguments.repairs:
                reply.isChanged = true
                reply.clauses.append("\(name) would be repaired")
                reply.after[result.version] = Self.words(.clean, 0)
            case .corrupted, .unchecked, .unknown:
                // The first is told; the others are in the results.
                failure = failure ?? self.failure(result)
            }
        }
        if let failure { throw failure }
    }

    private func failure(_ result: Provisioner.Verification) -> Failure {
        if let failure = result.repair?.failure { return failure }
        var facts: [Failure.Fact] = [.init("tree", result.goRoot)]
        if let reason = result.verdict.reason { facts.append(.init("because", reason)) }
        for difference in result.differences.prefix(3) {
            facts.append(.init(difference.kind.rawValue, difference.path))
        }
        let count = result.differences.count
        if count > 3 { facts.append(.init("and", "\(count - 3) more")) }
        return Failure(
            .integrity,
            "\(result.version.toolchainName) is not as it was installed",
            facts: facts,
            hint: "`repair: true` puts it right"
        )
    }

    /// The trees that are to be compared: those that `versions` name, or all.
    private func chosen(_ entries: [SDKStore.Entry]) throws(Failure) -> [SDKStore.Entry] {
        guard !arguments.versions.isEmpty else { return entries }
        var chosen: [SDKStore.Entry] = []
        for text in arguments.versions {
            let request = try wish(text).request
            guard let version = request.best(among: entries.map(\.version)),
                let entry = entries.first(where: { $0.version == version })
            else {
                throw Failure(
                    .unavailable,
                    "`\(text)` is not installed",
                    hint: "`state: converged` installs it"
                )
            }
            chosen.append(entry)
        }
        return chosen
    }

    /// The most differences that are told of a tree: a tree has thousands of files.
    private static let mostDifferences = 20

    private func document(
        _ result: Provisioner.Verification,
        _ found: [TreeVerifier.Difference]
    ) -> JSONValue {
        [
            "version": .string(result.version.description),
            "goroot": .string(result.goRoot),
            "verdict": .string(result.verdict.words),
            "reason": JSONValue(result.verdict.reason),
            "files": .integer(result.fileCount),
            "differenceCount": .integer(found.count),
            "differences": .array(
                found.prefix(Self.mostDifferences).map {
                    [
                        "path": .string($0.path), "kind": .string($0.kind.rawValue),
                        "detail": .string($0.detail),
                    ]
                }
            ),
            "repair": JSONValue(result.repair?.action.rawValue),
            "quarantine": JSONValue(result.repair?.quarantine),
        ]
    }

    private static func words(
        _ verdict: Provisioner.Verification.Verdict,
        _ differenceCount: Int
    ) -> String {
        guard differenceCount > 0 else { return verdict.words }
        return "\(verdict.words), \(differenceCount) differ"
    }

    private func remove(
        _ entries: [SDKStore.Entry],
        _ reply: inout AnsibleReply
    ) throws(Failure) {
        var exact: [GoVersion] = []
        for text in arguments.versions {
            guard case .exactly(let version) = try wish(text).request else {
                throw Failure(.usage, "`versions`: `\(text)` is not an exact version")
            }
            exact.append(version)
        }
        for version in exact {
            let wasPresent: Bool
            if arguments.isCheck {
                wasPresent = try wouldRemove(version, entries)
            } else {
                wasPresent =
                    try provisioner.remove(.go(version), isForced: arguments.isForced).wasPresent
            }
            let name = version.toolchainName
            let action = arguments.isCheck ? "would be removed" : "removed"
            reply.clauses.append("\(name) \(wasPresent ? action : "not installed")")
            reply.results.append(
                [
                    "version": .string(version.description),
                    "action": wasPresent ? "removed" : "absent",
                    "goroot": .string(provisioner.store.goRoot(of: version)),
                ]
            )
            if wasPresent {
                reply.isChanged = true
                reply.after[version] = nil
            }
        }
    }

    /// Whether there is a tree of ours to be removed.
    private func wouldRemove(
        _ version: GoVersion,
        _ entries: [SDKStore.Entry]
    ) throws(Failure) -> Bool {
        switch entries.first(where: { $0.version == version })?.state {
        case nil: return false
        case .installed, .damaged, .halfRemoved: return true
        case .foreign, .unknown:
            throw Failure(
                .destination,
                "there is something that gotoolprov did not install",
                facts: [.init("path", provisioner.store.goRoot(of: version))],
                hint: "remove it with whatever put it there"
            )
        }
    }

    // MARK: Reports and facts

    /// The host's report, a `gotoolprov.host/1` document, where it can be had.
    ///
    /// It changes nothing on the host.
    private func report(_ reply: inout AnsibleReply) throws(Failure) -> JSONValue? {
        guard let time = UTCTime(Timestamp.now()) else {
            throw Failure(.defect, "the clock shows no time")
        }
        let gathering = ReportGathering(
            context: context,
            settings: settings,
            mode: .quick,
            time: time
        )
        return try gathering.report().document
    }

    /// What Ansible is to remember: under one key, and small.
    private func facts(_ entries: [SDKStore.Entry]) -> JSONValue {
        [
            "agent_version": .string(ProgramIdentity.version),
            "platform": JSONValue(try? context.platform().platform),
            "sdk_root": .string(settings.sdkRoot),
            "gobin": .string(settings.goBin),
            "default": JSONValue(provisioner.store.defaultVersion?.description),
            "go": .array(
                entries.map { entry in
                    [
                        "version": .string(entry.version.description),
                        "state": .string(entry.state.name),
                        "goroot": .string(entry.goRoot),
                    ]
                }
            ),
        ]
    }
}

// A task is about Go versions alone so far: entries of tools are left out at its beginning.

extension SDKStore.Entry {
    fileprivate var version: GoVersion {
        goVersion ?? { preconditionFailure("a task looks at Go versions alone") }()
    }
}

extension Provisioner.Verification {
    fileprivate var version: GoVersion {
        if case .go(let version) = installation { return version }
        preconditionFailure("a task looks at Go versions alone")
    }
}
