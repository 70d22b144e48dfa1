package import Provisioning
package import ToolchainCore
internal import ToolchainHost

/// The result of `mirror bundle`.
package struct MirrorBundle: Sendable {
    /// The absolute path of the mirror.
    package let directory: String
    /// The absolute paths of the parts, in order.
    package let parts: [String]
    /// The number of listed archives.
    package let archiveCount: Int
    /// The number of files of the mirror.
    package let fileCount: Int
    /// The size of these files in bytes.
    package let byteCount: Int
}

/// Writes a mirror into one tar archive, or parts of one.
package struct MirrorBundler {
    private let tree: MirrorTree
    private let session: Session

    /// Creates a bundler.
    package init(_ tree: MirrorTree, _ session: Session) {
        self.tree = tree
        self.session = session
    }

    /// Writes the bundle: the index, the listed archives with their proofs, the site catalog, the files for Go's own
    /// switching, and the digests of all.
    ///
    /// The same mirror gives the same bytes.
    ///
    /// - Parameters:
    ///   - path: The absolute path of the bundle, outside of the mirror.
    ///   - partByteCount: The size of each part but the last; nil for one file.
    /// - Returns: What was written.
    /// - Throws: ``Failure`` of kind `integrity` if the mirror is damaged, and `destination` if there is a bundle
    ///   already; nothing is left then.
    package func bundle(
        to path: String,
        partByteCount: Int?
    ) throws(Failure) -> MirrorBundle {
        do {
            try refuse(path)
            return try tree.undisturbed(session) { try write(to: path, partByteCount) }
        } catch let error as FileError {
            throw Failure(writing: error, what: "cannot bundle the mirror")
        } catch {
            throw session.failure(for: error, doing: "bundle the mirror")
        }
    }

    private func refuse(_ path: String) throws {
        guard !path.utf8.starts(with: tree.path(of: "").utf8) else {
            throw Failure(
                .usage,
                "the bundle would be in the mirror",
                facts: [.init("bundle", path), .init("mirror", tree.path)],
                hint: "name a file in another directory"
            )
        }
        let first = "\(path).001"
        for existing in [path, first] where try FileSystem.kind(of: existing) != nil {
            throw Failure(
                .destination,
                "the bundle exists",
                facts: [.init("file", existing)],
                hint: "delete it and all of its parts, or use another name"
            )
        }
    }

    private func write(to path: String, _ partByteCount: Int?) throws -> MirrorBundle {
        let index = try tree.index()
        var names: [String] = []
        for entry in index.entries {
            names.append("\(entry.path)")
            if entry.hasProof { names.append("\(entry.path)\(MirrorEntry.proofSuffix)") }
        }
        for name in [SiteFiles.catalogName, SiteFiles.signatureName]
        where try FileSystem.kind(of: tree.path(of: name)) == .file {
            names.append(name)
        }
        names += try files(below: ModulePaths.directory)
        names += try files(below: ModulePaths.databases)

        let writer = try BundleWriter(
            path: path,
            partByteCount: partByteCount,
            expectedByteCount: index.byteCount,
            isDurable: session.isDurable,
            monitor: session.monitor("the bundle")
        )
        var digests = BundleDigests()
        digests.add(
            try writer.add(index.bytes, as: MirrorIndex.fileName),
            of: MirrorIndex.fileName
        )
        var byteCount = index.bytes.count
        for name in names {
            let path = tree.path(of: name)
            let digest: SHA256Digest
            do {
                guard try FileSystem.kind(of: path) == .file else {
                    throw damage(path, "it is missing, or not a regular file")
                }
                byteCount += try FileSystem.byteCount(of: path) ?? 0
                digest = try writer.add(fileAt: path, as: name)
            } catch let error as FileError where error.path.hasSameBytes(as: path) {
                throw Failure(reading: error, what: "cannot read the mirror")
            }
            if let listed = MirrorPath(name).flatMap({ index[$0] }), listed.digest != digest {
                throw damage(path, "its SHA-256 is \(digest), expected \(listed.digest)")
            }
            digests.add(digest, of: name)
        }
        try writer.add(digests.bytes, as: BundlePath.digestsName)
        return MirrorBundle(
            directory: tree.path,
            parts: try writer.finish(),
            archiveCount: index.count,
            fileCount: names.count + 1,
            byteCount: byteCount
        )
    }

    /// Returns the paths of the regular files below a directory of the mirror that belong in a bundle, sorted.
    private func files(below directory: String) throws(FileError) -> [String] {
        var found: [String] = []
        var pending = [directory]
        while let name = pending.popLast() {
            switch try FileSystem.kind(of: tree.path(of: name)) {
            case .directory:
                for inner in try FileSystem.names(in: tree.path(of: name)) ?? [] {
                    pending.append("\(name)/\(inner)")
                }
            case .file: if BundlePath(name) != nil { found.append(name) }
            case nil, .symbolicLink, .other: break
            }
        }
        return found.sorted { $0.precedesByBytes($1) }
    }

    private func damage(_ path: String, _ reason: String) -> Failure {
        Failure(
            .integrity,
            "the mirror is damaged",
            facts: [.init("file", path), .init("because", reason)],
            hint: "run `gotoolprov mirror verify`, and add the archive again"
        )
    }
}

/// The digests of the files of a bundle, in their order, as `sha256sum` writes them.
struct BundleDigests {
    private var lines: [String] = []

    /// The maximum size of the file in bytes.
    static let mostBytes = 64 << 20

    mutating func add(_ digest: SHA256Digest, of name: String) {
        lines.append("\(digest)  \(name)\n")
    }

    var bytes: [UInt8] { Array(lines.joined().utf8) }

    /// The first line that another file has differently; nil if it is the same.
    func difference(from other: [UInt8]) -> String? {
        guard other != bytes else { return nil }
        let found = String(decoding: other, as: UTF8.self).split(byte: "\n")
        for (number, line) in lines.enumerated() {
            guard number < found.count, "\(found[number])\n".hasSameBytes(as: line) else {
                return String(line.dropLast().dropFirst(66))
            }
        }
        return BundlePath.digestsName
    }
}
