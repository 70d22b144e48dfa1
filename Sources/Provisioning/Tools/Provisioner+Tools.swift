internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// What became of a wish for a tool.
    package struct ToolOutcome: Sendable {
        /// What was done, or with `--check` would be.
        package enum Action: String, Sendable {
            /// Nothing: it was there.
            case present
            /// The tool was there; its link was written.
            case link
            /// It was taken from an archive.
            case installed
            /// It was built from its source.
            case built
        }

        /// What was asked for.
        package let request: ToolRequest
        /// What answers it.
        package let build: ToolBuild
        /// The Go versions that it is for; none where a version was asked for without one.
        package let targets: [GoVersion]
        /// Why it is this version.
        package let reason: String
        /// What was done.
        package let action: Action
        package let program: String
        /// The link in GOBIN.
        package let link: String
        /// What became of the Go that builds it, where that had to be installed.
        package let builder: Outcome?
    }

    /// Makes a tool present that fits each of `targets`.
    ///
    /// Without a version, of Delve the newest is meant that fits, or, where catalogues have archives
    /// that fit, the newest of those. If that is there already it is taken; else from its archive;
    /// else Delve is built here from its source, by a Go that is installed for that if none is there.
    ///
    /// - Parameters:
    ///   - request: What was asked for.
    ///   - targets: The Go versions that it is for; nil for all that are installed.
    ///   - options: How to go about it.
    /// - Returns: What was done, for each version of the tool.
    /// - Throws: ``Failure``; what was done before it stays.
    package func ensure(
        _ request: ToolRequest,
        for targets: [GoVersion]?,
        options: EnsureOptions
    ) throws(Failure) -> [ToolOutcome] {
        let catalogue = try CatalogueLibrary.load(adding: settings.catalogues)
        guard catalogue.tools.tools.contains(request.tool) else {
            let known = catalogue.tools.tools.map(\.name).joined(separator: ", ")
            throw Failure(
                .usage,
                "no catalogue knows a tool `\(request.tool)`",
                facts: [.init("known are", known)],
                hint: "a catalogue with archives of it is added by `--catalogue`"
            )
        }
        var wanted = targets ?? []
        if targets == nil, request.version == nil || request.tool != .delve {
            wanted = try store.usableSDKs(on: platform).map(\.version)
        }
        let (needs, available) = try availableNeeds(
            request,
            for: wanted,
            in: catalogue,
            options: options
        )
        var outcomes: [ToolOutcome] = []
        for need in needs {
            outcomes.append(try fulfil(need, request, in: available, options: options))
        }
        return outcomes
    }

    // MARK: Where from

    private func fulfil(
        _ need: ToolNeed,
        _ request: ToolRequest,
        in catalogue: Catalogue,
        options: EnsureOptions
    ) throws(Failure) -> ToolOutcome {
        let tool = request.tool
        func outcome(
            _ build: ToolBuild,
            _ action: ToolOutcome.Action,
            builder: Outcome? = nil
        ) -> ToolOutcome {
            ToolOutcome(
                request: request,
                build: build,
                targets: need.targets,
                reason: need.reason,
                action: action,
                program: "\(store.path(of: .tool(build)))/bin/\(tool)",
                link: "\(launchers.path)/\(build.shortName)",
                builder: builder
            )
        }
        let present = try store.usableTools(on: platform).map(\.build).last {
            $0.tool == tool && $0.version == need.version && $0.builder >= need.oldestBuilder
        }
        if let present {
            guard try !launchers.isLinked(present.shortName, to: present, in: store) else {
                return outcome(present, .present)
            }
            if !options.isCheck { try publish(present, nil, options: options) }
            return outcome(present, .link)
        }
        let archive = catalogue.tools.prebuilt(tool, for: platform).first {
            $0.build.version == need.version && $0.build.builder >= need.oldestBuilder
        }
        if let archive {
            _ = try launchers.isLinked(archive.build.shortName, to: archive.build, in: store)
            let recipe = try recipe(for: archive.build, in: catalogue, options: options)
            if !options.isCheck { try publish(archive.build, recipe, options: options) }
            return outcome(archive.build, .installed)
        }
        guard let release = catalogue.tools.delve[need.version], tool == .delve else {
            throw Failure(
                .unavailable,
                "there is no archive of \(tool) \(need.version) for \(platform)",
                hint: "`--catalogue` adds those of a mirror"
            )
        }
        let (builder, installed) = try builder(for: need, in: catalogue, options: options)
        let build = ToolBuild(tool: tool, version: need.version, builder: builder)
        _ = try launchers.isLinked(build.shortName, to: build, in: store)
        let sources = try sources(of: release.sourceArchive(for: platform), options: options)
        if !options.isCheck {
            let recipe = try compilation(of: build, from: sources, in: catalogue)
            try publish(build, recipe, options: options)
        }
        return outcome(build, .built, builder: installed)
    }

    /// The Go that builds a tool: one that it is for, the newest that is there, or else one that is
    /// installed for it.
    private func builder(
        for need: ToolNeed,
        in catalogue: Catalogue,
        options: EnsureOptions
    ) throws(Failure) -> (GoVersion, Outcome?) {
        let installed = try store.usableSDKs(on: platform).filter(\.isVerified).map(\.version)
            .filter { $0 >= need.oldestBuilder }
        if let target = need.targets.filter(installed.contains).max() { return (target, nil) }
        if let newest = installed.filter({ !$0.isPreRelease }).max() ?? installed.max() {
            return (newest, nil)
        }
        let known = catalogue.versions(for: platform)
        let candidates = need.targets.filter { $0 >= need.oldestBuilder && known.contains($0) }
        let ofLine = known.filter {
            $0.line == need.oldestBuilder.line && $0 >= need.oldestBuilder && !$0.isPreRelease
        }
        let choices = candidates.isEmpty ? ofLine : candidates
        guard let version = newestAvailable(of: choices, in: catalogue, options) else {
            throw Failure(
                .unavailable,
                "no catalogue knows a Go that can build \(need.version)",
                facts: [.init("needed", "go\(need.oldestBuilder) or newer")]
            )
        }
        let wish = Manifest.Wish(text: version.toolchainName, request: .exactly(version))
        var own = options
        own.archivePath = nil
        own.digest = nil
        own.minimum = nil
        return (version, try ensure(wish, options: own))
    }

    /// How a tool is taken from the archive that a catalogue has of it, or else built.
    func recipe(
        for build: ToolBuild,
        in catalogue: Catalogue,
        options: EnsureOptions
    ) throws(Failure) -> Recipe {
        if let archive = catalogue.tools.prebuilt(build.tool, for: platform)
            .first(where: { $0.build == build })
        {
            let pin = PinnedArchive(.tool(build), platform: platform, file: archive.file)
            return .program(build, try sources(of: pin, options: options))
        }
        guard build.tool == .delve, let release = catalogue.tools.delve[build.version] else {
            throw Failure(.unavailable, "no catalogue knows \(build.name)")
        }
        let sources = try sources(of: release.sourceArchive(for: platform), options: options)
        return try compilation(of: build, from: sources, in: catalogue)
    }

    /// How a tool is built from its source.
    func compilation(
        of build: ToolBuild,
        from sources: [ArchiveSource],
        for target: GoPlatform? = nil,
        in catalogue: Catalogue
    ) throws(Failure) -> Recipe {
        let target = target ?? platform
        guard
            let builder = try store.usableSDKs(on: platform).first(where: {
                $0.version == build.builder && $0.isVerified
            })
        else {
            throw Failure(
                .unavailable,
                "\(build.builder.toolchainName), which built \(build.shortName), is not installed",
                hint: "`gotoolprov ensure \(build.builder.toolchainName)`"
            )
        }
        return .compiling(
            ToolCompilation(
                build: build,
                platform: target,
                builderRoot: builder.goRoot,
                tag: catalogue.tools.delve[build.version]?.tag(for: target.architecture),
                sources: sources
            )
        )
    }

    // MARK: Into its place

    /// Puts a tool and its link into their places under its lock; without a recipe, only the link.
    private func publish(
        _ build: ToolBuild,
        _ recipe: Recipe?,
        options: EnsureOptions
    ) throws(Failure) {
        try transaction(on: build.name, to: "install \(build.name)") { transaction in
            let isDurable = options.durability == .syncfs
            let installation = Installation.tool(build)
            let state = try state(of: installation)
            try prepareLaunchers(adding: &transaction.made)
            switch state {
            case .installed(let receipt), .incomplete(let receipt, _):
                guard receipt.platform == platform else {
                    throw Failure(
                        receipt,
                        isNotFor: platform,
                        at: store.path(of: installation)
                    )
                }
            case nil, .damaged, .foreign, .halfRemoved, .unknown: break
            }
            if case .incomplete = state, let recipe {
                try reinstall(
                    installation,
                    by: recipe,
                    into: Quarantine(in: store, name: build.name),
                    options: options
                )
            } else if state?.receipt == nil, let recipe {
                // Whoever had the lock before may have installed it.
                try refuseOccupied(installation, state)
                try withStaged(recipe, options: options) { staged, _ in
                    try staged.commit(to: store.place(of: installation), durably: isDurable)
                }
            }
            try launchers.writeLink(build.shortName, to: build, in: store, durably: isDurable)
        }
    }

    private func refuseOccupied(_ installation: Installation, _ state: SDKStore.State?) throws {
        let path = store.path(of: installation)
        switch state {
        case nil, .installed, .incomplete: break
        case .halfRemoved:
            try refuseMounted(installation)
            try finishRemoval(of: installation)
        case .damaged(let reason):
            throw Failure(damaged: installation, at: path, reason)
        case .foreign, .unknown:
            throw Failure(
                .destination,
                "there is something that gotoolprov did not install",
                facts: [.init("path", path)],
                hint: "move it away"
            )
        }
    }
}
