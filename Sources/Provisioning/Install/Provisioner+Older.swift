internal import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// How many versions are asked for over the web before a request counts as not to be answered.
    private static let mostWebAttempts = 5

    /// Makes the newest version present that answers `wish` and that a source has.
    ///
    /// - Parameters:
    ///   - version: The version that was planned, for which `failure` came.
    ///   - wish: The request, which several versions answer.
    ///   - newest: The newest version that would answer it.
    ///   - planner: What planned it.
    ///   - failure: Why the planned version is not present.
    /// - Returns: What was done.
    /// - Throws: `failure` where no other version is available.
    func ensureOlder(
        than version: GoVersion,
        for wish: Manifest.Wish,
        insteadOf newest: GoVersion,
        by planner: GoPlanner,
        because failure: Failure
    ) throws(Failure) -> Outcome {
        var failure = failure
        guard failure.isAbsence || failure.kind == .unavailable else { throw failure }
        let older = try planner.candidates(for: wish).drop { $0 >= version }
        guard failure.isAbsence else {
            // Nobody knows whether the newest could be had, but another one can.
            if let local = older.first(where: planner.isLocal) {
                failure.facts.append(.init("available offline", local.toolchainName))
                failure.hint = "`--offline` takes \(local.toolchainName)"
            }
            throw failure
        }
        var webAttempts = 1
        var asked = [version]
        for version in older {
            if !planner.isLocal(version) {
                guard mayAskWeb, webAttempts < Self.mostWebAttempts else { continue }
                webAttempts += 1
            }
            do {
                return try perform(
                    planner.step(version, for: wish, insteadOf: newest),
                    options: planner.options
                )
            } catch {
                guard error.isAbsence else { throw error }
                asked.append(version)
            }
        }
        if asked.count > 1 {
            let names = asked.dropFirst().map(\.toolchainName).joined(separator: ", ")
            failure.facts.append(.init("nor", names))
        }
        throw failure
    }

    /// The newest of some versions; where nothing but this host may be asked, the newest that it has.
    func newestAvailable(
        of versions: [GoVersion],
        in catalogue: Catalogue,
        _ options: EnsureOptions
    ) -> GoVersion? {
        guard !mayAskWeb else { return versions.max() }
        return versions.filter { isAtHand($0, in: catalogue, options) }.max() ?? versions.max()
    }

    /// What a request for a tool means, as far as its version is open: without servers to ask, the
    /// newest whose archive this host has, or that is installed.
    ///
    /// - Returns: The versions, and the catalogue that they are to be taken from.
    /// - Throws: ``Failure`` where no version fits.
    func availableNeeds(
        _ request: ToolRequest,
        for targets: [GoVersion],
        in catalogue: Catalogue,
        options: EnsureOptions
    ) throws(Failure) -> ([ToolNeed], Catalogue) {
        let newest = try needs(request, for: targets, in: catalogue)
        guard request.version == nil, !mayAskWeb else { return (newest, catalogue) }
        func isAtHand(_ pin: PinnedArchive) -> Bool {
            (try? sources(of: pin, options: options))?.contains { $0.address == nil } == true
        }
        let installed = Set(
            try store.usableTools(on: platform).map(\.build).filter { $0.tool == request.tool }
        )
        let prebuilt = catalogue.tools.prebuilt(request.tool, for: platform).filter { archive in
            installed.contains(archive.build)
                || isAtHand(
                    PinnedArchive(.tool(archive.build), platform: platform, file: archive.file)
                )
        }
        let versions = Set(prebuilt.map(\.build.version) + installed.map(\.version))
        let available = catalogue.keepingTools(
            delve: { versions.contains($0.version) || isAtHand($0.sourceArchive(for: platform)) },
            prebuilt: prebuilt.contains
        )
        guard var found = try? needs(request, for: targets, in: available) else {
            return (newest, catalogue)
        }
        for index in found.indices {
            guard
                let better = newest.first(where: { need in
                    need.version > found[index].version
                        && need.targets.contains(where: found[index].targets.contains)
                })
            else { continue }
            found[index].reason += "; \(better.version) also fits, but is not available offline"
        }
        return (found, available)
    }

    /// Whether archives may be requested from servers.
    var mayAskWeb: Bool {
        guard !settings.isOffline else { return false }
        return settings.usesOfficial
            || settings.mirrors.contains { if case .web = $0 { true } else { false } }
    }

    /// Whether the archive of a version is on this host: in the cache or in a mirror directory.
    func isAtHand(
        _ version: GoVersion,
        in catalogue: Catalogue,
        _ options: EnsureOptions
    ) -> Bool {
        guard let pin = catalogue.archive(of: version, for: platform),
            let sources = try? sources(of: pin, options: options)
        else { return false }
        return sources.contains { $0.address == nil }
    }

    /// The installed versions that `ensure` would take as they are.
    func usableVersions() throws(Failure) -> [GoVersion] {
        try store.usableSDKs(on: platform).filter(\.isVerified).map(\.version)
    }
}
