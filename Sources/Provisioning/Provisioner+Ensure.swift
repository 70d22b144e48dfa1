internal import SystemPackage
public import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// How `ensure` goes about it.
    public struct EnsureOptions: Sendable {
        /// Whether finished trees are put on disk before they appear: after a power cut, a tree
        /// that appeared without may hold empty files.
        public enum Durability: String, Sendable, CaseIterable {
            case syncfs
            case none
        }

        /// `--archive`: where the archive is, rather than in a mirror.
        public var archivePath: String?
        /// `--sha256`: the digest of an archive that no catalogue knows.
        public var digest: SHA256Digest?
        /// `--durability`.
        public var durability = Durability.syncfs
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
            /// The SDK and its launcher were put there.
            case installed
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
    }

    /// Makes a Go present that answers `wish`, or finds that one is.
    ///
    /// What is there already costs a few system calls: no lock, no catalogue, no walk.
    ///
    /// - Throws: ``Failure``. Nothing is then changed: no tree is half there, and what was made on
    ///   the way is deleted again.
    public func ensure(
        _ wish: Manifest.Wish,
        options: EnsureOptions
    ) throws(Failure) -> Outcome {
        if case .exactly(let version) = wish.request,
            let outcome = try presentOutcome(wish, version, options: options)
        {
            return outcome
        }
        let catalogue = try CatalogueLibrary.load(adding: settings.catalogues)
        let version = try self.version(answering: wish, in: catalogue)
        if let outcome = try presentOutcome(wish, version, options: options) { return outcome }
        let launcher = launcher(of: version)
        let occupant = try launchers.prepared(for: launcher)
        var action = Outcome.Action.launcher
        switch try state(of: version) {
        case .installed: break
        case .foreign, .unknown, .damaged: throw inTheWay(of: version)
        case nil:
            action = .installed
            let pin = try pin(version, in: catalogue, options: options)
            let archive = try locate(pin, options: options)
            if !options.isCheck { try install(pin, from: archive, options: options) }
        }
        if occupant != .current, !options.isCheck { try launchers.write(launcher) }
        return outcome(wish, version, action)
    }

    private func outcome(
        _ wish: Manifest.Wish,
        _ version: GoVersion,
        _ action: Outcome.Action
    ) -> Outcome {
        Outcome(
            text: wish.text,
            version: version,
            action: action,
            goRoot: store.goRoot(of: version),
            launcherPath: launchers.path(of: launcher(of: version))
        )
    }

    /// The outcome for a version that is there with its launcher; nil where something is missing.
    private func presentOutcome(
        _ wish: Manifest.Wish,
        _ version: GoVersion,
        options: EnsureOptions
    ) throws(Failure) -> Outcome? {
        guard case .installed(let receipt) = try state(of: version) else { return nil }
        guard receipt.platform == platform else { throw wrongPlatform(receipt) }
        if let digest = options.digest, digest != receipt.archiveDigest {
            throw Failure(
                .integrity,
                "\(version.toolchainName) is installed from another archive",
                facts: [
                    .init("tree", store.goRoot(of: version)), .init("asked for", digest),
                    .init("installed", receipt.archiveDigest),
                ],
                hint: "`gotoolprov remove \(version.toolchainName)` first, to have the other one"
            )
        }
        let occupant = try? launchers.occupant(of: launcher(of: version))
        return occupant == .current ? outcome(wish, version, .present) : nil
    }

    private func wrongPlatform(_ receipt: Receipt) -> Failure {
        Failure(
            .destination,
            "\(receipt.version.toolchainName) is installed for another platform",
            facts: [
                .init("tree", store.goRoot(of: receipt.version)), .init("expected", platform),
                .init("found", receipt.platform),
            ],
            hint: "hosts of several architectures that share a home need a GOTOOLPROV_SDK_ROOT each"
        )
    }

    private func inTheWay(of version: GoVersion) -> Failure {
        Failure(
            .destination,
            "there is something that gotoolprov did not install",
            facts: [
                .init("path", store.goRoot(of: version)),
                .init("expected", "nothing, or a tree with a receipt of gotoolprov"),
            ],
            hint: "move it away; gotoolprov neither trusts nor overwrites it"
        )
    }

    // MARK: What to install

    private func version(
        answering wish: Manifest.Wish,
        in catalogue: Catalogue
    ) throws(Failure) -> GoVersion {
        if case .exactly(let version) = wish.request { return version }
        let installed = try store.usableEntries().map(\.version)
        if case .atLeast = wish.request, let found = wish.request.best(among: installed) {
            return found
        }
        let known = catalogue.versions(for: platform)
        guard let version = wish.request.best(among: known + installed) else {
            throw Failure(
                .integrity,
                "no catalogue knows a Go that is `\(wish.text)` for \(platform)",
                facts: [.init("newest known", known.max()?.toolchainName ?? "none")],
                hint: "name a version exactly and give its digest: `--sha256`, or add a catalogue:"
                    + " `--catalogue`"
            )
        }
        return version
    }

    private func pin(
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
                    version: version,
                    platform: platform,
                    fileName: version.archiveFileName(for: platform),
                    digest: digest,
                    byteCount: nil,
                    voucher: .commandLine
                )
        }
        if let known { return known }
        guard let release = catalogue.releases[version] else {
            throw Failure(
                .integrity,
                "no catalogue knows \(version.toolchainName), so nothing says what its"
                    + " archive has to be",
                facts: [
                    .init("archive", version.archiveFileName(for: platform)),
                    .init(
                        "newest known",
                        catalogue.versions(for: platform).max()?.toolchainName ?? "none"
                    ),
                ],
                hint: "give its SHA-256: `--sha256`, or a catalogue that has it: `--catalogue`"
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

    // MARK: Where from

    /// An archive's place on this host.
    struct LocatedArchive {
        let path: String
        /// How the receipt tells of it.
        let source: String
    }

    private func locate(
        _ pin: PinnedArchive,
        options: EnsureOptions
    ) throws(Failure) -> LocatedArchive {
        if let given = options.archivePath {
            guard let path = environment.absolutePath(given) else {
                throw Failure(
                    .unavailable,
                    "cannot tell where the archive is",
                    facts: [.init("file", given)],
                    hint: "give an absolute path"
                )
            }
            return LocatedArchive(path: path, source: path)
        }
        guard !settings.mirrors.isEmpty else {
            throw Failure(
                .unavailable,
                "there is nowhere to get \(pin.fileName) from",
                facts: [.init("archive", pin.fileName), .init("sha256", pin.digest)],
                hint: "name a folder that has it: `--mirror DIR`, GOTOOLPROV_MIRROR, or `mirrors`"
                    + " in gotoolprov.json; or the file itself: `--archive FILE`"
            )
        }
        var facts: [Failure.Fact] = [
            .init("archive", pin.fileName), .init("sha256", pin.digest),
        ]
        for mirror in settings.mirrors {
            let presence = presence(of: pin, in: mirror)
            if let path = presence.path { return LocatedArchive(path: path, source: path) }
            facts.append(.init(presence.reason, mirror.path))
        }
        throw Failure(
            .unavailable,
            "no mirror has \(pin.fileName)",
            facts: facts,
            hint: "put the file into one of them, or name it: `--archive FILE`"
        )
    }

    private func presence(
        of pin: PinnedArchive,
        in mirror: MirrorFolder
    ) -> (path: String?, reason: String) {
        do throws(FileError) {
            for candidate in mirror.candidates(for: pin.fileName)
            where try FileSystem.kind(of: candidate) != nil {
                return (candidate, "found in")
            }
            return (nil, try FileSystem.isDirectory(mirror.path) ? "not in" : "no folder at")
        } catch {
            return (nil, "\(error.errno) at")
        }
    }
}
