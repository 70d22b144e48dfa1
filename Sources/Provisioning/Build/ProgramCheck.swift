internal import BinaryInspection
internal import HostInspection
internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// Looks whether a program is the tool that was requested, and runs here.
struct ProgramCheck {
    let session: Session
    let supply: Supply

    /// Looks whether a program is the tool that was asked for and can run where it is to run.
    ///
    /// - Throws: ``ArchiveError`` for another program, ``Failure`` for one that cannot run here.
    func check(
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
            let catalogue = try supply.catalogue()
            if let found = catalogue.tools.delveVersion(ofBlob: blob), found != build.version {
                throw mismatch("\(build.shortName)", "\(build.tool)\(found)")
            }
        }
        // A program for another machine is made to be carried there.
        guard platform == session.platform else { return }
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
                watch: session.watch(build.name)
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
