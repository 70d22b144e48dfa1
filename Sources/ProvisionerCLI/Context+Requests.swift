internal import Provisioning
internal import ToolchainCore

/// What somebody asks for in words.
extension Context {
    /// Reads a request for a Go from the command line.
    func wish(_ text: String) throws(Failure) -> Manifest.Wish {
        do throws(GoRequest.Rejection) {
            let wish = Manifest.Wish(text: text, request: try GoRequest(parsing: text))
            if let remark = GoRequest.remark(on: text) { note(remark) }
            return wish
        } catch {
            throw Failure(.usage, "`\(text)` \(error.reason)", hint: error.suggestion)
        }
    }

    /// Reads a request for a tool from the command line.
    func toolRequest(_ text: String) throws(Failure) -> ToolRequest {
        do throws(GoRequest.Rejection) {
            return try ToolRequest(parsing: text)
        } catch {
            throw Failure(.usage, "`\(text)` \(error.reason)", hint: error.suggestion)
        }
    }

    /// The installed tools that a name or a request such as `dlv@1.25.0` means.
    func tools(
        _ text: String,
        among entries: [SDKStore.Entry]
    ) throws(Failure) -> [SDKStore.Entry] {
        let chosen: [SDKStore.Entry]
        if let build = ToolBuild(name: text) {
            chosen = entries.filter { $0.toolBuild == build }
        } else {
            let request = try toolRequest(text)
            chosen = entries.filter { entry in
                entry.toolBuild.map {
                    $0.tool == request.tool && $0.version == request.version ?? $0.version
                } ?? false
            }
        }
        guard !chosen.isEmpty else {
            throw Failure(
                .unavailable,
                "`\(text)` is not installed",
                hint: "`gotoolprov list` shows what is"
            )
        }
        return chosen
    }

    /// Reads requests for Go versions and for tools, each in its order.
    func requests(
        _ texts: [String]
    ) throws(Failure) -> (go: [Manifest.Wish], tools: [ToolRequest]) {
        var wishes: [Manifest.Wish] = []
        var tools: [ToolRequest] = []
        for text in texts {
            if ToolRequest.isForTool(text) {
                tools.append(try toolRequest(text))
            } else {
                wishes.append(try wish(text))
            }
        }
        return (wishes, tools)
    }

    /// What of `entries` the texts mean: of a Go the best that is there, of a tool all builds.
    ///
    /// - Throws: ``Failure`` where nothing is there that one of them asks for.
    func chosen(
        _ texts: [String],
        among entries: [SDKStore.Entry]
    ) throws(Failure) -> [SDKStore.Entry] {
        var chosen: [SDKStore.Entry] = []
        for text in texts {
            if ToolRequest.isForTool(text) {
                chosen += try tools(text, among: entries)
                continue
            }
            let request = try wish(text).request
            guard let version = request.best(among: entries.compactMap(\.goVersion)),
                let entry = entries.first(where: { $0.goVersion == version })
            else {
                throw Failure(
                    .unavailable,
                    "`\(text)` is not installed",
                    hint: "`gotoolprov list` shows what is"
                )
            }
            chosen.append(entry)
        }
        return chosen
    }

    /// What is to be removed, whether or not it is there: an exact Go, or a tool's version in all of
    /// its builds.
    func exactly(
        _ texts: [String],
        among entries: [SDKStore.Entry]
    ) throws(Failure) -> [Installation] {
        var exact: [Installation] = []
        for text in texts {
            if let build = ToolBuild(name: text) {
                exact.append(.tool(build))
                continue
            }
            guard ToolRequest.isForTool(text) else {
                guard case .exactly(let version) = try wish(text).request else {
                    throw Failure(
                        .usage,
                        "`\(text)` is not an exact version",
                        hint: "`gotoolprov list` shows what is installed"
                    )
                }
                exact.append(.go(version))
                continue
            }
            let request = try toolRequest(text)
            guard let version = request.version else {
                throw Failure(
                    .usage,
                    "`\(text)` does not say which version",
                    hint: "`gotoolprov list` shows what is installed"
                )
            }
            let builds = entries.compactMap(\.toolBuild).filter {
                $0.tool == request.tool && $0.version == version
            }
            if builds.isEmpty { note("\(request) is not installed") }
            exact += builds.map(Installation.tool)
        }
        return exact
    }
}
