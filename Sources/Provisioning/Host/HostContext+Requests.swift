package import ToolchainCore

/// Parsing requests.
extension HostContext {
    /// Parses a request for a Go from the command line.
    package func request(_ text: String) throws(Failure) -> Manifest.Request {
        try refuseAlias(text)
        do throws(GoRequest.Rejection) {
            let request = Manifest.Request(text: text, version: try GoRequest(parsing: text))
            if let remark = GoRequest.remark(on: text) { note(remark) }
            return request
        } catch {
            throw Failure(.usage, "`\(text)` \(error.reason)", hint: error.suggestion)
        }
    }

    /// Parses a request for a tool from the command line.
    package func toolRequest(_ text: String) throws(Failure) -> ToolRequest {
        try refuseAlias(text)
        do throws(GoRequest.Rejection) {
            return try ToolRequest(parsing: text)
        } catch {
            throw Failure(.usage, "`\(text)` \(error.reason)", hint: error.suggestion)
        }
    }

    /// Refuses a name that other programs use for a Go or a tool, and suggests the name that gotoolprov
    /// uses.
    private func refuseAlias(_ text: String) throws(Failure) {
        let name = text.prefix { $0 != "@" }
        let meant: String?
        switch name.lowercased() {
        case "golang": meant = "go" + text.dropFirst(6)
        case "delve", "go-delve": meant = "dlv" + text.dropFirst(name.count)
        case "gofmt": meant = "go@latest"
        default:
            let prefix = ["golang-", "golang", "go-", "go_", "go ", "v"].first(
                where: text.hasPrefix
            )
            meant = prefix.map { "go" + text.dropFirst($0.count) }
        }
        guard (try? GoRequest(parsing: text)) == nil else { return }
        // `vet` and `go-critic` are names of tools.
        guard let meant, meant.hasPrefix("dlv") || (try? GoRequest(parsing: meant)) != nil else {
            return
        }
        throw Failure(
            .usage,
            "`\(text)` is not the name of a Go version or a tool",
            hint: name == "gofmt"
                ? "gofmt is part of every Go toolchain" : "did you mean `\(meant)`?"
        )
    }

    /// Returns the installed tools that match a name or a request such as `dlv@1.25.0`.
    package func tools(
        _ text: String,
        among entries: [Installed<Installation>]
    ) throws(Failure) -> [Installed<Installation>] {
        let chosen: [Installed<Installation>]
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
                hint: "run `gotoolprov list` to see what is installed"
            )
        }
        return chosen
    }

    /// Parses requests for Go versions and for tools, each in order and without repetitions.
    package func requests(
        _ texts: [String]
    ) throws(Failure) -> (go: [Manifest.Request], tools: [ToolRequest]) {
        var requests: [Manifest.Request] = []
        var tools: [ToolRequest] = []
        for text in texts {
            if ToolRequest.isForTool(text) {
                tools.append(try toolRequest(text))
            } else {
                requests.append(try request(text))
            }
        }
        return (
            requests.withoutRepetitions { $0.version == $1.version },
            tools.withoutRepetitions(==)
        )
    }

    /// Returns the entries that match the requests: the best installed Go for a Go request, all builds
    /// for a tool request.
    ///
    /// - Parameters:
    ///   - texts: The requests.
    ///   - entries: The installed Go versions and tools.
    ///   - supply: The source of the release lines for `oldstable`.
    /// - Returns: The matching entries, each once, in the order of the requests.
    /// - Throws: ``Failure`` if a request is invalid or nothing installed matches it.
    package func chosen(
        _ texts: [String],
        among entries: [Installed<Installation>],
        _ supply: Supply
    ) throws(Failure) -> [Installed<Installation>] {
        var chosen: [Installed<Installation>] = []
        for text in texts {
            if ToolRequest.isForTool(text) {
                chosen += try tools(text, among: entries)
                continue
            }
            let versions = entries.compactMap(\.goVersion)
            let request = try supply.resolved(request(text).version, installed: versions)
            guard let version = request.best(among: versions),
                let entry = entries.first(where: { $0.goVersion == version })
            else {
                throw Failure(
                    .unavailable,
                    "`\(text)` is not installed",
                    hint: "run `gotoolprov list` to see what is installed"
                )
            }
            chosen.append(entry)
        }
        return chosen.withoutRepetitions { $0.installation == $1.installation }
    }

    /// Returns what to remove, installed or not, each once: an exact Go version, or all builds of a
    /// tool's version.
    package func exactly(
        _ texts: [String],
        among entries: [Installed<Installation>]
    ) throws(Failure) -> [Installation] {
        var exact: [Installation] = []
        for text in texts {
            if let build = ToolBuild(name: text) {
                exact.append(.tool(build))
                continue
            }
            guard ToolRequest.isForTool(text) else {
                let request = try request(text).version
                guard case .exactly(let version) = request else {
                    let installed = entries.compactMap(\.goVersion).filter(request.isMatched)
                        .sorted().map(\.toolchainName)
                    throw Failure(
                        .usage,
                        "`\(text)` is not an exact version",
                        hint: installed.isEmpty
                            ? "run `gotoolprov list` to see what is installed"
                            : "run `gotoolprov remove \(installed.joined(separator: " "))`"
                    )
                }
                exact.append(.go(version))
                continue
            }
            let request = try toolRequest(text)
            guard let version = request.version else {
                throw Failure(
                    .usage,
                    "`\(text)` has no version",
                    hint: "run `gotoolprov list` to see what is installed"
                )
            }
            let builds = entries.compactMap(\.toolBuild).filter {
                $0.tool == request.tool && $0.version == version
            }
            if builds.isEmpty { note("\(request) is not installed") }
            exact += builds.map(Installation.tool)
        }
        return exact.withoutRepetitions(==)
    }
}
