/// What is known of tools: which versions there are, which Go each goes with, and archives of them.
package struct ToolCatalog: Sendable {
    /// How far a Delve works on an architecture.
    package enum Port: String, Hashable, Sendable {
        case yes
        case no
        /// Only if built with the tag `exp.linuxARCH`.
        case tag
    }

    /// A file with its digest.
    package struct PinnedFile: Hashable, Sendable {
        package let name: String
        package let digest: SHA256Digest
        /// Its size in bytes, where it is known.
        package let byteCount: Int?
        /// The digest that this one takes the place of, said by whoever wrote the entry.
        package let replaces: SHA256Digest?
        /// Who vouches for the digest.
        package let voucher: PinnedArchive.Voucher
    }

    /// A version of Delve.
    ///
    /// Sources: `pkg/goversion/compat.go`, `go.mod` and the `*_sentinel_linux.go` files of each tag
    /// (docs/facts/debugging.md#delve-and-go-versions).
    package struct Delve: Hashable, Sendable {
        package let version: ToolVersion
        /// Its source archive.
        package internal(set) var source: PinnedFile
        /// The lines of Go whose programs it debugs; nil where that is not known.
        package let accepts: ClosedRange<ReleaseLine>?
        /// The oldest Go that compiles it.
        package let buildsWith: GoVersion?
        /// Git's hash of its `pkg/version/version.go`, which `dlv version` prints.
        package let versionBlob: String?
        /// What was seen of its ports beyond amd64, arm64 and 386.
        let ports: [GoArchitecture: Port]
        /// Whether it refuses DWARF 5 if a Go before 1.25 has built it.
        package let refusesDWARF5OfOldBuilder: Bool
    }

    /// A version of gopls.
    package struct Gopls: Hashable, Sendable {
        package let version: ToolVersion
        /// The oldest line of Go whose `go` command it works with.
        package let oldestLine: ReleaseLine
        /// The oldest Go that compiles it.
        package let buildsWith: GoVersion?
    }

    /// An archive with a program that is built already.
    package struct Prebuilt: Hashable, Sendable {
        /// What it holds.
        package let build: ToolBuild
        /// What it is built for.
        package let platform: GoPlatform
        /// The archive.
        package let file: PinnedFile
    }

    struct PrebuiltKey: Hashable {
        let build: ToolBuild
        let architecture: GoArchitecture
    }

    /// The versions of Delve.
    package internal(set) var delve: [ToolVersion: Delve] = [:]
    /// The versions of gopls.
    package internal(set) var gopls: [ToolVersion: Gopls] = [:]
    var prebuilt: [PrebuiltKey: Prebuilt] = [:]

    /// A catalog that knows nothing.
    package init() {}

    /// The tools that anything is known of.
    package var tools: [Tool] {
        var tools = Set(prebuilt.keys.map(\.build.tool))
        if !delve.isEmpty { tools.insert(.delve) }
        if !gopls.isEmpty { tools.insert(.gopls) }
        return tools.sorted()
    }

    /// The archives of a tool for a platform, newest version first, and of one version those by the
    /// newest Go.
    package func prebuilt(_ tool: Tool, for platform: GoPlatform) -> [Prebuilt] {
        prebuilt.values.filter { $0.build.tool == tool && $0.platform == platform }
            .sorted { $0.build > $1.build }
    }

    /// Adds the entries of `other`, which may contradict a digest only if they say so.
    mutating func add(_ other: ToolCatalog) throws(Catalog.Conflict) {
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
    ) throws(Catalog.Conflict) {
        guard file.digest != known.digest, file.replaces != known.digest else { return }
        throw Catalog.Conflict(
            fileName: file.name,
            pinned: known.digest,
            contradicting: file.digest,
            replaces: file.replaces
        )
    }
}

extension ToolCatalog.Prebuilt {
    /// The archive.
    package var archive: PinnedArchive {
        PinnedArchive(.tool(build), platform: platform, file: file)
    }
}

extension ToolCatalog.Delve {
    /// Its source archive, to be built for `platform`.
    package func sourceArchive(for platform: GoPlatform) -> PinnedArchive {
        PinnedArchive(.source(.delve, version), platform: platform, file: source)
    }

    /// How far this Delve works on Linux on an architecture (docs/facts/debugging.md#delve-ports).
    package func port(to architecture: GoArchitecture) -> ToolCatalog.Port {
        switch architecture {
        case .amd64, .arm64, .i386: .yes
        case .ppc64le, .riscv64, .loong64: ports[architecture] ?? .no
        case .arm, .mips, .mips64, .mips64le, .mipsle, .ppc64, .s390x: .no
        }
    }

    /// The build tag that an experimental port needs; nil for one that needs none.
    package func tag(for architecture: GoArchitecture) -> String? {
        port(to: architecture) == .tag ? "exp.linux\(architecture.rawValue)" : nil
    }
}
