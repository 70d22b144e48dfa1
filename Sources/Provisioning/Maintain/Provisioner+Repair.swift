internal import SystemPackage
package import ToolchainCore
package import ToolchainHost

extension Provisioner {
    /// What was done to a tree that differed from its receipt.
    package struct Repair: Sendable {
        /// How far it went.
        package enum Action: String, Sendable {
            /// The files that differed were replaced, each in one step.
            case repaired
            /// A new tree took the old one's place, in one step.
            case reinstalled
            /// It could not be done; what is there may differ less than before.
            case failed
        }

        /// How far it went.
        package let action: Action
        /// What differed before.
        package let found: [TreeVerifier.Difference]
        /// The folder that has what was replaced; nil where nothing was worth keeping.
        package let quarantine: String?
        /// Why it failed.
        package let failure: Failure?
    }

    /// How often files are replaced and looked at again before the whole tree is.
    private static let mostRounds = 3

    /// Makes a tree what its receipt says, with as little change as possible.
    ///
    /// Files come from the pinned archive, verified as for an installation. What was in their place,
    /// and what should not be there, is moved to a quarantine. A tree without a valid receipt is
    /// exchanged for a new one.
    ///
    /// - Parameters:
    ///   - entry: The tree; one that is not ours is only looked at.
    ///   - isQuick: Whether contents are left unread where types, modes and sizes are right.
    ///   - options: Where the archive may come from.
    /// - Returns: What the tree is now, and what was done.
    /// - Throws: ``Failure`` where a signal ends the work or the lock cannot be had.
    package func repair(
        _ entry: SDKStore.Entry,
        isQuick: Bool,
        options: EnsureOptions
    ) throws(Failure) -> Verification {
        let first = try verify(entry, isQuick: isQuick)
        guard first.verdict.isForRepair else {
            recover()
            return first
        }
        do {
            return try transaction(on: entry.name) { _ in
                try repaired(first, isQuick: isQuick, options: options)
            }
        } catch {
            let failure = failure(for: error, doing: "repair \(entry.name)")
            guard case .interrupted = failure.kind else { throw failure }
            throw Failure(
                failure.kind,
                "interrupted; what is repaired stays so",
                hint: "`gotoolprov verify --repair \(entry.name)` goes on"
            )
        }
    }

