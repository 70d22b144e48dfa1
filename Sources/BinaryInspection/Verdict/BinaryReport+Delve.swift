package import ToolchainCore

extension BinaryReport {
    /// Which Delve is compatible with the program, on the program's architecture; `tools` lists releases.
    package func compatibleDelve(in tools: ToolCatalog?) -> CompatibleDelve {
        guard let architecture = elf.architecture, let tools, isForLinux,
            verdict != .notGo
        else { return .unknown() }
        guard let go = goVersion else {
            return .unknown(
                because: buildInfo.map {
                    "`\($0.versionText.withVisibleControls)` is not a Go release"
                }
            )
        }
        do throws(NoCompatibleVersion) {
            let fit = try Compatibility(tools, on: architecture).delve(debugging: go)
            return .version(fit.version.description)
        } catch {
            let nearest = error.nearest.map { "; the closest is \($0)" } ?? ""
            return .none(because: error.reason + nearest)
        }
    }
}
