internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// A file that may be the archive that is wanted.
struct ArchiveSource: Sendable {
    let pin: PinnedArchive
    let path: String
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
        guard !settings.mirrors.isEmpty else {
            throw Failure(
                .unavailable,
                "there is nowhere to get \(pin.fileName) from",
                facts: [.init("archive", pin.fileName), .init("sha256", pin.digest)],
                hint: "name a folder that has it: `--mirror DIR`, GOTOOLPROV_MIRROR, or `mirrors`"
                    + " in gotoolprov.json; or the file itself: `--archive FILE`"
            )
        }
        var found: [ArchiveSource] = []
        var facts: [Failure.Fact] = [
            .init("archive", pin.fileName), .init("sha256", pin.digest),
        ]
        for mirror in settings.mirrors {
            do throws(FileError) {
                let paths = mirror.candidates(for: pin.fileName)
                var present: [String] = []
                for path in paths where try FileSystem.kind(of: path) != nil {
                    present.append(path)
                }
                found += present.map { ArchiveSource(pin: pin, path: $0) }
                if present.isEmpty {
                    let isFolder = try FileSystem.isDirectory(mirror.path)
                    facts.append(.init(isFolder ? "not in" : "no folder at", mirror.path))
                }
            } catch {
                facts.append(.init("\(error.errno) at", mirror.path))
            }
        }
        guard !found.isEmpty else {
            throw Failure(
                .unavailable,
                "no mirror has \(pin.fileName)",
                facts: facts,
                hint: "put the file into one of them, or name it: `--archive FILE`"
            )
        }
        return found
    }

    /// Looks at a source as far as that costs nothing: it can be opened and has the right size.
    func check(_ source: ArchiveSource) throws(Failure) {
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
        var first: Failure?
        for source in sources {
            do {
                let file = try ArchiveFile.opening(source.path)
                return VerifiedSource(
                    archive: try file.verified(against: source.pin, watch: watch),
                    source: source
                )
            } catch let interrupted as Watch.Interrupted {
                throw interrupted
            } catch {
                let failure = failure(for: error, source: source)
                if first == nil {
                    first = failure
                } else {
                    first?.facts.append(.init("no better", source.path))
                }
            }
        }
        throw first ?? Failure(.defect, "there is no source")
    }
}
