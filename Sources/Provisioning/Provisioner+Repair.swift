internal import SystemPackage
public import ToolchainCore
public import ToolchainHost

extension Provisioner {
    /// What was done to a tree that differed from its receipt.
    public struct Repair: Sendable {
        /// How far it went.
        public enum Action: String, Sendable {
            /// The files that differed were replaced, each in one step.
            case repaired
            /// A new tree took the old one's place, in one step.
            case reinstalled
            /// It could not be done; what is there may differ less than before.
            case failed
        }

        /// How far it went.
        public let action: Action
        /// What differed before.
        public let found: [TreeVerifier.Difference]
        /// The folder that has what was replaced; nil where nothing was worth keeping.
        public let quarantine: String?
        /// Why it failed.
        public let failure: Failure?
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
    public func repair(
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
            let held = try lock(entry.name)
            let last = try repaired(first, isQuick: isQuick, options: options)
            _ = consume held
            return last
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
    private func repaired(
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
        case .installed, .damaged: break
        case .foreign, .unknown, .halfRemoved: return try verify(entry, isQuick: isQuick)
        }
        let quarantine = Quarantine(in: store, name: installation.name)
        var action = Repair.Action.repaired
        var failure: Failure?
        do {
            if try !mend(entry, into: quarantine, isQuick: isQuick, options: options) {
                action = .reinstalled
                try reinstall(entry, into: quarantine, options: options)
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
            quarantine: (try? FileSystem.kind(of: quarantine.path)) == .directory
                ? quarantine.path : nil,
            failure: failure
        )
        return last
    }

    // MARK: File by file

    /// Replaces the files that differ.
    ///
    /// - Returns: Whether nothing differs any more; false also for a tree whose index cannot be used.
    private func mend(
        _ entry: SDKStore.Entry,
        into quarantine: Quarantine,
        isQuick: Bool,
        options: EnsureOptions
    ) throws -> Bool {
        guard case .installed(let receipt) = entry.state,
            let bytes = try? FileSystem.contents(
                of: "\(entry.goRoot)/\(SDKStore.Name.index)",
                limit: 64 << 20
            ),
            try SHA256Digest(of: bytes) == receipt.index.digest,
            let index = try? TreeIndex(parsing: bytes)
        else { return false }
        func differing() throws -> [TreeVerifier.Difference] {
            try differences(entry.goRoot, from: index, receipt: receipt, isQuick: isQuick)
        }
        let editing = Editing(
            tree: try TreeEditor(root: entry.goRoot),
            modes: Dictionary(
                index.entries.map { ($0.path, $0.mode) } + [
                    (".", TreeIndex.rootMode), (SDKStore.Name.unpacked, UInt16(0o644)),
                ],
                uniquingKeysWith: { first, _ in first }
            ),
            quarantine: quarantine
        )
        for _ in 0..<Self.mostRounds {
            editing.putRight(try differing())
            // A folder that could not be read may have shown more.
            let differences = try differing()
            if !differences.isEmpty {
                try withStaged(recipe(for: entry, options: options), options: options) {
                    staged,
                    unpacked in
                    guard unpacked == index else { return }
                    for difference in differences {
                        try watch(entry.name).check()
                        editing.replace(difference, from: staged.path)
                    }
                    // What is left of it is deleted.
                    _ = consume staged
                }
            }
            if options.durability == .syncfs { try FileSystem.synchronizeAll(of: entry.goRoot) }
            if try differing().isEmpty { return true }
        }
        return false
    }

    /// Changes to one tree.
    ///
    /// What does not work is left for the next round, and then for the whole tree's exchange.
    private struct Editing {
        let tree: TreeEditor
        let modes: [String: UInt16]
        let quarantine: Quarantine

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
                guard let place = try? quarantine.place(for: difference.path) else { continue }
                try? tree.move(difference.path, to: place)
            }
        }

        /// Puts the file or folder from a whole tree in the place of one that differs.
        func replace(_ difference: TreeVerifier.Difference, from staged: String) {
            guard modes[difference.path] != nil, difference.path != "." else { return }
            let new = "\(staged)/\(difference.path)"
            switch difference.kind {
            case .extra: break
            case .missing: try? tree.take(new, as: difference.path)
            case .changed, .type, .owner, .mode, .unreadable:
                try? swap(difference.path, for: new)
            }
        }

        /// Lets a new thing take the place of another in one step, and keeps the other.
        ///
        /// The new one waits for that in the quarantine, so that the old one is there at once.
        private func swap(_ path: String, for new: String) throws(FileError) {
            // A file with two differences has been replaced for the first.
            guard try FileSystem.kind(of: new) != nil else { return }
            let kept = try quarantine.place(for: path)
            try FileSystem.rename(new, to: kept)
            do {
                try tree.exchange(path, with: kept)
            } catch {
                try FileSystem.rename(kept, to: new)
                guard error.isForLackOfSupport else { throw error }
                try tree.move(path, to: kept)
                try tree.take(new, as: path)
            }
        }
    }

    // MARK: The whole tree

    private func reinstall(
        _ entry: SDKStore.Entry,
        into quarantine: Quarantine,
        options: EnsureOptions
    ) throws {
        try withStaged(recipe(for: entry, options: options), options: options) { staged, _ in
            try staged.exchange(
                with: entry.goRoot,
                retiringTo: quarantine.placeForTree(),
                durably: options.durability == .syncfs
            )
        }
    }

    /// How a tree was made: as its receipt says, or else as is pinned.
    private func recipe(
        for entry: SDKStore.Entry,
        options: EnsureOptions
    ) throws(Failure) -> Recipe {
        switch entry.installation {
        case .go(let version):
            let pin: PinnedArchive
            if case .installed(let receipt) = entry.state {
                pin = PinnedArchive(.go(version), of: receipt)
            } else {
                let catalogue = try CatalogueLibrary.load(adding: settings.catalogues)
                pin = try self.pin(version, in: catalogue, options: options)
            }
            return .unpacking(try sources(of: pin, options: options))
        case .tool(let build):
            guard case .installed(let receipt) = entry.state else {
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
