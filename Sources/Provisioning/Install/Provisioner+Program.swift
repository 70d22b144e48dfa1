internal import BinaryInspection
internal import HostInspection
internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// What an archive of a program may unpack to.
    private static var programLimits: ArchiveUnpacker.Limits {
        var limits = ArchiveUnpacker.Limits()
        limits.memberCount = 2000
        limits.byteCount = 512 << 20
        return limits
    }

    /// Takes a program that is built already out of its archive.
    ///
    /// The archive may have it at the top, or under one folder or two, as `bin/`. Of the rest only the
    /// licence is kept.
    func take(
        _ build: ToolBuild,
        from archive: borrowing VerifiedArchive,
        source: ArchiveSource,
        into staged: borrowing StagedDirectory,
        options: EnsureOptions
    ) throws -> TreeIndex {
        let work = "\(staged.path)/\(SDKStore.Name.bookkeeping)/work"
        try FileSystem.makeDirectories(work)
        let unpacked = try ArchiveUnpacker(
            limits: Self.programLimits,
            umask: try effectiveUmask(build.name),
            watch: watch(build.name)
        ).unpack(archive, topFolder: nil, reserved: [], into: .opening(work))
        let name = build.tool.name
        let programs = unpacked.entries.filter { entry in
            guard case .file = entry.kind else { return false }
            let parts = entry.path.split(byte: "/")
            return parts.last == name && parts.count <= 3
        }
        guard let program = programs.min(by: { $0.path.utf8.count < $1.path.utf8.count }),
            programs.count(where: { $0.path.utf8.count == program.path.utf8.count }) == 1
        else {
            throw ArchiveError.unexpectedContents(
                what: name,
                expected: "one program of that name, at the top or under one folder",
                found: programs.isEmpty ? "none" : "several"
            )
        }
        try FileSystem.makeDirectories("\(staged.path)/bin")
        let target = "\(staged.path)/bin/\(name)"
        try FileSystem.rename("\(work)/\(program.path)", to: target)
        try FileSystem.setMode(0o755, of: target)
        let folder = FilePath(program.path).removingLastComponent().string
        for licence in ["LICENSE", folder.isEmpty ? "LICENSE" : "\(folder)/LICENSE"]
        where try FileSystem.kind(of: "\(work)/\(licence)") == .file {
            try FileSystem.rename("\(work)/\(licence)", to: "\(staged.path)/LICENSE")
        }
        try FileSystem.remove(work)
        try gate(staged.path, as: build, platform: source.pin.platform, source: source)
        let index = try TreeIndex.ofPrograms(in: staged.path)
        try seal(
            staged,
            as: .tool(build),
            index,
            archiveByteCount: archive.byteCount,
            source: source,
            options: options
        )
        return index
    }

    /// Looks whether a program is the tool that was asked for and can run where it is to run.
    ///
    /// - Throws: ``ArchiveError`` for another program, ``Failure`` for one that cannot run here.
    func gate(
        _ root: String,
        as build: ToolBuild,
        platform: GoPlatform,
        source: ArchiveSource
    ) throws {
        let path = "\(root)/bin/\(build.tool)"
        let file = try BinaryFile.opening(path)
        func mismatch(_ expected: String, _ found: String) -> ArchiveError {
            .unexpectedContents(what: "bin/\(build.tool)", expected: expected, found: found)
        }
        guard let elf = try? ELFFile(file) else {
            throw mismatch("a program for \(platform)", "no program for Linux")
        }
        guard elf.architecture == platform.architecture else {
            throw mismatch(
                "a program for \(platform)",
                elf.architecture.map { "one for \(GoPlatform($0))" } ?? "one for another machine"
            )
        }
        guard let identity = ToolIdentity(of: file, elf) else {
            throw mismatch("\(build.tool), built by Go", "a program without Go's build information")
        }
        let isSame = build.tool.package.map { $0 == identity.packagePath }
        guard isSame ?? (identity.name == build.tool.name) else {
            throw mismatch(build.tool.package ?? build.tool.name, identity.packagePath)
        }
        if let found = identity.goVersion, found != build.builder {
            throw mismatch(
                "built by \(build.builder.toolchainName)",
                "built by \(found.toolchainName)"
            )
        }
        if let found = identity.version.flatMap({ ToolVersion($0) }), found != build.version {
            throw mismatch("\(build.shortName)", "\(build.tool)\(found)")
        }
        if build.tool == .delve, let blob = identity.delveBuild {
            let catalogue = try CatalogueLibrary.load(adding: settings.catalogues)
            if let found = catalogue.tools.delveVersion(ofBlob: blob), found != build.version {
                throw mismatch("\(build.shortName)", "\(build.tool)\(found)")
            }
        }
        // A program for another machine is made to be carried there.
        guard platform == self.platform else { return }
        try refuseUnrunnable(elf, build: build)
        if build.tool == .delve { try askVersion(path, of: build) }
    }

    /// Refuses a program whose loader or C library this host does not have.
    private func refuseUnrunnable(_ elf: ELFFile, build: ToolBuild) throws {
        func refusal(_ needs: String, _ found: String) -> Failure {
            Failure(
                .configuration,
                "\(build.name) cannot run on this host",
                facts: [.init("it needs", needs), .init("found", found)],
                hint: "one that is built without cgo needs no C library: `gotoolprov build-tool"
                    + " \(build.tool)@\(build.version)`, or build it here from its source"
            )
        }
        if let interpreter = elf.interpreter, try FileSystem.kind(of: interpreter) == nil {
            let library = CLibrary.detected(in: RootedFiles())
            throw refusal(interpreter, "nothing there; this host has \(library.kind.rawValue)")
        }
        guard let floor = elf.glibcFloor else { return }
        let library = CLibrary.detected(in: RootedFiles())
        guard library.kind == .glibc, let text = library.version, let version = GlibcVersion(text)
        else {
            throw refusal("glibc \(floor)", library.kind.rawValue)
        }
        guard version >= floor else { throw refusal("glibc \(floor)", "glibc \(version)") }
    }

    /// Lets a Delve say its version, in an environment without anything.
    private func askVersion(_ path: String, of build: ToolBuild) throws {
        let outcome: ChildProcess.Outcome
        do {
            outcome = try ChildProcess.run(
                path,
                ["version"],
                // Without a home, Delve keeps no telemetry and leaves nothing behind.
                environment: ["LC_ALL": "C"],
                in: "/",
                limits: ChildProcess.Limits(seconds: 20, outputByteCount: 1 << 16),
                watch: watch(build.name)
            )
        } catch let trouble as ChildProcess.Trouble {
            throw Failure(trouble, running: path, named: build.name)
        }
        let told = outcome.lastLines.first { $0.hasPrefix("Version: ") }?.dropFirst(9)
        guard outcome.status == 0, let told else {
            throw Failure(
                .configuration,
                "\(build.name) does not run on this host",
                facts: [.init("exit status", outcome.status)]
                    + outcome.lastLines.suffix(5).map { .init("it says", $0) }
            )
        }
        guard ToolVersion(told) == build.version else {
            throw ArchiveError.unexpectedContents(
                what: "bin/\(build.tool)",
                expected: build.shortName,
                found: "\(build.tool)\(told)"
            )
        }
    }
}

