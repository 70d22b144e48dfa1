package import ToolchainCore
package import ToolchainHost

/// An executable on PATH that runs a Go.
package struct GoCommand: Hashable, Sendable {
    /// What an executable runs.
    package enum Target: Hashable, Sendable {
        /// It is bin/go of this tree.
        case root(String)
        /// It is a gotoolprov launcher for this tree, or for the default Go if `nil`.
        case launcher(root: String?)
        /// It is a golang.org/dl wrapper, which requires its downloaded toolchain.
        case wrapper
        /// It is the snap launcher.
        case snap
        /// It is a Windows program.
        case windows
        /// It is a script, a shim or something else.
        case unknown
    }

    /// The path of the file: `/home/dev/go/bin/go1.21.13`.
    package let path: String
    /// What the executable runs.
    package let target: Target

    /// Inspects the file at `path`.
    init(_ path: String, in files: RootedFiles) {
        self.path = path
        let real = files.withoutLinks(path) ?? path
        let start = files.bytes(real, limit: 4096) ?? []
        if real.hasSuffix("/usr/bin/snap") {
            target = .snap
        } else if start.starts(with: [0x4D, 0x5A]) {
            target = .windows
        } else if Launcher.isLauncher(start) {
            // Trees are identified by their real paths.
            target = .launcher(
                root: Self.launchedRoot(start).map { files.withoutLinks($0) ?? $0 }
            )
        } else if real.hasSuffix("/bin/go"), ELFIdentity(header: start) != nil {
            target = .root(String(real.dropLast("/bin/go".count)))
        } else if ELFIdentity(header: start) != nil,
            GoVersion(path.split(byte: "/").last ?? "") != nil
        {
            target = .wrapper
        } else {
            target = .unknown
        }
    }

    /// Returns the tree that the line `GOROOT='…'` of a launcher names.
    private static func launchedRoot(_ script: [UInt8]) -> String? {
        let line = script.split(separator: UInt8(ascii: "\n")).first {
            $0.starts(with: "GOROOT='".utf8)
        }
        guard let line, let text = String(validating: line, as: UTF8.self) else { return nil }
        let root = ShellQuoting.unquoted(String(text.dropFirst("GOROOT=".count)))
        return root.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
}

/// All Go installations on a host, and the executables on PATH that run them.
package struct GoSearch: Hashable, Sendable {
    /// The trees, without duplicates: those without a version first, then oldest version first.
    package let installations: [GoInstallation]
    /// The executables named `go` on PATH, in order; the shell runs the first.
    package let goCommands: [GoCommand]
    /// The executables named `go1.X.Y` on PATH, the first of each name.
    package let versionCommands: [GoCommand]

    /// The tree that `go` runs, or `nil` if there is none or it cannot be determined.
    package var defaultInstallation: GoInstallation? {
        guard let root = goCommands.first?.rootPath else { return nil }
        return installations.first { $0.root == root }
    }

    /// Finds all Go installations in the usual places and on PATH.
    ///
    /// - Parameters:
    ///   - files: The files of the host.
    ///   - environment: The variables: HOME, PATH, and those of version managers.
    ///   - settings: The Go variables: GOROOT, GOPATH, GOMODCACHE.
    ///   - sdkRoot: The SDK directory of gotoolprov, or `nil`.
    ///   - host: The platform of the host, or `nil` if unknown.
    /// - Returns: The installations and executables.
    package static func everywhere(
        in files: RootedFiles,
        environment: HostEnvironment,
        settings: GoSettings,
        sdkRoot: String?,
        host: GoPlatform?
    ) -> GoSearch {
        let path = SearchPath(environment["PATH"])
        let commands = path.programs("go", in: files).map { GoCommand($0, in: files) }
        let windows = path.programs("go.exe", in: files).map { GoCommand($0, in: files) }
        let versions = versionCommands(on: path, in: files)
        let home = environment.home
        let places = GoPlaces(environment: environment, settings: settings, sdkRoot: sdkRoot)
        var roots = places.roots(in: files)
        for command in commands + versions {
            if let root = command.rootPath {
                roots.append(.init(root))
            } else if command.target == .launcher(root: nil), let sdkRoot {
                roots.append(.init("\(sdkRoot)/.gotoolprov/current"))
            }
        }
        for command in windows where command.path.hasSuffix("/bin/go.exe") {
            roots.append(.init(String(command.path.dropLast("/bin/go.exe".count))))
        }
        var seen: Set<String> = []
        let installations = roots.compactMap {
            GoInstallation(
                at: $0.path,
                host: host,
                home: home,
                manager: $0.manager,
                in: files
            )
        }.filter { seen.insert($0.root).inserted }.sorted { one, other in
            switch (one.version, other.version) {
            case (let left?, let right?) where left != right: left < right
            case (nil, _?): true
            case (_?, nil): false
            default: one.root < other.root
            }
        }
        let resolved = commands.map { $0.resolved(sdkRoot: sdkRoot, in: files) }
        return GoSearch(
            installations: installations,
            goCommands: (resolved + windows).map(\.self),
            versionCommands: versions
        )
    }

    /// Returns the executables named `go1.X.Y` on PATH.
    private static func versionCommands(
        on path: SearchPath,
        in files: RootedFiles
    ) -> [GoCommand] {
        var seen: Set<String> = []
        return path.directories.flatMap { directory in
            files.names(in: directory).filter { name in
                guard name.hasPrefix("go1."), let version = GoVersion(name) else { return false }
                return !version.isLanguageVersion && version.toolchainName == name
                    && files.isExecutable("\(directory)/\(name)") && seen.insert(name).inserted
            }.map { GoCommand("\(directory)/\($0)", in: files) }
        }
    }
}

extension GoCommand {
    init(path: String, target: Target) {
        self.path = path
        self.target = target
    }

    /// Returns the command with the tree of the default Go, if it is a launcher of that.
    func resolved(sdkRoot: String?, in files: RootedFiles) -> GoCommand {
        guard target == .launcher(root: nil), let sdkRoot else { return self }
        return GoCommand(
            path: path,
            target: .launcher(root: files.withoutLinks("\(sdkRoot)/.gotoolprov/current"))
        )
    }

    /// The tree that the command runs, or `nil` if it cannot be determined.
    package var rootPath: String? {
        switch target {
        case .root(let root): root
        case .launcher(let root): root
        case .wrapper, .snap, .windows, .unknown: nil
        }
    }

    /// A noun phrase for the target.
    package var words: String {
        switch target {
        case .root: "a program"
        case .launcher: "a gotoolprov launcher"
        case .wrapper: "a golang.org/dl wrapper"
        case .snap: "a snap"
        case .windows: "a Windows program"
        case .unknown: "a script or shim"
        }
    }
}
