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
            let held = try lock(entry.version.toolchainName)
            let last = try repaired(first, isQuick: isQuick, options: options)
            _ = consume held
            return last
        } catch {
            throw failure(for: error, doing: "repair \(entry.version.toolchainName)")
        }
    }

    /// Repairs a tree whose lock is held.
    private func repaired(
        _ first: Verification,
        isQuick: Bool,
        options: EnsureOptions
    ) throws(Failure) -> Verification {
        let version = first.version
        // Whoever had the lock may have removed it.
        guard let state = try state(of: version) else { return first }
        let entry = SDKStore.Entry(version: version, goRoot: first.goRoot, state: state)
        let quarantine = Quarantine(in: store, version: version)
        var action = Repair.Action.repaired
        var failure: Failure?
        do {
            if try !mend(entry, into: quarantine, isQuick: isQuick, options: options) {
                action = .reinstalled
                try reinstall(entry, into: quarantine, options: options)
            }
        } catch {
            let known = self.failure(for: error, doing: "repair \(version.toolchainName)")
            if case .interrupted = known.kind { throw known }
            action = .failed
            failure = known
        }
        var last = try verify(
            SDKStore.Entry(
                version: version,
                goRoot: entry.goRoot,
                state: try self.state(of: version) ?? state
            ),
            isQuick: isQuick
        )
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
        for _ in 0..<Self.mostRounds {
            let differences = try self.differences(
                entry.goRoot,
                from: index,
                receipt: receipt,
                isQuick: isQuick
            )
            guard !differences.isEmpty else { return true }
            let isFixedInPlace = differences.allSatisfy { $0.kind == .mode || $0.kind == .extra }
            if isFixedInPlace {
                try replace(differences, in: entry, index, from: nil, quarantine)
            } else {
                let sources = try sources(
                    of: pin(of: entry, options: options),
                    options: options
                )
                try withStaged(sources, options: options) { staged, unpacked in
                    guard unpacked == index else { return }
                    try replace(differences, in: entry, index, from: staged.path, quarantine)
                    // What is left of it is deleted.
                    _ = consume staged
                }
            }
            if options.durability == .syncfs { try FileSystem.synchronizeAll(of: entry.goRoot) }
        }
        return try differences(entry.goRoot, from: index, receipt: receipt, isQuick: isQuick)
            .isEmpty
    }

    /// Takes away what should not be there, sets the modes of folders, puts files from `staged` in
    /// the place of those that differ, and sets the modes of files.
    ///
    /// What does not work is left for the next round.
    private func replace(
        _ differences: [TreeVerifier.Difference],
        in entry: SDKStore.Entry,
        _ index: TreeIndex,
        from staged: String?,
        _ quarantine: Quarantine
    ) throws {
        let modes = Dictionary(
            index.entries.map { ($0.path, $0.mode) } + [
                (".", TreeIndex.rootMode), (SDKStore.Name.unpacked, UInt16(0o644)),
            ],
            uniquingKeysWith: { first, _ in first }
        )
        // The modes first: a folder may have to be readable for the rest. Then in the order of the
        // paths, so that folders come before what is in them.
        for difference in differences where difference.kind == .mode {
            guard let mode = modes[difference.path] else { continue }
            attempt { () throws(FileError) in
                try FileSystem.setMode(mode, of: "\(entry.goRoot)/\(difference.path)")
            }
        }
        for difference in differences where difference.kind == .extra {
            attempt { () throws(FileError) in
                try FileSystem.rename(
                    "\(entry.goRoot)/\(difference.path)",
                    to: quarantine.place(for: difference.path)
                )
            }
        }
        guard let staged else { return }
        for difference in differences {
            try watch(entry.version).check()
            let new = "\(staged)/\(difference.path)"
            let place = "\(entry.goRoot)/\(difference.path)"
            attempt { () throws(FileError) in
                switch difference.kind {
                case .mode, .extra: break
                case .missing: try FileSystem.rename(new, to: place)
                case .changed, .type: try swap(new, with: place, difference.path, quarantine)
                case .unreadable where modes[difference.path] != nil:
                    try swap(new, with: place, difference.path, quarantine)
                case .unreadable: break
                }
            }
        }
    }

    private func attempt(_ body: () throws(FileError) -> Void) { try? body() }

    /// Puts a new file in the place of another in one step, and keeps the other.
    private func swap(
        _ new: String,
        with place: String,
        _ path: String,
        _ quarantine: Quarantine
    ) throws(FileError) {
        let kept = try quarantine.place(for: path)
        do {
            try FileSystem.exchange(new, with: place)
            try FileSystem.rename(new, to: kept)
        } catch  where error.operation == "exchange" && error.isForLackOfSupport {
            try FileSystem.rename(place, to: kept)
            try FileSystem.rename(new, to: place)
        }
    }

    // MARK: The whole tree

    private func reinstall(
        _ entry: SDKStore.Entry,
        into quarantine: Quarantine,
        options: EnsureOptions
    ) throws {
        let sources = try sources(of: pin(of: entry, options: options), options: options)
        try withStaged(sources, options: options) { staged, _ in
            try staged.exchange(
                with: entry.goRoot,
                retiringTo: quarantine.placeForTree(),
                durably: options.durability == .syncfs
            )
        }
    }

    /// The archive that a tree was made from: as its receipt says, or else as is pinned.
    private func pin(
        of entry: SDKStore.Entry,
        options: EnsureOptions
    ) throws(Failure) -> PinnedArchive {
        guard case .installed(let receipt) = entry.state else {
            let catalogue = try CatalogueLibrary.load(adding: settings.catalogues)
            return try pin(entry.version, in: catalogue, options: options)
        }
        return PinnedArchive(
            version: receipt.version,
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
