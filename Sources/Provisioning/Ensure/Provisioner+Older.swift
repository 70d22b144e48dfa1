internal import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// The number of versions to request from servers before giving up.
    private static let mostWebAttempts = 5

    /// The number of versions that only log proofs name to try: each is unpacked, and may be looked up.
    private static let mostUnproven = 5

    /// Installs the newest older version that matches `request` and that a source has.
    ///
    /// A version that only a log proof in a mirror names is passed over with a remark, too, if the proof
    /// does not prove its archive and the log has no record of it. After several, no other is tried.
    ///
    /// - Parameters:
    ///   - version: The planned version, which is not available.
    ///   - request: The request, which several versions match.
    ///   - newest: The newest version that matches the request.
    ///   - planner: The planner that planned `version`.
    ///   - failure: Why `version` could not be installed.
    /// - Returns: The outcome.
    /// - Throws: `failure` if no other version is available.
    func ensureOlder(
        than version: GoVersion,
        for request: Manifest.Request,
        insteadOf newest: GoVersion,
        by planner: GoPlanner,
        because failure: Failure
    ) throws(Failure) -> Outcome {
        var failure = failure
        let skip = try skipRemark(on: version, for: request, by: planner, after: failure)
        guard skip != nil || failure.isAbsence || failure.kind == .unavailable else {
            throw failure
        }
        let older = try planner.candidates(for: request).drop { $0 >= version }
        guard skip != nil || failure.isAbsence else {
            // The server may work again later, so do not silently install an older version.
            if let local = older.first(where: planner.isLocal) {
                failure.facts.append(.init("available offline", local.toolchainName))
                failure.hint = "use `--offline` to install \(local.toolchainName)"
            }
            throw failure
        }
        var webAttempts = 1
        var attempted = [version]
        var remarks = [skip].compactMap(\.self)
        for version in older {
            if remarks.count >= Self.mostUnproven,
                try provenSource(of: version, for: request, by: planner) != nil
            {
                continue
            }
            if !planner.isLocal(version) {
                guard supply.mayAskServers, webAttempts < Self.mostWebAttempts else { continue }
                webAttempts += 1
            }
            do throws(Failure) {
                let outcome = try perform(
                    planner.step(
                        planner.selection(of: version, insteadOf: newest, for: request),
                        for: request
                    )
                )
                for remark in remarks { session.onEvent(remark) }
                return outcome
            } catch {
                let skip = try skipRemark(on: version, for: request, by: planner, after: error)
                guard skip != nil || error.isAbsence else { throw error }
                if let skip { remarks.append(skip) }
                attempted.append(version)
            }
        }
        if attempted.count > 1 {
            let names = attempted.dropFirst().map(\.toolchainName).joined(separator: ", ")
            failure.facts.append(.init("also unavailable", names))
        }
        throw failure
    }

    /// Returns what to report about a version that only a log proof in a mirror names and does not prove.
    ///
    /// - Returns: The event, or `nil` if the failure is about something else, or something else names the
    ///   version.
    private func skipRemark(
        on version: GoVersion,
        for request: Manifest.Request,
        by planner: GoPlanner,
        after failure: Failure
    ) throws(Failure) -> Session.Event? {
        guard failure.isUnproven,
            let source = try provenSource(of: version, for: request, by: planner)
        else { return nil }
        let name = version.toolchainName
        return .remark(
            name,
            "\(name) is skipped, because only a \(source) names it: \(failure.onOneLine)"
        )
    }
    /// Returns what names a version, or `nil` unless that is only a log proof in a mirror.
    private func provenSource(
        of version: GoVersion,
        for request: Manifest.Request,
        by planner: GoPlanner
    ) throws(Failure) -> GoNameSource? {
        let known = try planner.stock.known(.matching(request.version))
        guard let source = known.first(where: { $0.version == version })?.source,
            case .proof = source
        else { return nil }
        return source
    }
}
