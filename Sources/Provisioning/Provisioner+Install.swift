internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// Puts the tree of a located archive in its place.
    func install(
        _ pin: PinnedArchive,
        from located: LocatedArchive,
        options: EnsureOptions
    ) throws(Failure) {
        let version = pin.version
        do {
            let held = try lock(version)
            do {
                // Whoever had the lock before may have done all of it.
                if try store.state(of: version) == nil {
                    try unpack(pin, from: located, options: options)
                }
            } catch {
                held.discard()
                throw error
            }
        } catch {
            throw failure(for: error, pin: pin, located: located)
        }
    }

    private func unpack(
        _ pin: PinnedArchive,
        from located: LocatedArchive,
        options: EnsureOptions
    ) throws {
        let version = pin.version
        let watch = watch(version)
        let file: ArchiveFile
        do {
            file = try ArchiveFile.opening(located.path)
        } catch {
            throw Failure(
                .unavailable,
                "cannot read the archive",
                facts: [.init("file", located.path), .init("because", error.errno)]
            )
        }
        let archive = try file.verified(against: pin, watch: watch)
        let byteCount = archive.byteCount
        let staged = try StagedDirectory.make(
            named: version.toolchainName,
            in: store.stagingFolder
        )
        let unpacker = ArchiveUnpacker(umask: environment.umask, watch: watch)
        let index = try unpacker.unpack(
            archive,
            topFolder: "go",
            reserved: [SDKStore.Name.bookkeeping, SDKStore.Name.unpacked],
            into: staged.path
        )
        try validate(staged.path, as: pin)
        let specification = index.specification
        let receipt = Receipt(
            archive: pin,
            archiveByteCount: byteCount,
            source: located.source,
            index: Receipt.IndexSummary(
                digest: try SHA256Digest(of: specification),
                fileCount: index.fileCount,
                byteCount: index.byteCount
            ),
            installedAt: Timestamp.now(),
            installedBy: "gotoolprov \(ProgramIdentity.version)"
        )
        try staged.writeFile(SDKStore.Name.index, specification)
        try staged.writeFile(SDKStore.Name.receipt, Array(receipt.document.rendered.utf8))
        try staged.writeFile(SDKStore.Name.unpacked, [])
        if options.durability == .syncfs {
            try watch.advance(.synchronizing, to: 0, of: 1)
            try staged.synchronize()
        }
        try watch.check()
        try staged.commit(to: store.goRoot(of: version))
    }

    /// Looks whether a complete, unpublished tree is the toolchain that was asked for and can run.
    private func validate(_ root: String, as pin: PinnedArchive) throws {
        let versionFile = try FileSystem.contents(of: "\(root)/VERSION", limit: 4096) ?? []
        let firstLine = String(
            decoding: versionFile.prefix { $0 != UInt8(ascii: "\n") },
            as: UTF8.self
        )
        guard firstLine == pin.version.toolchainName else {
            throw ArchiveError.unexpectedContents(
                what: "go/VERSION",
                expected: pin.version.toolchainName,
                found: versionFile.isEmpty ? "nothing" : firstLine
            )
        }
        // Without it, Go neither switches toolchains nor finds a proxy (facts/go-toolchains.md 2.1).
        if pin.version.line >= ReleaseLine.withGoEnvironmentFile,
            try FileSystem.kind(of: "\(root)/go.env") != .file
        {
            throw ArchiveError.unexpectedContents(
                what: "go/go.env",
                expected: "a file",
                found: "nothing"
            )
        }
        let program = "\(root)/bin/go"
        guard let header = try FileSystem.contents(of: program, limit: ELFIdentity.byteCount),
            let identity = ELFIdentity(header: header)
        else {
            throw ArchiveError.unexpectedContents(
                what: "go/bin/go",
                expected: "a program for \(pin.platform)",
                found: "none"
            )
        }
        guard identity.architecture == pin.platform.architecture else {
            throw ArchiveError.unexpectedContents(
                what: "go/bin/go",
                expected: "a program for \(pin.platform)",
                found: identity.architecture.map { "one for \(GoPlatform($0))" }
                    ?? "one for another machine"
            )
        }
        guard FileSystem.isExecutable(program) else {
            throw ArchiveError.unexpectedContents(
                what: "go/bin/go",
                expected: "an executable file",
                found: "one without that mode"
            )
        }
        try validateInterpreter(of: program, identity, pin: pin)
    }

    /// Up to Go 1.20, bin/go needs glibc's loader: golang/go#18773.
    private func validateInterpreter(
        of program: String,
        _ identity: ELFIdentity,
        pin: PinnedArchive
    ) throws {
        let interpreter = try identity.interpreter { offset, count in
            guard let start = Int(exactly: offset) else { return [] }
            return try FileSystem.contents(of: program, from: start, limit: count) ?? []
        }
        guard let interpreter, try FileSystem.kind(of: interpreter) == nil else { return }
        throw Failure(
            .configuration,
            "\(pin.version.toolchainName) cannot run on this host",
            facts: [.init("bin/go needs", interpreter), .init("found", "nothing there")],
            hint: "Go's own programs need no C library from go1.21.0 on"
        )
    }

    private func failure(
        for error: any Error,
        pin: PinnedArchive,
        located: LocatedArchive
    ) -> Failure {
        switch error {
        case let failure as Failure: return failure
        case let error as ArchiveError:
            return Failure(error, pin: pin, path: located.path)
        case let error as Watch.Interrupted:
            return Failure(
                .interrupted(signal: error.signal),
                "interrupted; nothing was installed"
            )
        case let error as FileError where error.path == located.path:
            return Failure(
                .unavailable,
                "cannot read the archive",
                facts: [.init("file", error.path), .init("because", error.errno)]
            )
        case let error as FileError:
            return Failure(writing: error, what: "cannot install \(pin.version.toolchainName)")
        default:
            return Failure(
                .defect,
                "cannot install \(pin.version.toolchainName)",
                facts: [.init("because", "\(error)")]
            )
        }
    }
}

