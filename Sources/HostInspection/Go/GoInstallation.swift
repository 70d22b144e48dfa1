package import ToolchainCore

/// A Go installation on a host, managed or foreign.
///
/// It is identified from its files alone; no program in it is run.
package struct GoInstallation: Hashable, Sendable {
    /// The installer of a Go.
    package enum Origin: Hashable, Sendable {
        /// gotoolprov: the tree has a receipt.
        case gotoolprov
        /// golang.org/dl, or another installer that leaves the same marker.
        case golangDownload
        /// A package of the Linux distribution.
        case distribution
        case snap
        /// /usr/local/go, as Go's installation instructions recommend.
        case usrLocal
        /// Go's toolchain switching: a toolchain in the module cache.
        case moduleCache
        /// The version manager with this name.
        case manager(String)
        /// A Go for Windows, visible through WSL.
        case windows
        case other

        /// The origin's name in JSON.
        package var name: String {
            switch self {
            case .gotoolprov: "gotoolprov"
            case .golangDownload: "golang.org/dl"
            case .distribution: "distribution"
            case .snap: "snap"
            case .usrLocal: "/usr/local/go"
            case .moduleCache: "module cache"
            case .manager(let name): name
            case .windows: "windows"
            case .other: "other"
            }
        }
    }

    /// A reason that an installation cannot be used on this host, or not fully.
    package enum Problem: Hashable, Sendable {
        case isForWindows
        /// It is for the system with this GOOS, which is not Linux.
        case isForOtherSystem(String)
        /// bin/go is missing or not executable.
        case hasNoProgram
        /// No VERSION file names a version.
        case hasNoVersion
        /// bin/go is for another architecture, or for an unknown one.
        case isForOtherMachine(GoArchitecture?)
        /// The loader that bin/go requires is missing or unusable, as for Go 1.20 and older on musl.
        case lacksLoader(String, CLibrary.LoaderProblem)
        /// go.env is missing, without which Go 1.21 and newer neither switch toolchains nor download
        /// modules.
        case lacksSettings

        /// The problem as a clause.
        package var words: String {
            switch self {
            case .isForWindows: "it is for Windows"
            case .isForOtherSystem(let system): "it is for \(system)"
            case .hasNoProgram: "bin/go is missing or not executable"
            case .hasNoVersion: "its VERSION file names no version"
            case .isForOtherMachine(let architecture):
                "bin/go is for \(architecture?.rawValue ?? "an unknown architecture")"
            case .lacksLoader(let loader, let problem):
                "bin/go requires \(loader), which \(problem.words)"
            case .lacksSettings:
                "go.env is missing: Go neither switches versions nor downloads modules"
            }
        }
    }

    /// The path of the tree, GOROOT, with links resolved.
    package let root: String
    /// The path at which the tree was first found, possibly through links.
    package let foundAt: String
    /// The installer.
    package let origin: Origin
    /// The version in VERSION, or `nil`.
    package let version: GoVersion?
    /// The first line of VERSION, such as `devel go1.28-33aff0e5`, with control characters made
    /// visible.
    package let versionText: String?
    /// The architecture of bin/go, or `nil` if there is no such executable.
    package let architecture: GoArchitecture?
    /// The reasons that it cannot be used, worst first.
    package let problems: [Problem]

    /// Whether gotoolprov's receipt or golang.org/dl's marker marks the tree as complete.
    package var isMarkedComplete: Bool { origin == .gotoolprov || origin == .golangDownload }

    /// The GOOS of a toolchain that is not for Linux, or `nil`.
    package var otherSystem: String? {
        for problem in problems {
            switch problem {
            case .isForWindows: return "windows"
            case .isForOtherSystem(let system): return system
            default: continue
            }
        }
        return nil
    }

    /// Whether it can run on this host.
    package var isUsable: Bool { problems.allSatisfy { $0 == .lacksSettings } }

    /// Inspects the tree at `root`; `nil` if it is not a Go tree.
    ///
    /// - Parameters:
    ///   - root: The path of the tree; links are followed.
    ///   - host: The platform of the host, or `nil` if unknown.
    ///   - home: The user's home directory, or `nil`.
    ///   - manager: The version manager whose directory contains the tree, or `nil`.
    ///   - files: The files of the host.
    package init?(
        at root: String,
        host: GoPlatform?,
        home: String?,
        manager: String? = nil,
        in files: RootedFiles
    ) {
        foundAt = root
        guard let root = files.withoutLinks(root), root != "/" else { return nil }
        let text = files.bytes("\(root)/VERSION", limit: 4096).flatMap {
            String(validating: $0, as: UTF8.self)
        }
        let line = text?.split(byte: "\n").first.map(Self.trimmed)
        let windowsProgram = "\(root)/bin/go.exe"
        let program = "\(root)/bin/go"
        guard text != nil || files.exists(program) || files.exists(windowsProgram) else {
            return nil
        }
        self.root = root
        versionText = line.map { String($0.withVisibleControls.prefix(100)) }
        version = line.flatMap { GoVersion(reported: $0) }.flatMap {
            $0.isLanguageVersion ? nil : $0
        }
        var problems: [Problem] = []
        let identity = files.bytes(program, limit: ELFIdentity.byteCount).flatMap {
            ELFIdentity(header: $0)
        }
        architecture = identity?.architecture
        let isForWindows = !files.exists(program) && files.exists(windowsProgram)
        if isForWindows {
            problems.append(.isForWindows)
        } else if let system = Self.otherSystem(
            named: files.names(in: "\(root)/pkg/tool"),
            identity
        ) {
            problems.append(.isForOtherSystem(system))
        } else if !files.isExecutable(program) {
            problems.append(.hasNoProgram)
        } else if let identity {
            if let host, identity.architecture != host.architecture {
                problems.append(.isForOtherMachine(identity.architecture))
            } else if let loader = CLibrary.interpreter(of: program, in: files),
                let problem = CLibrary.problem(ofLoader: loader, in: files)
            {
                problems.append(.lacksLoader(loader, problem))
            }
        }
        if version == nil { problems.append(.hasNoVersion) }
        if !isForWindows, let version, version.line >= .goEnvFile,
            !files.exists("\(root)/go.env")
        {
            problems.append(.lacksSettings)
        }
        self.problems = problems
        let origin = Self.origin(of: root, isForWindows: isForWindows, home: home, in: files)
        self.origin = origin == .other ? manager.map { .manager($0) } ?? .other : origin
    }

    /// Returns the GOOS in the header of bin/go or in the names of the directories in pkg/tool, or `nil`
    /// if one of these is for Linux or none names a system.
    ///
    /// Linux ignores the header's byte, so that it could hide a modified toolchain.
    private static func otherSystem(named names: [String], _ identity: ELFIdentity?) -> String? {
        let systems = names.compactMap { $0.split(byte: "_").first }
        guard !systems.contains(GoPlatform.operatingSystem) else { return nil }
        return identity?.namedSystem ?? systems.first(where: otherSystems.contains)
    }

    /// The values of GOOS, except `linux`, for which Go's compilers run.
    private static let otherSystems: Set = [
        "aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "netbsd", "openbsd",
        "plan9", "solaris", "windows",
    ]

    private static func origin(
        of root: String,
        isForWindows: Bool,
        home: String?,
        in files: RootedFiles
    ) -> Origin {
        if isForWindows { return .windows }
        if files.exists("\(root)/.gotoolprov/receipt.json") { return .gotoolprov }
        if files.exists("\(root)/.unpacked-success") { return .golangDownload }
        if root.hasPrefix("/snap/") || root.hasPrefix("/var/lib/snapd/snap/") { return .snap }
        if root.isInside("/usr/local/go") { return .usrLocal }
        if root.contains("/golang.org/toolchain@") { return .moduleCache }
        for (part, name) in managers where root.contains(part) { return .manager(name) }
        for directory in ["/usr/lib", "/usr/lib64", "/usr/share", "/usr/libexec", "/opt/rh"]
        where root.isInside(directory) { return .distribution }
        return .other
    }

    /// The parts of paths that identify version managers.
    private static let managers = [
        ("/.asdf/installs/", "asdf"), ("/mise/installs/", "mise"), ("/.goenv/versions/", "goenv"),
        ("/.gvm/gos/", "gvm"), ("/.gobrew/versions/", "gobrew"), ("/linuxbrew/", "homebrew"),
        ("/nix/store/", "nix"), ("/.g/versions/", "g"), ("/hostedtoolcache/", "actions"),
        ("/.gimme/versions/", "gimme"), ("/.proto/tools/go/", "proto"), ("/.vfox/", "vfox"),
    ]

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
