internal import ToolchainCore
internal import ToolchainHost

/// Decides what `ensure` does for a Go.
///
/// It changes nothing and asks no server.
struct GoPlanner {
    let stock: GoStock
    let platform: GoPlatform
    let policy: Provisioner.Policy
    /// `--sha256`; nil where it was not given.
    let digest: SHA256Digest?
    /// The manifest that sets the minimum, for messages.
    let manifestPath: String?
    /// Where a version's tree is or would be, for messages.
    let path: (GoVersion) -> String
    /// A hint at a catalog that is beside the archives and not used.
    let catalogHint: () -> String?

    /// What to do for a request.
    ///
    /// - Throws: ``Failure`` where nothing can be done: no version answers, its archive is not
    ///   available, or something else has its place.
    func step(for request: Manifest.Request) throws(Failure) -> GoStep {
        let (version, missing) = try version(answering: request)
        return try step(version, for: request, insteadOf: missing)
    }

    /// What to do for a version, as the answer to a request.
    ///
    /// - Throws: As ``step(for:)``.
    func step(
        _ version: GoVersion,
        for request: Manifest.Request,
        insteadOf missing: GoVersion? = nil
    ) throws(Failure) -> GoStep {
        try refuseBelowMinimum(version)
        let need = try need(of: version)
        var sources: [ArchiveSource] = []
        switch need {
        case .nothing, .launcher: break
        case .tree, .adoption, .repair: sources = try stock.sources(version, need)
        }
        return GoStep(
            request: request,
            version: version,
            need: need,
            missing: missing,
            sources: sources
        )
    }

    /// What to do for several requests: one step or failure for each.
    ///
    /// What is installed for one request answers those after it, as when they are carried out in turn.
    func steps(for requests: [Manifest.Request]) -> [Result<GoStep, Failure>] {
        var planned: [GoStep] = []
        var steps: [Result<GoStep, Failure>] = []
        for request in requests {
            do throws(Failure) {
                let step: GoStep
                if case .atLeast = request.version,
                    let version = answer(request, planned.map(\.version))
                {
                    step = GoStep(
                        request: request,
                        version: version,
                        need: .nothing,
                        missing: nil,
                        sources: []
                    )
                } else {
                    step = try self.step(for: request)
                }
                planned.append(step)
                steps.append(.success(step))
            } catch {
                steps.append(.failure(error))
            }
        }
        return steps
    }

    // MARK: The version

    /// The version that answers a request, and the newest that would if it were available.
    ///
    /// - Throws: ``Failure`` where no version is known.
    func version(
        answering request: Manifest.Request
    ) throws(Failure) -> (version: GoVersion, missing: GoVersion?) {
        if case .exactly(let version) = request.version { return (version, nil) }
        let installed = try stock.installed()
        if case .atLeast = request.version, let found = answer(request, installed) {
            return (found, nil)
        }
        let known = try stock.known()
        guard let newest = request.version.best(among: known + installed) else {
            throw Failure(
                .integrity,
                "no catalog lists a Go that matches `\(request.text)` for \(platform)",
                facts: [.init("newest known", known.max()?.toolchainName ?? "none")],
                hint: catalogHint()
                    ?? "name an exact version and its digest with `--sha256`, or add a catalog:"
                    + " `--catalog`"
            )
        }
        guard !stock.mayAskServers,
            let available = try candidates(for: request).first(where: isLocal), available != newest
        else { return (newest, nil) }
        return (available, newest)
    }

    /// All versions that may answer a request, the newest first.
    func candidates(for request: Manifest.Request) throws(Failure) -> [GoVersion] {
        let versions = Set(try stock.known() + stock.installed())
        let meant = request.version.settled(among: versions)
        return versions.filter { version in
            meant.isAnswered(by: version) && isAllowed(version)
        }.sorted(by: >)
    }

    /// Whether a version needs no server: it is installed, or its archive is on this host.
    func isLocal(_ version: GoVersion) -> Bool {
        (try? stock.installed())?.contains(version) == true || stock.isAtHand(version)
    }

    /// The best of some versions that may answer.
    private func answer(_ request: Manifest.Request, _ versions: [GoVersion]) -> GoVersion? {
        request.version.best(among: versions.filter(isAllowed))
    }

    private func isAllowed(_ version: GoVersion) -> Bool {
        policy.minimum.map { version >= $0 } ?? true
    }

    private func refuseBelowMinimum(_ version: GoVersion) throws(Failure) {
        guard let minimum = policy.minimum, version < minimum else { return }
        throw Failure(
            .configuration,
            "\(version.toolchainName) is older than the manifest's minimum",
            facts: [.init("minimum", minimum), .init("manifest", manifestPath ?? "none")]
        )
    }

    // MARK: What is missing

    /// What a version lacks on this host.
    ///
    /// - Throws: ``Failure`` where something of another origin is in the way.
    func need(of version: GoVersion) throws(Failure) -> GoStep.Need {
        let state = try stock.state(version)
        let hasLauncher = try stock.hasLauncher(version)
        switch state {
        case nil, .halfRemoved: return .tree
        case .foreign where policy.adopts, .unknown where policy.adopts: return .adoption
        case .foreign, .unknown:
            throw Failure(
                .destination,
                "\(version.toolchainName) exists, but gotoolprov did not install it",
                facts: [
                    .init("path", path(version)),
                    .init("expected", "nothing, or a toolchain with a gotoolprov receipt"),
                ],
                hint: "use `--adopt` if its files are those of the archive; or move it"
            )
        case .damaged(let reason):
            throw Failure(damaged: .go(version), at: path(version), reason)
        case .installed(let receipt), .incomplete(let receipt, _):
            guard receipt.platform == platform else {
                throw Failure(receipt, isNotFor: platform, at: path(version))
            }
            if let digest, digest != receipt.archiveDigest {
                throw Failure(
                    .integrity,
                    "\(version.toolchainName) is installed from another archive",
                    facts: [
                        .init("path", path(version)), .init("requested", digest),
                        .init("installed", receipt.archiveDigest),
                    ],
                    hint: "to install the requested archive, first run"
                        + " `gotoolprov remove \(version.toolchainName)`"
                )
            }
            if case .incomplete = state { return .repair }
            return hasLauncher ? .nothing : .launcher
        }
    }
}

extension Failure {
    /// Something that is installed has a receipt that cannot be right.
    init(damaged installation: Installation, at path: String, _ reason: String) {
        self.init(
            .destination,
            "the installation of \(installation.name) is damaged",
            facts: [.init("path", path), .init("because", reason)],
            hint: "`gotoolprov verify --repair \(installation.name)`"
        )
    }

    /// Something is installed for other hosts.
    init(_ receipt: Receipt, isNotFor platform: GoPlatform, at path: String) {
        self.init(
            .destination,
            "\(receipt.installation.name) is installed for another platform",
            facts: [
                .init("path", path), .init("expected", platform),
                .init("found", receipt.platform),
            ],
            hint: "set GOTOOLPROV_SDK_ROOT per architecture if such hosts share a home directory"
        )
    }
}
