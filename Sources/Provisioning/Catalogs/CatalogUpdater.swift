internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// Adds releases to a catalog file, each of which the log proves.
package struct CatalogUpdater {
    /// What is updated, and from what.
    package struct Task: Sendable {
        /// The absolute path of the catalog file.
        package let path: String
        /// The absolute path of the directory with the archives; nil to download them.
        package let directory: String?
        /// The official list; nil if it is not available, which requires ``directory``.
        package let list: OfficialReleases?
        /// Where the list comes from, for messages.
        package let listName: String
        package let architectures: [GoArchitecture]
        /// The requests; empty for what is selected by default.
        package let requests: [GoRequest]
        /// The absolute path of the directory that gets proofs; nil for ``directory``, if that can be written.
        package let proofDirectory: String?
        /// Whether to stop before anything is proven or written.
        package let isCheck: Bool

        /// Creates a task.
        package init(
            path: String,
            directory: String?,
            list: OfficialReleases?,
            listName: String,
            architectures: [GoArchitecture],
            requests: [GoRequest],
            proofDirectory: String?,
            isCheck: Bool
        ) {
            self.path = path
            self.directory = directory
            self.list = list
            self.listName = listName
            self.architectures = architectures
            self.requests = requests
            self.proofDirectory = proofDirectory
            self.isCheck = isCheck
        }
    }

    private let supply: Supply
    private let task: Task

    private var session: Session { supply.session }

    /// Creates an updater.
    package init(_ supply: Supply, _ task: Task) {
        self.supply = supply
        self.task = task
    }

    private var voucher: PinnedArchive.Voucher { .catalog(path: task.path) }

    /// Updates the file.
    ///
    /// Archives that cannot be proven are not added, and are in the result with the reason. What the file
    /// lists stays.
    ///
    /// - Returns: The result.
    /// - Throws: ``Failure`` if nothing could be tried, no release matches a request, or the file cannot be
    ///   written.
    package func update() throws(Failure) -> CatalogUpdate {
        if !task.isCheck, let reason = session.settings.log.disabledBy {
            throw Failure(
                .configuration,
                "a catalog cannot be updated without the log, which proves its entries",
                facts: [.init("disabled by", reason)]
            )
        }
        var catalog = try supply.catalog()
        do {
            try catalog.add(try file().catalog)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(
                .integrity,
                "the catalog file contradicts a pinned digest",
                facts: [.init("file", task.path), .init("because", "\(error)")]
            )
        }
        let candidates = try candidates(listed: catalog)
        var entries: [CatalogUpdate.Entry] = []
        for candidate in candidates {
            entries.append(
                CatalogUpdate.Entry(
                    version: candidate.version,
                    platform: candidate.platform,
                    result: task.isCheck ? .planned : try result(of: candidate)
                )
            )
        }
        let additions = entries.compactMap { entry -> CatalogFile.Addition? in
            if case .added(let addition, _) = entry.result { addition } else { nil }
        }
        return CatalogUpdate(
            path: task.path,
            entries: entries,
            isWritten: try additions.isEmpty ? false : write(additions)
        )
    }

    // MARK: What is considered

    /// Selects archives: of those in the directory, or of those in the official list.
    private func candidates(listed: Catalog) throws(Failure) -> [CatalogCandidate] {
        var paths: [GoPlatform: [GoVersion: String]] = [:]
        if let directory = task.directory {
            paths = try archives(in: directory)
        } else if task.list == nil {
            throw Failure(
                .unavailable,
                "the official list of releases is not available",
                hint:
                    "use a saved copy with `--list FILE`, or a directory of archives with `--from DIR`"
            )
        }
        let selection: ReleaseSelection =
            !task.requests.isEmpty
            ? .requested(task.requests) : task.directory == nil ? .newer : .stable
        var candidates: [CatalogCandidate] = []
        var unmatched = Set(task.requests)
        for architecture in task.architectures {
            let platform = GoPlatform(architecture)
            let available =
                task.directory == nil
                ? task.list?.versions(for: platform) ?? [] : Array((paths[platform] ?? [:]).keys)
            unmatched.formIntersection(selection.unmatched(among: available))
            let releases = selection.releases(
                among: available,
                listed: listed.versions(for: platform)
            )
            candidates += releases.map { version in
                CatalogCandidate(
                    version: version,
                    platform: platform,
                    official: task.list?.archive(of: version, for: platform),
                    path: paths[platform]?[version]
                )
            }
        }
        if let request = task.requests.first(where: unmatched.contains) {
            throw Failure(
                .unavailable,
                "no release matches `\(request)`",
                facts: [
                    .init("in", task.directory ?? task.listName),
                    .init("for", task.architectures.map(\.rawValue).joined(separator: ", ")),
                ],
                hint: "releases older than"
                    + " \(ReleaseLine.recordedInLog.firstRelease.toolchainName) cannot be added,"
                    + " because the log does not record them"
            )
        }
        return candidates.sorted {
            ($1.version, $0.platform.architecture) < ($0.version, $1.platform.architecture)
        }
    }

    /// Finds the archives in a directory and in its subdirectory `go`, by their official names.
    private func archives(
        in directory: String
    ) throws(Failure) -> [GoPlatform: [GoVersion: String]] {
        var found: [GoPlatform: [GoVersion: String]] = [:]
        do {
            guard let names = try FileSystem.names(in: directory) else {
                throw Failure(
                    .unavailable,
                    "the directory of archives does not exist",
                    facts: [.init("directory", directory)]
                )
            }
            let below = "\(directory)/go"
            let more = try FileSystem.isDirectory(below) ? FileSystem.names(in: below) ?? [] : []
            for (place, name) in names.map({ (directory, $0) }) + more.map({ (below, $0) }) {
                guard let version = GoVersion(archiveFileName: name) else { continue }
                for platform in task.architectures.map(GoPlatform.init)
                where version.archiveFileName(for: platform) == name {
                    let path = "\(place)/\(name)"
                    found[platform, default: [:]][version] =
                        found[platform]?[version] ?? path
                }
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw session.failure(for: error, doing: "read \(directory)")
        }
        return found
    }

    // MARK: Proving

    private func result(of candidate: CatalogCandidate) throws(Failure) -> CatalogUpdate.Result {
        do {
            let prover = CatalogProver(Supply(session.on(candidate.platform)), task.listName)
            let proven = try prover.prove(candidate)
            return .added(proven.addition, proof: try keep(proven.proof, of: candidate))
        } catch {
            let failure = session.failure(for: error, doing: "add \(candidate.fileName)")
            guard failure.kind == .integrity || failure.kind == .unavailable else { throw failure }
            return .rejected(failure)
        }
    }

    /// Writes a proof beside the archive, or into the directory for proofs.
    ///
    /// - Returns: The path of the proof; nil if there is none.
    private func keep(
        _ proof: LogProof,
        of candidate: CatalogCandidate
    ) throws(Failure) -> String? {
        let beside = candidate.path.map { $0 + LogProof.fileSuffix }
        let chosen = task.proofDirectory.map { "\($0)/\(candidate.fileName)\(LogProof.fileSuffix)" }
        guard let path = chosen ?? beside else { return nil }
        do {
            let bytes = proof.document
            if try FileSystem.contents(of: path, limit: LogProof.mostBytes + 1) == bytes {
                return path
            }
            if let directory = task.proofDirectory { try FileSystem.makeDirectories(directory) }
            try FileSystem.replaceFile(
                at: path,
                with: bytes,
                mode: 0o644,
                durably: session.isDurable,
                isSweeping: true
            )
            return path
        } catch {
            let failure = session.failure(for: error, doing: "write \(path)")
            guard chosen == nil else { throw failure }
            // Media with archives are often read-only.
            session.onEvent(
                .remark(candidate.version.toolchainName, "no log proof: \(failure.onOneLine)")
            )
            return nil
        }
    }

    // MARK: The file

    /// Today, or the day of the built-in catalog: before that, no clock can be right.
    private var today: CalendarDay {
        get throws(Failure) {
            max(UTCTime.now.day, try supply.catalog().updated ?? UTCTime.now.day)
        }
    }

    /// Whether the file is the one in this user's state directory.
    private var isHostFile: Bool {
        (try? HostKnowledge.path(of: .catalog, in: session.environment)).map {
            FileSystem.isSame($0, task.path)
        } ?? false
    }

    /// Reads the file as it is now.
    ///
    /// What is ignored in the state directory would be trusted once it is written again.
    private func file() throws(Failure) -> CatalogFile {
        if isHostFile, FileSystem.exists(task.path),
            let reason = HostKnowledge.obstacle(to: task.path)
        {
            throw Failure(
                .destination,
                "the catalog of this host is not trusted, so it is not updated",
                facts: [.init("file", task.path), .init("because", reason)],
                hint: "check what it lists, then delete it or correct its owner and mode"
            )
        }
        do throws(Failure) {
            return try CatalogLibrary.file(at: task.path, voucher: voucher) ?? CatalogFile()
        } catch {
            // Everything else ignores it; what it lists must not be lost.
            guard isHostFile else { throw error }
            throw Failure(
                error.kind,
                error.message,
                facts: error.facts,
                hint:
                    "correct it, or delete it: it is then written again, with the releases of this"
                    + " update only"
            )
        }
    }

    /// Adds archives to the file as it is now, under a lock, and replaces it; a symbolic link to it stays.
    ///
    /// - Returns: Whether anything was added.
    private func write(_ additions: [CatalogFile.Addition]) throws(Failure) -> Bool {
        do {
            let target = try FileSystem.writingTarget(of: task.path)
            let parent = FilePath(target).removingLastComponent().string
            let name = FilePath(target).lastComponent?.string ?? target
            if isHostFile {
                try Directories(session).refuseUnsafeState(
                    FilePath(task.path).removingLastComponent().string
                )
                try Directories(session).refuseUnsafeState(parent)
            }
            try FileSystem.makeDirectories(parent)
            let lock = try InstallLock.acquire(
                "\(parent == "/" ? "" : parent)/.\(name).lock",
                timeout: session.allowance.lockTimeout,
                monitor: session.monitor(name)
            ) { session.onEvent(.waitingForLock(name, holder: $0)) }
            var isChanged = false
            do {
                var file = try file()
                let today = try today
                for addition in additions
                where try file.add(addition, voucher: voucher, on: today) {
                    isChanged = true
                }
                if isChanged {
                    file.setUpdated(today)
                    let bytes = file.bytes
                    guard bytes.count <= CatalogLibrary.mostBytes else {
                        throw Failure(
                            .destination,
                            "the catalog file would be too large to be read again",
                            facts: [
                                .init("file", task.path), .init("size", ByteCount(bytes.count)),
                                .init("limit", ByteCount(CatalogLibrary.mostBytes)),
                            ],
                            hint: "write to another file: `--output FILE`"
                        )
                    }
                    try FileSystem.replaceFile(
                        at: target,
                        with: bytes,
                        mode: 0o644,
                        durably: session.isDurable,
                        isSweeping: true
                    )
                }
            } catch {
                lock.discard()
                throw error
            }
            lock.discard()
            return isChanged
        } catch let busy as InstallLock.Busy {
            throw Failure(busy, name: FilePath(task.path).lastComponent?.string ?? task.path)
        } catch let conflict as Catalog.Conflict {
            throw Failure(
                .integrity,
                "the catalog file lists another digest",
                facts: [
                    .init("file", task.path), .init("archive", conflict.fileName),
                    .init("listed", conflict.pinned), .init("proven", conflict.contradicting),
                ]
            )
        } catch let error as FileError {
            throw Failure(
                writing: error,
                what: "cannot write the catalog file",
                places: HostPlaces([])
            )
        } catch {
            throw session.failure(for: error, doing: "write \(task.path)")
        }
    }
}
