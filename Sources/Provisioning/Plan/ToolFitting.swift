internal import ToolchainCore

/// A version of a tool that is needed, and what for.
struct ToolNeed {
    let version: ToolVersion
    var targets: [GoVersion]
    var oldestBuilder: GoVersion
    var reason: String
}

/// Which versions of a tool a request means, by what catalogs list and what is installed.
struct ToolFitting {
    let tools: ToolCatalog
    /// The tools that are installed and can be used.
    let installed: [ToolBuild]
    let platform: GoPlatform

    private var compatibility: Compatibility {
        Compatibility(tools, on: platform.architecture)
    }

    /// The versions of a tool that a request means for some Go versions.
    func needs(
        _ request: ToolRequest,
        for targets: [GoVersion]
    ) throws(Failure) -> [ToolNeed] {
        var needs: [ToolNeed] = []
        func add(_ fit: ToolFit, for target: GoVersion?) {
            guard let index = needs.firstIndex(where: { $0.version == fit.version }) else {
                needs.append(
                    ToolNeed(
                        version: fit.version,
                        targets: target.map { [$0] } ?? [],
                        oldestBuilder: fit.oldestBuilder,
                        reason: fit.reason
                    )
                )
                return
            }
            if let target, !needs[index].targets.contains(target) {
                needs[index].targets.append(target)
            }
            if fit.oldestBuilder > needs[index].oldestBuilder {
                needs[index].oldestBuilder = fit.oldestBuilder
                needs[index].reason = fit.reason
            }
        }
        do throws(NoFit) {
            for target in targets {
                add(try fit(request, for: target), for: target)
            }
            if targets.isEmpty, request.tool != .delve {
                add(try prebuiltFit(request, for: nil), for: nil)
            } else if targets.isEmpty, let version = request.version {
                add(try compatibility.delve(version, debugging: nil), for: nil)
            }
        } catch {
            let outcome =
                error.isUnknown
                ? "the compatibility of \(request) is unknown"
                : request.tool == .delve
                    ? "no \(request.tool) is compatible" : "\(request.tool) is not available"
            throw Failure(
                .configuration,
                "\(outcome): \(error.reason)",
                facts: error.nearest.map { [.init("nearest", $0)] } ?? [],
                hint: request.tool == .delve
                    ? "see docs/concepts/tools.md for the compatible versions"
                    : "add a catalog that lists an archive of it: `--catalog FILE`;"
                        + " see docs/reference/catalog.md"
            )
        }
        guard !needs.isEmpty else {
            throw Failure(
                .usage,
                "no Go is installed, so the compatible version of \(request.tool) is unknown",
                hint: "name a Go: `gotoolprov ensure go1.21.13 \(request)`, or `--for go1.21.13`"
            )
        }
        return needs
    }

    /// The version of a tool that a request means for one Go.
    ///
    /// - Throws: ``NoFit``.
    func fit(
        _ request: ToolRequest,
        for target: GoVersion
    ) throws(NoFit) -> ToolFit {
        guard request.tool == .delve else {
            return try prebuiltFit(request, for: target)
        }
        if let version = request.version {
            return try compatibility.delve(version, debugging: target)
        }
        if let archived = archivedDelve(for: target) { return archived }
        return try compatibility.delve(debugging: target)
    }

    /// Where catalogs list archives of Delve, the newest of them that is compatible, or a newer one that is
    /// installed: a site that provides archives does not want Delve to be compiled.
    ///
    /// - Returns: The fit; nil where no archive is compatible.
    private func archivedDelve(
        for target: GoVersion
    ) -> ToolFit? {
        func fitting(_ builds: [ToolBuild]) -> [ToolFit] {
            builds.filter { $0.tool == .delve }.compactMap { build in
                let fit = try? compatibility.delve(build.version, debugging: target)
                return fit.flatMap { $0.allows(build.builder) ? $0 : nil }
            }
        }
        let archived = fitting(tools.prebuilt(.delve, for: platform).map(\.build))
        guard !archived.isEmpty else { return nil }
        let present = fitting(installed)
        guard let fit = (archived + present).max(by: { $0.version < $1.version }) else {
            return nil
        }
        return ToolFit(
            tool: .delve,
            version: fit.version,
            oldestBuilder: fit.oldestBuilder,
            reason: "\(fit.version) is compatible with go\(target.line) and available as an archive"
        )
    }

    /// The newest compatible version of a tool that is available as an archive only.
    private func prebuiltFit(
        _ request: ToolRequest,
        for target: GoVersion?
    ) throws(NoFit) -> ToolFit {
        let tool = request.tool
        let fitting = tool == .gopls && target != nil && request.version == nil
        let best: ToolFit? =
            if fitting, let target { try compatibility.gopls(with: target) } else { nil }
        func isWanted(_ version: ToolVersion) -> Bool {
            if let wanted = request.version { return version == wanted }
            guard let best else { return true }
            return version <= best.version
        }
        let archived = tools.prebuilt(tool, for: platform).map(\.build.version)
        let present = installed.filter { $0.tool == tool }.map(\.version)
        guard let version = (archived + present).filter(isWanted).max() else {
            let others = archived.map(\.description).joined(separator: ", ")
            let lacking = "no catalog lists an archive of \(request) for \(platform)"
            throw NoFit(
                reason: best.map { "\($0.reason); \(lacking)" } ?? lacking,
                nearest: others.isEmpty ? nil : "archives of \(others)"
            )
        }
        var reason = "\(version)"
        if let best {
            reason =
                best.version == version
                ? best.reason
                : "\(version) is the newest available as an archive; \(best.reason)"
        } else if request.version == nil {
            reason += " is the newest available as an archive"
        }
        return ToolFit(tool: tool, version: version, reason: reason)
    }
}
