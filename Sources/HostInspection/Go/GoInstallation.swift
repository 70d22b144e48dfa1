package import ToolchainCore

/// A Go that lies on a host, whoever put it there.
///
/// Told from its files alone; nothing of it is run.
package struct GoInstallation: Hashable, Sendable {
    /// Who put it there.
    package enum Origin: Hashable, Sendable {
        /// gotoolprov: there is a receipt.
        case gotoolprov
        /// golang.org/dl, or something that leaves the same mark.
        case golangDownload
        /// The distribution's packages.
        case distribution
        case snap
        /// /usr/local/go, where Go's own instructions put it.
        case usrLocal
        /// Go's own switching: a toolchain in the module cache.
        case moduleCache
        /// A version manager by this name.
        case manager(String)
        /// A Go for Windows, seen through WSL.
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

    /// What keeps it from being used here.
    package enum Problem: Hashable, Sendable {
        case isForWindows
        /// bin/go is missing, or may not be executed.
        case hasNoProgram
        /// There is no VERSION file that says a version.
        case hasNoVersion
        /// bin/go is for another machine.
        case isForOtherMachine(GoArchitecture?)
        /// bin/go asks for a loader that does not exist, as Go up to 1.20 on musl, or loads nothing.
        case lacksLoader(String, CLibrary.LoaderProblem)
        /// go.env is missing, without which Go from 1.21 on neither switches nor downloads.
        case lacksSettings

        /// The problem in a few words.
        package var words: String {
            switch self {
            case .isForWindows: "it is for Windows"
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

    /// The tree, GOROOT, without links in it.
    package let root: String
    /// The path that it was found at first, perhaps through links.
    package let foundAt: String
    /// Who put it there.
    package let origin: Origin
    /// The version, where VERSION says one.
    package let version: GoVersion?
    /// The first line of VERSION as it is, such as `devel go1.28-33aff0e5`.
    package let versionText: String?
    /// The machine that bin/go is for; nil where there is no such program.
    package let architecture: GoArchitecture?
    /// What keeps it from being used, worst first.
    package let problems: [Problem]

    /// Whether something says that the tree is complete: gotoolprov's receipt, or golang.org/dl's mark.
    package var isMarkedComplete: Bool { origin == .gotoolprov || origin == .golangDownload }

    /// Whether it can be run here.
    package var isUsable: Bool { problems.allSatisfy { $0 == .lacksSettings } }

    /// Looks at the tree at `root`; nil where there is none of Go's.
    ///
    /// - Parameters:
    ///   - root: The tree, links followed.
    ///   - host: What the host can run; nil where that is not known.
    ///   - home: The user's home, by which version managers are known.
    ///   - manager: The version manager whose directory it is in, where that is known.
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
        version = line.flatMap { GoVersion(stated: $0) }.flatMap {
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

    /// What the directories of version managers look like.
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
