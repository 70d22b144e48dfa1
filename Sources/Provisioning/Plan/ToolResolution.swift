internal import ToolchainCore

/// A version of a tool that a request resolved to.
struct ResolvedTool {
    let version: ToolVersion
    var targets: [GoVersion]
    var oldestBuilder: GoVersion
    var reason: String
}

/// Resolves tool requests to versions, from the catalogs and the installed tools.
struct ToolResolution {
    let tools: ToolCatalog
    /// The usable installed tools.
    let installed: [ToolBuild]
    let platform: GoPlatform

    private var compatibility: Compatibility {
        Compatibility(tools, on: platform.architecture)
    }

    /// Resolves a request to the versions that cover all target Go versions.
    func selections(
        _ request: ToolRequest,
        for targets: [GoVersion]
    ) throws(Failure) -> [ResolvedTool] {
        var selections: [ResolvedTool] = []
        func add(_ choice: CompatibleTool, for target: GoVersion?) {
            guard let index = selections.firstIndex(where: { $0.version == choice.version }) else {
                selections.append(
                    ResolvedTool(
                        version: choice.version,
                        targets: target.map { [$0] } ?? [],
                        oldestBuilder: choice.oldestBuilder,
                        reason: choice.reason
                    )
                )
                return
            }
            if let target, !selections[index].targets.contains(target) {
                selections[index].targets.append(target)
            }
            if choice.oldestBuilder > selections[index].oldestBuilder {
                selections[index].oldestBuilder = choice.oldestBuilder
                selections[index].reason = choice.reason
            }
        }
        do throws(NoCompatibleVersion) {
            for target in targets {
                add(try choice(request, for: target), for: target)
            }
            if targets.isEmpty, request.tool != .delve {
                add(try prebuiltChoice(request, for: nil), for: nil)
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
        guard !selections.isEmpty else {
            throw Failure(
                .usage,
                "no Go is installed, so the compatible version of \(request.tool) is unknown",
                hint: "name a Go: `gotoolprov ensure go1.21.13 \(request)`, or `--for go1.21.13`"
            )
        }
        return selections
    }

    /// Resolves a request to a version for one Go.
    ///
    /// - Throws: ``NoCompatibleVersion``.
    func choice(
        _ request: ToolRequest,
        for target: GoVersion
    ) throws(NoCompatibleVersion) -> CompatibleTool {
        guard request.tool == .delve else {
            return try prebuiltChoice(request, for: target)
        }
        if let version = request.version {
            return try compatibility.delve(version, debugging: target)
        }
        if let archived = archivedDelve(for: target) { return archived }
        return try compatibility.delve(debugging: target)
    }

    /// Returns the newest compatible Delve among the listed archives and the installed builds, if
    /// catalogs list a compatible archive: a site that provides archives does not expect Delve to be
    /// compiled.
    ///
    /// - Returns: The version, or `nil` if no archive is compatible.
    private func archivedDelve(
        for target: GoVersion
    ) -> CompatibleTool? {
        func compatible(_ builds: [ToolBuild]) -> [CompatibleTool] {
            builds.filter { $0.tool == .delve }.compactMap { build in
                let choice = try? compatibility.delve(build.version, debugging: target)
                return choice.flatMap { $0.allows(build.builder) ? $0 : nil }
            }
        }
        let archived = compatible(tools.prebuilt(.delve, for: platform).map(\.build))
        guard !archived.isEmpty else { return nil }
        let present = compatible(installed)
        guard let choice = (archived + present).max(by: { $0.version < $1.version }) else {
            return nil
        }
        return CompatibleTool(
            tool: .delve,
            version: choice.version,
            oldestBuilder: choice.oldestBuilder,
            reason:
                "\(choice.version) is compatible with go\(target.line) and available as an archive"
        )
    }

    /// Returns the newest compatible version of a tool that is only distributed as an archive.
    private func prebuiltChoice(
        _ request: ToolRequest,
        for target: GoVersion?
    ) throws(NoCompatibleVersion) -> CompatibleTool {
        let tool = request.tool
        let isConstrained = tool == .gopls && target != nil && request.version == nil
        let best: CompatibleTool? =
            if isConstrained, let target { try compatibility.gopls(with: target) } else { nil }
        func matches(_ version: ToolVersion) -> Bool {
            if let requested = request.version { return version == requested }
            guard let best else { return true }
            return version <= best.version
        }
        let archived = tools.prebuilt(tool, for: platform).map(\.build.version)
        let present = installed.filter { $0.tool == tool }.map(\.version)
        guard let version = (archived + present).filter(matches).max() else {
            let others = archived.map(\.description).joined(separator: ", ")
            let unlisted = "no catalog lists an archive of \(request) for \(platform)"
            throw NoCompatibleVersion(
                reason: best.map { "\($0.reason); \(unlisted)" } ?? unlisted,
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
        return CompatibleTool(tool: tool, version: version, reason: reason)
    }
}
