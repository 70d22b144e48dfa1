internal import SystemPackage
public import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// How `ensure` goes about it.
    public struct EnsureOptions: Sendable {
        /// `--archive`: where the archive is, rather than in a mirror.
        public var archivePath: String?
        /// `--sha256`: the digest of an archive that no catalogue knows.
        public var digest: SHA256Digest?
        /// The oldest version that may be the answer.
        public var minimum: GoVersion?
        /// `--durability`, or what the manifests say.
        public var durability = Durability.syncfs
        /// `--adopt`: take a complete tree of another origin, if it is what the archive holds.
        public var adopts = false
        /// `--check`: say what would be done, and do nothing.
        public var isCheck = false

        /// The usual way.
        public init() {}
    }

    /// What became of one wish.
    public struct Outcome: Sendable {
        /// What was done, or with `--check` would be.
        public enum Action: String, Sendable {
            /// Nothing: it was there.
            case present
            /// The SDK was there; its launcher was written.
            case launcher
            /// The SDK was there from elsewhere; it is what the archive holds, and now has a receipt.
            case adopted
            /// The SDK and its launcher were put there.
            case installed
            /// The SDK was installed and could not be used, as its program or VERSION was gone; now it is
            /// whole.
            case repaired
        }

        /// What was asked for, as it was written.
        public let text: String
        /// The version that answers it.
        public let version: GoVersion
        /// What was done.
        public let action: Action
        /// The tree: GOROOT.
        public let goRoot: String
        /// The launcher's path.
        public let launcherPath: String
        /// The newest version that answers the request, where no source has it and ``version`` took its
        /// place.
        public let missing: GoVersion?
        /// The tree of another store that the launcher ran before; nil where it ran none.
        public let formerGoRoot: String?
    }

    /// Makes a Go present that answers `wish`, or finds that one is.
    ///
    /// What is there already costs a few system calls: no lock, no catalogue, no walk. A tree whose
    /// program or VERSION is gone is repaired.
    ///
    /// - Throws: ``Failure``. Nothing is then changed: no tree is half there, and what was made on
    ///   the way is deleted again.
    public func ensure(
        _ wish: Manifest.Wish,
        options: EnsureOptions
    ) throws(Failure) -> Outcome {
        try refuseUnusableLaunchers()
        if case .exactly(let version) = wish.request {
            try refuseBelowMinimum(version, options)
            if try need(of: version, options) == .nothing {
                return outcome(wish, version, .present)
            }
        }
        let catalogue = try CatalogueLibrary.load(adding: settings.catalogues)
        let newest = try self.version(answering: wish, in: catalogue, options: options)
        try refuseBelowMinimum(newest, options)
        do {
            return try ensure(newest, for: wish, in: catalogue, options: options)
        } catch {
            if case .exactly = wish.request { throw error }
            return try ensureOlder(than: newest, for: wish, in: catalogue, options, because: error)
        }
    }

    /// Makes one version present, as the answer to `wish`.
    func ensure(
        _ version: GoVersion,
        for wish: Manifest.Wish,
        in catalogue: Catalogue,
        options: EnsureOptions,
        insteadOf missing: GoVersion? = nil
    ) throws(Failure) -> Outcome {
        let need = try need(of: version, options)
        var sources: [ArchiveSource] = []
        switch need {
        case .nothing, .launcher: break
        case .tree, .adoption:
            let pin = try pin(version, in: catalogue, options: options)
            sources = try self.sources(of: pin, options: options)
        case .repair: sources = try recipe(for: entry(of: version), options: options).sources
        }
        if need == .nothing || options.isCheck {
            if options.isCheck, let source = sources.first { try check(source) }
            return outcome(
                wish,
                version,
                need.action,
                insteadOf: missing,
                formerGoRoot: formerGoRoot(of: version)
            )
        }
        let former = formerGoRoot(of: version)
        let action = try fulfil(version, from: sources, options: options)
        return outcome(wish, version, action, insteadOf: missing, formerGoRoot: former)
    }

    /// The tree elsewhere that the launcher of `version` runs; nil where there is none.
    private func formerGoRoot(of version: GoVersion) -> String? {
        launchers.otherTarget(of: launcher(of: version))?.path
    }

    private func outcome(
        _ wish: Manifest.Wish,
        _ version: GoVersion,
        _ action: Outcome.Action,
        insteadOf missing: GoVersion? = nil,
        formerGoRoot: String? = nil
    ) -> Outcome {
        Outcome(
            text: wish.text,
            version: version,
            action: action,
            goRoot: store.goRoot(of: version),
            launcherPath: launchers.path(of: launcher(of: version)),
            missing: missing,
            formerGoRoot: formerGoRoot
        )
    }

    // MARK: What is needed

    /// What a version lacks on this host.
    enum Need {
        case nothing
        case launcher
        case adoption
        case repair
        case tree

        var action: Outcome.Action {
            switch self {
            case .nothing: .present
            case .launcher: .launcher
            case .adoption: .adopted
            case .repair: .repaired
            case .tree: .installed
            }
        }
    }

    /// Looks at what is there; asked before the lock is taken, and again when it is held.
    ///
    /// - Throws: ``Failure`` where something of another origin is in the way.
    func need(of version: GoVersion, _ options: EnsureOptions) throws(Failure) -> Need {
        let state = try state(of: version)
        let occupant = try launchers.prepared(
            for: launcher(of: version),
            replacingWrapper: options.adopts
        )
        switch state {
        case nil, .halfRemoved: return .tree
        case .foreign where options.adopts, .unknown where options.adopts: return .adoption
        case .foreign, .unknown:
            throw Failure(
                .destination,
                "there is something that gotoolprov did not install",
                facts: [
                    .init("path", store.goRoot(of: version)),
                    .init("expected", "nothing, or a tree with a receipt of gotoolprov"),
                ],
                hint: "`--adopt` takes it if it is what the archive holds; or move it away"
            )
        case .damaged(let reason):
            throw damaged(.go(version), reason)
        case .installed(let receipt), .incomplete(let receipt, _):
            guard receipt.platform == platform else { throw wrongPlatform(receipt) }
            if let digest = options.digest, digest != receipt.archiveDigest {
                throw Failure(
                    .integrity,
                    "\(version.toolchainName) is installed from another archive",
                    facts: [
                        .init("tree", store.goRoot(of: version)), .init("asked for", digest),
                        .init("installed", receipt.archiveDigest),
                    ],
                    hint: "to have the other one, first"
                        + " `gotoolprov remove \(version.toolchainName)`"
                )
            }
            if case .incomplete = state { return .repair }
            return occupant == .current ? .nothing : .launcher
        }
    }

    /// What stands where a version's SDK would be, as something to repair.
    func entry(of version: GoVersion) throws(Failure) -> SDKStore.Entry {
        SDKStore.Entry(
            installation: .go(version),
            goRoot: store.goRoot(of: version),
            state: try state(of: version) ?? .unknown(reason: "it was removed meanwhile")
        )
    }

    func damaged(_ installation: Installation, _ reason: String) -> Failure {
        Failure(
            .destination,
            "what is installed as \(installation.name) is damaged",
            facts: [.init("path", store.path(of: installation)), .init("because", reason)],
            hint: "`gotoolprov verify --repair \(installation.name)`"
        )
    }

    func wrongPlatform(_ receipt: Receipt) -> Failure {
        Failure(
            .destination,
            "\(receipt.installation.name) is installed for another platform",
            facts: [
                .init("tree", store.path(of: receipt.installation)), .init("expected", platform),
                .init("found", receipt.platform),
            ],
            hint: "hosts of several architectures that share a home need a GOTOOLPROV_SDK_ROOT each"
        )
    }

    /// Refuses a version that is older than the manifest allows.
    private func refuseBelowMinimum(
        _ version: GoVersion,
        _ options: EnsureOptions
    ) throws(Failure) {
        guard let minimum = options.minimum, version < minimum else { return }
        throw Failure(
            .configuration,
            "\(version.toolchainName) is older than the manifest's minimum",
            facts: [
                .init("minimum", minimum), .init("manifest", settings.manifest?.path ?? "none"),
            ]
        )
    }

    // MARK: What to install

    func version(
        answering wish: Manifest.Wish,
        in catalogue: Catalogue,
        options: EnsureOptions
    ) throws(Failure) -> GoVersion {
        if case .exactly(let version) = wish.request { return version }
        let installed = try usableVersions()
        if case .atLeast = wish.request,
            let found = wish.request.best(
                among: installed.filter { version in
                    options.minimum.map { version >= $0 } ?? true
                }
            )
        {
            return found
        }
        let known = catalogue.versions(for: platform)
        guard let version = wish.request.best(among: known + installed) else {
            throw Failure(
                .integrity,
                "no catalogue knows a Go that is `\(wish.text)` for \(platform)",
                facts: [.init("newest known", known.max()?.toolchainName ?? "none")],
                hint: catalogueHint(options)
                    ?? "name a version exactly and give its digest: `--sha256`, or add a catalogue:"
                    + " `--catalogue`"
            )
        }
        return version
    }

    func pin(
        _ version: GoVersion,
        in catalogue: Catalogue,
        options: EnsureOptions
    ) throws(Failure) -> PinnedArchive {
        let known = catalogue.archive(of: version, for: platform)
        if let digest = options.digest {
            if let known, known.digest != digest {
                throw Failure(
                    .integrity,
                    "`--sha256` contradicts the digest that is pinned",
                    facts: [
                        .init("archive", known.fileName), .init("pinned", known.digest),
                        .init("pinned by", known.voucher), .init("given", digest),
                    ],
                    hint: "a catalogue can replace a pinned digest, if it says so: `--catalogue`"
                )
            }
            return known
                ?? PinnedArchive(
                    .go(version),
                    platform: platform,
                    fileName: version.archiveFileName(for: platform),
                    digest: digest,
                    byteCount: nil,
                    voucher: .commandLine
                )
        }
        if let known { return known }
        guard let release = catalogue.releases[version] else {
            let newest = catalogue.versions(for: platform).max()
            throw Failure(
                .integrity,
                "no catalogue knows \(version.toolchainName), so nothing says what its archive has"
                    + " to be",
                facts: [
                    .init("archive", version.archiveFileName(for: platform)),
                    .init("newest known", newest?.toolchainName ?? "none"),
                ],
                hint: catalogueHint(options)
                    ?? "give its SHA-256: `--sha256`, or a catalogue that has it: `--catalogue`"
            )
        }
        let architectures = release.archives.keys.sorted().map(\.rawValue).joined(separator: ", ")
        throw Failure(
            .integrity,
            "there is no \(version.toolchainName) for \(platform)",
            facts: [.init("there is one for", architectures)],
            hint: "second-class ports have archives from go1.21.0 on"
        )
    }
}
