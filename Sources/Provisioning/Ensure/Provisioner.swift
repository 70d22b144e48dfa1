package import ToolchainCore
internal import ToolchainHost

/// Installs what is requested: plans each request and performs the steps.
package struct Provisioner: Sendable {
    /// The options of `ensure`.
    package struct Policy: Sendable {
        /// The minimum version to select, or `nil`.
        package var minimum: GoVersion?
        /// `--adopt`: adopt a complete foreign tree if its files match the archive.
        package var adopts = false
        /// `--check`: only report what would be done.
        package var isCheck = false

        package init() {}
    }

    package let store: Store
    package let supply: Supply
    let policy: Policy

    package init(_ store: Store, _ supply: Supply, policy: Policy = Policy()) {
        self.store = store
        self.supply = supply
        self.policy = policy
    }

    var session: Session { store.session }
    var platform: GoPlatform { session.platform }
    var installer: Installer { Installer(store: store, supply: supply) }

    /// Installs a Go that matches `request`, unless one is installed.
    ///
    /// If it is installed already, this takes only a few system calls: no lock, no catalog, no
    /// traversal. A tree whose program or VERSION is missing is repaired.
    ///
    /// - Parameter request: The request.
    /// - Returns: The outcome.
    /// - Throws: ``Failure``; the host is then unchanged: no partial tree remains, and the directories
    ///   that were created are deleted again.
    package func ensure(_ request: Manifest.Request) throws(Failure) -> Outcome {
        do throws(Failure) {
            return try ensured(request)
        } catch {
            throw policy.isCheck ? error : session.keepingNotes(of: error)
        }
    }

    private func ensured(_ request: Manifest.Request) throws(Failure) -> Outcome {
        try store.directories.refuseUnusableLaunchers()
        try refreshSites(for: [request])
        try refreshKnown(for: [request])
        let planner = planner
        let selection = try planner.selection(for: request)
        do throws(Failure) {
            return try perform(planner.step(selection, for: request))
        } catch {
            if case .exactly = request.version { throw error }
            return try ensureOlder(
                than: selection.version,
                for: request,
                insteadOf: selection.missing ?? selection.version,
                by: planner,
                because: error
            )
        }
    }

    /// Performs a step; with `--check`, only checks the preconditions.
    func perform(_ step: GoStep) throws(Failure) -> Outcome {
        let launcher = store.launcher(of: step.version)
        let goRoot = store.installations.goRoot(of: step.version)
        let former =
            step.change == .nothing ? nil : store.launchers.otherTarget(of: launcher)?.path
        // Its owner can change the files, whatever the receipt says.
        if step.change == .nothing { try store.directories.refuseProgramOfOthers(goRoot) }
        if step.change.installs { try supply.refuseExpiredSites() }
        var change = step.change
        if policy.isCheck {
            if change != .nothing { try store.directories.refuseUnsafeRoots() }
            if let source = step.sources.first { try supply.check(source) }
            if let archive = step.unpinned.first { try supply.check(archive) }
        } else if change != .nothing {
            change = try apply(step)
        }
        return Outcome(
            request: step.request.text,
            installation: .go(step.version),
            action: change.action,
            path: goRoot,
            launcherPath: store.launchers.path(of: launcher),
            missing: step.missing,
            source: step.source,
            cooling: step.cooling,
            formerGoRoot: former,
            provingLog: step.isProvenByLog && change == .tree ? session.settings.log.title : nil,
            expiredSites: change.installs ? try supply.expiredSites().map(\.name) : []
        )
    }

    /// Applies a step under the lock; the change is determined again, because it may differ by then.
    ///
    /// - Returns: The change that was made: the previous holder of the lock may have made some or all
    ///   of it.
    private func apply(_ step: GoStep) throws(Failure) -> GoStep.Change {
        let version = step.version
        return try store.transaction(
            on: version.toolchainName,
            to: "install \(version.toolchainName)"
        ) { transaction in
            let planner = planner
            let change = try planner.change(for: version)
            // The state may have changed while this process waited.
            let step =
                change == step.change
                ? step : try planner.step(GoSelection(version: version), for: step.request)
            if change != .nothing { try store.prepareLaunchers(adding: &transaction.made) }
            switch change {
            case .tree where step.isProvenByLog:
                try installer.install(version, from: step.unpinned)
            case .tree: try installer.install(version, from: step.sources)
            case .adoption: try installer.adopt(version, from: step.sources)
            case .repair: try complete(version)
            case .launcher, .nothing: break
            }
            if change != .nothing {
                try store.launchers.write(
                    store.launcher(of: version),
                    durably: session.isDurable
                )
            }
            return change
        }
    }

    /// Repairs a managed tree whose program or VERSION is missing; its lock is held.
    private func complete(_ version: GoVersion) throws {
        let found = try Verifier(store, supply).verify(
            store.installed(.go(version)),
            isQuick: false
        )
        let last = try Repairer(store, supply).repaired(found, isQuick: false)
        guard last.verdict != .clean else { return }
        throw last.repair?.failure
            ?? Failure(
                damaged: .go(version),
                at: store.installations.goRoot(of: version),
                "it could not be repaired"
            )
    }
}

extension GoStep.Change {
    /// The action that an outcome reports for the change.
    fileprivate var action: Outcome.Action {
        switch self {
        case .nothing: .present
        case .launcher: .launcher
        case .adoption: .adopted
        case .repair: .repaired
        case .tree: .installed
        }
    }
}
