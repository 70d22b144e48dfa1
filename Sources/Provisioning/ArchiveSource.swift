internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// A file that may be the archive that is wanted.
struct ArchiveSource: Sendable {
    let pin: PinnedArchive
    /// The file, which is in the cache once it was fetched from `address`.
    let path: String
    /// Where the file has to be fetched from; nil where it is on this host.
    var address: WebAddress?
    /// Where it was looked for before, and is not.
    var absences: [Failure.Fact] = []
    /// Whether the file lies in the cache, from where it goes if it is damaged.
    var isCached = false

    /// Where it comes from, for people and receipts.
    var origin: String { address?.withoutQuery ?? path }
}

/// A source whose bytes are those that are pinned.
struct VerifiedSource: ~Copyable {
    let archive: VerifiedArchive
    let source: ArchiveSource
}

extension Provisioner {
    /// The files that may be the archive, in the order in which they are to be tried.
    ///
    /// - Throws: ``Failure`` where there is none, with all places that were looked at.
    func sources(
        of pin: PinnedArchive,
        options: EnsureOptions
    ) throws(Failure) -> [ArchiveSource] {
        if let given = options.archivePath {
            guard let path = environment.absolutePath(given) else {
                throw Failure(
                    .unavailable,
                    "cannot tell where the archive is",
                    facts: [.init("file", given)],
                    hint: "give an absolute path"
                )
            }
            return [ArchiveSource(pin: pin, path: path)]
        }
        var found: [ArchiveSource] = []
        var facts: [Failure.Fact] = [
            .init("archive", pin.fileName), .init("sha256", pin.digest),
        ]
        let cache = settings.cacheFolder.map { ArchiveCache(folder: $0) }
        if let cache {
            let path = cache.path(of: pin.digest)
            if cache.has(pin.digest) {
                found.append(ArchiveSource(pin: pin, path: path, isCached: true))
            } else {
                facts.append(.init("not in", cache.folder))
            }
        }
        func add(_ addresses: [WebAddress], of name: String) {
            guard !settings.isOffline else {
                return facts.append(.init("not asked, offline", name))
            }
            // A host without a home can still use what lies in folders.
            guard let path = cache?.path(of: pin.digest) else {
                return facts.append(.init("not asked, as \(environment.homeFlaw)", name))
            }
            found += addresses.map { ArchiveSource(pin: pin, path: path, address: $0) }
        }
        for mirror in settings.mirrors {
            switch mirror {
            case .folder(let folder): found += present(in: folder, pin, &facts)
            case .web(let web): add(web.candidates(for: pin), of: web.text)
            }
        }
        if settings.usesOfficial, let official = WebMirror.official(for: pin.contents) {
            add(official.mirror.candidates(for: pin), of: "the official site, \(official.name)")
        }
        guard !found.isEmpty else {
            throw Failure(
                .unavailable,
                settings.mirrors.isEmpty
                    ? "there is nowhere to get \(pin.fileName) from"
                    : "no mirror has \(pin.fileName)",
                facts: facts,
                hint:
                    "bring the file here and `gotoolprov cache add FILE`; or name a folder that has"
                    + " it: `--mirror DIR`, GOTOOLPROV_MIRROR, or `mirrors` in gotoolprov.json"
            )
        }
        found[0].absences = facts.filter { ["not in", "no folder at"].contains($0.label) }
            .filter { $0.value != cache?.folder }
        return found
    }

    /// The files of a folder that may be the archive, or facts about why there is none.
    private func present(
        in mirror: MirrorFolder,
        _ pin: PinnedArchive,
        _ facts: inout [Failure.Fact]
    ) -> [ArchiveSource] {
        do throws(FileError) {
            var present: [ArchiveSource] = []
            for path in mirror.candidates(for: pin)
            where try FileSystem.kind(of: path) != nil {
                present.append(ArchiveSource(pin: pin, path: path))
            }
            if present.isEmpty {
                let isFolder = try FileSystem.isDirectory(mirror.path)
                facts.append(.init(isFolder ? "not in" : "no folder at", mirror.path))
            }
            return present
        } catch {
            facts.append(.init("\(error.errno) at", mirror.path))
            return []
        }
    }

    /// Looks at a source as far as that costs nothing: it can be opened and has the right size.
    func check(_ source: ArchiveSource) throws(Failure) {
        // Whether a server has it is not asked: it may have gone by the time that it is wanted.
        guard source.address == nil else { return }
        do {
            let file = try ArchiveFile.opening(source.path)
            if let expected = source.pin.byteCount, expected != file.byteCount {
                throw ArchiveError.wrongSize(expected: expected, found: file.byteCount)
            }
        } catch {
            throw failure(for: error, source: source)
        }
    }

    /// The first of the sources that is what is pinned.
    ///
    /// - Throws: What was wrong with the first, if none is.
    func verified(
        _ sources: [ArchiveSource],
        watch: Watch
    ) throws -> VerifiedSource {
        var failures: [(source: ArchiveSource, failure: Failure)] = []
        for source in sources {
            do {
                if let address = source.address { try fetch(source.pin, from: address) }
                let file = try ArchiveFile.opening(source.path)
                return VerifiedSource(
                    archive: try file.verified(against: source.pin, watch: watch),
                    source: source
                )
            } catch let interrupted as Watch.Interrupted {
                throw interrupted
            } catch {
                let failure = failure(for: error, source: source)
                if case .interrupted = failure.kind { throw failure }
                if failure.kind == .busy || failure.kind == .configuration { throw failure }
                if source.isCached {
                    // It was right when it came; the next source brings it anew.
                    try? FileSystem.remove(source.path)
                }
                failures.append((source, failure))
            }
        }
        // That a file is not there says the least.
        guard
            let telling = failures.first(where: {
                !$0.failure.facts.contains(.init("status", 404))
            }) ?? failures.first
        else { throw Failure(.defect, "there is no source") }
        var failure = telling.failure
        failure.facts += sources.first?.absences ?? []
        for other in failures where other.source.origin != telling.source.origin {
            failure.facts.append(.init("no better", other.source.origin))
        }
        throw failure
    }
}
