internal import ToolchainCore
internal import ToolchainHost

/// The places on a host where installers put Go.
struct GoPlaces {
    let environment: HostEnvironment
    let settings: GoSettings
    let sdkRoot: String?

    /// A directory that may be a Go tree.
    struct Root {
        let path: String
        /// The version manager that the directory belongs to, or `nil`.
        let manager: String?

        init(_ path: String, manager: String? = nil) {
            self.path = path
            self.manager = manager
        }
    }

    /// A directory whose subdirectories may be or contain Go trees.
    private struct Parent {
        let path: String
        let manager: String?
        /// The path from each subdirectory to its tree.
        var inner = ""
        /// The prefix of the subdirectories' names.
        var prefix = ""
    }

    /// Returns all directories that may be Go trees.
    func roots(in files: RootedFiles) -> [Root] {
        var roots: [Root] = []
        for parent in parents {
            roots += files.names(in: parent.path)
                .filter { !$0.hasPrefix(".") && $0.hasPrefix(parent.prefix) }.prefix(200)
                .map { Root("\(parent.path)/\($0)\(parent.inner)", manager: parent.manager) }
        }
        for directory in ["/usr/lib", "/usr/lib64"] {
            roots += files.names(in: directory).filter {
                $0 == "go" || $0 == "golang" || $0.hasPrefix("go-")
            }
            .map { Root("\(directory)/\($0)") }
        }
        roots += ["/usr/local/go", "/snap/go/current"].map { Root($0) }
        roots += files.names(in: "/snap/go").map { Root("/snap/go/\($0)") }
        roots += [
            "/run/current-system/sw/share/go", "/nix/var/nix/profiles/default/share/go",
            environment.home.map { "\($0)/.nix-profile/share/go" },
        ].compactMap { $0.map { Root($0, manager: "nix") } }
        for name in ["GOROOT", "GOROOT_BOOTSTRAP"] {
            let root = settings[name]?.exactValue ?? environment[name]
            if let root, root.hasPrefix("/") { roots.append(Root(root)) }
        }
        return roots + moduleCache(in: files)
    }

    /// Returns the toolchains that Go itself has downloaded.
    private func moduleCache(in files: RootedFiles) -> [Root] {
        guard let cache = settings.moduleCache(home: environment.home) else { return [] }
        return files.names(in: "\(cache)/golang.org").filter { $0.hasPrefix("toolchain@") }
            .prefix(200).map { Root("\(cache)/golang.org/\($0)") }
    }

    /// Returns the directory that a variable names, and the default one in the home directory.
    private func places(_ variable: String, _ defaultPath: String) -> [String] {
        [
            environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil },
            environment.home.map { "\($0)/\(defaultPath)" },
        ].compactMap(\.self)
    }

    private var parents: [Parent] {
        var parents = [sdkRoot, environment.home.map { "\($0)/sdk" }, "/usr/local/sdk"]
            .compactMap { $0 }.map { Parent(path: $0, manager: nil) }
        func add(
            _ manager: String,
            _ places: [String],
            _ directory: String,
            inner: String = "",
            prefix: String = ""
        ) {
            parents += places.map {
                Parent(path: $0 + directory, manager: manager, inner: inner, prefix: prefix)
            }
        }
        add("asdf", places("ASDF_DATA_DIR", ".asdf"), "/installs/golang", inner: "/go")
        add("asdf", places("ASDF_DATA_DIR", ".asdf"), "/installs/go", inner: "/go")
        let data = places("XDG_DATA_HOME", ".local/share")
        add("mise", places("MISE_DATA_DIR", ".local/share/mise"), "/installs/go")
        add("mise", data.flatMap { ["\($0)/mise", "\($0)/rtx"] }, "/installs/go")
        add("goenv", places("GOENV_ROOT", ".goenv"), "/versions")
        add("gvm", places("GVM_ROOT", ".gvm"), "/gos")
        add("gobrew", places("GOBREW_ROOT", ".gobrew"), "/versions", inner: "/go")
        add("g", places("G_HOME", ".g"), "/versions")
        add("gimme", places("GIMME_VERSION_PREFIX", ".gimme/versions"), "")
        add("proto", places("PROTO_HOME", ".proto"), "/tools/go")
        for variable in ["RUNNER_TOOL_CACHE", "AGENT_TOOLSDIRECTORY"] {
            let caches = [environment[variable], "/opt/hostedtoolcache"].compactMap(\.self)
            for machine in ["x64", "arm64", "amd64"] {
                add("actions", caches, "/go", inner: "/\(machine)")
            }
        }
        let prefixes = [
            environment["HOMEBREW_PREFIX"], "/home/linuxbrew/.linuxbrew",
            environment.home.map { "\($0)/.linuxbrew" },
        ]
        add("homebrew", prefixes.compactMap(\.self), "/opt", inner: "/libexec", prefix: "go")
        // Trees that users unpack manually: /usr/local/go1.22.1, /opt/go.
        for place in ["/usr/local", "/opt"] {
            parents.append(Parent(path: place, manager: nil, prefix: "go"))
        }
        return parents
    }
}
