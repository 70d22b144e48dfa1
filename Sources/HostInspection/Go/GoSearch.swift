package import ToolchainCore
package import ToolchainHost

/// A name on PATH that starts a Go.
package struct GoCommand: Hashable, Sendable {
    /// What the name leads to.
    package enum Target: Hashable, Sendable {
        /// The program of a tree.
        case root(String)
        /// A launcher of gotoolprov for this tree; nil where `use` chose it.
        case launcher(root: String?)
        /// golang.org/dl's wrapper, which needs its SDK.
        case wrapper
        /// Snap's own program, which starts what the snap says.
        case snap
        /// A program for Windows.
        case windows
        /// A script, a shim or something else.
        case unknown
    }

    /// The file: `/home/dev/go/bin/go1.21.13`.
    package let path: String
    /// What it leads to.
    package let target: Target

    /// Looks at the file at `path`.
    init(_ path: String, in files: RootedFiles) {
        self.path = path
        let real = files.withoutLinks(path) ?? path
        let start = files.bytes(real, limit: 4096) ?? []
        if real.hasSuffix("/usr/bin/snap") {
            target = .snap
        } else if start.starts(with: [0x4D, 0x5A]) {
            target = .windows
        } else if Launcher.isLauncher(start) {
            // The trees are known by their real paths.
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

    /// The tree that a launcher's line `GOROOT='…'` names.
    private static func launchedRoot(_ script: [UInt8]) -> String? {
        let line = script.split(separator: UInt8(ascii: "\n")).first {
            $0.starts(with: "GOROOT='".utf8)
        }
        guard let line, let text = String(validating: line, as: UTF8.self) else { return nil }
        let root = ShellQuoting.unquoted(String(text.dropFirst("GOROOT=".count)))
        return root.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
}

/// Every Go on a host, and what `PATH` makes of their names.
package struct GoSearch: Hashable, Sendable {
    /// The trees, each once, oldest version first; those without a version come first.
    package let installations: [GoInstallation]
    /// The programs called `go` on PATH, in order; the first is what `go` means.
    package let goCommands: [GoCommand]
    /// The programs called `go1.X.Y` on PATH, the first of each name.
    package let versionCommands: [GoCommand]

    /// The tree that `go` means; nil where there is none, or where that cannot be told.
    package var defaultInstallation: GoInstallation? {
        guard let root = goCommands.first?.rootPath else { return nil }
        return installations.first { $0.root == root }
    }

    /// Looks for every Go, in the places where they are usual and on PATH.
    ///
    /// - Parameters:
    ///   - files: The files of the host.
    ///   - environment: The variables: HOME, PATH, and those of version managers.
    ///   - settings: Go's variables: GOROOT, GOPATH, GOMODCACHE.
    ///   - sdkRoot: Where gotoolprov keeps SDKs.
    ///   - host: What the host can run; nil where that is not known.
    /// - Returns: What was found.
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

    /// The programs `go1.X.Y` on PATH.
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
    /// A command from what is known of it.
    init(path: String, target: Target) {
        self.path = path
        self.target = target
    }

    /// The command with the tree that `use` chose, where that is the one it starts.
    func resolved(sdkRoot: String?, in files: RootedFiles) -> GoCommand {
        guard target == .launcher(root: nil), let sdkRoot else { return self }
        return GoCommand(
            path: path,
            target: .launcher(root: files.withoutLinks("\(sdkRoot)/.gotoolprov/current"))
        )
    }

    /// The tree that it starts, where that can be told.
    package var rootPath: String? {
        switch target {
        case .root(let root): root
        case .launcher(let root): root
        case .wrapper, .snap, .windows, .unknown: nil
        }
    }

    /// The target in a word or two.
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
