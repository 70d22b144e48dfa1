package import ToolchainCore
internal import ToolchainHost

/// Finds installed versions that match a request.
package struct Finder: Sendable {
    let store: Store
    let supply: Supply

    package init(_ store: Store, _ supply: Supply) {
        self.store = store
        self.supply = supply
    }

    var session: Session { store.session }

    /// Finds the best installed version that matches `request` or, if it is `nil`, the manifest's
    /// default, or else the default that `use` selected.
    ///
    /// - Throws: ``Failure`` if no installed version matches, or there is no request and no default.
    package func installed(_ request: Manifest.Request?) throws(Failure) -> Installed<GoVersion> {
        let chosen = store.installations.defaultVersion.map(Manifest.Request.init(exactly:))
        guard let request = request ?? session.settings.manifest?.manifest.defaultVersion ?? chosen
        else {
            throw Failure(
                .usage,
                "no Go version was named, and neither a manifest nor `use` selects one",
                hint:
                    "name a version, such as `go1.21.13`; run `gotoolprov list` to see what is installed"
            )
        }
        let entries = try store.installations.usableToolchains(on: session.platform)
        let versions = entries.map(\.version)
        let meant = try supply.resolved(request.version, installed: versions)
        guard let version = meant.best(among: versions),
            let entry = entries.first(where: { $0.version == version })
        else {
            let present = entries.map(\.version.toolchainName).joined(separator: ", ")
            throw Failure(
                .unavailable,
                "`\(request.text)` is not installed",
                facts: [.init("installed", present.isEmpty ? "nothing" : present)]
                    + incompleteFacts(try store.installations.all()) { entry in
                        entry.goVersion.map(meant.isMatched) ?? false
                    },
                hint: "`gotoolprov ensure \(ShellQuoting.word(request.text))`"
            )
        }
        return entry
    }

    /// Returns the matching installations that cannot be used, with the reasons.
    func incompleteFacts(
        _ entries: [Installed<Installation>],
        _ isIncluded: (Installed<Installation>) -> Bool
    ) -> [Failure.Fact] {
        entries.filter(isIncluded).compactMap { entry in
            guard case .incomplete(_, let reason) = entry.state else { return nil }
            return .init(entry.name, "incomplete: \(reason)")
        }
    }

    /// Finds the best installed build that matches a tool request.
    ///
    /// - Parameters:
    ///   - request: The tool, and optionally its version.
    ///   - target: For Delve, the Go that built the program to debug, or `nil` to accept any Delve.
    ///   - dwarfVersion: The DWARF version of that program, 0 for none, or `nil` if unknown.
    /// - Returns: The newest compatible build, or else the newest whose compatibility is unknown.
    /// - Throws: ``Failure`` of kind `unavailable` if there is none, with the reason for each build.
    package func installed(
        _ request: ToolRequest,
        for target: GoVersion? = nil,
        dwarfVersion: Int? = nil
    ) throws(Failure) -> Installed<ToolBuild> {
        let candidates = try store.installations.usableTools(on: session.platform).filter {
            $0.build.tool == request.tool && $0.build.version == request.version ?? $0.build.version
        }
        guard !candidates.isEmpty else {
            throw Failure(
                .unavailable,
                "`\(request)` is not installed",
                facts: incompleteFacts(try store.installations.all()) {
                    $0.toolBuild?.tool == request.tool
                },
                hint: "`gotoolprov ensure \(request)`"
            )
        }
        guard let target, request.tool == .delve else { return candidates[candidates.count - 1] }
        let compatibility = try supply.compatibility()
        var refusals: [Failure.Fact] = []
        var unknown: Installed<ToolBuild>?
        for tool in candidates.reversed() {
            let verdict = compatibility.verdict(
                delve: tool.build.version,
                builtBy: tool.build.builder,
                debugging: target,
                dwarfVersion: dwarfVersion
            )
            guard let reason = verdict.reason else { return tool }
            if verdict.isCompatible == nil { unknown = unknown ?? tool }
            refusals.append(.init(tool.build.name, "it \(reason)"))
        }
        // Delve checks the Go version itself before it debugs.
        if let unknown { return unknown }
        throw Failure(
            .unavailable,
            "no installed dlv is compatible with \(target.toolchainName)",
            facts: refusals,
            hint: "`gotoolprov ensure dlv --for \(target.toolchainName)`"
        )
    }
}
