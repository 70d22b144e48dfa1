package import ToolchainCore
package import TransparencyLog

extension Supply {
    /// Proves by the log which hash the Go project published for a toolchain of this run's platform.
    ///
    /// The record is looked up in the mirrors, the module proxies of GOPROXY and the log itself, in this
    /// order. Its tree is compared with the newest one that this user has seen, and kept instead of that if
    /// it is newer.
    ///
    /// - Parameter version: A release, go1.21 or newer.
    /// - Returns: The proven record.
    /// - Throws: ``Failure``: of kind `unavailable` if the log is disabled, does not record the version, or
    ///   cannot be reached; `integrity` for an answer that is forged, contradicts the tree or is about
    ///   anything else; `destination` if the head of the tree cannot be kept. `isAbsence` is set if all
    ///   places were asked and none has the record.
    package func proveByLog(_ version: GoVersion) throws(Failure) -> ProvenToolchain {
        try proveByLog(ToolchainModule(version, session.platform))
    }

    /// Proves by the log which hash the Go project published for a toolchain of any platform.
    ///
    /// - Parameter module: The toolchain.
    /// - Returns: The proven record.
    /// - Throws: As ``proveByLog(_:)``.
    func proveByLog(_ module: ToolchainModule) throws(Failure) -> ProvenToolchain {
        let log = session.settings.log
        if let reason = log.disabledBy {
            throw Failure(
                .unavailable,
                "the log is disabled",
                facts: [.init("log", log.name), .init("disabled by", reason)]
            )
        }
        var skipped: [Failure.Fact] = []
        let places = logPlaces(log, skipped: &skipped)
        let prover = LogProver(self, module, in: places)
        return try prover.prove(skipped: skipped)
    }
}
