internal import HostInspection
internal import SystemPackage
package import ToolchainCore
package import ToolchainHost

/// The directories, mirrors and limits of a run, from the command line, the environment and the
/// manifests, in this order of precedence.
package struct Settings: Sendable {
    /// Which manifests apply, and which invalid ones are errors.
    ///
    /// An invalid manifest that was found in or above the working directory is always ignored.
    package enum ManifestUse: Sendable {
        /// All manifests apply; an invalid one of the user, of the host, or given with `--manifest` is
        /// an error.
        case all
        /// All valid manifests apply; only an invalid one given with `--manifest` is an error.
        case usable
        /// All valid manifests apply; an invalid one is never an error.
        case readable
        case none
    }

    /// The options of the command line; an option that was not given is `nil`, empty or false.
    package struct Options: Sendable {
        /// `--manifest`.
        package var manifest: String?
        /// Which manifests apply: commands that only inspect a host tolerate invalid ones.
        package var manifestUse = ManifestUse.all
        /// Whether to search for a manifest in and above the working directory.
        package var searchesWorkingDirectory = true
        /// `--mirror`, in order.
        package var mirrors: [String] = []
        /// Whether a missing directory among them is an error.
        package var requiresMirrors = false
        /// `--catalog`, in order.
        package var catalogs: [String] = []

        /// `--offline`.
        package var isOffline = false
        /// `--no-log`.
        package var isLogDisabled = false
        /// `--ca-file`.
        package var authorityFile: String?
        /// `--idle-timeout`, in seconds.
        package var idleSeconds: Int?
        /// `--timeout`, in seconds.
        package var totalSeconds: Int?
        /// `--durability`.
        package var durability: Durability?

        /// Creates options as if none were given.
        package init() {}
    }

    /// The absolute path of the directory of installed trees.
    package let sdkRoot: String
    /// The absolute path of the launcher directory.
    package let goBin: String
    /// The mirrors, in order of preference.
    package private(set) var mirrors: [Mirror]
    /// Which servers of mirrors may get credentials.
    let access: MirrorAccess
    /// Whether a missing mirror directory is an error, because the command line names the mirrors.
    private(set) var requiresMirrors: Bool
    /// Whether network access is disabled.
    package let isOffline: Bool
    /// Whether to download from the official site if no mirror has an archive.
    package private(set) var usesOfficial: Bool
    /// The absolute path of the archive cache, or `nil` if HOME is unknown.
    package private(set) var cacheDirectory: String?
    /// Whether ``cacheDirectory`` is the staging directory of a mirror, which no variable sets.
    private(set) var isStaging = false
    /// The archive cache of the user, if ``cacheDirectory`` is a staging directory.
    private(set) var ownCacheDirectory: String?
    /// A file of certificate authorities to trust in addition to the host's, and the option or variable
    /// that names it.
    package let authorityFile: (path: String, variable: String)?
    /// Directories of certificate authorities to trust in addition to the host's.
    package let authorityDirectories: [String]
    /// The time after which a stalled download is aborted, in seconds, or `nil` for the default.
    package let idleSeconds: Int?
    /// The maximum time to download one archive, in seconds, or `nil` for the default.
    package let totalSeconds: Int?
    /// What `catalog update` wrote on this host.
    package let knowledge: HostKnowledge
    /// The absolute paths of catalogs to read in addition to the built-in catalog: first those of
    /// ``knowledge``, which others may replace.
    package let catalogs: [String]
    /// The log that proves toolchains which no catalog lists.
    package let log: LogSettings
    /// The number of days for which a release has to be public before a request other than an exact one
    /// selects it.
    package private(set) var cooldownDays: Int
    /// Whether trees are flushed to disk before they are published.
    package let durability: Durability
    /// The nearest manifest, whose requests apply, or `nil`.
    package let manifest: LocatedManifest?
    /// Why the manifest in or above the working directory is ignored, or `nil` if it applies or does
    /// not exist.
    package let manifestFailure: Failure?
    /// Messages about ignored manifests and settings, with the reasons.
    package let remarks: [String]
    /// Why launchers cannot be written, or `nil` if they can.
    let goBinFailure: Failure?
    /// The origin of ``goBin``, such as `GOBIN in the environment`, or `nil` for the default.
    package let goBinSource: String?
    /// Whether ``goBin`` comes from this process's environment, which other processes may not share.
    package let isGoBinFromEnvironment: Bool

    /// Reads the settings from options, environment and manifests.
    ///
    /// - Throws: ``Failure`` of kind `configuration` if a manifest or variable is invalid, or if HOME
    ///   is required but not set.
    package static func gathered(
        _ options: Options,
        from environment: HostEnvironment
    ) throws(Failure) -> Settings {
        let search = try LocatedManifest.search(
            explicit: options.manifest,
            from: environment,
            use: options.manifestUse,
            searchesParents: options.searchesWorkingDirectory
        )
        let manifests = search.manifests
        let sdkRoot = try sdkRoot(manifests, from: environment)
        var remarks = search.remarks
        var goBinFailure: Failure?
        let goBin: (path: String, source: String?)
        do throws(Failure) {
            goBin = try self.goBin(manifests, from: environment)
        } catch {
            // Commands that only inspect, or run a Go by its path, do not use launchers.
            guard let home = environment.home else { throw error }
            goBin = (try absolute("\(home)/go/bin", base: nil, from: environment), nil)
            goBinFailure = error
            if options.manifestUse != .all { remarks.append(error.onOneLine) }
        }
        let (mirrors, access) = try mirrors(options, manifests, from: environment)
        let knowledge = try HostKnowledge.gathered(
            from: environment,
            signers: try signers(manifests, from: environment),
            sites: manifests.lazy.compactMap(\.manifest.sites).first.map(Set.init)
        )
        remarks += knowledge.remarks
        var catalogs = knowledge.catalogs
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
            access: access,
            requiresMirrors: options.requiresMirrors && !options.mirrors.isEmpty,
            isOffline: options.isOffline || isOffline(environment["GOTOOLPROV_OFFLINE"]),
            usesOfficial: manifests.lazy.compactMap(\.manifest.usesOfficial).first ?? true,
            cacheDirectory: try
                (unexpanded("GOTOOLPROV_CACHE", in: environment)
                ?? environment["XDG_CACHE_HOME"].flatMap {
                    // The XDG Base Directory Specification requires an absolute path, and
                    // os.UserCacheDir does, too.
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
            knowledge: knowledge,
            catalogs: catalogs,
            log: try LogSettings.gathered(
                manifests,
                isDisabled: options.isLogDisabled,
                from: environment
            ),
            // A project cannot shorten the time that the host demands.
            cooldownDays: manifests.compactMap(\.manifest.cooldownDays).max() ?? 0,
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

    /// Returns the settings for filling a mirror: downloads go to its staging directory, and the mirror is
    /// not a source for itself.
    ///
    /// - Parameters:
    ///   - path: The absolute path of the mirror.
    ///   - staging: Its staging directory.
    ///   - sources: The only directories that archives are taken from; nil for all sources.
    /// - Returns: The settings.
    package func filling(
        _ path: String,
        staging: String,
        from sources: [MirrorDirectory]?
    ) -> Settings {
        var settings = self
        settings.ownCacheDirectory = sources == nil ? cacheDirectory : nil
        settings.cacheDirectory = staging
        settings.isStaging = true
        if let sources {
            settings.mirrors = sources.map(Mirror.directory)
            settings.requiresMirrors = true
            settings.usesOfficial = false
        }
        settings.mirrors.removeAll { mirror in
            guard case .directory(let directory) = mirror else { return false }
            return FileSystem.isSame(directory.path, path)
        }
        return settings
    }

    /// Returns settings that exclude young releases also for a host with this cooldown, in days.
    package func respecting(cooldownDays days: Int?) -> Settings {
        var settings = self
        settings.cooldownDays = max(cooldownDays, days ?? 0)
        return settings
    }

    /// Whether GOTOOLPROV_OFFLINE disables the network; an unknown value does.
    private static func isOffline(_ value: String?) -> Bool {
        guard let value else { return false }
        return !["0", "false", "no", "off"].contains(value.lowercased())
    }

    private static func signers(
        _ manifests: [LocatedManifest],
        from environment: HostEnvironment
    ) throws(Failure) -> String? {
        for located in manifests {
            if let text = located.manifest.signers {
                return try absolute(text, base: located.directory, from: environment)
            }
        }
        return nil
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

    /// Determines the launcher directory as `go install` does: from GOBIN in the environment, a
    /// manifest, GOBIN as set with `go env -w`, or GOPATH.
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

    /// Returns the path in a variable of gotoolprov, or `nil` if it is not set.
    ///
    /// - Throws: ``Failure`` if the path begins with an unexpanded variable, as systemd units and
    ///   Dockerfiles may pass it.
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
                hint: "use an absolute path; variables in it are not expanded"
            )
        }
        return text
    }

    /// Returns a path from a setting as an absolute path.
    ///
    /// - Throws: ``Failure`` of kind `configuration` if the directory that it starts from is unknown.
    static func absolute(
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
    /// Why the home directory is unknown; only meaningful if it is.
    var homeProblem: String {
        self["HOME"] == nil ? "HOME is not set" : "HOME is not an absolute path"
    }
}
