internal import ToolchainCore

extension Provisioner {
    /// A version of a tool that is needed, and what for.
    struct ToolNeed {
        let version: ToolVersion
        var targets: [GoVersion]
        var oldestBuilder: GoVersion
        var reason: String
    }

    /// The versions of a tool that a request means for some Go versions.
    func needs(
        _ request: ToolRequest,
        for targets: [GoVersion],
        in catalogue: Catalogue
    ) throws(Failure) -> [ToolNeed] {
        let tools = catalogue.tools
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
            if request.tool == .delve {
                for target in targets {
                    let fit: ToolFit
                    if let version = request.version {
                        fit = try tools.delve(
                            version,
                            for: target.line,
                            on: platform.architecture
                        )
                    } else {
                        fit = try tools.delve(for: target.line, on: platform.architecture)
                    }
                    add(fit, for: target)
                }
                if let version = request.version, targets.isEmpty {
                    add(try tools.delve(version, for: nil, on: platform.architecture), for: nil)
                }
            } else {
                for target in targets.isEmpty ? [nil] : targets.map(Optional.some) {
                    add(try prebuiltFit(request, for: target, in: tools), for: target)
                }
            }
        } catch {
            throw Failure(
                .configuration,
                "no \(request.tool) fits: \(error.reason)",
                facts: error.nearest.map { [.init("nearest", $0)] } ?? [],
                hint: "docs/TOOLS.md has what fits which Go"
            )
        }
        guard !needs.isEmpty else {
            throw Failure(
                .usage,
                "no Go is installed, so which \(request.tool) fits is not known",
                hint: "name a Go too, such as `gotoolprov ensure go1.21.13 \(request)`, or"
                    + " `--for go1.21.13`"
            )
        }
        return needs
    }

    /// Of a tool that comes in archives only, the newest that there is an archive of and that fits.
    private func prebuiltFit(
        _ request: ToolRequest,
        for target: GoVersion?,
        in tools: ToolCatalogue
    ) throws(NoFit) -> ToolFit {
        let tool = request.tool
        let fitting = tool == .gopls && target != nil && request.version == nil
        let best: ToolFit? =
            if fitting, let target { try tools.gopls(for: target.line) } else { nil }
        func isWanted(_ version: ToolVersion) -> Bool {
            if let wanted = request.version { return version == wanted }
            guard let best else { return true }
            return version <= best.version
        }
        let archived = tools.prebuilt(tool, for: platform).map(\.build.version)
        let installed = ((try? store.usableTools(on: platform)) ?? []).map(\.build)
            .filter { $0.tool == tool }.map(\.version)
        guard let version = (archived + installed).filter(isWanted).max() else {
            let others = archived.map(\.description).joined(separator: ", ")
            let lacking = "no catalogue has an archive of \(request) for \(platform)"
            throw NoFit(
                reason: best.map { "\($0.reason); \(lacking)" } ?? lacking,
                nearest: others.isEmpty ? nil : "there are archives of \(others)"
            )
        }
        var reason = "\(version)"
        if let best {
            reason =
                best.version == version
                ? best.reason
                : "\(version) is the newest that there is an archive of; \(best.reason)"
        } else if request.version == nil {
            reason += " is the newest that there is an archive of"
        }
        return ToolFit(tool: tool, version: version, reason: reason)
    }
}
