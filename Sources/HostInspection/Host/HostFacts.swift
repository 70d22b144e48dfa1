package import ToolchainCore
package import ToolchainHost

/// What a host is and has: what `status` tells.
package struct HostFacts: Sendable {
    /// What is known of a host beforehand.
    package struct Setting: Sendable {
        /// Where SDKs are kept.
        package let sdkRoot: String
        /// Where launchers are put.
        package let goBin: String
        /// The variables and the working directory.
        package let environment: HostEnvironment
        /// The Delve and gopls that were found.
        package let tools: [FoundTool]

        /// What is known beforehand.
        package init(
            sdkRoot: String,
            goBin: String,
            environment: HostEnvironment,
            tools: [FoundTool] = []
        ) {
            self.sdkRoot = sdkRoot
            self.goBin = goBin
            self.environment = environment
            self.tools = tools
        }
    }

    /// What was known beforehand.
    package let setting: Setting
    /// The files of the host.
    let files: RootedFiles
    /// What the host can run; nil for a machine that Go is not made for.
    package let platform: HostPlatform?
    /// The kernel's release.
    package let kernel: String
    /// The GOAMD64 level, on that architecture.
    package let amd64Level: AMD64Level?
    /// The GOARM level, on that architecture.
    package let armLevel: ARMLevel?
    /// The C library of its programs.
    package let library: CLibrary
    /// The distribution.
    package let operatingSystem: OperatingSystem?
    /// Traces of containers, which decide nothing.
    package let containers: [ContainerMarker]
    /// What the host runs in.
    package let virtualization: Virtualization
    /// Whether it is WSL.
    package let subsystem: SubsystemForLinux
    /// What starts its services.
    package let services: ServiceManager
    /// The directories that count, and their file systems.
    package let directories: [DirectoryFacts]
    /// Where programs are looked for.
    package let path: SearchPath
    /// The position of the launchers' directory on PATH, 0 for the first; nil where it is not on it.
    package let goBinPosition: Int?
    /// All file systems; nil where that cannot be told.
    let mounts: MountTable?
    /// What `dlv` means by it; nil where there is none.
    package let delveOnPath: String?
    /// Every Go.
    package let search: GoSearch
    /// Go's variables.
    package let settings: GoSettings
    /// What misleads Go's command.
    package let findings: [GoSettingFinding]
    /// What the nearest go.mod or go.work asks for.
    package let module: GoModuleFile?

    /// Gathers them from files alone.
    package static func gathered(_ setting: Setting, in files: RootedFiles) -> HostFacts {
        let environment = setting.environment
        let platform = try? HostPlatform.detected(in: files)
        let search = GoSearch.everywhere(
            in: files,
            environment: environment,
            // Which tree's go.env counts depends on what is found.
            settings: GoSettings.gathered(environment: environment, goRoot: nil, in: files),
            sdkRoot: setting.sdkRoot,
            host: platform?.platform
        )
        let settings = GoSettings.gathered(
            environment: environment,
            goRoot: search.defaultInstallation?.root,
            in: files
        )
        let path = SearchPath(environment["PATH"])
        let mounts = MountTable(in: files)
        let temporary = Self.temporaryDirectory(settings, environment)
        let places: [(DirectoryFacts.Role, String?)] = [
            (.sdkRoot, setting.sdkRoot), (.goBin, setting.goBin), (.temporary, temporary),
            (.spareTemporary, environment.home.map { "\($0)/.cache/go-tmp" }),
            (.working, environment.currentDirectory),
            (.buildCache, Self.buildCache(settings, environment)),
        ]
        return HostFacts(
            setting: setting,
            files: files,
            platform: platform,
            kernel: files.text("/proc/sys/kernel/osrelease") ?? "unknown",
            amd64Level: platform?.platform.architecture == .amd64
                ? AMD64Level.detected(in: files) : nil,
            armLevel: platform?.platform.architecture == .arm ? ARMLevel.detected(in: files) : nil,
            library: CLibrary.detected(in: files),
            operatingSystem: OperatingSystem.detected(in: files),
            containers: ContainerMarker.detected(in: files),
            virtualization: Virtualization.detected(in: files),
            subsystem: SubsystemForLinux.detected(in: files),
            services: ServiceManager.detected(in: files),
            directories: places.compactMap { role, path in
                path.map { DirectoryFacts.of($0, as: role, in: files, mounts: mounts) }
            },
            path: path,
            goBinPosition: path.position(of: setting.goBin, in: files),
            mounts: mounts,
            delveOnPath: path.programs("dlv", in: files).first,
            search: search,
            settings: settings,
            findings: GoSettingFinding.found(
                in: settings,
                search: search,
                host: platform?.platform,
                environment: environment,
                files: files
            ),
            module: GoModuleFile.nearest(
                to: environment.currentDirectory,
                workspace: settings["GOWORK"]?.exactValue,
                in: files
            )
        )
    }

    /// Where Go puts temporary files: a relative path begins in the working directory.
    private static func temporaryDirectory(
        _ settings: GoSettings,
        _ environment: HostEnvironment
    ) -> String {
        let path = settings["GOTMPDIR"]?.exactValue ?? environment["TMPDIR"] ?? "/tmp"
        guard !path.hasPrefix("/"), let base = environment.currentDirectory else { return path }
        return "\(base)/\(path)"
    }

    /// Where Go keeps what it has built; nil where it knows no place, and fails.
    private static func buildCache(
        _ settings: GoSettings,
        _ environment: HostEnvironment
    ) -> String? {
        let path =
            settings["GOCACHE"]?.exactValue ?? environment["XDG_CACHE_HOME"].map {
                "\($0)/go-build"
            }
            ?? environment["HOME"].map { "\($0)/.cache/go-build" }
        return path.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }

    /// The directory with this role.
    package func directory(_ role: DirectoryFacts.Role) -> DirectoryFacts? {
        directories.first { $0.role == role }
    }

    /// Why a version cannot be installed on this host; nil where it can be.
    package func incompatibility(with version: GoVersion) -> String? {
        guard platform != nil else { return "Go does not support this architecture" }
        if armLevel == .five {
            return "Go's archives require ARMv6, and this processor is ARMv5"
        }
        if let directory = directory(.sdkRoot), directory.isNoExec == true {
            return "programs in \(directory.path) cannot be executed (noexec)"
        }
        if library.kind == .musl, version.line < .programsWithoutCLibrary {
            return "up to Go 1.20, bin/go requires glibc's loader, and this host has musl"
        }
        return nil
    }
}

