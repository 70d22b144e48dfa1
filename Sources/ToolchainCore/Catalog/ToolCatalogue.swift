/// What is known of tools: which versions there are, which Go each goes with, and archives of them.
public struct ToolCatalogue: Sendable {
    /// How far a Delve works on an architecture.
    public enum Port: String, Hashable, Sendable {
        case yes
        case no
        /// Only if built with the tag `exp.linuxARCH`.
        case tag
    }

    /// A file with its digest.
    public struct PinnedFile: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// Its digest.
        public let digest: SHA256Digest
        /// Its size in bytes, where it is known.
        public let byteCount: Int?
        /// The digest that this one takes the place of, said by whoever wrote the entry.
        public let replaces: SHA256Digest?
        /// Who vouches for the digest.
        public let voucher: PinnedArchive.Voucher
    }

    /// A version of Delve.
    ///
    /// Sources: `pkg/goversion/compat.go`, `go.mod` and the `*_sentinel_linux.go` files of each tag
    /// (docs/facts/debugging.md#delve-and-go-versions).
    public struct Delve: Hashable, Sendable {
        /// The version.
        public let version: ToolVersion
        /// Its source archive.
        public internal(set) var source: PinnedFile
        /// The lines of Go whose programs it debugs; nil where that is not known.
        public let accepts: ClosedRange<ReleaseLine>?
        /// The oldest Go that compiles it.
        public let buildsWith: GoVersion?
        /// Git's hash of its `pkg/version/version.go`, which `dlv version` prints.
        public let versionBlob: String?
        /// What was seen of its ports beyond amd64, arm64 and 386.
        let ports: [GoArchitecture: Port]
        /// Whether it refuses DWARF 5 if a Go before 1.25 has built it.
        public let refusesDWARF5OfOldBuilder: Bool
    }

    /// A version of gopls.
    public struct Gopls: Hashable, Sendable {
        /// The version.
        public let version: ToolVersion
        /// The oldest line of Go whose `go` command it works with.
        public let oldestLine: ReleaseLine
        /// The oldest Go that compiles it.
        public let buildsWith: GoVersion?
    }

    /// An archive with a program that is built already.
    public struct Prebuilt: Hashable, Sendable {
        /// What it holds.
        public let build: ToolBuild
        /// What it is built for.
        public let platform: GoPlatform
        /// The archive.
        public let file: PinnedFile
    }

    struct PrebuiltKey: Hashable {
        let build: ToolBuild
        let architecture: GoArchitecture
    }

    /// The versions of Delve.
    public internal(set) var delve: [ToolVersion: Delve] = [:]
    /// The versions of gopls.
    public internal(set) var gopls: [ToolVersion: Gopls] = [:]
    var prebuilt: [PrebuiltKey: Prebuilt] = [:]

    /// A catalogue that knows nothing.
    init() {}

    /// The tools that anything is known of.
    public var tools: [Tool] {
        var tools = Set(prebuilt.keys.map(\.build.tool))
        if !delve.isEmpty { tools.insert(.delve) }
        if !gopls.isEmpty { tools.insert(.gopls) }
        return tools.sorted()
    }

    /// The archives of a tool for a platform, newest version first, and of one version those by the
    /// newest Go.
    public func prebuilt(_ tool: Tool, for platform: GoPlatform) -> [Prebuilt] {
        prebuilt.values.filter { $0.build.tool == tool && $0.platform == platform }
            .sorted { $0.build > $1.build }
    }

    /// Adds the entries of `other`, which may contradict a digest only if they say so.
    mutating func add(_ other: ToolCatalogue) throws(Catalogue.Conflict) {
        for (version, entry) in other.delve {
            guard var known = delve[version] else {
                delve[version] = entry
                continue
            }
            try Self.check(entry.source, against: known.source)
            if entry.source.digest != known.source.digest { known.source = entry.source }
            // An entry that says what it accepts says all.
            delve[version] = entry.accepts == nil ? known : entry
        }
        gopls.merge(other.gopls) { $1 }
        for (key, entry) in other.prebuilt {
            if let known = prebuilt[key] { try Self.check(entry.file, against: known.file) }
            if prebuilt[key]?.file.digest != entry.file.digest { prebuilt[key] = entry }
        }
    }

    private static func check(
        _ file: PinnedFile,
        against known: PinnedFile
    ) throws(Catalogue.Conflict) {
        guard file.digest != known.digest, file.replaces != known.digest else { return }
        throw Catalogue.Conflict(
            fileName: file.name,
            pinned: known.digest,
            contradicting: file.digest,
            replaces: file.replaces
        )
    }
}

extension ToolCatalogue.Delve {
    /// Its source archive, to be built for `platform`.
    public func sourceArchive(for platform: GoPlatform) -> PinnedArchive {
        PinnedArchive(.source(.delve, version), platform: platform, file: source)
    }

    /// How far this Delve works on Linux on an architecture (docs/facts/debugging.md#delve-ports).
    public func port(to architecture: GoArchitecture) -> ToolCatalogue.Port {
        switch architecture {
        case .amd64, .arm64, .i386: .yes
        case .ppc64le, .riscv64, .loong64: ports[architecture] ?? .no
        case .arm, .mips, .mips64, .mips64le, .mipsle, .ppc64, .s390x: .no
        }
    }

    /// The build tag that an experimental port needs; nil for one that needs none.
    public func tag(for architecture: GoArchitecture) -> String? {
        port(to: architecture) == .tag ? "exp.linux\(architecture.rawValue)" : nil
    }
}
