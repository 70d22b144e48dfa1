internal import ToolchainCore

extension EditorToolSearch.Settings {
    /// Returns notes on settings that conflict with the `go` command that the extension finds, or
    /// that have an unexpected effect.
    ///
    /// - Parameters:
    ///   - go: The path of the `go` command that is found, or `nil` if there is none.
    ///   - root: The GOROOT of that command, or `nil` if unknown.
    ///   - home: The home directory.
    ///   - realPath: Resolves symbolic links; returns `nil` if the file does not exist.
    /// - Returns: The notes, one sentence each.
    package func remarks(
        go: String?,
        root: String?,
        home: String?,
        realPath: (String) -> String?
    ) -> [String] {
        unexpandedPaths + contradictions(go: go, root: root, home: home, realPath: realPath)
    }

    /// Returns notes on paths that the extension does not expand.
    private var unexpandedPaths: [String] {
        alternateTools.sorted { $0.key < $1.key }.compactMap { tool, path in
            let setting = "go.alternateTools.\(tool) is `\(path)`"
            if path.replacing(text: "${", with: "").contains(byte: "$") {
                return "\(setting): VS Code expands `~` and `${env:HOME}`, but not `$HOME`"
            }
            guard path.contains(byte: "/"), !path.hasPrefix("/"), !path.hasPrefix("~/"),
                !path.hasPrefix("${")
            else { return nil }
            return "\(setting), a relative path: VS Code searches for it in GOBIN, GOPATH and PATH"
        }
    }

    /// Returns notes on settings that make the tools use another Go than the one that is found.
    private func contradictions(
        go: String?,
        root: String?,
        home: String?,
        realPath: (String) -> String?
    ) -> [String] {
        guard let go else { return [] }
        var remarks: [String] = []
        let variables = toolVariables(home: home)
        if let root {
            let roots = [
                ("go.goroot", goRoot?.expandingHome(home)),
                ("go.toolsEnvVars.GOROOT", variables["GOROOT"]),
            ]
            for (name, value) in roots {
                // The values of VS Code's variables are unknown.
                guard let value, !value.isEmpty, !value.contains("${"),
                    !(realPath(value) ?? value).hasSameBytes(as: realPath(root) ?? root)
                else { continue }
                remarks.append(
                    "\(name) is \(value), but \(go) belongs to \(root): tools run with that GOROOT,"
                        + " and Go fails; remove the setting"
                )
            }
        }
        if let path = variables["PATH"], !path.contains("${") {
            let first = path.split(byte: ":").lazy.map { "\($0)/go" }.first { realPath($0) != nil }
            if first.flatMap(realPath) != (realPath(go) ?? go) {
                remarks.append(
                    "go.toolsEnvVars.PATH is \(path), where `go` is \(first ?? "missing"), not \(go):"
                        + " dlv and gopls run that one; remove the setting"
                )
            }
        }
        return remarks
    }
}