extension ReleaseLine {
    /// The first line whose trees have a go.env.
    fileprivate static let withGoEnvironmentFile =
        GoVersion("1.21.0")?.line ?? { preconditionFailure("1.21.0 is a version") }()
}

extension Failure {
    /// What an archive's defect means to whoever wanted to install it.
    init(_ error: ArchiveError, pin: PinnedArchive, path: String) {
        let file = Fact("file", path)
        switch error {
        case .unlike(let expected, let computed):
            self.init(
                .integrity,
                "the archive is not the one that is pinned",
                facts: [
                    file, .init("expected", expected), .init("computed", computed),
                    .init("pinned by", pin.voucher),
                ],
                hint: "the mirror has a damaged or altered file; get it again, or use another"
            )
        case .wrongSize(let expected, let found):
            self.init(
                .integrity,
                "the archive is not the one that is pinned: its size differs",
                facts: [
                    file, .init("expected", "\(expected) bytes"), .init("found", "\(found) bytes"),
                    .init("pinned by", pin.voucher),
                ],
                hint: "the mirror has an incomplete or altered file; get it again, or use another"
            )
        case .changedWhileRead:
            self.init(
                .integrity,
                "the archive changed while it was being unpacked",
                facts: [file],
                hint: "wait until nobody writes to the mirror, and try again"
            )
        case .malformed(let reason):
            self.init(
                .integrity,
                "the archive is damaged or no gzip-compressed tar archive",
                facts: [file, .init("because", reason)]
            )
        case .refusedMember(let name, let reason):
            self.init(
                .integrity,
                "the archive holds what no Go archive holds",
                facts: [file, .init("member", name.escapingControls), .init("because", reason)]
            )
        case .tooLarge(let limit):
            self.init(
                .integrity,
                "the archive unpacks to more than any Go",
                facts: [file, .init("limit", limit)]
            )
        case .unexpectedContents(let what, let expected, let found):
            self.init(
                .integrity,
                "the archive does not hold \(pin.version.toolchainName) for"
                    + " \(pin.platform)",
                facts: [
                    file, .init("in it", what), .init("expected", expected),
                    .init("found", found.escapingControls),
                ]
            )
        }
    }
}

extension String {
    /// The text with control characters made visible, so that no terminal obeys them.
    fileprivate var escapingControls: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map {
                    $0.value < 32 || (0x7F..<0xA0).contains($0.value) ? "\u{FFFD}" : $0
                }
            )
        )
    }
}
