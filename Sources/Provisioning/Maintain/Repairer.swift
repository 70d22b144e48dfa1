internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// Repairs trees that differ from their receipts.
package struct Repairer: Sendable {
    let store: Store
    let supply: Supply

    package init(_ store: Store, _ supply: Supply) {
        self.store = store
        self.supply = supply
    }

    private var session: Session { store.session }
    private var verifier: Verifier { Verifier(store, supply) }
    private var installer: Installer { Installer(store: store, supply: supply) }
    private var recipes: RecipeBook { RecipeBook(store: store, supply: supply) }

    /// The number of times to replace files and compare again before the whole tree is replaced.
    private static let mostRounds = 3

    /// Repairs a tree with as few changes as possible.
    ///
    /// Files come from the pinned archive, which is verified as for an installation. Replaced files and
    /// files that do not belong in the tree are moved to a quarantine. A tree without a valid receipt
    /// is replaced as a whole.
    ///
    /// - Parameters:
    ///   - entry: The installation; a foreign one is only compared.
    ///   - isQuick: Whether to compare only types, modes and sizes, and not contents.
    /// - Returns: The state after the repair, and the repair.
    /// - Throws: ``Failure`` if a signal interrupts the repair or the lock cannot be acquired.
    package func repair(
        _ entry: Installed<Installation>,
        isQuick: Bool
    ) throws(Failure) -> Verification {
        let first = try verifier.verify(entry, isQuick: isQuick)
        guard first.verdict.requiresRepair else {
            store.recover()
            return first
        }
        do {
            return try store.transaction(on: entry.name) { _ in
                try repaired(first, isQuick: isQuick)
            }
        } catch {
            let failure = session.failure(for: error, doing: "repair \(entry.name)")
            guard case .interrupted = failure.kind else { throw failure }
            throw Failure(
                failure.kind,
                "interrupted; files repaired so far are kept",
                hint: "run `gotoolprov verify --repair \(entry.name)` to continue"
            )
        }
    }

    /// Repairs a tree whose lock is held.
    func repaired(
        _ first: Verification,
        isQuick: Bool
    ) throws(Failure) -> Verification {
        let installation = first.installation
        // The previous holder of the lock may have removed or replaced the tree.
        let entry = try store.installed(installation)
        switch entry.state {
        case .installed, .incomplete, .damaged: break
        case .foreign, .unknown, .halfRemoved: return try verifier.verify(entry, isQuick: isQuick)
        }
        let quarantine = Quarantine(in: store.installations, name: installation.name)
        var action = Repair.Action.repaired
        var failure: Failure?
        do {
            try store.refuseMounted(installation)
            if try !replaceDifferingFiles(entry, into: quarantine, isQuick: isQuick) {
                action = .reinstalled
                try reinstall(
                    installation,
                    by: recipes.recipe(for: entry),
                    into: quarantine
                )
            }
        } catch {
            let known = session.failure(for: error, doing: "repair \(installation.name)")
            if case .interrupted = known.kind { throw known }
            action = .failed
            failure = known
        }
        var last = try verifier.verify(
            Installed(
                installation,
                path: entry.path,
                state: try store.state(of: installation) ?? entry.state
            ),
            isQuick: isQuick
        )
        if let failure, last.verdict == .clean {
            // The files match now, but may not survive a power failure.
            last.verdict = .unchecked(reason: failure.message)
        }
        last.repair = Repair(
            action: action,
            found: first.differences,
            quarantine: quarantine.pathIfUsed,
            failure: failure
        )
        return last
    }

    // MARK: File by file

    /// Replaces the files that differ.
    ///
    /// - Returns: Whether the tree matches its receipt now; false for a tree whose index cannot be
    ///   used, that belongs to another user, or that was not installed from the pinned archive.
    private func replaceDifferingFiles(
        _ entry: Installed<Installation>,
        into quarantine: Quarantine,
        isQuick: Bool
    ) throws -> Bool {
        guard let receipt = entry.state.receipt,
            let index = try? verifier.index(of: entry.path, receipt)
        else { return false }
        if case .different = supply.pinComparison(of: receipt) { return false }
        func differing() throws -> [TreeVerifier.Difference] {
            try verifier.differences(entry.path, from: index, receipt: receipt, isQuick: isQuick)
        }
        let tree = try store.installations.openedDirectory().directory(entry.name)
        let repairer = TreeRepairer(tree: tree, index: index, quarantine: quarantine)
        for _ in 0..<Self.mostRounds {
            let found = try differing()
            if found.contains(where: { $0.path == "." && $0.kind == .owner }) { return false }
            repairer.correct(found)
            // A directory that was unreadable before may contain more differences.
            let differences = try differing()
            if !differences.isEmpty {
                try installer.withStaged(recipes.recipe(for: entry)) {
                    staged,
                    unpacked in
                    guard unpacked == index else { return }
                    for difference in differences {
                        try session.monitor(entry.name).check()
                        repairer.replace(difference, from: staged.directory)
                    }
                    // Deletes the rest of the staged tree.
                    _ = consume staged
                }
            }
            if session.isDurable { try tree.synchronizeContents() }
            if try differing().isEmpty { return true }
        }
        return false
    }

    // MARK: The whole tree

    /// Replaces a managed tree by a new one.
    func reinstall(
        _ installation: Installation,
        by recipe: Recipe,
        into quarantine: Quarantine
    ) throws {
        let isDurable = session.isDurable
        // Mounted directories would move to the quarantine with the tree.
        try store.refuseMounted(installation)
        try store.refuseOtherOwner(installation)
        try installer.withStaged(recipe) { staged, index in
            let place = try store.installations.place(of: installation)
            var isRefused = false
            var new: StagedDirectory? = consume staged
            do throws(FileError) {
                try quarantine.keepTree { retirement throws(FileError) in
                    guard
                        let refused = try new.take()?.exchange(
                            with: place,
                            retiringTo: retirement,
                            durably: isDurable
                        )
                    else { return }
                    new = consume refused
                    isRefused = true
                    // Makes the quarantine delete the directories that it created.
                    throw FileError("exchange", place.path, .improperLink)
                }
            } catch {
                guard isRefused, let staged = new.take() else { throw error }
                try refill(installation, from: staged, index, into: quarantine)
            }
        }
    }

    /// Replaces the files of a tree by those of a new one, for a directory in the lower layer of an
    /// overlayfs, which can be neither exchanged nor moved.
    ///
    /// The receipt is written last, so that the tree counts as damaged until then.
    private func refill(
        _ installation: Installation,
        from staged: consuming StagedDirectory,
        _ index: TreeIndex,
        into quarantine: Quarantine
    ) throws {
        let tree = try store.installations.openedDirectory().directory(installation.name)
        let goRoot = store.installations.path(of: installation)
        let receipt = try Receipt(
            parsing: staged.directory.directory(Installations.Name.bookkeeping)
                .contents(of: Installations.Name.receiptFile, limit: 1 << 16) ?? []
        )
        let repairer = TreeRepairer(tree: tree, index: index, quarantine: quarantine)
        for _ in 0..<Self.mostRounds {
            let differences = try verifier.differences(goRoot, from: index, receipt: receipt)
            if differences.isEmpty { break }
            repairer.correct(differences)
            for difference in differences {
                try session.monitor(installation.name).check()
                repairer.replace(difference, from: staged.directory)
            }
        }
        let differences = try verifier.differences(goRoot, from: index, receipt: receipt)
        guard differences.isEmpty else {
            throw Failure(
                .destination,
                "some installed files cannot be replaced",
                facts: differences.prefix(3).map { .init($0.path, $0.detail) }
            )
        }
        if session.isDurable { try tree.synchronizeContents() }
        _ = try tree.makingDirectory(Installations.Name.bookkeeping)
        let new = TreeEditor(root: staged.directory)
        for name in [Installations.Name.index, Installations.Name.receipt] {
            if try TreeEditor(root: tree).kind(of: name) == nil {
                try TreeEditor(root: tree).take(name, from: new)
            } else {
                try repairer.swap(name, from: new)
            }
        }
        if session.isDurable { try tree.synchronizeContents() }
        _ = consume staged
    }
}

extension Verification.Verdict {
    /// Whether the verdict calls for a repair.
    fileprivate var requiresRepair: Bool {
        switch self {
        case .clean, .unknown: false
        case .corrupted, .unchecked: true
        }
    }
}
