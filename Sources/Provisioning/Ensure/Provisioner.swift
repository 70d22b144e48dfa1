package import ToolchainCore
internal import ToolchainHost

/// Brings a host to what is requested: plans each request, and carries the plan out.
package struct Provisioner: Sendable {
    /// What `ensure` may do.
    package struct Policy: Sendable {
        /// The oldest version that may be the answer.
        package var minimum: GoVersion?
        /// `--adopt`: take a complete tree of another origin, if it is what the archive holds.
        package var adopts = false
        /// `--check`: report what would be done, and do nothing.
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

    /// Makes a Go present that answers `request`, or finds that one is.
    ///
    /// What is there already costs a few system calls: no lock, no catalog, no walk. A tree whose
    /// program or VERSION is gone is repaired.
    ///
    /// - Parameter request: The request.
    /// - Returns: What was done.
    /// - Throws: ``Failure``. Nothing is then changed: no tree is half there, and what was made on
    ///   the way is deleted again.
    package func ensure(_ request: Manifest.Request) throws(Failure) -> Outcome {
        try store.directories.refuseUnusableLaunchers()
        let planner = planner
        let (version, missing) = try planner.version(answering: request)
        do throws(Failure) {
            return try perform(planner.step(version, for: request, insteadOf: missing))
        } catch {
            if case .exactly = request.version { throw error }
            return try ensureOlder(
                than: version,
                for: request,
                insteadOf: missing ?? version,
                by: planner,
                because: error
            )
        }
    }

    /// Carries a step out; with `--check` only looks whether that could begin.
    func perform(_ step: GoStep) throws(Failure) -> Outcome {
        let launcher = store.launcher(of: step.version)
        let goRoot = store.installations.goRoot(of: step.version)
        let former =
            step.need == .nothing ? nil : store.launchers.otherTarget(of: launcher)?.path
        // Whatever its receipt says, it is what its owner makes of it.
        if step.need == .nothing { try store.directories.refuseProgramOfOthers(goRoot) }
        var need = step.need
        if policy.isCheck {
            if need != .nothing { try store.directories.refuseUnsafeRoots() }
            if let source = step.sources.first { try supply.check(source) }
        } else if need != .nothing {
            need = try fulfil(step)
        }
        return Outcome(
            request: step.request.text,
            installation: .go(step.version),
            action: need.action,
            path: goRoot,
            launcherPath: store.launchers.path(of: launcher),
            missing: step.missing,
            formerGoRoot: former
        )
    }

    /// Does under the lock what a step says, or what is still missing by then.
    ///
    /// - Returns: What was missing: who had the lock before may have done all of it.
    private func fulfil(_ step: GoStep) throws(Failure) -> GoStep.Need {
        let version = step.version
        return try store.transaction(
            on: version.toolchainName,
            to: "install \(version.toolchainName)"
        ) { transaction in
            let planner = planner
            let need = try planner.need(of: version)
            // What was there before may have gone while this waited.
            let sources =
                need == step.need
                ? step.sources : try planner.step(version, for: step.request).sources
            if need != .nothing { try store.prepareLaunchers(adding: &transaction.made) }
            switch need {
            case .tree: try installer.install(version, from: sources)
            case .adoption: try installer.adopt(version, from: sources)
            case .repair: try complete(version)
            case .launcher, .nothing: break
            }
            if need != .nothing {
                try store.launchers.write(
                    store.launcher(of: version),
                    durably: session.isDurable
                )
            }
            return need
        }
    }

    /// Repairs a tree of ours whose program or VERSION is gone; its lock is held.
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

extension GoStep.Need {
    /// What has been done when nothing is missing any more.
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
