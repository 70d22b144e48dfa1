internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// Plans the installation of a Go.
///
/// Planning changes nothing and sends no requests.
struct GoPlanner {
    let stock: GoStock
    let platform: GoPlatform
    let policy: Provisioner.Policy
    let cooldown: Cooldown
    /// The digest given with `--sha256`, or `nil`.
    let digest: SHA256Digest?
    /// The manifest that sets the minimum, for messages.
    let manifestPath: String?
    /// Returns the path of a version's tree, installed or not, for messages.
    let path: (GoVersion) -> String
    /// Returns a hint about a catalog next to the archives that is not in use, or `nil`.
    let catalogHint: () -> String?

    /// Plans the step for a request.
    ///
    /// - Throws: ``Failure`` if no version matches, its archive is not available, or something else
    ///   occupies its path.
    func step(for request: Manifest.Request) throws(Failure) -> GoStep {
        try step(selection(for: request), for: request)
    }

    /// Plans the step for a version that was selected for a request.
    ///
    /// - Throws: As ``step(for:)``.
    func step(
        _ selection: GoSelection,
        for request: Manifest.Request
    ) throws(Failure) -> GoStep {
        let version = selection.version
        try refuseBelowMinimum(version)
        let change = try change(for: version)
        var sources: [ArchiveSource] = []
        var unpinned: [UnpinnedArchive] = []
        switch change {
        case .nothing, .launcher: break
        case .tree:
            unpinned = try unpinnedArchives(of: version)
            if unpinned.isEmpty { sources = try stock.sources(version, change) }
        case .adoption, .repair: sources = try stock.sources(version, change)
        }
        return GoStep(
            request: request,
            version: version,
            change: change,
            missing: selection.missing,
            source: selection.source,
            cooling: selection.cooling,
            sources: sources,
            unpinned: unpinned
        )
    }

    /// Returns the places that may have the archive of a version which no digest vouches for, if the log
    /// can prove it.
    ///
    /// - Returns: The places; none if a digest is known.
    /// - Throws: The failure of a version that no catalog lists, with the reason that the log cannot
    ///   prove it.
    private func unpinnedArchives(of version: GoVersion) throws(Failure) -> [UnpinnedArchive] {
        guard digest == nil, try !stock.isListed(version) else { return [] }
        let reasons: [Failure.Fact]
        if let rejection = logRejection(of: version) {
            reasons = [.init("not proven", rejection)]
        } else {
            switch try stock.logEvidence(version) {
            case .archives(let archives): return archives
            case .missing(let facts): reasons = facts
            case .disabled(let reason): reasons = [.init("log disabled by", reason)]
            }
        }
        do throws(Failure) {
            _ = try stock.sources(version, .tree)
        } catch {
            var failure = error
            failure.facts += reasons
            throw failure
        }
        return []
    }

    /// Returns the reason that the log never records a version, or `nil`.
    private func logRejection(of version: GoVersion) -> ToolchainRecord.Rejection? {
        do throws(ToolchainRecord.Rejection) {
            try ToolchainRecord.requireRecord(of: ToolchainModule(version, platform))
            return nil
        } catch {
            return error
        }
    }

    /// Plans one step or failure for each request, in order.
    ///
    /// A version that an earlier step installs can satisfy a later request, as it does when the steps
    /// are performed in order.
    func steps(for requests: [Manifest.Request]) -> [Result<GoStep, Failure>] {
        var planned: [GoStep] = []
        var steps: [Result<GoStep, Failure>] = []
        for request in requests {
            do throws(Failure) {
                let step: GoStep
                if case .atLeast = request.version,
                    let version = bestMatch(request, planned.map(\.version))
                {
                    step = GoStep(
                        request: request,
                        version: version,
                        change: .nothing,
                        missing: nil,
                        source: nil,
                        cooling: nil,
                        sources: [],
                        unpinned: []
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

    private func refuseBelowMinimum(_ version: GoVersion) throws(Failure) {
        guard let minimum = policy.minimum, version < minimum else { return }
        throw Failure(
            .configuration,
            "\(version.toolchainName) is older than the manifest's minimum",
            facts: [.init("minimum", minimum), .init("manifest", manifestPath ?? "none")]
        )
    }

    // MARK: The change

    /// Determines the change that makes a version usable on this host.
    ///
    /// - Throws: ``Failure`` if a file of another origin has the name of the tree or of the launcher,
    ///   or the installed tree is unsuitable.
    func change(for version: GoVersion) throws(Failure) -> GoStep.Change {
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
    /// An installation has an invalid receipt.
    init(damaged installation: Installation, at path: String, _ reason: String) {
        self.init(
            .destination,
            "the installation of \(installation.name) is damaged",
            facts: [.init("path", path), .init("because", reason)],
            hint: "`gotoolprov verify --repair \(installation.name)`"
        )
    }

    /// An installation is for another platform.
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