extension Failure {
    /// A program of ours that did not start, or not end as it should.
    init(_ trouble: ChildProcess.Trouble, running path: String, named name: String) {
        if case .notStarted(let reason, isTransient: true) = trouble {
            self.init(
                .busy,
                "\(name) cannot be started at the moment",
                facts: [.init("executable", path), .init("because", reason)],
                hint: "try again; a virus scanner or a process limit may be the cause"
            )
        } else {
            self.init(
                .configuration,
                "\(name) does not run on this host",
                facts: [.init("executable", path), .init("because", trouble)]
            )
        }
    }
}

extension TreeIndex {
    /// An index of a small tree that is all programs and licences.
    ///
    /// - Throws: ``FileError``.
    static func ofPrograms(in root: String) throws -> TreeIndex {
        var entries: [Entry] = []
        for name in try FileSystem.names(in: root) ?? [] where name != SDKStore.Name.bookkeeping {
            let path = "\(root)/\(name)"
            guard try FileSystem.kind(of: path) == .directory else {
                entries.append(try file(at: path, as: name, mode: 0o644))
                continue
            }
            entries.append(Entry(path: name, mode: 0o755, kind: .directory))
            for program in try FileSystem.names(in: path) ?? [] {
                entries.append(
                    try file(at: "\(path)/\(program)", as: "\(name)/\(program)", mode: 0o755)
                )
            }
        }
        return TreeIndex(entries)
    }

    private static func file(at path: String, as name: String, mode: UInt16) throws -> Entry {
        let contents = try FileSystem.contents(of: path, limit: 512 << 20) ?? []
        return Entry(
            path: name,
            mode: mode,
            kind: .file(byteCount: contents.count, digest: try SHA256Digest(of: contents))
        )
    }
}
