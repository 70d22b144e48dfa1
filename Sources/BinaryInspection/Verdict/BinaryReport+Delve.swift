package import ToolchainCore

extension BinaryReport {
    /// Returns the newest Delve that is compatible with the program, on the program's architecture.
    ///
    /// - Parameter tools: The known releases; nil if there is no catalog.
    /// - Returns: The Delve, or why there is none.
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
            let tool = try Compatibility(tools, on: architecture).delve(debugging: go)
            return .version(tool.version.description)
        } catch {
            let nearest = error.nearest.map { "; the closest is \($0)" } ?? ""
            return .none(because: error.reason + nearest)
        }
    }
}
