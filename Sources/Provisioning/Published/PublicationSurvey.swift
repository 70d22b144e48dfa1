package import HostInspection
package import ToolchainCore
internal import ToolchainHost

/// Determines for all Go toolchains of a host whether the Go project published them.
package struct PublicationSurvey {
    private let host: HostContext
    /// The comparison of files, or `nil` if only receipts are read.
    private let check: PublicationCheck?
    private let time: UTCTime

    /// Creates a survey.
    ///
    /// - Parameters:
    ///   - host: The host.
    ///   - session: The run in which all files are read, or `nil` to read receipts only.
    ///   - time: The time that results are dated with.
    /// - Throws: ``Failure`` of kind `defect` if the built-in table is invalid.
    package init(of host: HostContext, reading session: Session?, at time: UTCTime) throws(Failure)
    {
        self.host = host
        check = try session.map { session throws(Failure) in try PublicationCheck(session) }
        self.time = time
    }

    /// Examines managed toolchains, and others that were found; each is read at most once.
    ///
    /// - Parameters:
    ///   - entries: The contents of the store.
    ///   - found: The toolchains that a search found, which may include managed ones.
    /// - Returns: The states by the paths of the entries and by the roots of the toolchains.
    /// - Throws: ``Failure`` if a signal interrupts the comparison.
    package func states(
        of entries: [Installed<Installation>],
        and found: [GoInstallation] = []
    ) throws(Failure) -> [String: PublishedState] {
        var states: [String: PublishedState] = [:]
        for entry in entries {
            guard let state = try state(of: entry) else { continue }
            states[entry.path] = state
            if let root = host.files.withoutLinks(entry.path) { states[root] = state }
        }
        for installation in found where states[installation.root] == nil {
            states[installation.root] =
                try byFiles(installation) ?? PublishedState(reason: "it has no receipt")
        }
        return states
    }

    private func state(of entry: Installed<Installation>) throws(Failure) -> PublishedState? {
        guard let known = ReceiptEvidence().state(of: entry) else { return nil }
        guard check != nil else { return known }
        let installation = GoInstallation(
            at: entry.path,
            host: nil,
            home: host.environment.home,
            in: host.files
        )
        return try installation.flatMap { found throws(Failure) in try byFiles(found) } ?? known
    }

    private func byFiles(_ installation: GoInstallation) throws(Failure) -> PublishedState? {
        try check.map { check throws(Failure) in
            PublishedState(try check.check(installation), at: time)
        }
    }
}
