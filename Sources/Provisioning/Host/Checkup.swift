package import HostInspection
package import ToolchainCore

/// The result of `doctor`: whether a host can debug, and which fixes were applied.
package struct Checkup {
    /// Whether the host can debug, after the fixes.
    package let readiness: DebugReadiness
    /// Descriptions of the fixes that were applied.
    package let fixed: [String]
    /// The reasons for the fixes that could not be applied.
    package let left: [String]

    /// Checks a host and optionally applies fixes.
    ///
    /// - Parameters:
    ///   - host: The host to check.
    ///   - fixes: Whether to apply the fixes that are safe and only change the user's own files.
    /// - Throws: ``Failure`` if the settings cannot be read or the platform is not supported.
    package init(of host: HostContext, fixes: Bool) throws(Failure) {
        let settings = try host.inspectionSettings()
        let table = try host.readableCatalog(settings).tools
        let compatibility = try host.compatibility(table)
        func assess() -> DebugReadiness {
            DebugReadiness(
                host.debugFacts(host.facts(settings, table)),
                compatibility: compatibility
            )
        }
        var readiness = assess()
        var fixed: [String] = []
        var left: [String] = []
        if fixes {
            for remedy in readiness.checks.flatMap(\.remedies) {
                do throws(RemedyRefusal) {
                    fixed.append(try remedy.apply())
                } catch {
                    left.append(error.words)
                }
            }
            // The result of a fix is checked, not assumed.
            if !fixed.isEmpty { readiness = assess() }
        }
        self.readiness = readiness
        self.fixed = fixed
        self.left = left
    }
}
