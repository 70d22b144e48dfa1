internal import HostInspection
internal import SystemPackage
package import ToolchainCore
package import ToolchainHost

/// Where things are on this host and where archives come from, once the command line, the
/// environment and the manifests have had their say, in this order.
package struct Settings: Sendable {
    /// Which manifests have a say.
    ///
    /// One above the working directory that cannot be used is passed over in any case.
    package enum ManifestUse: Sendable {
        /// All that apply; the user's, the host's or a named one that cannot be used is an error.
        case all
        /// To look at a host: only a named one that cannot be used is an error.
        case usable
        /// Those that can be read, the named one too.
        case readable
        case none
    }

    /// What the command line says; nothing where it is silent.
    package struct Options: Sendable {
        /// `--manifest`.
        package var manifest: String?
        /// Which manifests have a say: to look at a host, some will do.
        package var manifestUse = ManifestUse.all
        /// Whether a manifest is searched for above the working directory.
        package var searchesWorkingDirectory = true
        /// `--mirror`, in order.
        package var mirrors: [String] = []
        /// `--catalog`, in order.
        package var catalogs: [String] = []

        /// `--offline`.
        package var isOffline = false
        /// `--ca-file`.
        package var authorityFile: String?
        /// `--idle-timeout`, in seconds.
        package var idleSeconds: Int?
        /// `--timeout`, in seconds.
        package var totalSeconds: Int?
        /// `--durability`.
        package var durability: Durability?

        /// Options that say nothing.
        package init() {}
    }

    /// Where SDKs are kept: an absolute path.
    package let sdkRoot: String
    /// Where launchers are put: an absolute path.
    package let goBin: String
    /// Where archives are searched, in order.
    package let mirrors: [Mirror]
    /// Whether the network is not used.
    package let isOffline: Bool
    /// Whether the official site is used where no mirror has an archive.
    package let usesOfficial: Bool
    /// Where archives are kept that were fetched; nil where no home is known.
    package let cacheDirectory: String?
    /// A file of authorities that are trusted beside the host's own, and what named it.
    package let authorityFile: (path: String, variable: String)?
    /// Directories of authorities that are trusted beside the host's own.
    package let authorityDirectories: [String]
    /// How long a server may send nothing, in seconds; nil for the usual time.
    package let idleSeconds: Int?
    /// How long fetching one archive may take, in seconds; nil for the usual time.
    package let totalSeconds: Int?
    /// The catalog files to read in addition to the built-in catalog: absolute paths.
    package let catalogs: [String]
    /// Whether finished trees are put on disk before they appear.
    package let durability: Durability
    /// The nearest manifest, whose requests count.
    package let manifest: LocatedManifest?
    /// Why the manifest above the working directory is ignored; nil where it applies or does not exist.
    package let manifestFailure: Failure?
    /// What was passed over, manifests above all, and why, for people.
    package let remarks: [String]
    /// Why launchers cannot be written; nil where they can.
    let goBinFailure: Failure?
    /// What says where launchers are put: `GOBIN in the environment`; nil for the usual place.
    package let goBinSource: String?
    /// Whether that is a variable of this process, which others may not have.
    package let isGoBinFromEnvironment: Bool

    /// Gathers the settings.
    ///
    /// - Throws: ``Failure`` of kind `configuration` for a manifest that cannot be used, and where
    ///   HOME is needed and not set.
    package static func gathered(
        _ options: Options,
        from environment: HostEnvironment
    ) throws(Failure) -> Settings {
        let search = try LocatedManifest.search(
            explicit: options.manifest,
            from: environment,
            use: options.manifestUse,
            looksUpward: options.searchesWorkingDirectory
        )
        let manifests = search.manifests
        let sdkRoot = try sdkRoot(manifests, from: environment)
        var remarks = search.remarks
        var goBinFailure: Failure?
        let goBin: (path: String, source: String?)
        do throws(Failure) {
            goBin = try self.goBin(manifests, from: environment)
        } catch {
            // Whoever only looks, or runs a Go by its path, needs no launchers.
            guard let home = environment.home else { throw error }
            goBin = (try absolute("\(home)/go/bin", base: nil, from: environment), nil)
            goBinFailure = error
            if options.manifestUse != .all { remarks.append(error.onOneLine) }
        }
        var mirrors: [Mirror] = []
        if !options.mirrors.isEmpty {
            for text in options.mirrors {
                mirrors.append(try Mirror(parsing: text, base: nil, from: environment))
            }
        } else if let list = environment["GOTOOLPROV_MIRROR"] {
            // As in GOPROXY. A colon is in every URL, and a blank may be in a path.
            for text in list.split(byte: ",").map(\.withoutOuterBlanks) where !text.isEmpty {
                mirrors.append(try Mirror(parsing: text, base: nil, from: environment))
            }
        } else {
            for located in manifests {
                for text in located.manifest.mirrors {
                    mirrors.append(
                        try Mirror(parsing: text, base: located.directory, from: environment)
                    )
                }
            }
        }
        var catalogs: [String] = []
        for text in options.catalogs {
            catalogs.append(try absolute(text, base: nil, from: environment))
        }
        for located in manifests {
            for text in located.manifest.catalogs {
                catalogs.append(try absolute(text, base: located.directory, from: environment))
            }
        }
        return Settings(
            sdkRoot: sdkRoot,
            goBin: goBin.path,
            mirrors: mirrors,
            isOffline: options.isOffline || isOffline(environment["GOTOOLPROV_OFFLINE"]),
            usesOfficial: manifests.lazy.compactMap(\.manifest.usesOfficial).first ?? true,
            cacheDirectory: try
                (unexpanded("GOTOOLPROV_CACHE", in: environment)
                ?? environment["XDG_CACHE_HOME"].flatMap {
                    // As the specification of that variable has it, and os.UserCacheDir.
                    $0.hasPrefix("/") ? "\($0)/gotoolprov" : nil
                }
                ?? environment.home.map { "\($0)/.cache/gotoolprov" }).map { text throws(Failure) in
                    try absolute("\(text)/archives", base: nil, from: environment)
                },
            authorityFile: try
                ([
                    (options.authorityFile, "--ca-file"),
                    (environment["GOTOOLPROV_CA_FILE"], "GOTOOLPROV_CA_FILE"),
                    (environment["SSL_CERT_FILE"], "SSL_CERT_FILE"),
                ].first { $0.0 != nil }).map { text, variable throws(Failure) in
                    (try absolute(text ?? "", base: nil, from: environment), variable)
                },
            authorityDirectories: (environment["SSL_CERT_DIR"] ?? "").split(byte: ":").compactMap {
                environment.absolutePath($0)
            },
            idleSeconds: options.idleSeconds,
            totalSeconds: options.totalSeconds,
            catalogs: catalogs,
            durability: options.durability
                ?? manifests.lazy.compactMap(\.manifest.durability).first ?? .syncfs,
            manifest: manifests.first,
            manifestFailure: search.projectFailure,
            remarks: remarks,
            goBinFailure: goBinFailure,
            goBinSource: goBin.source,
            isGoBinFromEnvironment: goBin.source?.hasSuffix(environmentSource) == true
        )
    }

    /// What GOTOOLPROV_OFFLINE says; what cannot be understood keeps off the network.
    private static func isOffline(_ value: String?) -> Bool {
        guard let value else { return false }
        return !["0", "false", "no", "off"].contains(value.lowercased())
    }

    private static func sdkRoot(
        _ manifests: [LocatedManifest],
        from environment: HostEnvironment
    ) throws(Failure) -> String {
        if let text = try unexpanded("GOTOOLPROV_SDK_ROOT", in: environment) {
            return try absolute(text, base: nil, from: environment)
        }
        for located in manifests {
            if let text = located.manifest.sdkRoot {
                return try absolute(text, base: located.directory, from: environment)
            }
        }
        guard let home = environment.home else {
            throw homeMissing("the SDK directory", "GOTOOLPROV_SDK_ROOT", environment)
        }
        return try absolute("\(home)/sdk", base: nil, from: environment)
    }

    /// Where launchers are put, and what says so: the environment, a manifest, what `go env -w`
    /// wrote, or GOPATH, as `go install` finds its place.
    private static func goBin(
        _ manifests: [LocatedManifest],
        from environment: HostEnvironment
    ) throws(Failure) -> (path: String, source: String?) {
        func named(
            _ name: String,
            _ setting: GoSetting?
        ) throws(Failure) -> (path: String, source: String)? {
            guard let setting, let path = try setting.directory() else { return nil }
            let isFromEnvironment = setting.source == "environment"
            return (path, name + (isFromEnvironment ? environmentSource : " in \(setting.source)"))
        }
        let variables = GoSettings.gathered(
            environment: environment,
            goRoot: nil,
            in: RootedFiles()
        )
        let own = variables["GOBIN"]
        if own?.source == "environment", let found = try named("GOBIN", own) { return found }
        for located in manifests {
            if let text = located.manifest.goBin {
                let path = try absolute(text, base: located.directory, from: environment)
                return (path, "`gobin` in \(located.path)")
            }
        }
        if let found = try named("GOBIN", own) { return found }
        if let found = try named("GOPATH", variables["GOPATH"]) {
            return ("\(found.path == "/" ? "" : found.path)/bin", found.source)
        }
        guard let home = environment.home else {
            throw homeMissing("the launcher directory", "GOBIN", environment)
        }
        return (try absolute("\(home)/go/bin", base: nil, from: environment), nil)
    }

    private static let environmentSource = " in the environment"

    private static func homeMissing(
        _ what: String,
        _ variable: String,
        _ environment: HostEnvironment
    ) -> Failure {
        Failure(
            .configuration,
            "\(environment.homeProblem), so \(what) is unknown",
            hint: "set HOME to an absolute path, or \(variable) to that directory"
        )
    }

    /// A variable of ours with a path.
    ///
    /// - Throws: ``Failure`` for one that begins with a variable which no shell has expanded, as in a
    ///   unit of systemd or a Dockerfile.
    private static func unexpanded(
        _ name: String,
        in environment: HostEnvironment
    ) throws(Failure) -> String? {
        guard let text = environment[name] else { return nil }
        guard !text.hasPrefix("$"), !text.hasPrefix(" ") else {
            throw Failure(
                .configuration,
                "\(name) is not a path",
                facts: [.init("found", text)],
                hint: "use an absolute path: variables are not expanded there"
            )
        }
        return text
    }

    private static func absolute(
        _ text: String,
        base: String?,
        from environment: HostEnvironment
    ) throws(Failure) -> String {
        guard let path = environment.absolutePath(text, base: base) else {
            throw Failure(
                .configuration,
                "cannot resolve the path `\(text)`",
                facts: [
                    .init(
                        "because",
                        "\(environment.homeProblem), or the working directory no longer exists"
                    )
                ],
                hint: "use an absolute path"
            )
        }
        return path
    }
}

