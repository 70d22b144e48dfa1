internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// Builds Delve from source, independently of the network and of the user's settings.
struct DelveBuilder {
    let store: Store
    let supply: Supply

    /// The time limit of a build, in seconds; the slowest hosts take about ten minutes.
    static let mostBuildSeconds = 3600
    /// The limits on an unpacked source archive; the largest of Delve so far unpacks to 60 MB.
    static var sourceLimits: ArchiveUnpacker.Limits {
        var limits = ArchiveUnpacker.Limits()
        limits.memberCount = 20_000
        limits.byteCount = Installer.mostProgramBytes
        return limits
    }
    /// The disk space, in bytes, that the compiler cache and the result of a build take.
    private static let buildByteCount = 450_000_000

    /// Builds a tool from its source archive in a staging directory, and deletes all intermediate
    /// files.
    func compile(
        _ compilation: ToolCompilation,
        from archive: borrowing VerifiedArchive,
        source: ArchiveSource,
        into staged: borrowing StagedDirectory
    ) throws -> TreeIndex {
        try compileProgram(
            compilation,
            from: archive,
            to: staged.path,
            work: "\(staged.path)/\(Installations.Name.bookkeeping)/work"
        )
        let index = try TreeIndex.ofPrograms(in: staged.path)
        try store.seal(
            staged,
            as: .tool(compilation.build),
            index,
            compilation: compilation.record,
            archiveByteCount: archive.byteCount,
            source: source
        )
        return index
    }

    /// Unpacks the source in `work`, builds it, writes the program to `destination`/bin and the license
    /// next to it, deletes `work`, and checks the program.
    func compileProgram(
        _ compilation: ToolCompilation,
        from archive: borrowing VerifiedArchive,
        to destination: String,
        work: String
    ) throws {
        let build = compilation.build
        let monitor = store.session.monitor(build.name)
        // After a failure, files that cannot be deleted here are deleted with the staging directory.
        defer { try? FileSystem.remove(work) }
        let fileSystem = try FileSystemIdentity.of(store.installations.stagingDirectory)
        guard fileSystem.availableByteCount >= Self.buildByteCount else {
            throw Failure(
                .destination,
                "not enough disk space to build \(build.tool)",
                facts: [
                    .init("directory", store.installations.root),
                    .init("file system", fileSystem.name),
                    .init("needed", "\(ByteCount(Self.buildByteCount, isRoundedUp: true))"),
                    .init("free", "\(ByteCount(fileSystem.availableByteCount))"),
                ],
                hint: "free space, or set GOTOOLPROV_SDK_ROOT to a directory on another file system"
            )
        }
        let sourceDirectory = "\(work)/source"
        for directory in ["source", "cache", "tmp", "home"] {
            try FileSystem.makeDirectories("\(work)/\(directory)")
        }
        try FileSystem.makeDirectories("\(destination)/bin")
        _ = try ArchiveUnpacker(
            limits: Self.sourceLimits,
            umask: try store.effectiveUmask(build.name),
            allowsLinks: true,
            monitor: monitor
        ).unpack(
            archive,
            topDirectory: "delve-\(build.version)",
            reserved: [],
            into: .opening(sourceDirectory)
        )
        try checkSource(sourceDirectory, of: build)
        let program = "\(destination)/bin/\(build.tool)"
        try runCompiler(compilation, in: work, result: program, monitor: monitor)
        guard try FileSystem.kind(of: program) == .file else {
            throw ArchiveError.unexpectedContents(
                what: "bin/\(build.tool)",
                expected: "an executable, as the compiler reported no error",
                found: "nothing"
            )
        }
        try FileSystem.setMode(0o755, of: program)
        let license = "\(sourceDirectory)/LICENSE"
        if try FileSystem.kind(of: license) == .file {
            try FileSystem.rename(license, to: "\(destination)/LICENSE")
        }
        // The intermediate files must not be published with the program.
        try FileSystem.remove(work)
        try ProgramCheck(session: store.session, supply: supply).check(
            destination,
            as: build,
            platform: compilation.platform
        )
    }

    /// Checks that the source is complete and of the right version, so that it can be built offline.
    private func checkSource(_ directory: String, of build: ToolBuild) throws {
        for name in ["go.mod", "vendor/modules.txt", "cmd/dlv/main.go"]
        where try FileSystem.kind(of: "\(directory)/\(name)") != .file {
            throw ArchiveError.unexpectedContents(
                what: "delve-\(build.version)/\(name)",
                expected: "a file",
                found: "nothing"
            )
        }
        // `Major: "1", Minor: "24", Patch: "0"` is the format in all releases so far.
        guard
            let text = try FileSystem.contents(
                of: "\(directory)/pkg/version/version.go",
                limit: 1 << 16
            )
        else { return }
        let numbers = ["Major", "Minor", "Patch"].compactMap { key in
            String(decoding: text, as: UTF8.self).quoted(after: "\(key): ")
        }
        guard numbers.count == 3 else { return }
        let found = numbers.joined(separator: ".")
        guard found == build.version.description else {
            throw ArchiveError.unexpectedContents(
                what: "delve-\(build.version)/pkg/version/version.go",
                expected: build.version.description,
                found: found
            )
        }
    }

