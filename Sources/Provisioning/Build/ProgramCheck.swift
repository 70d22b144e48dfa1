internal import BinaryInspection
internal import HostInspection
internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// Checks that a program is the requested tool and runs on this host.
struct ProgramCheck {
    let session: Session
    let supply: Supply

    /// Checks the executable of a tool.
    ///
    /// - Throws: ``ArchiveError`` if the executable is a different program, ``Failure`` if it cannot
    ///   run on this host.
    func check(
        _ root: String,
        as build: ToolBuild,
        platform: GoPlatform
    ) throws {
        let path = "\(root)/bin/\(build.tool)"
        let file = try BinaryFile.opening(path)
        func mismatch(_ expected: String, _ found: String) -> ArchiveError {
            .unexpectedContents(what: "bin/\(build.tool)", expected: expected, found: found)
        }
        guard let elf = try? ELFFile(file) else {
            throw mismatch("an executable for \(platform)", "not a Linux executable")
        }
        guard elf.architecture == platform.architecture else {
            throw mismatch(
                "an executable for \(platform)",
                elf.architecture.map { "one for \(GoPlatform($0))" }
                    ?? "one for another architecture"
            )
        }
        guard let identity = ToolIdentity(of: file, elf) else {
            throw mismatch(
                "\(build.tool), built by Go",
                "an executable without Go build information"
            )
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
            let catalog = try supply.catalog()
            if let found = catalog.tools.delveVersion(ofBlob: blob), found != build.version {
                throw mismatch("\(build.shortName)", "\(build.tool)\(found)")
            }
        }
        // An executable for another architecture was built for other hosts.
        guard platform == session.platform else { return }
        try refuseUnrunnable(elf, build: build)
        if build.tool == .delve { try checkPrintedVersion(path, of: build) }
    }

    /// Refuses an executable whose loader or C library is missing on this host.
    private func refuseUnrunnable(_ elf: ELFFile, build: ToolBuild) throws {
        func refusal(_ requirement: String, _ found: String) -> Failure {
            Failure(
                .configuration,
                "\(build.name) cannot run on this host",
                facts: [.init("requires", requirement), .init("found", found)],
                hint:
                    "build it without cgo, so that it requires no C library: `gotoolprov build-tool"
                    + " \(build.tool)@\(build.version)`, or install it from source here"
            )
        }
        if let interpreter = elf.interpreter, try FileSystem.kind(of: interpreter) == nil {
            let library = CLibrary.detected(in: RootedFiles())
            throw refusal(interpreter, "missing; this host uses \(library.kind.rawValue)")
        }
        guard let floor = elf.glibcFloor else { return }
        let library = CLibrary.detected(in: RootedFiles())
        guard library.kind == .glibc, let text = library.version, let version = GlibcVersion(text)
        else {
            throw refusal("glibc \(floor)", library.kind.rawValue)
        }
        guard version >= floor else { throw refusal("glibc \(floor)", "glibc \(version)") }
    }

    /// Checks the version that Delve prints in an empty environment.
    private func checkPrintedVersion(_ path: String, of build: ToolBuild) throws {
        let outcome: ChildProcess.Outcome
        do {
            outcome = try ChildProcess.run(
                path,
                ["version"],
                // Without HOME, Delve collects no telemetry and writes no files.
                environment: ["LC_ALL": "C"],
                in: "/",
                limits: ChildProcess.Limits(seconds: 20, outputByteCount: 1 << 16),
                monitor: session.monitor(build.name)
            )
        } catch let problem as ChildProcess.Problem {
            throw Failure(problem, running: path, named: build.name)
        }
        let printed = outcome.lastLines.first { $0.hasPrefix("Version: ") }?.dropFirst(9)
        guard outcome.status == 0, let printed else {
            throw Failure(
                .configuration,
                "\(build.name) does not run on this host",
                facts: [.init("exit status", outcome.status)]
                    + outcome.lastLines.suffix(5).map { .init("output", $0) }
            )
        }
        guard ToolVersion(printed) == build.version else {
            throw ArchiveError.unexpectedContents(
                what: "bin/\(build.tool)",
                expected: build.shortName,
                found: "\(build.tool)\(printed)"
            )
        }
    }
}

extension Failure {
    /// An installed executable that could not be started or failed.
    init(_ problem: ChildProcess.Problem, running path: String, named name: String) {
        if case .notStarted(let reason, isTransient: true) = problem {
            self.init(
                .busy,
                "\(name) could not be started",
                facts: [.init("executable", path), .init("because", reason)],
                hint: "try again; if it fails again, check virus scanners and process limits"
            )
        } else {
            self.init(
                .configuration,
                "\(name) does not run on this host",
                facts: [.init("executable", path), .init("because", problem)]
            )
        }
    }
}
