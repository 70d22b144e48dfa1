public import ToolchainCore
public import ToolchainHost

/// Where things are on this host and where archives come from, once the command line, the
/// environment and the manifests have had their say, in this order.
public struct Settings: Sendable {
    /// Which manifests have a say.
    public enum ManifestUse: Sendable {
        /// All that apply; one that cannot be used is an error.
        case all
        /// Those that can be read.
        case readable
        /// None.
        case none
    }

    /// What the command line says; nothing where it is silent.
    public struct Options: Sendable {
        /// `--manifest`.
        public var manifest: String?
        /// Which manifests have a say: to look at a host, some will do.
        public var manifestUse = ManifestUse.all
        /// `--mirror`, in order.
        public var mirrors: [String] = []
        /// `--catalogue`, in order.
        public var catalogues: [String] = []

        /// `--offline`.
        public var isOffline = false
        /// `--ca-file`.
        public var authorityFile: String?
        /// `--idle-timeout`, in seconds.
        public var idleSeconds: Int?
        /// `--timeout`, in seconds.
        public var totalSeconds: Int?
        /// `--durability`.
        public var durability: Durability?

        /// Options that say nothing.
        public init() {}
    }

    /// Where SDKs are kept: an absolute path.
    public let sdkRoot: String
    /// Where launchers are put: an absolute path.
    public let goBin: String
    /// Where archives are looked for, in order.
    public let mirrors: [Mirror]
    /// Whether nothing is asked over a network.
    public let isOffline: Bool
    /// Whether the official site is asked where no mirror has an archive.
    public let usesOfficial: Bool
    /// Where archives are kept that were fetched; nil where no home is known.
    public let cacheFolder: String?
    /// A file of authorities that are trusted beside the host's own, and what named it.
    public let authorityFile: (path: String, variable: String)?
    /// Directories of authorities that are trusted beside the host's own.
    public let authorityDirectories: [String]
    /// How long a server may send nothing, in seconds; nil for the usual time.
    public let idleSeconds: Int?
    /// How long fetching one archive may take, in seconds; nil for the usual time.
    public let totalSeconds: Int?
    /// The catalogue files to be read beside the built-in catalogue: absolute paths.
    public let catalogues: [String]
    /// Whether finished trees are put on disk before they appear.
    public let durability: Durability
    /// The nearest manifest, whose wishes count.
    public let manifest: LocatedManifest?

    /// Gathers the settings.
    ///
    /// - Throws: ``Failure`` of kind `configuration` for a manifest that cannot be used, and where
    ///   HOME is needed and not set.
    public static func gathered(
        _ options: Options,
        from environment: HostEnvironment
    ) throws(Failure) -> Settings {
        let manifests =
            options.manifestUse == .none
            ? []
            : try LocatedManifest.all(
                explicit: options.manifest,
                from: environment,
                isTolerant: options.manifestUse == .readable
            )
        let sdkRoot = try path(
            environment["GOTOOLPROV_SDK_ROOT"],
            manifests: manifests,
            \.sdkRoot,
            default: environment.home.map { "\($0)/sdk" },
            what: "the folder for SDKs",
            variable: "GOTOOLPROV_SDK_ROOT",
            from: environment
        )
        let goPath = environment["GOPATH"].flatMap { $0.split(byte: ":").first }
        let goBin = try path(
            environment["GOBIN"],
            manifests: manifests,
            \.goBin,
            default: (goPath ?? environment.home.map { "\($0)/go" }).map { "\($0)/bin" },
            what: "the folder for launchers",
            variable: "GOBIN",
            from: environment
        )
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
                        try Mirror(parsing: text, base: located.folder, from: environment)
                    )
                }
            }
        }
        var catalogues: [String] = []
        for text in options.catalogues {
            catalogues.append(try absolute(text, base: nil, from: environment))
        }
        for located in manifests {
            for text in located.manifest.catalogues {
                catalogues.append(try absolute(text, base: located.folder, from: environment))
            }
        }
        return Settings(
            sdkRoot: sdkRoot,
            goBin: goBin,
            mirrors: mirrors,
            isOffline: options.isOffline || isOffline(environment["GOTOOLPROV_OFFLINE"]),
            usesOfficial: manifests.lazy.compactMap(\.manifest.usesOfficial).first ?? true,
            cacheFolder: try
                (environment["GOTOOLPROV_CACHE"]
                ?? environment["XDG_CACHE_HOME"].map { "\($0)/gotoolprov" }
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
            catalogues: catalogues,
            durability: options.durability
                ?? manifests.lazy.compactMap(\.manifest.durability).first ?? .syncfs,
            manifest: manifests.first
        )
    }

    /// What GOTOOLPROV_OFFLINE says; what cannot be understood keeps off the network.
    private static func isOffline(_ value: String?) -> Bool {
        guard let value else { return false }
        return !["0", "false", "no", "off"].contains(value.lowercased())
    }

    private static func path(
        _ variableValue: String?,
        manifests: [LocatedManifest],
        _ key: KeyPath<Manifest, String?>,
        default fallback: String?,
        what: String,
        variable: String,
        from environment: HostEnvironment
    ) throws(Failure) -> String {
        if let variableValue { return try absolute(variableValue, base: nil, from: environment) }
        for located in manifests {
            if let text = located.manifest[keyPath: key] {
                return try absolute(text, base: located.folder, from: environment)
            }
        }
        guard let fallback else {
            throw Failure(
                .configuration,
                "\(environment.homeFlaw), so \(what) is not known",
                hint: "set HOME to an absolute path, or \(variable) to that folder"
            )
        }
        return try absolute(fallback, base: nil, from: environment)
    }

    private static func absolute(
        _ text: String,
        base: String?,
        from environment: HostEnvironment
    ) throws(Failure) -> String {
        guard let path = environment.absolutePath(text, base: base) else {
            throw Failure(
                .configuration,
                "cannot tell where `\(text)` is",
                facts: [.init("because", "\(environment.homeFlaw), or the working folder is gone")],
                hint: "give an absolute path"
            )
        }
        return path
    }
}

extension HostEnvironment {
    /// Why there is no home directory, where there is none.
    var homeFlaw: String {
        self["HOME"] == nil ? "HOME is not set" : "HOME is not an absolute path"
    }
}
