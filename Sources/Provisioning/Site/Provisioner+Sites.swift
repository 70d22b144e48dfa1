internal import ToolchainCore

/// When the mirrors are asked for the catalogs of sites: only if something may have to be installed, so that
/// nothing else becomes slower.
extension Provisioner {
    /// Reads the catalogs of sites in the mirrors, unless what is requested is installed.
    ///
    /// - Throws: ``Failure`` as ``Supply/refreshSites(isCheck:)``.
    func refreshSites(for requests: [Manifest.Request]) throws(Failure) {
        guard session.settings.knowledge.sites.isEnabled else { return }
        let planner = planner
        let isNeeded = requests.contains { request in
            if case .exactly(let version) = request.version {
                // The plan that follows reports why the store cannot be read.
                return (try? planner.change(for: version))?.installs ?? false
            }
            return (try? planner.readsKnown(request)) ?? false
        }
        if isNeeded { try supply.refreshSites(isCheck: policy.isCheck) }
    }

    /// Plans a tool; if it has to be installed, reads the catalogs of sites in the mirrors first.
    ///
    /// - Throws: ``Failure`` as ``plan(_:for:)`` and ``Supply/refreshSites(isCheck:)``.
    func refreshedPlan(
        _ request: ToolRequest,
        for targets: [GoVersion]?
    ) throws(Failure) -> [ToolStep] {
        guard session.settings.knowledge.sites.isEnabled else {
            return try plan(request, for: targets)
        }
        if let steps = try? plan(request, for: targets), !steps.contains(where: \.installs) {
            return steps
        }
        try supply.refreshSites(isCheck: policy.isCheck)
        return try plan(request, for: targets)
    }
}
