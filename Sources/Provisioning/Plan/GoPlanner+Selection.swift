internal import ToolchainCore

/// The version that a request selects.
extension GoPlanner {
    /// Whether the selection for a request depends on the versions that are not installed.
    func readsKnown(_ request: Manifest.Request) throws(Failure) -> Bool {
        switch request.version {
        case .exactly: false
        case .atLeast: bestMatch(request, try stock.installed()) == nil
        case .newest, .newestPreRelease, .latest, .oldStable: true
        }
    }

    /// Selects the version for a request.
    ///
    /// An installed version is selected whatever its age: the cooldown is about what to install.
    ///
    /// - Throws: ``Failure`` if no version matches, or all that match are too young.
    func selection(for request: Manifest.Request) throws(Failure) -> GoSelection {
        if case .exactly(let version) = request.version { return GoSelection(version: version) }
        let installed = try stock.installed()
        if case .atLeast = request.version, let found = bestMatch(request, installed) {
            return GoSelection(version: found)
        }
        let known = try stock.known(.best(request.version))
        let allowed = known.filter(cooldown.allows).map(\.version) + installed
        let all = known.map(\.version) + installed
        let latest = request.version.best(among: all)
        guard let newest = request.version.best(among: allowed) else {
            throw latest == nil ? unknown(request, known) : tooYoung(request, known)
        }
        var selection = GoSelection(version: newest, source: source(of: newest, in: known))
        if let latest, latest > newest {
            selection.cooling = known.first { $0.version == latest }.map {
                CoolingGo(version: latest, allowedFrom: cooldown.firstDay(of: $0))
            }
        }
        guard !stock.mayAskServers,
            let available = try candidates(for: request, in: known).first(where: isLocal),
            available != newest
        else { return selection }
        return GoSelection(
            version: available,
            missing: newest,
            source: source(of: available, in: known),
            cooling: selection.cooling
        )
    }

    /// Returns the selection of a version instead of the newest one, which no source has.
    func selection(
        of version: GoVersion,
        insteadOf newest: GoVersion,
        for request: Manifest.Request
    ) throws(Failure) -> GoSelection {
        let source = source(of: version, in: try stock.known(.matching(request.version)))
        return GoSelection(version: version, missing: newest, source: source)
    }

    /// Returns all versions that a request may select, newest first.
    func candidates(for request: Manifest.Request) throws(Failure) -> [GoVersion] {
        try candidates(for: request, in: stock.known(.matching(request.version)))
    }

    private func candidates(
        for request: Manifest.Request,
        in known: [KnownGo]
    ) throws(Failure) -> [GoVersion] {
        let versions = Set(
            try known.filter(cooldown.allows).map(\.version) + stock.installed()
        )
        let meant = request.version.resolved(among: versions)
        return versions.filter { version in
            meant.isMatched(by: version) && isAllowed(version)
        }.sorted(by: >)
    }

    /// Whether a version can be used offline: it is installed, or its archive is on this host.
    func isLocal(_ version: GoVersion) -> Bool {
        (try? stock.installed())?.contains(version) == true || stock.hasLocalArchive(version)
    }

    /// Returns the best allowed match among `versions`.
    func bestMatch(_ request: Manifest.Request, _ versions: [GoVersion]) -> GoVersion? {
        request.version.best(among: versions.filter(isAllowed))
    }

    private func isAllowed(_ version: GoVersion) -> Bool {
        policy.minimum.map { version >= $0 } ?? true
    }

    private func source(of version: GoVersion, in known: [KnownGo]) -> GoNameSource? {
        known.first { $0.version == version }?.source
    }

    // MARK: Failures

    private func unknown(_ request: Manifest.Request, _ known: [KnownGo]) -> Failure {
        Failure(
            .integrity,
            "no catalog lists a Go that matches `\(request.text)` for \(platform)",
            facts: [
                .init("newest known", known.map(\.version).max()?.toolchainName ?? "none")
            ],
            hint: catalogHint()
                ?? "name an exact version and its digest with `--sha256`, or add a catalog:"
                + " `--catalog`"
        )
    }

    /// All versions that match a request are younger than the cooldown.
    private func tooYoung(_ request: Manifest.Request, _ known: [KnownGo]) -> Failure {
        let meant = request.version.resolved(among: known.map(\.version))
        let matching = known.filter { meant.isMatched(by: $0.version) }
            .sorted { $0.version > $1.version }
        let dated = matching.compactMap { known in
            cooldown.firstDay(of: known).map { (known.version, $0) }
        }
        let first = dated.min { $0.1 < $1.1 }
        var facts: [Failure.Fact] = [.init("cooldown", "\(cooldown.days) days")]
        if let first {
            facts.append(.init("allowed from", "\(first.1): \(first.0.toolchainName)"))
        } else {
            facts.append(.init("release date", "unknown"))
        }
        let name = (first?.0 ?? matching.first?.version)?.toolchainName ?? "go1.21.13"
        return Failure(
            .unavailable,
            first == nil
                ? "the release date of every Go that matches `\(request.text)` is unknown"
                : "every Go that matches `\(request.text)` is younger than the cooldown",
            facts: facts,
            hint: "to install it now, name the exact version: `gotoolprov ensure \(name)`"
        )
    }
}