    /// Repairs a tree whose lock is held.
    func repaired(
        _ first: Verification,
        isQuick: Bool,
        options: EnsureOptions
    ) throws(Failure) -> Verification {
        let installation = first.installation
        // Whoever had the lock may have removed it, or put something else there.
        let state = try state(of: installation)
        let entry = SDKStore.Entry(
            installation: installation,
            goRoot: first.goRoot,
            state: state ?? .unknown(reason: "it was removed meanwhile")
        )
        switch entry.state {
        case .installed, .incomplete, .damaged: break
        case .foreign, .unknown, .halfRemoved: return try verify(entry, isQuick: isQuick)
        }
        let quarantine = Quarantine(in: store, name: installation.name)
        var action = Repair.Action.repaired
        var failure: Failure?
        do {
            try refuseMounted(installation)
            if try !mend(entry, into: quarantine, isQuick: isQuick, options: options) {
                action = .reinstalled
                try reinstall(
                    installation,
                    by: recipe(for: entry, options: options),
                    into: quarantine,
                    options: options
                )
            }
        } catch {
            let known = self.failure(for: error, doing: "repair \(installation.name)")
            if case .interrupted = known.kind { throw known }
            action = .failed
            failure = known
        }
        var last = try verify(
            SDKStore.Entry(
                installation: installation,
                goRoot: entry.goRoot,
                state: try self.state(of: installation) ?? entry.state
            ),
            isQuick: isQuick
        )
        if let failure, last.verdict == .clean {
            // Right as far as can be seen, and perhaps not after a power cut.
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
    /// - Returns: Whether nothing differs any more; false also for a tree whose index cannot be used, that
    ///   belongs to somebody else, or that was not made from the pinned archive.
    private func mend(
        _ entry: SDKStore.Entry,
        into quarantine: Quarantine,
        isQuick: Bool,
        options: EnsureOptions
    ) throws -> Bool {
        guard let receipt = entry.state.receipt,
            let index = try? index(of: entry.goRoot, receipt)
        else { return false }
        if case .different = pinComparison(of: receipt) { return false }
        func differing() throws -> [TreeVerifier.Difference] {
            try differences(entry.goRoot, from: index, receipt: receipt, isQuick: isQuick)
        }
        let tree = try store.openedFolder().directory(entry.name)
        let editing = Editing(tree: tree, index: index, quarantine: quarantine)
        for _ in 0..<Self.mostRounds {
            let found = try differing()
            if found.contains(where: { $0.path == "." && $0.kind == .owner }) { return false }
            editing.putRight(found)
            // A folder that could not be read may have shown more.
            let differences = try differing()
            if !differences.isEmpty {
                try withStaged(recipe(for: entry, options: options), options: options) {
                    staged,
                    unpacked in
                    guard unpacked == index else { return }
                    for difference in differences {
                        try watch(entry.name).check()
                        editing.replace(difference, from: staged.folder)
                    }
                    // What is left of it is deleted.
                    _ = consume staged
                }
            }
            if options.durability == .syncfs { try tree.synchronizeContents() }
            if try differing().isEmpty { return true }
        }
        return false
    }

    /// Changes to one tree.
    ///
    /// What does not work is left for the next round, and then for the whole tree's exchange.
    private struct Editing {
        private let tree: TreeEditor
        private let modes: [String: UInt16]
        private let quarantine: Quarantine

        init(tree: DirectoryHandle, index: TreeIndex, quarantine: Quarantine) {
            self.tree = TreeEditor(root: tree)
            modes = Dictionary(
                index.entries.map { ($0.path, $0.mode) } + [
                    (".", TreeIndex.rootMode), (SDKStore.Name.unpacked, UInt16(0o644)),
                ],
                uniquingKeysWith: { first, _ in first }
            )
            self.quarantine = quarantine
        }

        /// Does what needs no archive: sets modes, and takes away what should not be there.
        ///
        /// The modes of what is replaced anyway stay, as it is kept as it was found. Folders come
        /// before what is in them, as paths are in order.
        func putRight(_ differences: [TreeVerifier.Difference]) {
            let replaced = Set(
                differences.filter { [.changed, .type, .owner].contains($0.kind) }.map(\.path)
            )
            for difference in differences where difference.kind == .mode {
                guard let mode = modes[difference.path], !replaced.contains(difference.path) else {
                    continue
                }
                try? tree.setMode(mode, of: difference.path)
            }
            for difference in differences where difference.kind == .extra {
                let path = difference.path
                try? quarantine.keep(path) { place throws(FileError) in
                    try tree.move(path, to: place)
                }
            }
        }

        /// Puts the file or folder from a whole tree in the place of one that differs.
        func replace(_ difference: TreeVerifier.Difference, from staged: DirectoryHandle) {
            let path = difference.path
            guard modes[path] != nil, path != "." else { return }
            let staged = TreeEditor(root: staged)
            switch difference.kind {
            case .extra, .archive: break
            case .missing: try? tree.take(path, from: staged)
            case .changed, .type, .owner, .mode, .unreadable: try? swap(path, from: staged)
            }
        }

        /// Lets a new thing take the place of another, which is kept.
        func swap(_ path: String, from staged: TreeEditor) throws(FileError) {
            // A file with two differences has been replaced for the first.
            guard try staged.kind(of: path) != nil else { return }
            try quarantine.keep(path) { place throws(FileError) in
                try tree.replace(path, from: staged, keeping: place)
            }
        }
    }

    // MARK: The whole tree

    /// Exchanges a tree of ours for a new one.
    func reinstall(
        _ installation: Installation,
        by recipe: Recipe,
        into quarantine: Quarantine,
        options: EnsureOptions
    ) throws {
        let isDurable = options.durability == .syncfs
        // They would go to the quarantine with the tree.
        try refuseMounted(installation)
        try refuseOtherOwner(installation)
        try withStaged(recipe, options: options) { staged, index in
            let place = try store.place(of: installation)
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
                    // Nothing is kept there.
                    throw FileError("exchange", place.path, .improperLink)
                }
            } catch {
                guard isRefused, let staged = new.take() else { throw error }
                try refill(installation, from: staged, index, into: quarantine, options: options)
            }
        }
    }

