package import Provisioning
package import ToolchainCore
internal import ToolchainHost

/// Adds archives to a mirror.
///
/// All requests are resolved before the first download. Archives are downloaded while others are verified. One that
/// cannot be added does not prevent the others.
package struct MirrorAdder {
    /// What is added, and from where.
    package struct Task: Sendable {
        package let versions: [Manifest.Request]
        package let tools: [ToolRequest]
        package let architectures: [GoArchitecture]
        /// The only directories that archives are taken from; nil for mirrors, the cache and official sites.
        package let sources: [MirrorDirectory]?
        /// Whether to stop before anything is downloaded or written.
        package let isCheck: Bool

        /// Creates a task.
        package init(
            versions: [Manifest.Request],
            tools: [ToolRequest],
            architectures: [GoArchitecture],
            sources: [MirrorDirectory]? = nil,
            isCheck: Bool = false
        ) {
            self.versions = versions
            self.tools = tools
            self.architectures = architectures
            self.sources = sources
            self.isCheck = isCheck
        }
    }

    private let tree: MirrorTree
    private let session: Session
    private let task: Task

    /// Creates an adder.
    package init(_ tree: MirrorTree, _ session: Session, _ task: Task) {
        self.tree = tree
        self.session = session
        self.task = task
    }

    /// Adds the archives, or checks what would be added.
    ///
    /// - Returns: What became of each archive.
    /// - Throws: ``Failure`` if a request cannot be resolved, the mirror cannot be written, or the run is
    ///   interrupted; archives that were complete before are in the mirror then.
    package func add() throws(Failure) -> MirrorUpdate {
        let index = try tree.index()
        return try add(try resolved(listed: index), to: index)
    }

    /// Adds archives, or checks which would be added.
    ///
    /// - Parameters:
    ///   - wanted: The archives.
    ///   - index: The index as it was when they were resolved.
    ///   - finish: Changes the mirror further, under the same lock; not called for a check, or if there is nothing to
    ///     add.
    /// - Returns: What became of each archive.
    /// - Throws: ``Failure`` as ``add()``, or what `finish` throws.
    func add(
        _ wanted: [MirrorWanted],
        to index: MirrorIndex,
        finishing finish: (inout MirrorChange, inout MirrorUpdate) throws -> Void = { _, _ in }
    ) throws(Failure) -> MirrorUpdate {
        if task.isCheck {
            var entries: [MirrorUpdate.Entry] = []
            for wanted in wanted { entries.append(try planned(wanted, index)) }
            return MirrorUpdate(directory: tree.path, entries: entries)
        }
        guard !wanted.isEmpty else { return MirrorUpdate(directory: tree.path, entries: []) }
        return try tree.change(session) { change in
            prefetch(wanted)
            var entries: [MirrorUpdate.Entry] = []
            for wanted in wanted { entries.append(try add(wanted, to: &change)) }
            var update = MirrorUpdate(directory: tree.path, entries: entries)
            try finish(&change, &update)
            return update
        }
    }

    // MARK: What is wanted

    private func resolved(listed index: MirrorIndex) throws(Failure) -> [MirrorWanted] {
        var wanted: [MirrorWanted] = []
        var paths: Set<MirrorPath> = []
        for architecture in task.architectures {
            let supply = supply(for: architecture)
            var items: [MirrorItem] = []
            for request in task.versions { items.append(try supply.mirrorItem(for: request)) }
            let targets = items.map(\.contents).compactMap(\.goVersion)
            for request in task.tools {
                items += try supply.mirrorItems(
                    for: request,
                    targets: try self.targets(of: request, targets, index, architecture)
                )
            }
            for item in items {
                let item = try MirrorWanted(item, from: supply)
                if paths.insert(item.path).inserted { wanted.append(item) }
            }
        }
        return wanted
    }

    /// Returns what gets the archives for an architecture.
    ///
    /// - Parameters:
    ///   - architecture: The architecture.
    ///   - cooldownDays: The cooldown of the hosts, in days; nil for that of this run alone.
    /// - Returns: The supply, which downloads to the mirror's staging directory.
    func supply(
        for architecture: GoArchitecture,
        cooldownDays: Int? = nil
    ) -> Supply {
        let settings = session.settings.filling(
            tree.path,
            staging: tree.stagingPath,
            from: task.sources
        ).respecting(cooldownDays: cooldownDays)
        let platform = GoPlatform(architecture)
        return Supply(
            session.on(platform, isNamed: task.architectures.count > 1).with(settings)
        )
    }

    /// Returns the Go versions that a tool without a version has to be compatible with: the requested ones, or
    /// those in the mirror.
    private func targets(
        of request: ToolRequest,
        _ requested: [GoVersion],
        _ index: MirrorIndex,
        _ architecture: GoArchitecture
    ) throws(Failure) -> [GoVersion] {
        guard request.version == nil, requested.isEmpty else { return requested }
        let listed = index.goVersions(for: architecture)
        guard listed.isEmpty, request.tool == .delve else { return listed }
        throw Failure(
            .usage,
            "the mirror has no Go for linux/\(architecture.rawValue), so the compatible version of"
                + " \(request.tool) is unknown",
            hint: "name a Go, too: `gotoolprov mirror add go@latest \(request)`"
        )
    }

    // MARK: One archive

    private func planned(
        _ wanted: MirrorWanted,
        _ index: MirrorIndex
    ) throws(Failure) -> MirrorUpdate.Entry {
        let place = tree.path(of: wanted.path)
        let listed = index[wanted.path]
        var isKept = false
        if let listed, let pin = wanted.item.pin {
            isKept = listed.digest == pin.digest
            if isKept { isKept = try wanted.supply.has(wanted.item, at: place) }
        } else if let listed {
            let found = try? FileSystem.byteCount(of: place)
            isKept = found == listed.byteCount && listed.hasProof
        }
        return entry(wanted, isKept ? .kept : .planned, listed)
    }

    /// Starts downloads in the background, if there are several.
    private func prefetch(_ wanted: [MirrorWanted]) {
        let missing = wanted.filter { wanted in
            guard let pin = wanted.item.pin else { return false }
            let found = try? FileSystem.byteCount(of: tree.path(of: wanted.path))
            return found == nil || pin.byteCount.map { $0 != found } ?? false
        }
        guard missing.count > 1 else { return }
        for wanted in missing { wanted.supply.prefetch(wanted.item) }
    }

    private func add(
        _ wanted: MirrorWanted,
        to change: inout MirrorChange
    ) throws -> MirrorUpdate.Entry {
        let place = tree.path(of: wanted.path)
        let listed = change.index[wanted.path]
        let existed = try FileSystem.kind(of: place) != nil
        let obtained: ObtainedArchive
        do {
            obtained = try wanted.supply.obtain(
                wanted.item,
                at: place,
                listed: listed.map { ObtainedArchive.Listed(digest: $0.digest, log: $0.log) }
            )
        } catch {
            guard error.kind == .integrity || error.kind == .unavailable, !error.isFork else {
                throw error
            }
            return entry(wanted, .rejected(error), listed)
        }
        let proofPath = wanted.path.description + MirrorEntry.proofSuffix
        var log = obtained.evidence?.record
        if log == nil, listed?.digest == obtained.digest,
            try FileSystem.kind(of: tree.path(of: proofPath)) == .file
        {
            log = listed?.log
        }
        guard let new = MirrorEntry(wanted, obtained, log) else {
            throw Failure(.defect, "cannot list \(wanted.path)")
        }
        if obtained.isInPlace {
            change.list(new)
        } else {
            try change.publish(obtained.path, as: new)
        }
        var isNewProof = false
        if let evidence = obtained.evidence {
            isNewProof = try change.write(evidence.proof, as: proofPath)
        } else if log == nil, try FileSystem.kind(of: tree.path(of: proofPath)) != nil {
            // It proves another archive, or nothing.
            change.delete(proofPath)
        }
        let result: MirrorUpdate.Result =
            if !obtained.isInPlace {
                existed || listed != nil ? .replaced : .added
            } else if listed?.digest != new.digest {
                .adopted
            } else if isNewProof || listed != new {
                .proven
            } else {
                .kept
            }
        var entry = entry(wanted, result, new)
        entry.origin = obtained.isInPlace ? nil : obtained.origin
        entry.missingProof = log == nil ? obtained.missingProof : nil
        return entry
    }

    private func entry(
        _ wanted: MirrorWanted,
        _ result: MirrorUpdate.Result,
        _ listed: MirrorEntry?
    ) -> MirrorUpdate.Entry {
        MirrorUpdate.Entry(
            path: wanted.path,
            contents: wanted.item.contents,
            architecture: wanted.item.architecture,
            result: result,
            listed: listed
        )
    }
}

extension MirrorEntry {
    /// Creates the entry of an archive that was obtained.
    fileprivate init?(
        _ wanted: MirrorWanted,
        _ obtained: ObtainedArchive,
        _ log: Receipt.LogRecord?
    ) {
        let evidence: Evidence =
            switch obtained.voucher {
            case .builtIn: .pinned
            case .log, .officialList: .log
            case .catalog, .site, .commandLine, .receipt: log == nil ? .site : .log
            }
        self.init(
            wanted.item.contents,
            architecture: wanted.item.architecture,
            path: wanted.path,
            byteCount: obtained.byteCount,
            digest: obtained.digest,
            evidence: evidence,
            log: log
        )
    }
}
