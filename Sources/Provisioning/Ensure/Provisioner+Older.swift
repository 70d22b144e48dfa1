internal import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// The number of versions to request from servers before giving up.
    private static let mostWebAttempts = 5

    /// Installs the newest older version that matches `request` and that a source has.
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
        guard failure.isAbsence || failure.kind == .unavailable else { throw failure }
        let older = try planner.candidates(for: request).drop { $0 >= version }
        guard failure.isAbsence else {
            // The server may work again later, so do not silently install an older version.
            if let local = older.first(where: planner.isLocal) {
                failure.facts.append(.init("available offline", local.toolchainName))
                failure.hint = "use `--offline` to install \(local.toolchainName)"
            }
            throw failure
        }
        var webAttempts = 1
        var attempted = [version]
        for version in older {
            if !planner.isLocal(version) {
                guard supply.mayAskServers, webAttempts < Self.mostWebAttempts else { continue }
                webAttempts += 1
            }
            do {
                return try perform(
                    planner.step(
                        planner.selection(of: version, insteadOf: newest),
                        for: request
                    )
                )
            } catch {
                guard error.isAbsence else { throw error }
                attempted.append(version)
            }
        }
        if attempted.count > 1 {
            let names = attempted.dropFirst().map(\.toolchainName).joined(separator: ", ")
            failure.facts.append(.init("also unavailable", names))
        }
        throw failure
    }
}
