package import HostInspection
package import ToolchainCore

/// Whether a host can debug, and what was done about it: what `doctor` reports.
package struct Checkup {
    /// Whether the host can debug, after the fixes.
    package let readiness: DebugReadiness
    /// What was fixed.
    package let fixed: [String]
    /// What could be fixed and was not, and why.
    package let left: [String]

    /// Checks a host.
    ///
    /// - Parameters:
    ///   - host: The host.
    ///   - fixes: Whether to do what is safe and in the user's own files.
    /// - Throws: ``Failure`` where the host's settings or platform are not known.
    package init(of host: HostContext, fixes: Bool) throws(Failure) {
        let settings = try host.inspectionSettings()
        let table = try host.readableCatalog(settings).tools
        let compatibility = try host.compatibility(table)
        func judged() -> DebugReadiness {
            DebugReadiness(
                host.debugFacts(host.facts(settings, table)),
                compatibility: compatibility
            )
        }
        var readiness = judged()
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
            if !fixed.isEmpty { readiness = judged() }
        }
        self.readiness = readiness
        self.fixed = fixed
        self.left = left
    }
}
