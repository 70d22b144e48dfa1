internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

extension Installer {
    /// The maximum size of a program, and of its unpacked archive or source, in bytes.
    static let mostProgramBytes = 512 << 20

    /// The limits on an unpacked archive of a program.
    static var programLimits: ArchiveUnpacker.Limits {
        var limits = ArchiveUnpacker.Limits()
        limits.memberCount = 2000
        limits.byteCount = mostProgramBytes
        return limits
    }

    /// Installs a prebuilt program from its archive.
    ///
    /// The program may be at the top of the archive, or one or two directories down, as in `bin/`. Of
    /// the other files, only the license is kept.
    func take(
        _ build: ToolBuild,
        from archive: borrowing VerifiedArchive,
        source: ArchiveSource,
        into staged: borrowing StagedDirectory
    ) throws -> TreeIndex {
        let work = "\(staged.path)/\(Installations.Name.bookkeeping)/work"
        try FileSystem.makeDirectories(work)
        let unpacked = try ArchiveUnpacker(
            limits: Self.programLimits,
            umask: try store.effectiveUmask(build.name),
            monitor: store.session.monitor(build.name)
        ).unpack(archive, topDirectory: nil, reserved: [], into: .opening(work))
        let name = build.tool.name
        let program = try unpacked.program(named: name)
        try FileSystem.makeDirectories("\(staged.path)/bin")
        let target = "\(staged.path)/bin/\(name)"
        try FileSystem.rename("\(work)/\(program.path)", to: target)
        try FileSystem.setMode(0o755, of: target)
        let directory = FilePath(program.path).removingLastComponent().string
        for license in ["LICENSE", directory.isEmpty ? "LICENSE" : "\(directory)/LICENSE"]
        where try FileSystem.kind(of: "\(work)/\(license)") == .file {
            try FileSystem.rename("\(work)/\(license)", to: "\(staged.path)/LICENSE")
        }
        try FileSystem.remove(work)
        try ProgramCheck(session: store.session, supply: supply).check(
            staged.path,
            as: build,
            platform: source.pin.platform
        )
        let index = try TreeIndex.ofPrograms(in: staged.path)
        try store.seal(
            staged,
            as: .tool(build),
            index,
            archiveByteCount: archive.byteCount,
            source: source
        )
        return index
    }
}

extension TreeIndex {
    /// Returns the program of an archive, which may be at the top, or one or two directories down.
    ///
    /// - Throws: ``ArchiveError`` if there is none, or several.
    func program(named name: String) throws(ArchiveError) -> Entry {
        let programs = entries.filter { entry in
            guard case .file = entry.kind else { return false }
            let parts = entry.path.split(byte: "/")
            return parts.last == name && parts.count <= 3
        }
        guard let program = programs.min(by: { $0.path.utf8.count < $1.path.utf8.count }),
            programs.count(where: { $0.path.utf8.count == program.path.utf8.count }) == 1
        else {
            throw ArchiveError.unexpectedContents(
                what: name,
                expected: "one executable of that name, at the top or in one directory",
                found: programs.isEmpty ? "none" : "several"
            )
        }
        return program
    }

    /// Creates the index of a small tree of programs and licenses.
    ///
    /// - Throws: ``FileError``.
    static func ofPrograms(in root: String) throws -> TreeIndex {
        var entries: [Entry] = []
        for name in try FileSystem.names(in: root) ?? []
        where name != Installations.Name.bookkeeping {
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
        let contents = try FileSystem.contents(of: path, limit: Installer.mostProgramBytes) ?? []
        return Entry(
            path: name,
            mode: mode,
            kind: .file(byteCount: contents.count, digest: try SHA256Digest(of: contents))
        )
    }
}
