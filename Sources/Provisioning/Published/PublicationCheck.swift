package import HostInspection
package import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// Compares managed and foreign trees with the toolchains that the Go project published.
///
/// Each tree is read once, on two cores, and not modified. The hash covers names and contents of all
/// files but those in api, doc, misc and test; it does not cover modes, owners and times.
package struct PublicationCheck: Sendable {
    private let supply: Supply
    private let published: PublishedHashes
    private let asksLog: Bool
    /// The answers of the log, each of which is requested once.
    private let answers = Guarded<[ToolchainModule: Result<ModuleHash, Failure>]>([:])

    /// Creates a check against the built-in table and other evidence on this host.
    ///
    /// - Parameters:
    ///   - session: The log, the mirrors and the environment.
    ///   - asksLog: Whether to look toolchains up in the log, or in copies of it, if there is no other
    ///     evidence. That may send requests, and keeps the tree head of the log.
    /// - Throws: ``Failure`` of kind `defect` if the table is invalid.
    package init(_ session: Session, asksLog: Bool = false) throws(Failure) {
        supply = Supply(session)
        published = try CatalogLibrary.publishedHashes()
        self.asksLog = asksLog
    }

    /// What is known of a tree in addition to the verdict.
    private struct Facts {
        var hash: ModuleHash?
        var published: ModuleHash?
        var fileCount = 0
    }

    /// Compares one tree.
    ///
    /// - Parameter installation: The installation.
    /// - Returns: The result; its verdict is `unknown` if the tree cannot be read.
    /// - Throws: ``Failure`` if a signal interrupts the comparison.
    package func check(_ installation: GoInstallation) throws(Failure) -> Publication {
        var facts = Facts()
        let verdict = try verdict(on: installation, &facts)
        return Publication(
            root: installation.root,
            version: installation.version,
            platform: installation.architecture.map { GoPlatform($0) },
            hash: facts.hash,
            published: facts.published,
            fileCount: facts.fileCount,
            verdict: verdict
        )
    }

    /// Judges a tree as the toolchain that it appears to be.
    ///
    /// VERSION and the header of bin/go say what that is, and may be what was changed. If they lead to no
    /// verdict, the tree is judged as the toolchain that its own record names.
    private func verdict(
        on installation: GoInstallation,
        _ facts: inout Facts
    ) throws(Failure) -> Publication.Verdict {
        let own = OwnRecord(in: installation.root)
        let early = obvious(installation)
        let apparent = installation.module
        let first: Publication.Verdict
        if let early {
            first = early
        } else if let apparent {
            first = try verdict(on: installation, as: apparent, own, &facts)
        } else {
            first = .unknown(reason: "its version or its architecture is unknown")
        }
        switch first {
        case .unknown: break
        case .unpublished where early != nil: break
        case .published, .modified, .differs, .unpublished: return first
        }
        guard let claimed = own.module ?? (own.index == nil ? nil : apparent),
            early != nil || claimed != apparent
        else { return first }
        var others = Facts()
        let second = try verdict(
            on: installation,
            as: claimed,
            own,
            isConfirmed: own.module != nil,
            &others
        )
        if case .unknown = second { return first }
        facts = others
        return second
    }

    /// Compares a tree with one toolchain.
    ///
    /// - Parameters:
    ///   - installation: The tree.
    ///   - module: The toolchain.
    ///   - own: What the tree says about itself.
    ///   - isConfirmed: Whether to judge the tree even if the published hash is not in its own record.
    ///   - facts: Gets what is learned.
    /// - Returns: The verdict.
    /// - Throws: ``Failure`` if a signal interrupts the comparison.
    private func verdict(
        on installation: GoInstallation,
        as module: ToolchainModule,
        _ own: OwnRecord,
        isConfirmed: Bool = true,
        _ facts: inout Facts
    ) throws(Failure) -> Publication.Verdict {
        do throws(ToolchainRecord.Rejection) {
            try ToolchainRecord.requireRecord(of: module)
        } catch {
            return .unknown(reason: "\(error)")
        }
        var evidence = evidence(for: module, at: installation, own)
        guard try evidence.begin(), isConfirmed || evidence.confirmsRecord() else {
            return .unknown(reason: evidence.reason)
        }
        facts.published = evidence.published
        do {
            let contents = try contents(of: installation, module)
            facts.fileCount = contents.files.count
            if let problem = Self.problem(with: contents) { return .unknown(reason: problem) }
            if contents.exceedsGo {
                return .differs(reason: "it has more files, or a larger file, than any Go release")
            }
            if contents.others.isEmpty, let files = files(of: module, contents, installation) {
                facts.hash = try ModuleHash(of: files)
            }
            let comparison = try evidence.comparison(with: facts.hash)
            facts.published = evidence.published
            switch comparison {
            case .same(let source): return .published(source)
            case .unknown(let reason): return .unknown(reason: reason)
            case .different: break
            }
            guard let known = evidence.published else { return .unknown(reason: evidence.reason) }
            return mismatch(of: installation, contents, module, known, own)
        } catch let failure as Failure {
            throw failure
        } catch let error as ProgressMonitor.Interrupted {
            throw Failure(verifying: error)
        } catch let error as FileError {
            return .unknown(reason: "\(error.path): \(error.errno)")
        } catch {
            return .unknown(reason: "\(error)")
        }
    }

    /// Returns the search for evidence on a toolchain, which has not begun.
    func evidence(
        for module: ToolchainModule,
        at installation: GoInstallation,
        _ own: OwnRecord
    ) -> PublicationEvidence {
        PublicationEvidence(
            for: module,
            at: installation,
            own,
            builtIn: published.hash(of: module.go, module.platform),
            supply
        ) { () throws(Failure) in try recordedHash(of: module) }
    }

    /// Looks the hash of a toolchain up in the log, at most once.
    private func recordedHash(of module: ToolchainModule) throws(Failure) -> ModuleHash {
        guard asksLog else { throw Failure(.unavailable, "only `verify --published` asks the log") }
        if let known = answers.withLock({ $0[module] }) { return try known.get() }
        let answer: Result<ModuleHash, Failure>
        do throws(Failure) {
            answer = .success(try supply.proveByLog(module).record.hash)
        } catch {
            answer = .failure(error)
        }
        answers.withLock { $0[module] = answer }
        return try answer.get()
    }

    /// Hashes the files that a published toolchain may have.
    func contents(
        of installation: GoInstallation,
        _ module: ToolchainModule,
        omitting directories: [String] = ToolchainFileList.omittedDirectories
    ) throws -> TreeDigester.Contents {
        try TreeDigester(
            root: installation.root,
            omittingDirectories: Set(directories).union([Installations.Name.bookkeeping]),
            // golang.org/dl leaves its mark, and the archive.
            files: [Installations.Name.unpacked, module.go.archiveFileName(for: module.platform)],
            monitor: supply.session.monitor(module.go.toolchainName)
        ).contents()
    }

    /// Returns why the contents of a tree are not known, or `nil` if they are.
    static func problem(with contents: TreeDigester.Contents) -> String? {
        if let first = contents.unreadable.min(by: { $0.path < $1.path }) {
            return "\(first.path) cannot be read: \(first.reason)"
        }
        return contents.mounts.min().map { "\($0) is a mount point, and is not read" }
    }

    /// Returns the verdict if it can be determined without reading the tree, or `nil`.
    func obvious(_ installation: GoInstallation) -> Publication.Verdict? {
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
        _ known: ModuleHash,
        _ own: OwnRecord
    ) -> Publication.Verdict {
        if let index = own.index, let hash = own.indexHash(of: module) {
            // Nothing vouches for the index but its hash.
            guard hash == known else {
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
                reason:
                    "it differs, and is in a directory of a distribution, which builds its own Go"
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

extension GoInstallation {
    /// The toolchain that VERSION and bin/go name, or `nil`.
    fileprivate var module: ToolchainModule? {
        guard let version, let architecture else { return nil }
        return ToolchainModule(version, GoPlatform(architecture))
    }
}

extension TreeDigester.Contents {
    /// The paths and digests of the files.
    var digests: some Sequence<(path: String, digest: SHA256Digest)> {
        files.lazy.map { (path: $0.path, digest: $0.digest) }
    }
}