    private func runCompiler(
        _ compilation: ToolCompilation,
        in work: String,
        result: String,
        monitor: ProgressMonitor
    ) throws {
        let build = compilation.build
        let go = "\(compilation.builderRoot)/bin/go"
        let environment = compilation.environment.merging([
            "GOROOT": compilation.builderRoot, "PATH": "\(compilation.builderRoot)/bin",
            "HOME": "\(work)/home", "GOPATH": "\(work)/home/go", "GOCACHE": "\(work)/cache",
            "GOTMPDIR": "\(work)/tmp", "TMPDIR": "\(work)/tmp", "LC_ALL": "C",
        ]) { $1 }
        func run(
            _ arguments: [String],
            seconds: Int,
            onLine: @escaping @Sendable (String) -> Void
        ) throws {
            let outcome: ChildProcess.Outcome
            // Package names that follow an error message could push it out of the last lines.
            let messages = Guarded<[String]>([])
            do {
                outcome = try ChildProcess.run(
                    go,
                    arguments,
                    environment: environment,
                    in: "\(work)/source",
                    limits: ChildProcess.Limits(seconds: seconds),
                    monitor: monitor
                ) { line in
                    onLine(line)
                    guard line.contains(byte: " ") || line.hasPrefix("#") else { return }
                    messages.withLock { if $0.count < 40 { $0.append(String(line.prefix(500))) } }
                }
            } catch let problem as ChildProcess.Problem {
                throw Failure(problem, running: go, building: build)
            }
            guard outcome.status != 0 else { return }
            throw Failure(outcome, messages: messages.withLock { $0 }, building: build)
        }
        // Counts the packages, for progress, and fails if one is missing.
        let packages = Guarded(0)
        try monitor.advance(.compiling, to: 0, of: 0)
        let tags = compilation.flags.filter { $0.hasPrefix("-tags=") }
        try run(["list", "-mod=vendor", "-deps"] + tags + ["./cmd/dlv"], seconds: 300) { line in
            if !line.contains(byte: " ") { packages.withLock { $0 += 1 } }
        }
        let total = packages.withLock { $0 }
        let done = Guarded(0)
        try run(
            ["build", "-v"] + compilation.flags + ["-o", result, "./cmd/dlv"],
            seconds: Self.mostBuildSeconds
        ) { line in
            guard !line.contains(byte: " ") else { return }
            let count = done.withLock { count in
                count += 1
                return count
            }
            try? monitor.advance(.compiling, to: min(count, total), of: total)
        }
    }
}

extension Failure {
    /// A build whose compiler could not be run to completion.
    fileprivate init(
        _ problem: ChildProcess.Problem,
        running program: String,
        building build: ToolBuild
    ) {
        switch problem {
        case .notStarted(_, isTransient: true):
            self.init(problem, running: program, named: build.builder.toolchainName)
        case .notStarted(let reason, _), .lost(let reason):
            self.init(
                .unavailable,
                "cannot run \(build.builder.toolchainName) to build \(build.shortName)",
                facts: [.init("executable", program), .init("because", reason)],
                hint: "`gotoolprov verify \(build.builder.toolchainName)`"
            )
        case .tookTooLong(let seconds):
            self.init(
                .unavailable,
                "building \(build.shortName) took too long",
                facts: [.init("limit", "\(seconds) s")],
                hint: "build it on a faster host: `gotoolprov build-tool`"
            )
        case .wroteTooMuch(let byteCount):
            self.init(
                .unavailable,
                "building \(build.shortName) produced too much output",
                facts: [.init("limit", "\(byteCount) bytes")]
            )
        }
    }

    /// A build that the compiler reported as failed.
    fileprivate init(
        _ outcome: ChildProcess.Outcome,
        messages: [String],
        building build: ToolBuild
    ) {
        let lines = messages.isEmpty ? outcome.lastLines.filter { !$0.isEmpty } : messages
        let output = lines.prefix(12).map { Fact("go output", $0) }
        let isFull = lines.contains { $0.contains(text: "no space left on device") }
        let wasKilled =
            outcome.status == 137
            || lines.contains { $0.contains(text: "signal: killed") }
        var facts = output
        if outcome.status > 128 { facts.append(.init("signal", outcome.status - 128)) }
        self.init(
            isFull ? .destination : .unavailable,
            isFull
                ? "no space left to build \(build.shortName)"
                : wasKilled
                    ? "building \(build.shortName) was killed"
                    : "\(build.builder.toolchainName) cannot build \(build.shortName)",
            facts: facts,
            hint: isFull
                ? "free space in the SDK directory: the compiler cache takes about 200 MiB"
                : wasKilled
                    ? "check the free memory, or build it on another host: `gotoolprov build-tool`"
                    : nil
        )
    }
}

extension String {
    /// Returns the text between the quotation marks that follow `key`.
    fileprivate func quoted(after key: String) -> String? {
        guard let start = range(ofFirst: key + "\"") else { return nil }
        return String(self[start.upperBound...].prefix { $0 != "\"" })
    }
}
