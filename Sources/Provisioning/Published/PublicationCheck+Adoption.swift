internal import HostInspection
internal import ToolchainCore
internal import ToolchainHost

extension PublicationCheck {
    /// Reads a tree, and returns the index that it has if it is the published toolchain.
    ///
    /// The index has the modes of published toolchains, which the published hash does not cover. The files in
    /// the directories outside that hash are in it as they are.
    ///
    /// - Parameters:
    ///   - version: The version that it has to be.
    ///   - root: The path of the tree.
    ///   - platform: The platform that it has to be for.
    ///   - recorded: The hash that the catalog which pins its archive records, or `nil`.
    /// - Returns: The index.
    /// - Throws: ``Failure`` of kind `integrity` if it is not the published toolchain, or that is unknown;
    ///   ``FileError`` or ``ProgressMonitor/Interrupted``.
    func index(
        ofPublished version: GoVersion,
        at root: String,
        for platform: GoPlatform,
        recorded: ModuleHash?
    ) throws -> TreeIndex {
        func refusal(_ reason: String) -> Failure {
            Failure(
                .integrity,
                "cannot adopt \(version.toolchainName): there is no archive to compare it with, and it is"
                    + " not known to be the published toolchain",
                facts: [.init("path", root), .init("because", reason)],
                hint: "add the archive: `--mirror DIR`, or `gotoolprov cache add FILE`"
            )
        }
        let installation = GoInstallation(at: root, host: nil, home: nil, in: RootedFiles())
        guard let installation else { throw refusal("it has no VERSION and no bin/go") }
        if let verdict = obvious(installation) { throw refusal(verdict.reason ?? verdict.word) }
        guard installation.version == version, installation.architecture == platform.architecture
        else { throw refusal("it is not \(version.toolchainName) for \(platform)") }
        let module = ToolchainModule(version, platform)
        var evidence = evidence(for: module, at: installation, OwnRecord(in: root))
        guard try evidence.begin() else { throw refusal(evidence.reason) }
        let contents = try contents(of: installation, module, omitting: [])
        if let problem = Self.problem(with: contents) { throw refusal(problem) }
        guard !contents.exceedsGo else { throw refusal("it has more or larger files than any Go") }
        if let other = contents.others.min() { throw refusal("\(other) is not a regular file") }
        guard let list = try? ToolchainFileList(module, files: contents.digests) else {
            throw refusal("it has a file that toolchains never contain")
        }
        let hash = try ModuleHash(of: list)
        switch try evidence.comparison(with: hash) {
        case .same: break
        case .different: throw refusal("its files are not the published ones")
        case .unknown(let reason): throw refusal(reason)
        }
        if let recorded, recorded != hash {
            throw refusal("its files are not those of the archive that the catalog pins")
        }
        let directories = contents.directories.map {
            TreeIndex.Entry(path: $0, mode: 0o755, kind: .directory)
        }
        let files = contents.files.map { file in
            TreeIndex.Entry(
                path: file.path,
                mode: ToolchainFileMode.isExecutable(file.path) ? 0o755 : 0o644,
                kind: .file(byteCount: file.byteCount, digest: file.digest)
            )
        }
        return TreeIndex(directories + files)
    }
}
