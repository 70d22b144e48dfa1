internal import ToolchainCore

extension EditorToolForecast.Knowledge {
    /// Returns what is known about the releases of a tool.
    static func of(
        _ tool: EditorToolSearch.Tool,
        in table: ToolCatalog,
        on architecture: GoArchitecture
    ) -> EditorToolForecast.Knowledge {
        @Sendable func number(_ version: ToolVersion?) -> ReleaseNumber? {
            version.flatMap { ReleaseNumber($0.description) }
        }
        let compatibility = Compatibility(table, on: architecture)
        return EditorToolForecast.Knowledge(
            newest: {
                switch tool {
                case .go: nil
                // The compatibility of the newest release may not be known yet.
                case .delve:
                    number(table.delve.values.filter { $0.accepts != nil }.map(\.version).max())
                case .gopls: number(table.gopls.keys.max())
                }
            },
            newestCompatible: { go in
                switch tool {
                case .go: nil
                case .delve:
                    number(compatibility.newestDelve(debugging: go))
                case .gopls: number((try? compatibility.gopls(with: go))?.version)
                }
            },
            isCompatible: { release, go in
                guard let version = ToolVersion(release.description) else { return nil }
                switch tool {
                case .go: return nil
                case .delve:
                    return compatibility.verdict(
                        delve: version,
                        builtBy: nil,
                        debugging: go
                    ).isCompatible
                case .gopls: return compatibility.verdict(gopls: version, with: go).isCompatible
                }
            }
        )
    }
}