    /// Makes a tree what a new one is, file by file: for a folder in a lower layer of overlayfs, which
    /// can neither be exchanged nor moved.
    ///
    /// The receipt comes last, so that until then the tree is as damaged as it was.
    private func refill(
        _ installation: Installation,
        from staged: consuming StagedDirectory,
        _ index: TreeIndex,
        into quarantine: Quarantine,
        options: EnsureOptions
    ) throws {
        let tree = try store.openedFolder().directory(installation.name)
        let goRoot = store.path(of: installation)
        let receipt = try Receipt(
            parsing: staged.folder.directory(SDKStore.Name.bookkeeping)
                .contents(of: SDKStore.Name.receiptFile, limit: 1 << 16) ?? []
        )
        let editing = Editing(tree: tree, index: index, quarantine: quarantine)
        for _ in 0..<Self.mostRounds {
            let differences = try differences(goRoot, from: index, receipt: receipt)
            if differences.isEmpty { break }
            editing.putRight(differences)
            for difference in differences {
                try watch(installation.name).check()
                editing.replace(difference, from: staged.folder)
            }
        }
        let differences = try differences(goRoot, from: index, receipt: receipt)
        guard differences.isEmpty else {
            throw Failure(
                .destination,
                "not everything in the tree can be replaced",
                facts: differences.prefix(3).map { .init($0.path, $0.detail) }
            )
        }
        if options.durability == .syncfs { try tree.synchronizeContents() }
        _ = try tree.makingDirectory(SDKStore.Name.bookkeeping)
        let new = TreeEditor(root: staged.folder)
        for name in [SDKStore.Name.index, SDKStore.Name.receipt] {
            if try TreeEditor(root: tree).kind(of: name) == nil {
                try TreeEditor(root: tree).take(name, from: new)
            } else {
                try editing.swap(name, from: new)
            }
        }
        if options.durability == .syncfs { try tree.synchronizeContents() }
        _ = consume staged
    }

    /// How a tree was made: as its receipt says, unless that contradicts what is pinned, or else as is
    /// pinned.
    func recipe(
        for entry: SDKStore.Entry,
        options: EnsureOptions
    ) throws(Failure) -> Recipe {
        var receipt = entry.state.receipt
        if let found = receipt, case .different = pinComparison(of: found) { receipt = nil }
        switch entry.installation {
        case .go(let version):
            let pin: PinnedArchive
            if let receipt {
                pin = PinnedArchive(.go(version), of: receipt)
            } else {
                let catalogue = try CatalogueLibrary.load(adding: settings.catalogues)
                pin = try self.pin(version, in: catalogue, options: options)
            }
            return .unpacking(try sources(of: pin, options: options))
        case .tool(let build):
            guard let receipt else {
                let catalogue = try CatalogueLibrary.load(adding: settings.catalogues)
                return try recipe(for: build, in: catalogue, options: options)
            }
            guard receipt.compilation != nil else {
                let pin = PinnedArchive(.tool(build), of: receipt)
                return .program(build, try sources(of: pin, options: options))
            }
            let pin = PinnedArchive(.source(build.tool, build.version), of: receipt)
            let catalogue = try CatalogueLibrary.load(adding: settings.catalogues)
            return try compilation(
                of: build,
                from: sources(of: pin, options: options),
                in: catalogue
            )
        }
    }
}

extension PinnedArchive {
    /// The archive that a receipt names.
    fileprivate init(_ contents: Contents, of receipt: Receipt) {
        self.init(
            contents,
            platform: receipt.platform,
            fileName: receipt.archiveName,
            digest: receipt.archiveDigest,
            byteCount: receipt.archiveByteCount,
            voucher: .receipt(voucher: receipt.voucher)
        )
    }
}

extension Provisioner.Verification.Verdict {
    /// Whether something is wrong with a tree that is ours.
    fileprivate var isForRepair: Bool {
        switch self {
        case .clean, .unknown: false
        case .corrupted, .unchecked: true
        }
    }
}
