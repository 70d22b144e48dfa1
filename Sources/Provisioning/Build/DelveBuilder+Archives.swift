internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

extension DelveBuilder {
    /// Builds a tool in a staging directory, and packs it as an archive; nothing is installed.
    func makeArchive(
        _ compilation: ToolCompilation,
        in directory: String
    ) throws -> BuiltArchive {
        let build = compilation.build
        let platform = compilation.platform
        let name = "\(build.name).linux-\(platform.architecture.rawValue).tar.gz"
        return try store.transaction(on: build.name) { transaction in
            transaction.leavesNoTrace = true
            return try packed(compilation, as: name, in: directory)
        }
    }

    private func packed(
        _ compilation: ToolCompilation,
        as name: String,
        in directory: String
    ) throws -> BuiltArchive {
        let build = compilation.build
        let platform = compilation.platform
        let verified = try supply.verified(compilation.sources, for: build.name)
        let source = verified.source
        try store.refuseUnfit(build.name)
        let staged = try store.installations.staged(build.name)
        do {
            try compileProgram(
                compilation,
                from: verified.archive,
                to: staged.path,
                work: "\(staged.path)/work"
            )
        } catch let error as ArchiveError {
            throw store.session.failure(for: error, source: source)
        }
        let program =
            try FileSystem.contents(
                of: "\(staged.path)/bin/\(build.tool)",
                limit: Installer.mostProgramBytes
            ) ?? []
        var members = [
            ProgramArchive.Member(
                name: build.tool.name,
                isExecutable: true,
                contents: program
            )
        ]
        if let license = try FileSystem.contents(of: "\(staged.path)/LICENSE", limit: 1 << 20) {
            members.append(
                ProgramArchive.Member(name: "LICENSE", isExecutable: false, contents: license)
            )
        }
        let file = "\(staged.path)/\(name)"
        try ProgramArchive.write(members, to: file)
        let bytes = try FileSystem.contents(of: file, limit: ArchiveFile.maximumByteCount) ?? []
        let path = "\(directory)/\(name)"
        // The output may be on a different file system from the staging directory.
        try FileSystem.replaceFile(at: path, with: bytes, mode: 0o644, durably: true)
        _ = consume staged
        return BuiltArchive(
            build: build,
            platform: platform,
            path: path,
            digest: try SHA256Digest(of: bytes),
            byteCount: bytes.count,
            programDigest: try SHA256Digest(of: program),
            source: source.pin,
            compilation: compilation.record
        )
    }

    /// Returns a catalog that pins archives, with their provenance.
    static func catalog(of archives: [BuiltArchive]) -> JSONValue {
        [
            "schemaVersion": 1,
            "tools": .array(
                archives.map { archive in
                    [
                        "tool": .string(archive.build.tool.name),
                        "version": .string(archive.build.version.description),
                        "builtWith": .string(archive.build.builder.description),
                        "arch": .string(archive.platform.architecture.rawValue),
                        "file": .string(FilePath(archive.path).lastComponent?.string ?? ""),
                        "sha256": .string(archive.digest.description),
                        "size": .integer(archive.byteCount),
                        "provenance": [
                            "source": .string(archive.source.fileName),
                            "sourceSha256": .string(archive.source.digest.description),
                            "go": .string(archive.build.builder.toolchainName),
                            "flags": .array(archive.compilation.flags.map { .string($0) }),
                            "environment": .array(
                                archive.compilation.environment.map { .string($0) }
                            ),
                            "binarySha256": .string(archive.programDigest.description),
                            "builtBy": .string("gotoolprov \(ProgramIdentity.version)"),
                        ],
                    ]
                }
            ),
        ]
    }
}
