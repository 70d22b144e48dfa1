internal import SystemPackage
package import ToolchainCore
package import ToolchainHost

/// A directory that gotoolprov writes to, and the variable that sets it.
enum HostPlace: Hashable, Sendable {
    /// The directory of the installed trees.
    case sdkRoot(String)
    /// The directory of the launchers: GOBIN.
    case launchers(String)
    /// The cache of downloaded archives.
    case cache(String)
    /// The directory of temporary files.
    case temporary(String)
    /// The directory of what was seen of logs.
    case state(String)

    /// Its absolute path.
    var path: String {
        switch self {
        case .sdkRoot(let path), .launchers(let path), .cache(let path), .temporary(let path),
            .state(let path):
            path
        }
    }

    /// The name in messages.
    var name: String {
        switch self {
        case .sdkRoot: "the SDK directory"
        case .launchers: "the launcher directory"
        case .cache: "the archive cache"
        case .temporary: "the temporary directory"
        case .state: "the state directory"
        }
    }

    /// The environment variable that sets the directory.
    var variable: String {
        switch self {
        case .sdkRoot: "GOTOOLPROV_SDK_ROOT"
        case .launchers: "GOBIN"
        case .cache: "GOTOOLPROV_CACHE"
        case .temporary: "TMPDIR"
        case .state: "GOTOOLPROV_STATE"
        }
    }
}

/// The directories of one host, to identify the one in which a system call failed.
struct HostPlaces: Sendable {
    private let places: [HostPlace]

    init(_ places: [HostPlace]) { self.places = places }

    /// Creates the list of all directories that the settings name.
    init(_ settings: Settings, _ environment: HostEnvironment) {
        places =
            [.launchers(settings.goBin)]
            + (settings.isStaging ? [] : settings.cacheDirectory.map { [.cache($0)] } ?? [])
            + [.sdkRoot(settings.sdkRoot), .temporary(environment["TMPDIR"] ?? "/tmp")]
    }

    /// Returns the innermost place that contains `path`, or the first place inside `path`, whose parent
    /// directories are being created.
    private func place(of path: String) -> HostPlace? {
        places.filter { path.isInside($0.path) }
            .max { $0.path.utf8.count < $1.path.utf8.count }
            ?? places.first { $0.path.isInside(path) }
    }

    /// Returns a hint that resolves a failure to write, from the place and the error code, or `nil` if
    /// none is known.
    func hint(for error: FileError) -> String? {
        let place = place(of: error.path)
        func moved(to what: String, else fallback: String) -> String {
            place.map { "set \($0.variable) to \(what)" } ?? fallback
        }
        switch error.errno {
        case .noSpace:
            let amount =
                switch place {
                case .sdkRoot: "each Go toolchain takes about 300 MiB: "
                case .cache:
                    "run `gotoolprov cache prune` to delete archives that are not needed; or "
                case .launchers, .temporary, .state, nil: ""
                }
            let elsewhere =
                place.map { ", or set \($0.variable) to a directory on another file system" } ?? ""
            return "\(amount)free space or inodes there\(elsewhere)"
        case .diskQuotaExceeded:
            let elsewhere =
                place.map { ", or set \($0.variable) to a directory on another file system" } ?? ""
            return "your disk quota is exceeded: delete files there\(elsewhere)"
        case .readOnlyFileSystem:
            return moved(
                to: "a directory on a writable file system",
                else: "remount that file system read-write"
            )
        case .notPermitted:
            if let path = error.immutablePath {
                return
                    "run `chattr -i -a \(ShellQuoting.quoted(path))` as root to clear the attribute"
            }
            return moved(
                to: "a directory that you can write to",
                else: "run as a user with write permission there"
            )
        case .permissionDenied:
            return moved(
                to: "a directory that you can write to",
                else: "run as a user with write permission there"
            )
        default: return nil
        }
    }
}

extension FileError {
    /// A hint that resolves a failure to write to a path that no setting names, or `nil` if none is
    /// known.
    package var writingHint: String? { HostPlaces([]).hint(for: self) }

    /// The file or directory whose attribute `i` or `a` forbids the change, or `nil`.
    var immutablePath: String? {
        guard errno == .notPermitted else { return nil }
        return [path, FilePath(path).removingLastComponent().string]
            .first(where: FileSystem.isImmutable)
    }
}

extension Failure {
    /// A failure to write a file; `places` identifies the setting that the path comes from.
    init(writing error: FileError, what: String, places: HostPlaces) {
        guard !error.isMountPoint else {
            self.init(mountedAt: error.path, "\(what): it is a mount point")
            return
        }
        self.init(reading: error, what: what)
        if let path = error.immutablePath {
            facts.append(.init("attribute", "immutable or append-only: \(path)"))
        }
        hint = places.hint(for: error)
    }

    /// A failure to write a file in a directory that no setting names.
    package init(writing error: FileError, what: String) {
        self.init(writing: error, what: what, places: HostPlaces([]))
    }

    /// Another user can modify a directory that is about to be written to.
    init(_ hazard: PathHazard, of place: HostPlace, allowance: String) {
        let user = FileSystem.currentUser
        let (what, facts, remedy): (String, [Fact], String) =
            switch hazard {
            case .owner(let owner, let path):
                (
                    path == place.path
                        ? "\(place.name) belongs to another user"
                        : "\(place.name) is inside another user's directory",
                    [
                        .init("owner", "user \(owner): \(path)"),
                        .init("running as", "user \(user)"),
                    ],
                    user == 0
                        ? "run as that user, without sudo; or set HOME or \(place.variable) to a"
                            + " directory that root owns"
                        : "set \(place.variable) to a directory that you own"
                )
            case .link(let owner, let path):
                (
                    "the path of \(place.name) contains another user's symbolic link",
                    [.init("link", path), .init("owner", "user \(owner)")],
                    "set \(place.variable) to the link's target"
                )
            case .writableByAll(let path):
                (
                    "every user can modify \(place.name)",
                    [.init("writable by all", path)],
                    "`chmod o-w \(ShellQuoting.quoted(path))`"
                )
            case .writableByGroup(let group, let path):
                (
                    "a group can modify \(place.name)",
                    [.init("writable by", "group \(group): \(path)")],
                    "`chmod g-w \(ShellQuoting.quoted(path))`"
                )
            case .accessList(let path):
                (
                    "other users can modify \(place.name)",
                    [.init("access control list", path)],
                    "`setfacl -b \(ShellQuoting.quoted(path))`"
                )
            }
        self.init(
            .destination,
            what,
            facts: [.init("directory", place.path)] + facts,
            hint: "\(remedy); or, if this is intended, use \(allowance)"
        )
    }
}
