package import ToolchainCore
package import ToolchainHost

/// The facts about a host that `status` reports.
package struct HostFacts: Sendable {
    /// The inputs to gather the facts of a host.
    package struct Setting: Sendable {
        /// The SDK directory.
        package let sdkRoot: String
        /// The launcher directory.
        package let goBin: String
        /// The variables and the working directory.
        package let environment: HostEnvironment
        /// The Delve and gopls that were found.
        package let tools: [FoundTool]

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

    /// The inputs.
    package let setting: Setting
    /// The files of the host.
    let files: RootedFiles
    /// The platform of the host, or `nil` if Go does not support it.
    package let platform: HostPlatform?
    /// The kernel release.
    package let kernel: String
    /// The GOAMD64 level, or `nil` on other architectures.
    package let amd64Level: AMD64Level?
    /// The GOARM level, or `nil` on other architectures.
    package let armLevel: ARMLevel?
    /// The C library of the host's programs.
    package let library: CLibrary
    /// The Linux distribution, or `nil` if unknown.
    package let operatingSystem: OperatingSystem?
    /// Traces of containers, which are only informative.
    package let containers: [ContainerMarker]
    /// The container or virtual machine that the host runs in.
    package let virtualization: Virtualization
    /// Whether the host is WSL, and its generation.
    package let subsystem: SubsystemForLinux
    /// The service manager.
    package let services: ServiceManager
    /// The directories that installing and debugging use, and their file systems.
    package let directories: [DirectoryFacts]
    /// The search path for programs.
    package let path: SearchPath
    /// The index of the launcher directory on PATH, or `nil` if it is not on PATH.
    package let goBinPosition: Int?
    /// The mount table, or `nil` if it cannot be read.
    let mounts: MountTable?
    /// The path of the first `dlv` on PATH, or `nil`.
    package let delveOnPath: String?
    /// All Go installations and executables.
    package let search: GoSearch
    /// The Go variables.
    package let settings: GoSettings
    /// The findings about Go settings.
    package let findings: [GoSettingFinding]
    /// The requirements of the nearest go.mod or go.work, or `nil`.
    package let module: GoModuleFile?

    /// Gathers the facts from files alone.
    package static func gathered(_ setting: Setting, in files: RootedFiles) -> HostFacts {
        let environment = setting.environment
        let platform = try? HostPlatform.detected(in: files)
        let search = GoSearch.everywhere(
            in: files,
            environment: environment,
            // Which go.env applies depends on the result of this search.
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
            (.alternateTemporary, environment.home.map { "\($0)/.cache/go-tmp" }),
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

    /// Returns the directory of Go's temporary files; a relative path is resolved against the working
    /// directory.
    private static func temporaryDirectory(
        _ settings: GoSettings,
        _ environment: HostEnvironment
    ) -> String {
        let path = settings["GOTMPDIR"]?.exactValue ?? environment["TMPDIR"] ?? "/tmp"
        guard !path.hasPrefix("/"), let base = environment.currentDirectory else { return path }
        return "\(base)/\(path)"
    }

    /// Returns Go's build cache, or `nil` if Go cannot determine one and fails.
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

    /// Returns the directory with this role, or `nil` if it is unknown.
    package func directory(_ role: DirectoryFacts.Role) -> DirectoryFacts? {
        directories.first { $0.role == role }
    }

    /// Returns the reason that a version cannot run on this host, or `nil` if it can.
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

/// The facts that determine whether a host can debug: ``HostFacts``, and further facts for `doctor`.
package struct DebugFacts: Sendable {
    /// The facts that `status` reports, too.
    package let host: HostFacts
    /// The kernel's rules about tracing.
    package let policy: TracingPolicy
    /// The result of the tracing test, or `nil` if it was not run.
    package let probe: TracingProbe?
    /// The running Delve processes, or `nil` if /proc cannot be read.
    package let listeners: [DebuggerListener]?
    /// The forwarding settings of sshd.
    package let sshd: SecureShellServer
    /// The requirements of the VS Code server.
    package let editor: EditorPrerequisites
    /// The inotify limits.
    package let watches: WatchLimits
    /// The resource limits.
    package let limits: ProcessLimits
    package let names: UserNames
    /// The host name.
    package let hostName: String
    /// Whether /proc hides other users' processes.
    package let areOthersHidden: Bool

    /// Gathers the facts.
    ///
    /// - Parameters:
    ///   - host: The facts about the host.
    ///   - files: The files of the host.
    ///   - isDelve: Returns whether the program at a path is Delve, or `nil` if unknown.
    ///   - probe: Runs the tracing test, or `nil` to skip it. It is also skipped on WSL 1, where it
    ///     hangs.
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