extension HostEnvironment {
    /// Why there is no home directory, where there is none.
    var homeProblem: String {
        self["HOME"] == nil ? "HOME is not set" : "HOME is not an absolute path"
    }
}

extension GoSetting {
    /// The directory that GOBIN or the first entry of GOPATH names; nil where it names none.
    ///
    /// - Throws: ``Failure`` for what Go's own command refuses, too: anything but an absolute path.
    fileprivate func directory() throws(Failure) -> String? {
        let isList = name == "GOPATH"
        let entries = isList ? value.split(byte: ":") : [value]
        guard let first = entries.first else { return nil }
        let reason: String? =
            if isList, let entry = entries.first(where: { $0.hasPrefix("~") }) {
                "GOPATH entry cannot start with shell metacharacter '~': \(entry)"
            } else if isList, let entry = entries.first(where: { !$0.hasPrefix("/") }) {
                "GOPATH entry is relative; must be absolute path: \(entry)"
            } else if !first.hasPrefix("/") {
                "GOBIN must be an absolute path"
            } else if first.contains(byte: ":") {
                "GOBIN is a single directory, and a directory with a colon cannot be on PATH"
            } else {
                nil
            }
        if let reason {
            throw Failure(
                .configuration,
                first.hasPrefix("/") && !isList
                    ? "\(name) is not a single directory"
                    : "\(name) is not an absolute path, and Go rejects it, too",
                facts: [.init("found", value), .init("in", source), .init("because", reason)],
                hint: source == "environment"
                    ? "set \(name) to an absolute path, without `~` or quoted variables"
                    : "run `go env -u \(name)`, or `go env -w \(name)=/absolute/path`"
            )
        }
        return FilePath(first).lexicallyNormalized().string
    }
}
