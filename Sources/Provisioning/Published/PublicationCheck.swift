package import HostInspection
package import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

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
        guard let known else { return result(.unknown(reason: reasonForNoHash(of: module))) }
        do {
            let contents = try TreeDigester(
                root: root,
                omittingDirectories: Set(ToolchainFileList.omittedDirectories)
                    .union([Installations.Name.bookkeeping]),
                // golang.org/dl leaves its mark, and the archive.
                files: [Installations.Name.unpacked, version.archiveFileName(for: platform)],
                monitor: session.monitor(version.toolchainName)
            ).contents()
            fileCount = contents.files.count
            if let first = contents.unreadable.min(by: { $0.path < $1.path }) {
                return result(.unknown(reason: "\(first.path) cannot be read: \(first.reason)"))
            }
            if let first = contents.mounts.min() {
                return result(.unknown(reason: "\(first) is a mount, which is not entered"))
            }
            if contents.exceedsGo {
                return result(.differs(reason: "it has more files, or a larger one, than any Go"))
            }
            if contents.others.isEmpty, let files = files(of: module, contents, installation) {
                hash = try ModuleHash(of: files)
                if hash == known { return result(.published(.builtIn)) }
            }
            return result(try mismatch(of: installation, contents, module, known))
        } catch let error as ProgressMonitor.Interrupted {
            throw Failure(verifying: error)
        } catch let error as FileError {
            return result(.unknown(reason: "\(error.path): \(error.errno)"))
        } catch {
            return result(.unknown(reason: "\(error)"))
        }
    }

    /// Returns the verdict if it can be determined without reading the tree, or `nil`.
    private func obvious(_ installation: GoInstallation) -> Publication.Verdict? {
        // No published toolchain has links, and what they lead to belongs to others.
        let directory = try? DirectoryHandle.opening(installation.root, followingLinks: true)
        guard let directory else { return .unknown(reason: "the directory cannot be opened") }
        if let kind = try? directory.kind(of: "VERSION"), kind != .file {
            return .differs(reason: "VERSION is not a regular file")
        }
        guard let text = installation.versionText else {
            return .unknown(reason: "its VERSION file is missing, or cannot be read")
        }
        guard let version = installation.version, text == version.toolchainName,
            version.suffix.isEmpty
        else {
            return .unpublished(reason: "`\(text)` is not a release of the Go project")
        }
        if let system = installation.otherSystem {
            return .unknown(reason: "it is for \(system), not \(GoPlatform.operatingSystem)")
        }
        return nil
    }

    /// Returns why there is no hash to compare with.
    private func reasonForNoHash(of module: ToolchainModule) -> String {
        do throws(ToolchainRecord.Rejection) {
            try ToolchainRecord.requireRecord(of: module)
        } catch {
            return "\(error)"
        }
        return "the built-in table has no hash of \(module.version)"
    }

    /// Returns the files of the module that a tree would be, or `nil` if no module can have them.
    ///
    /// Go's module cache has each go.mod twice, and before the toolchain is first used only as `_go.mod`.
    private func files(
        of module: ToolchainModule,
        _ contents: TreeDigester.Contents,
        _ installation: GoInstallation
    ) -> ToolchainFileList? {
        guard contents.files.contains(where: { $0.path == "src/_go.mod" }) else {
            return try? ToolchainFileList(module, files: contents.digests)
        }
        let originals = contents.files.count { $0.path.hasSuffix("/_go.mod") }
        let copies = contents.files.count { $0.path.hasSuffix("/go.mod") }
        guard copies == originals || installation.origin == .moduleCache else { return nil }
        return try? ToolchainFileList(module, files: contents.digests, layout: .moduleCache)
    }

    /// Returns the verdict on a tree whose hash differs from the published one.
    private func mismatch(
        of installation: GoInstallation,
        _ contents: TreeDigester.Contents,
        _ module: ToolchainModule,
        _ known: ModuleHash
    ) throws -> Publication.Verdict {
        if let bytes = try? Verifier.indexBytes(in: installation.root),
            let index = try? TreeIndex(parsing: bytes),
            let list = try? ToolchainFileList(module, index: index)
        {
            // Nothing vouches for the index but its hash.
            guard try ModuleHash(of: list) == known else {
                return .differs(
                    reason: "its files, or those of the archive that it was installed from, differ"
                )
            }
            let differences = Self.differences(of: contents, from: index)
            if !differences.isEmpty { return .modified(files: differences) }
        }
        let root = installation.root
        if [.distribution, .snap].contains(installation.origin)
            || ["/nix/store/", "/home/linuxbrew/"].contains(where: root.hasPrefix)
        {
            return .unpublished(
                reason: "it differs, and is where a distribution installs its own builds"
            )
        }
        let other = contents.others.min().map { "\($0) is not a regular file; " } ?? ""
        return .differs(reason: other + "which files differ is unknown without its receipt")
    }

    private static func differences(
        of contents: TreeDigester.Contents,
        from index: TreeIndex
    ) -> [Publication.Difference] {
        var expected: [String: SHA256Digest] = [:]
        for entry in index.entries where !ToolchainFileList.omits(entry.path) {
            if case .file(_, let digest) = entry.kind { expected[entry.path] = digest }
        }
        var differences: [Publication.Difference] = []
        for file in contents.files {
            guard let published = expected.removeValue(forKey: file.path) else {
                differences.append(.init(path: file.path, kind: .extra))
                continue
            }
            if published != file.digest {
                differences.append(.init(path: file.path, kind: .changed))
            }
        }
        for path in contents.others {
            let isExpected = expected.removeValue(forKey: path) != nil
            differences.append(.init(path: path, kind: isExpected ? .changed : .extra))
        }
        differences += expected.keys.map { .init(path: $0, kind: .missing) }
        return differences.sorted { $0.path < $1.path }
    }
}

extension TreeDigester.Contents {
    /// The paths and digests of the files.
    var digests: some Sequence<(path: String, digest: SHA256Digest)> {
        files.lazy.map { (path: $0.path, digest: $0.digest) }
    }
}

extension ToolchainFileList.Problem {
    /// The path of the file that no toolchain module contains.
    var path: String {
        switch self {
        case .reservedName(let path), .lineFeed(let path), .unpairedModuleFile(let path): path
        }
    }
}
