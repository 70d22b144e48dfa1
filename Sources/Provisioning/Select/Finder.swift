package import ToolchainCore
internal import ToolchainHost

/// Finds what is installed and answers a request.
package struct Finder: Sendable {
    let store: Store
    let supply: Supply

    package init(_ store: Store, _ supply: Supply) {
        self.store = store
        self.supply = supply
    }

    var session: Session { store.session }

    /// The installed version that `request` means, or where it is nil, the manifest's default, or
    /// else what `use` chose.
    ///
    /// - Throws: ``Failure`` where nothing installed answers, or nothing was asked.
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
        let meant = try supply.settled(request.version, installed: versions)
        guard let version = meant.best(among: versions),
            let entry = entries.first(where: { $0.version == version })
        else {
            let present = entries.map(\.version.toolchainName).joined(separator: ", ")
            throw Failure(
                .unavailable,
                "`\(request.text)` is not installed",
                facts: [.init("installed", present.isEmpty ? "nothing" : present)]
                    + incompleteFacts(try store.installations.all()) { entry in
                        entry.goVersion.map(meant.isAnswered) ?? false
                    },
                hint: "`gotoolprov ensure \(ShellQuoting.word(request.text))`"
            )
        }
        return entry
    }

    /// What is installed and cannot be used, and why.
    func incompleteFacts(
        _ entries: [Installed<Installation>],
        _ isMeant: (Installed<Installation>) -> Bool
    ) -> [Failure.Fact] {
        entries.filter(isMeant).compactMap { entry in
            guard case .incomplete(_, let reason) = entry.state else { return nil }
            return .init(entry.name, "incomplete: \(reason)")
        }
    }

    /// The installed tool that a request means.
    ///
    /// - Parameters:
    ///   - request: The tool, and its version if that matters.
    ///   - target: Of Delve, the Go that built the program to be debugged; nil if that does not matter.
    ///   - dwarfVersion: The version of DWARF in that program, 0 for none; nil where that is not known.
    /// - Returns: The newest that is compatible; else the newest whose compatibility is unknown.
    /// - Throws: ``Failure`` of kind `unavailable` where there is none, with what each lacks.
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
        // Delve itself compares before it debugs.
        if let unknown { return unknown }
        throw Failure(
            .unavailable,
            "no installed dlv is compatible with \(target.toolchainName)",
            facts: refusals,
            hint: "`gotoolprov ensure dlv --for \(target.toolchainName)`"
        )
    }
}
