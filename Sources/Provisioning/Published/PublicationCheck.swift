package import HostInspection
package import ToolchainCore
internal import ToolchainHost

/// Compares managed and foreign trees with the toolchains that the Go project published.
///
/// Each tree is read once, on two cores, and not modified. The hash covers names and contents of all
/// files but those in api, doc, misc and test; it does not cover modes, owners and times.
package struct PublicationCheck: Sendable {
    let session: Session
    let published: PublishedHashes

    /// Creates a check against the built-in table.
    ///
    /// - Throws: ``Failure`` of kind `defect` if that table is invalid.
    package init(_ session: Session) throws(Failure) {
        self.session = session
        published = try CatalogLibrary.publishedHashes()
    }

    /// The entries that golang.org/dl and gotoolprov add to the top directory of a tree.
    private static let additions: Set<String> = [
        Installations.Name.bookkeeping, Installations.Name.unpacked,
    ]

    /// Compares one tree.
    ///
    /// - Parameter installation: The installation.
    /// - Returns: The result; its verdict is `unknown` if the tree cannot be read.
    /// - Throws: ``Failure`` if a signal interrupts the comparison.
    package func check(_ installation: GoInstallation) throws(Failure) -> Publication {
        let root = installation.root
        let version = installation.version
        let platform = installation.architecture.map { GoPlatform($0) }
        var hash: ModuleHash?
        var known: ModuleHash?
        var fileCount = 0
        func result(_ verdict: Publication.Verdict) -> Publication {
            Publication(
                root: root,
                version: version,
                platform: platform,
                hash: hash,
                published: known,
                fileCount: fileCount,
                verdict: verdict
            )
        }
        if let early = obvious(installation) { return result(early) }
        guard let version, let platform else {
            return result(.unknown(reason: "its version or its architecture is unknown"))
        }
        let module = ToolchainModule(version, platform)
        known = published.hash(of: version, platform)
        guard let known else {
            return result(.unknown(reason: "the built-in table has no hash of \(module.version)"))
        }
        do {
            let contents = try TreeDigester(
                root: root,
                omitting: Self.additions.union(ToolchainFileList.omittedDirectories)
                    .union([version.archiveFileName(for: platform)]),
                monitor: session.monitor(version.toolchainName)
            ).contents()
            fileCount = contents.files.count
            if let first = contents.unreadable.min(by: { $0.path < $1.path }) {
                return result(.unknown(reason: "\(first.path) cannot be read: \(first.reason)"))
            }
            let others = contents.others.map(\.path).sorted()
            if others.isEmpty {
                let layout = Self.layout(of: contents)
                do throws(ToolchainFileList.Problem) {
                    let list = try ToolchainFileList(module, files: contents.files, layout: layout)
                    hash = try? ModuleHash(of: list)
                } catch {
                    return result(.modified(files: [.init(path: error.path, kind: .extra)]))
                }
                if hash == known { return result(.published(.builtIn)) }
            }
            return result(mismatch(of: installation, contents, others, module, known))
        } catch let error as ProgressMonitor.Interrupted {
            throw session.failure(for: error, doing: "verify \(root)")
        } catch let error as FileError {
            return result(.unknown(reason: "\(error.path): \(error.errno)"))
        } catch {
            return result(.unknown(reason: "\(error)"))
        }
    }

    /// Returns the verdict if it can be determined without reading the tree, or `nil`.
    private func obvious(_ installation: GoInstallation) -> Publication.Verdict? {
        guard let text = installation.versionText else {
            return .unknown(reason: "it has no VERSION file")
        }
        guard let version = installation.version, text == version.toolchainName else {
            return .unpublished(reason: "the Go project published no `\(text)`")
        }
        guard version.suffix.isEmpty else {
            return .unpublished(reason: "`\(text)` is the version of a vendor's build")
        }
        guard installation.origin != .windows else {
            return .unknown(reason: "it is for Windows")
        }
        guard version >= ReleaseLine.toolchainSwitching.firstRelease else {
            let first = ReleaseLine.toolchainSwitching.firstRelease.toolchainName
            return .unknown(reason: "Go's checksum database records toolchains since \(first)")
        }
        return nil
    }

    /// Determines the layout: a module cache also contains each go.mod as `_go.mod`.
    private static func layout(of contents: TreeDigester.Contents) -> ToolchainFileList.Layout {
        contents.files.contains { $0.path == "src/_go.mod" } ? .moduleCache : .archive
    }

    /// Returns the verdict on a tree whose hash differs from the published one.
    private func mismatch(
        of installation: GoInstallation,
        _ contents: TreeDigester.Contents,
        _ others: [String],
        _ module: ToolchainModule,
        _ known: ModuleHash
    ) -> Publication.Verdict {
        if let index = index(of: installation.root),
            let list = try? ToolchainFileList(module, index: index),
            let hash = try? ModuleHash(of: list)
        {
            guard hash == known else {
                return .unpublished(
                    reason: "its receipt is for another archive than the published one"
                )
            }
            return .modified(files: Self.differences(of: contents, others, from: index))
        }
        switch installation.origin {
        case .distribution, .snap:
            return .unpublished(reason: "it is a build of the \(installation.origin.builder)")
        case .manager(let name) where ["homebrew", "nix"].contains(name):
            return .unpublished(reason: "it is a build of \(name)")
        case .gotoolprov, .golangDownload, .usrLocal, .moduleCache, .manager, .windows, .other:
            return .modified(
                files: others.isEmpty ? nil : others.map { .init(path: $0, kind: .changed) }
            )
        }
    }

    /// Reads the index of a managed tree; returns `nil` for other trees.
    private func index(of root: String) -> TreeIndex? {
        let limit = TreeIndex.maximumByteCount
        guard let directory = try? DirectoryHandle.opening(root, followingLinks: true),
            let bytes = try? directory.lookup(Installations.Name.bookkeeping)
                .contents(of: Installations.Name.indexFile, limit: limit + 1),
            bytes.count <= limit
        else { return nil }
        return try? TreeIndex(parsing: bytes)
    }

    private static func differences(
        of contents: TreeDigester.Contents,
        _ others: [String],
        from index: TreeIndex
    ) -> [Publication.Difference] {
        var expected: [String: SHA256Digest] = [:]
        for entry in index.entries where !ToolchainFileList.omits(entry.path) {
            if case .file(_, let digest) = entry.kind { expected[entry.path] = digest }
        }
        var differences: [Publication.Difference] = []
        for (path, digest) in contents.files {
            guard let published = expected.removeValue(forKey: path) else {
                differences.append(.init(path: path, kind: .extra))
                continue
            }
            if published != digest { differences.append(.init(path: path, kind: .changed)) }
        }
        for path in others {
            let isExpected = expected.removeValue(forKey: path) != nil
            differences.append(.init(path: path, kind: isExpected ? .changed : .extra))
        }
        differences += expected.keys.map { .init(path: $0, kind: .missing) }
        return differences.sorted { $0.path < $1.path }
    }
}

extension GoInstallation.Origin {
    fileprivate var builder: String { self == .snap ? "snap" : "distribution" }
}

extension ToolchainFileList.Problem {
    /// The path of the file that no toolchain module contains.
    var path: String {
        switch self {
        case .reservedName(let path), .lineFeed(let path), .unpairedModuleFile(let path): path
        }
    }
}