/// What tells whether a host can debug: what `doctor` looks at beside ``HostFacts``.
package struct DebugFacts: Sendable {
    /// What the host is and has.
    package let host: HostFacts
    /// What the kernel says of tracing.
    package let policy: TracingPolicy
    /// What came of trying it; nil where it was not tried.
    package let probe: TracingProbe?
    /// Every Delve that runs; nil where /proc cannot be read.
    package let listeners: [DebuggerListener]?
    /// Whether sshd forwards ports.
    package let sshd: SecureShellServer
    /// What VS Code's server needs.
    package let editor: EditorPrerequisites
    /// How much an editor may watch.
    package let watches: WatchLimits
    /// How much a process may have.
    package let limits: ProcessLimits
    package let names: UserNames
    /// What the host calls itself.
    package let hostName: String
    /// Whether /proc shows this user's own processes alone.
    package let areOthersHidden: Bool

    /// Gathers them.
    ///
    /// - Parameters:
    ///   - host: What the host is and has.
    ///   - files: The files of the host.
    ///   - isDelve: Whether the program at a path is Delve; nil where its file does not say.
    ///   - probe: Tries to trace; nothing is tried where it is nil, nor on WSL 1, where it hangs.
    /// - Returns: The facts.
    package static func gathered(
        _ host: HostFacts,
        in files: RootedFiles,
        isDelve: @escaping (String) -> Bool? = { _ in nil },
        probe: (() -> TracingProbe)? = { TracingProbe.run() }
    ) -> DebugFacts {
        DebugFacts(
            host: host,
            policy: TracingPolicy.detected(in: files),
            probe: host.subsystem.generation == .one ? nil : probe?(),
            listeners: DebuggerListener.detected(in: files, isDelve: isDelve),
            sshd: SecureShellServer.detected(in: files),
            editor: EditorPrerequisites.detected(
                in: files,
                library: host.library,
                isInWindows: host.subsystem.generation == .two,
                path: host.path
            ),
            watches: WatchLimits.detected(in: files),
            limits: ProcessLimits.detected(in: files),
            names: UserNames(in: files),
            hostName: files.text("/proc/sys/kernel/hostname") ?? "this-host",
            areOthersHidden: FileSystem.currentUser != 0
                && host.mounts?.hidesProcesses == true
        )
    }
}
