internal import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// How many versions are requested from servers before a request fails.
    private static let mostWebAttempts = 5

    /// Makes the newest version present that answers `request` and that a source has.
    ///
    /// - Parameters:
    ///   - version: The version that was planned, for which `failure` came.
    ///   - request: The request, which several versions answer.
    ///   - newest: The newest version that would answer it.
    ///   - planner: What planned it.
    ///   - failure: Why the planned version is not present.
    /// - Returns: What was done.
    /// - Throws: `failure` where no other version is available.
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
            // The newest may be available later; another one is available now.
            if let local = older.first(where: planner.isLocal) {
                failure.facts.append(.init("available offline", local.toolchainName))
                failure.hint = "use `--offline` to install \(local.toolchainName)"
            }
            throw failure
        }
        var webAttempts = 1
        var asked = [version]
        for version in older {
            if !planner.isLocal(version) {
                guard supply.mayAskServers, webAttempts < Self.mostWebAttempts else { continue }
                webAttempts += 1
            }
            do {
                return try perform(planner.step(version, for: request, insteadOf: newest))
            } catch {
                guard error.isAbsence else { throw error }
                asked.append(version)
            }
        }
        if asked.count > 1 {
            let names = asked.dropFirst().map(\.toolchainName).joined(separator: ", ")
            failure.facts.append(.init("also unavailable", names))
        }
        throw failure
    }
}
