/// The known versions of tools, the Go versions each is compatible with, and their archives.
package struct ToolCatalog: Sendable {
    /// How well a Delve version supports an architecture.
    package enum Port: String, Hashable, Sendable {
        case yes
        case no
        /// Only if built with the build tag `exp.linuxARCH`.
        case tag
    }

    /// A file whose digest is known.
    package struct PinnedFile: Hashable, Sendable {
        package let name: String
        package let digest: SHA256Digest
        /// The size in bytes, if known.
        package let byteCount: Int?
        /// The digest that this entry declares to replace.
        package let replaces: SHA256Digest?
        /// The source of the digest.
        package let voucher: PinnedArchive.Voucher
    }

    /// A version of Delve.
    ///
    /// Sources: `pkg/goversion/compat.go`, `go.mod` and the `*_sentinel_linux.go` files of each tag
    /// (docs/facts/debugging.md#delve-and-go-versions).
    package struct Delve: Hashable, Sendable {
        package let version: ToolVersion
        /// The archive of its source code.
        package internal(set) var source: PinnedFile
        /// The Go release lines whose programs it can debug; nil if unknown.
        package let accepts: ClosedRange<ReleaseLine>?
        /// The oldest Go that can build it.
        package let buildsWith: GoVersion?
        /// The Git blob hash of its `pkg/version/version.go`, which `dlv version` prints.
        package let versionBlob: String?
        /// Its support for architectures other than amd64, arm64 and 386.
        let ports: [GoArchitecture: Port]
        /// Whether it rejects programs with DWARF 5 if it was built by a Go before 1.25.
        package let refusesDWARF5OfOldBuilder: Bool
    }

    /// A version of gopls.
    package struct Gopls: Hashable, Sendable {
        package let version: ToolVersion
        /// The oldest Go release line whose `go` command it supports.
        package let oldestLine: ReleaseLine
        /// The oldest Go that can build it.
        package let buildsWith: GoVersion?
    }

    /// An archive of a prebuilt tool.
    package struct Prebuilt: Hashable, Sendable {
        package let build: ToolBuild
        package let platform: GoPlatform
        package let file: PinnedFile
    }

    struct PrebuiltKey: Hashable {
        let build: ToolBuild
        let architecture: GoArchitecture
    }

    package internal(set) var delve: [ToolVersion: Delve] = [:]
    package internal(set) var gopls: [ToolVersion: Gopls] = [:]
    var prebuilt: [PrebuiltKey: Prebuilt] = [:]

    /// Creates an empty catalog.
    package init() {}

    /// The tools that the catalog lists, sorted by name.
    package var tools: [Tool] {
        var tools = Set(prebuilt.keys.map(\.build.tool))
        if !delve.isEmpty { tools.insert(.delve) }
        if !gopls.isEmpty { tools.insert(.gopls) }
        return tools.sorted()
    }

    /// Returns the prebuilt archives of a tool for a platform.
    ///
    /// - Returns: The archives, newest version first; within a version, those built by the newest Go
    ///   first.
    package func prebuilt(_ tool: Tool, for platform: GoPlatform) -> [Prebuilt] {
        prebuilt.values.filter { $0.build.tool == tool && $0.platform == platform }
            .sorted { $0.build > $1.build }
    }

    /// Adds the entries of `other`.
    ///
    /// - Throws: ``Catalog/Conflict`` for an entry that contradicts a pinned digest without declaring
    ///   that it replaces it.
    mutating func add(_ other: ToolCatalog) throws(Catalog.Conflict) {
        for (version, entry) in other.delve {
            guard var known = delve[version] else {
                delve[version] = entry
                continue
            }
            try Self.check(entry.source, against: known.source)
            if entry.source.digest != known.source.digest { known.source = entry.source }
            // An entry with a version range is complete, so it replaces the known one.
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
    /// The archive, with what it is expected to contain.
    package var archive: PinnedArchive {
        PinnedArchive(.tool(build), platform: platform, file: file)
    }
}

extension ToolCatalog.Delve {
    /// Returns the archive of its source code, to be built for `platform`.
    package func sourceArchive(for platform: GoPlatform) -> PinnedArchive {
        PinnedArchive(.source(.delve, version), platform: platform, file: source)
    }

    /// Returns how well this Delve supports Linux on an architecture
    /// (docs/facts/debugging.md#delve-ports).
    package func port(to architecture: GoArchitecture) -> ToolCatalog.Port {
        switch architecture {
        case .amd64, .arm64, .i386: .yes
        case .ppc64le, .riscv64, .loong64: ports[architecture] ?? .no
        case .arm, .mips, .mips64, .mips64le, .mipsle, .ppc64, .s390x: .no
        }
    }

    /// Returns the build tag that an experimental port requires; nil if it requires none.
    package func tag(for architecture: GoArchitecture) -> String? {
        port(to: architecture) == .tag ? "exp.linux\(architecture.rawValue)" : nil
    }
}
