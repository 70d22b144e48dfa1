internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost
internal import ToolchainNetwork

extension Supply {
    /// Returns the possible sources of an archive, in the order in which to try them.
    ///
    /// - Throws: ``Failure`` if there is none, with all places that were searched.
    func sources(
        of pin: PinnedArchive
    ) throws(Failure) -> [ArchiveSource] {
        if let given = given.path {
            guard let path = session.environment.absolutePath(given) else {
                throw Failure(
                    .unavailable,
                    "cannot resolve the archive's path",
                    facts: [.init("file", given)],
                    hint: "use an absolute path"
                )
            }
            return [ArchiveSource(pin: pin, path: path, isGiven: true)]
        }
        var found: [ArchiveSource] = []
        var facts: [Failure.Fact] = [
            .init("archive", pin.fileName), .init("sha256", pin.digest),
        ]
        var absences: [Failure.Fact] = []
        var unusable: [UnusableMirror] = []
        let cache = session.settings.cacheDirectory.map { ArchiveCache(directory: $0) }
        if let cache {
            let path = cache.path(of: pin.digest)
            if cache.has(pin.digest) {
                found.append(ArchiveSource(pin: pin, path: path, isCached: true))
            } else {
                facts.append(.init("not in", cache.directory))
            }
        }
        func add(_ addresses: [WebAddress], of name: String, mirror: String? = nil) {
            guard !session.settings.isOffline else {
                return facts.append(.init("not tried, offline", name))
            }
            // Without HOME there is no cache to download to, but mirror directories still work.
            guard let path = cache?.path(of: pin.digest) else {
                return facts.append(.init("not tried, as \(session.environment.homeProblem)", name))
            }
            found += addresses.map {
                ArchiveSource(pin: pin, path: path, address: $0, mirror: mirror)
            }
        }
        for mirror in session.settings.mirrors {
            switch mirror {
            case .directory(let directory):
                let (files, problem) = present(in: directory, pin)
                found += files
                if let problem {
                    facts.append(problem.fact)
                    if problem.isAbsence { absences.append(problem.fact) }
                    if let reason = problem.reason {
                        try refuseMissing(directory, reason)
                        unusable.append(UnusableMirror(name: directory.path, reason: reason))
                    }
                }
            case .web(let web):
                add(web.candidates(for: pin), of: web.description, mirror: web.description)
            }
        }
        if session.settings.usesOfficial, let official = WebMirror.official(for: pin.contents) {
            add(official.mirror.candidates(for: pin), of: "the official site, \(official.name)")
        }
        guard !found.isEmpty else {
            var failure = Failure(
                .unavailable,
                !session.settings.mirrors.isEmpty
                    ? "no mirror has \(pin.fileName)"
                    : session.settings.isOffline
                        ? "\(pin.fileName) is not available offline"
                        : "no source has \(pin.fileName)",
                facts: facts,
                hint: mirrorListHint
                    ?? "copy the file to this host and run `gotoolprov cache add FILE`; or use a"
                    + " directory that contains it: `--mirror DIR`, GOTOOLPROV_MIRROR, or"
                    + " `mirrors` in gotoolprov.json"
            )
            failure.isAbsence = true
            throw failure
        }
        found[0].absences = absences
        found[0].unusable = unusable
        return found
    }

    /// A hint for a GOTOOLPROV_MIRROR that looks like a colon-separated list, or `nil`.
    private var mirrorListHint: String? {
        let isList = session.settings.mirrors.contains { mirror in
            guard case .directory(let directory) = mirror else { return false }
            return directory.path.contains(text: ":/")
                && (try? FileSystem.isDirectory(directory.path)) != true
        }
        return isList ? "separate mirrors with commas: GOTOOLPROV_MIRROR=/a,/b" : nil
    }

    /// Refuses a directory that was given with `--mirror` and cannot be used, because it is mistyped or
    /// not mounted.
    ///
    /// A directory from the environment or a manifest may be missing on some hosts.
    private func refuseMissing(
        _ directory: MirrorDirectory,
        _ reason: String
    ) throws(Failure) {
        guard session.settings.requiresMirrors else { return }
        throw Failure(
            .usage,
            "cannot use the mirror `\(directory.path)`",
            facts: [.init("because", reason)],
            hint: mirrorListHint
                ?? "correct `--mirror`, or mount or create the directory; without `--mirror`,"
                + " archives come from the other sources"
        )
    }

