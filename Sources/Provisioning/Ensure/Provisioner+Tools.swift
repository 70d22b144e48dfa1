package import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// Installs the versions of a tool that are compatible with `targets`.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - targets: The Go versions that the tool is for, or `nil` for all installed ones.
    /// - Returns: The outcomes, in order: for each version of the tool, preceded by the Go that was
    ///   installed to build it.
    /// - Throws: ``Failure``, before any change if a step cannot be planned; if a step fails, the
    ///   results of the earlier steps are kept.
    package func ensure(
        _ request: ToolRequest,
        for targets: [GoVersion]?
    ) throws(Failure) -> [Outcome] {
        var outcomes: [Outcome] = []
        for step in try refreshedPlan(request, for: targets) { outcomes += try perform(step) }
        return outcomes
    }

    /// Plans what ``ensure(_:for:)`` would do.
    ///
    /// Planning changes nothing and sends no requests.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - targets: The Go versions that the tool is for, or `nil` for all installed ones.
    /// - Returns: A step for each version of the tool.
    /// - Throws: ``Failure`` if a step cannot be planned.
    package func plan(
        _ request: ToolRequest,
        for targets: [GoVersion]?
    ) throws(Failure) -> [ToolStep] {
        try store.directories.refuseUnusableLaunchers()
        let toolchains = try store.installations.usableToolchains(on: platform)
        var requested = targets ?? []
        if targets == nil, request.version == nil || request.tool != .delve {
            requested = toolchains.map(\.version)
        }
        let planner = ToolPlanner(
            stock: ToolStock(
                catalog: try supply.catalog(),
                installed: try store.installations.usableTools(on: platform).map(\.build),
                toolchains: toolchains.filter(\.isVerified).map(\.version),
                hasLink: { build throws(Failure) in
                    try store.launchers.isLinked(
                        build.shortName,
                        to: build,
                        in: store.installations
                    )
                },
                sources: { pin throws(Failure) in try supply.sources(of: pin) },
                toolchain: { version throws(Failure) in
                    try builderProvisioner.planner.step(for: Manifest.Request(exactly: version))
                },
                mayAskServers: supply.mayAskServers
            ),
            platform: platform
        )
        return try planner.steps(for: request, targets: requested)
    }

    /// Resolves a tool request to a version that is compatible with a Go, from the given catalogs.
    ///
    /// - Throws: ``NoCompatibleVersion``.
    package func choice(
        _ request: ToolRequest,
        for target: GoVersion,
        in tools: ToolCatalog
    ) throws(NoCompatibleVersion) -> CompatibleTool {
        let installed = (try? store.installations.usableTools(on: platform)) ?? []
        return try ToolResolution(
            tools: tools,
            installed: installed.map(\.build),
            platform: platform
        ).choice(request, for: target)
    }

    /// The provisioner that installs the Go that builds a tool; a given archive and the minimum do not
    /// apply to that Go.
    private var builderProvisioner: Provisioner {
        var own = policy
        own.minimum = nil
        return Provisioner(store, supply.withoutGiven, policy: own)
    }

    /// Performs a step; with `--check`, only reports it.
    private func perform(_ step: ToolStep) throws(Failure) -> [Outcome] {
        var outcomes: [Outcome] = []
        let build = step.build
        if step.installs { try supply.refuseExpiredSites() }
        switch step.change {
        case .nothing: break
        case .link: if !policy.isCheck { try publish(build, nil) }
        case .archive(let sources):
            if !policy.isCheck { try publish(build, .program(build, sources)) }
        case .source(let sources, let builder):
            if let builder { outcomes.append(try builderProvisioner.perform(builder)) }
            if !policy.isCheck {
                let compilation = try RecipeBook(store: store, supply: supply)
                    .compilation(of: build, from: sources)
                try publish(build, .compiling(compilation))
            }
        }
        outcomes.append(
            Outcome(
                request: step.request.description,
                installation: .tool(build),
                action: step.action,
                path: store.installations.path(of: .tool(build)),
                launcherPath: store.link(of: build),
                expiredSites: step.installs ? try supply.expiredSites().map(\.name) : [],
                tool: .init(targets: step.targets, reason: step.reason)
            )
        )
        return outcomes
    }

    // MARK: Publishing

    /// Installs a tool by a recipe and writes its link, under its lock; without a recipe, only writes
    /// the link.
    private func publish(
        _ build: ToolBuild,
        _ recipe: Recipe?
    ) throws(Failure) {
        try store.transaction(on: build.name, to: "install \(build.name)") { transaction in
            let isDurable = session.isDurable
            let installation = Installation.tool(build)
            let state = try store.state(of: installation)
            try store.prepareLaunchers(adding: &transaction.made)
            switch state {
            case .installed(let receipt), .incomplete(let receipt, _):
                guard receipt.platform == platform else {
                    throw Failure(
                        receipt,
                        isNotFor: platform,
                        at: store.installations.path(of: installation)
                    )
                }
            case nil, .damaged, .foreign, .halfRemoved, .unknown:
                guard recipe != nil else {
                    throw Failure(
                        .busy,
                        "another process removed \(build.name) in the meantime",
                        hint: "run the same command again"
                    )
                }
            }
            if case .incomplete = state, let recipe {
                try Repairer(store, supply).reinstall(
                    installation,
                    by: recipe,
                    into: Quarantine(in: store.installations, name: build.name)
                )
            } else if state?.receipt == nil, let recipe {
                // The previous holder of the lock may have installed it.
                try refuseOccupied(installation, state)
                try installer.withStaged(recipe) { staged, _ in
                    try staged.commit(
                        to: store.installations.place(of: installation),
                        durably: isDurable
                    )
                }
            }
            try store.launchers.writeLink(
                build.shortName,
                to: build,
                in: store.installations,
                durably: isDurable
            )
        }
    }

    private func refuseOccupied(_ installation: Installation, _ state: InstallationState?) throws {
        let path = store.installations.path(of: installation)
        switch state {
        case nil, .installed, .incomplete: break
        case .halfRemoved:
            try store.refuseMounted(installation)
            try store.finishRemoval(of: installation)
        case .damaged(let reason):
            throw Failure(damaged: installation, at: path, reason)
        case .foreign, .unknown:
            throw Failure(
                .destination,
                "\(installation.name) exists, but gotoolprov did not install it",
                facts: [.init("path", path)],
                hint: "move it, or delete it"
            )
        }
    }
}
