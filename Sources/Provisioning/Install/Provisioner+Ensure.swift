internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// How `ensure` goes about it.
    package struct EnsureOptions: Sendable {
        /// `--archive`: where the archive is, rather than in a mirror.
        package var archivePath: String?
        /// `--sha256`: the digest of an archive that no catalogue knows.
        package var digest: SHA256Digest?
        /// The oldest version that may be the answer.
        package var minimum: GoVersion?
        /// `--durability`, or what the manifests say.
        package var durability = Durability.syncfs
        /// `--adopt`: take a complete tree of another origin, if it is what the archive holds.
        package var adopts = false
        /// `--check`: say what would be done, and do nothing.
        package var isCheck = false

        /// The usual way.
        package init() {}
    }

    /// What became of one wish.
    package struct Outcome: Sendable {
        /// What was done, or with `--check` would be.
        package enum Action: String, Sendable {
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
        package let text: String
        /// The version that answers it.
        package let version: GoVersion
        /// What was done.
        package let action: Action
        /// The tree: GOROOT.
        package let goRoot: String
        package let launcherPath: String
        /// The newest version that answers the request, where no source has it and ``version`` took its
        /// place.
        package let missing: GoVersion?
        /// The tree of another store that the launcher ran before; nil where it ran none.
        package let formerGoRoot: String?
    }

    /// Makes a Go present that answers `wish`, or finds that one is.
    ///
    /// What is there already costs a few system calls: no lock, no catalogue, no walk. A tree whose
    /// program or VERSION is gone is repaired.
    ///
    /// - Throws: ``Failure``. Nothing is then changed: no tree is half there, and what was made on
    ///   the way is deleted again.
    package func ensure(
        _ wish: Manifest.Wish,
        options: EnsureOptions
    ) throws(Failure) -> Outcome {
        try refuseUnusableLaunchers()
        let planner = planner(options)
        let (version, missing) = try planner.version(answering: wish)
        do throws(Failure) {
            return try perform(
                planner.step(version, for: wish, insteadOf: missing),
                options: options
            )
        } catch {
            if case .exactly = wish.request { throw error }
            return try ensureOlder(
                than: version,
                for: wish,
                insteadOf: missing ?? version,
                by: planner,
                because: error
            )
        }
    }

    /// Carries a step out; with `--check` only looks whether that could begin.
    func perform(_ step: GoStep, options: EnsureOptions) throws(Failure) -> Outcome {
        let former = step.need == .nothing ? nil : formerGoRoot(of: step.version)
        // Whatever its receipt says, it is what its owner makes of it.
        if step.need == .nothing { try refuseProgramOfOthers(store.goRoot(of: step.version)) }
        var need = step.need
        if options.isCheck {
            if need != .nothing { try refuseUnsafeRoots() }
            if let source = step.sources.first { try check(source) }
        } else if need != .nothing {
            need = try fulfil(step, options: options)
        }
        return Outcome(
            text: step.wish.text,
            version: step.version,
            action: need.action,
            goRoot: store.goRoot(of: step.version),
            launcherPath: launchers.path(of: launcher(of: step.version)),
            missing: step.missing,
            formerGoRoot: former
        )
    }

    /// The tree elsewhere that the launcher of `version` runs; nil where there is none.
    private func formerGoRoot(of version: GoVersion) -> String? {
        launchers.otherTarget(of: launcher(of: version))?.path
    }

    /// What stands where a version's SDK would be, as something to repair.
    func entry(of version: GoVersion) throws(Failure) -> SDKStore.Entry {
        SDKStore.Entry(
            installation: .go(version),
            goRoot: store.goRoot(of: version),
            state: try state(of: version) ?? .unknown(reason: "it was removed meanwhile")
        )
    }

    // MARK: What to install

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

extension GoStep.Need {
    /// What has been done when nothing is missing any more.
    fileprivate var action: Provisioner.Outcome.Action {
        switch self {
        case .nothing: .present
        case .launcher: .launcher
        case .adoption: .adopted
        case .repair: .repaired
        case .tree: .installed
        }
    }
}
