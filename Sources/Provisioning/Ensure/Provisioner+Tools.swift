package import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// Makes a tool present that is compatible with each of `targets`.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - targets: The Go versions that it is for; nil for all that are installed.
    /// - Returns: What was done, in order: for each version of the tool, after the Go that was installed
    ///   to build it.
    /// - Throws: ``Failure``: before anything is done where a step cannot be planned, and else with what was
    ///   done before it in place.
    package func ensure(
        _ request: ToolRequest,
        for targets: [GoVersion]?
    ) throws(Failure) -> [Outcome] {
        var outcomes: [Outcome] = []
        for step in try plan(request, for: targets) { outcomes += try perform(step) }
        return outcomes
    }

    /// What ``ensure(_:for:)`` would do.
    ///
    /// It changes nothing and uses no server.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - targets: The Go versions that it is for; nil for all that are installed.
    /// - Returns: A step for each version of the tool.
    /// - Throws: ``Failure`` where nothing can be done.
    package func plan(
        _ request: ToolRequest,
        for targets: [GoVersion]?
    ) throws(Failure) -> [ToolStep] {
        try store.directories.refuseUnusableLaunchers()
        let toolchains = try store.installations.usableToolchains(on: platform)
        var wanted = targets ?? []
        if targets == nil, request.version == nil || request.tool != .delve {
            wanted = toolchains.map(\.version)
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
        return try planner.steps(for: request, targets: wanted)
    }

    /// The version of a tool that is compatible with a Go, as some catalogs list it.
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

    /// What installs the Go that builds a tool: for it, neither an archive was named nor a minimum.
    private var builderProvisioner: Provisioner {
        var own = policy
        own.minimum = nil
        return Provisioner(store, supply.withoutGiven, policy: own)
    }

    /// Carries a step out.
    private func perform(_ step: ToolStep) throws(Failure) -> [Outcome] {
        var outcomes: [Outcome] = []
        let build = step.build
        switch step.need {
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
                tool: .init(targets: step.targets, reason: step.reason)
            )
        )
        return outcomes
    }

    // MARK: Into its place

    /// Puts a tool and its link into their places under its lock; without a recipe, only the link.
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
                // Whoever had the lock before may have installed it.
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