    /// Returns the files of a directory that may be the archive, or the reason that there are none.
    private func present(
        in mirror: MirrorDirectory,
        _ pin: PinnedArchive
    ) -> ([ArchiveSource], (fact: Failure.Fact, isAbsence: Bool, reason: String?)?) {
        do throws(FileError) {
            var present: [ArchiveSource] = []
            for path in mirror.candidates(for: pin)
            where try FileSystem.kind(of: path) != nil {
                present.append(ArchiveSource(pin: pin, path: path, mirror: mirror.path))
            }
            guard present.isEmpty else { return (present, nil) }
            guard try FileSystem.isDirectory(mirror.path) else {
                return ([], (.init("no directory at", mirror.path), true, "no such directory"))
            }
            return ([], (.init("not in", mirror.path), true, nil))
        } catch {
            return ([], (.init("\(error.errno) at", mirror.path), false, "\(error.errno)"))
        }
    }

    /// Checks cheaply that a source on this host can be opened and has the pinned size.
    func check(_ source: ArchiveSource) throws(Failure) {
        // Servers are not checked: the archive may disappear before it is downloaded anyway.
        guard source.address == nil else { return }
        do {
            let file = try ArchiveFile.opening(source.path)
            if let expected = source.pin.byteCount, expected != file.byteCount {
                throw ArchiveError.wrongSize(expected: expected, found: file.byteCount)
            }
        } catch {
            throw session.failure(for: error, source: source)
        }
    }

    /// Downloads and verifies the first source that matches the pin.
    ///
    /// - Parameters:
    ///   - sources: The sources, in the order in which to try them.
    ///   - name: The name of the installation, for progress reports.
    /// - Returns: The source and its open archive.
    /// - Throws: The most informative failure, if no source matches.
    func verified(
        _ sources: [ArchiveSource],
        for name: String
    ) throws -> VerifiedSource {
        let monitor = session.monitor(name)
        var failures: [SourceFailure] = []
        var end: ContinuousClock.Instant?
        var unusable = sources.first?.unusable ?? []
        for source in sources {
            if !source.isCached {
                unusable += Self.unusable(failures, before: source)
                session.report(unusable, for: name)
                unusable = []
            }
            do {
                if let address = source.address {
                    try fetch(source.pin, from: address, until: &end)
                }
                let file = try ArchiveFile.opening(source.path)
                return VerifiedSource(
                    archive: try file.verified(against: source.pin, monitor: monitor),
                    source: source
                )
            } catch let interrupted as ProgressMonitor.Interrupted {
                throw interrupted
            } catch {
                let failure = session.failure(for: error, source: source)
                if case .interrupted = failure.kind { throw failure }
                if failure.kind == .busy || failure.kind == .configuration { throw failure }
                if source.isCached, Self.isMismatch(error) {
                    // The next source replaces the damaged file. A file that is only unreadable is
                    // kept: it may be the only copy on this host.
                    try? FileSystem.remove(source.path)
                }
                failures.append(SourceFailure(source: source, failure: failure, error: error))
            }
        }
        throw Self.summary(of: failures, absences: sources.first?.absences ?? [])
    }

    /// Returns the mirror of the last failures if the next source belongs to another one.
    private static func unusable(
        _ failures: [SourceFailure],
        before source: ArchiveSource
    ) -> [UnusableMirror] {
        guard let mirror = failures.last?.source.mirror, mirror != source.mirror else { return [] }
        let own = failures.filter { $0.source.mirror == mirror }
        let most = own.map(\.weight).max()
        guard let worst = own.first(where: { $0.weight == most })?.failure else { return [] }
        let because = worst.facts.first { $0.label == "because" }.map { ": \($0.value)" } ?? ""
        return [UnusableMirror(name: mirror, reason: worst.message + because)]
    }

    /// Whether a file was read and does not match the pin.
    private static func isMismatch(_ error: any Error) -> Bool {
        switch error as? ArchiveError {
        case .wrongDigest?, .wrongSize?: true
        default: false
        }
    }

    /// Returns the most informative failure, with the other places that were tried.
    private static func summary(of failures: [SourceFailure], absences: [Failure.Fact]) -> Failure {
        let most = failures.map(\.weight).max()
        guard let primary = failures.first(where: { $0.weight == most }) else {
            return Failure(.defect, "no source")
        }
        var failure = primary.failure
        failure.facts += absences
        for other in failures where other.source.origin != primary.source.origin {
            let status = other.status.map { " (\($0))" } ?? ""
            failure.facts.append(.init("also failed", other.source.origin + status))
        }
        failure.isAbsence = failures.allSatisfy { $0.weight != .fault }
        return failure
    }
}

/// Why a source did not have the archive.
private struct SourceFailure {
    /// How informative a failure is.
    enum Weight: Comparable {
        /// The server denied access, as object stores also do for missing files.
        case refusal
        /// The server does not have the archive.
        case absence
        /// Anything else.
        case fault
    }

    let source: ArchiveSource
    let failure: Failure
    let error: any Error

    /// The HTTP status of the response, or `nil` for any other failure.
    var status: Int? {
        if case TransferError.status(let code, _, _) = error { Int(code) } else { nil }
    }

    var weight: Weight {
        switch status {
        case 403: .refusal
        case 404, 410: .absence
        default: .fault
        }
    }
}
