package import Provisioning
package import ToolchainCore
internal import ToolchainHost

/// Takes the files of a bundle into a mirror.
///
/// Every file is read, verified and staged before the first enters the mirror.
package struct MirrorUnbundler {
    private let session: Session

    /// Creates an unbundler.
    package init(_ session: Session) { self.session = session }

    /// Merges a bundle into a mirror, which is created if the directory is not one.
    ///
    /// - Parameters:
    ///   - parts: The bundle.
    ///   - path: The absolute path of the mirror.
    /// - Returns: What became of each archive of the bundle.
    /// - Throws: ``Failure`` of kind `integrity` if the bundle is damaged, incomplete or contradicts the mirror, which
    ///   is then unchanged.
    package func unbundle(
        _ parts: BundleParts,
        into path: String
    ) throws(Failure) -> MirrorUpdate {
        // A file that is no bundle is refused before a mirror is created.
        _ = try reading(parts) { reader in try Self.index(from: &reader) }
        let existed = FileSystem.exists(path)
        let (tree, isNew) = try MirrorTree.initializing(path, session)
        do {
            return try tree.change(session) { change in
                let prefix = "unbundle-"
                try Self.clear(tree, prefix)
                defer { try? Self.clear(tree, prefix) }
                let bundle = try reading(parts) { reader in
                    try StagedBundle(
                        from: &reader,
                        for: tree,
                        session,
                        "\(tree.stagingPath)/\(prefix)"
                    ) { entry in try isIntact(entry, in: tree) }
                }
                return try bundle.publish(into: &change, isDurable: session.isDurable)
            }
        } catch {
            // A directory that was there may have a page, and files, of its own.
            if isNew, !existed, (try? tree.index())?.isEmpty == true { Self.remove(tree) }
            throw error
        }
    }

    /// Deletes a mirror that was created for a bundle that was refused.
    private static func remove(_ tree: MirrorTree) {
        for name in [MirrorIndex.fileName, MirrorPage.fileName, MirrorTree.workName] {
            try? FileSystem.remove(tree.path(of: name))
        }
        FileSystem.removeEmptyDirectories([tree.path])
    }

    /// Deletes what a killed run has staged.
    private static func clear(_ tree: MirrorTree, _ prefix: String) throws(FileError) {
        for name in try FileSystem.names(in: tree.stagingPath) ?? []
        where name.utf8.starts(with: prefix.utf8) {
            try FileSystem.remove("\(tree.stagingPath)/\(name)")
        }
    }

    /// Whether the mirror has an archive of the bundle.
    private func isIntact(_ entry: MirrorEntry, in tree: MirrorTree) throws -> Bool {
        let path = tree.path(of: entry.path)
        guard try FileSystem.kind(of: path) == .file,
            try FileSystem.byteCount(of: path) == entry.byteCount
        else { return false }
        do {
            _ = try ArchiveFile.opening(path).verified(
                against: PinnedArchive(
                    entry.contents,
                    platform: entry.architecture.map { GoPlatform($0) } ?? session.platform,
                    fileName: entry.path.fileName,
                    digest: entry.digest,
                    byteCount: entry.byteCount,
                    voucher: .catalog(path: tree.indexPath)
                ),
                monitor: session.monitor(entry.path.fileName)
            )
            return true
        } catch is ArchiveError {
            return false
        }
    }

    /// Reads the bundle from its beginning.
    private func reading<Result>(
        _ parts: BundleParts,
        _ body: (inout BundleReader) throws -> Result
    ) throws(Failure) -> Result {
        var part = parts.paths[0]
        do {
            var reader = try BundleReader.opening(
                parts.paths,
                isDurable: false,
                monitor: session.monitor("the bundle")
            )
            do {
                return try body(&reader)
            } catch {
                part = reader.currentPart
                throw error
            }
        } catch let error as ArchiveError {
            throw Self.damage(error, part)
        } catch let error as BundleError {
            throw Failure(
                .integrity,
                error.message,
                facts: [.init("part", part), .init("file", error.name)] + error.facts,
                hint: "copy the parts again, and name all of one bundle in order"
            )
        } catch let error as FileError where parts.paths.contains(error.path) {
            throw Failure(
                .unavailable,
                "cannot read the bundle",
                facts: [.init("file", error.path), .init("because", error.errno)]
            )
        } catch let error as FileError {
            throw Failure(writing: error, what: "cannot unbundle")
        } catch {
            throw session.failure(for: error, doing: "unbundle")
        }
    }

    private static func damage(_ error: ArchiveError, _ part: String) -> Failure {
        if case .refusedMember(let name, let reason) = error {
            return Failure(
                .integrity,
                "the bundle contains an unexpected file",
                facts: [
                    .init("part", part), .init("file", name), .init("because", reason),
                ],
                hint: "make the bundle with `gotoolprov mirror bundle`"
            )
        }
        return Failure(
            .integrity,
            "the bundle is damaged or incomplete",
            facts: [.init("part", part), .init("because", "\(error)")],
            hint: "the next part is missing, or this one is truncated, damaged or in the wrong"
                + " place: copy the parts again, and name all of one bundle in order"
        )
    }

    /// Reads the index, which is the first file of a bundle.
    static func index(from reader: inout BundleReader) throws -> MirrorIndex {
        guard let first = try reader.next(), BundlePath(first.name) == .index else {
            throw BundleError(
                "this is not the beginning of a bundle",
                MirrorIndex.fileName,
                [.init("because", "it is not the first file")]
            )
        }
        do {
            return try MirrorIndex(
                parsing: try reader.contents(limit: MirrorIndex.mostBytes)
            )
        } catch let error as DocumentError {
            throw BundleError(
                "the index of the bundle is damaged",
                first.name,
                [.init("because", error)]
            )
        }
    }
}

/// Why a bundle is refused.
struct BundleError: Error, CustomStringConvertible {
    let message: String
    /// The file in the bundle.
    let name: String
    let facts: [Failure.Fact]

    init(_ message: String, _ name: String, _ facts: [Failure.Fact] = []) {
        self.message = message
        self.name = name
        self.facts = facts
    }

    var description: String { "\(message): \(name)" }
}
