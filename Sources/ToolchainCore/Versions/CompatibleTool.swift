/// A version of a tool that is compatible with a Go, and which Go must build it.
package struct CompatibleTool: Hashable, Sendable {
    package let tool: Tool
    package let version: ToolVersion
    /// The oldest Go that can build it.
    package let oldestBuilder: GoVersion
    /// Why it is this one: `1.25.2 is the newest compatible with go1.22; 1.26.0 requires go1.24 or newer`.
    package let reason: String

    /// A version of a tool that any Go can build.
    package init(tool: Tool, version: ToolVersion, reason: String) {
        self.init(
            tool: tool,
            version: version,
            oldestBuilder: ReleaseLine.first.firstRelease,
            reason: reason
        )
    }

    /// A version from its parts.
    package init(tool: Tool, version: ToolVersion, oldestBuilder: GoVersion, reason: String) {
        self.tool = tool
        self.version = version
        self.oldestBuilder = oldestBuilder
        self.reason = reason
    }

    /// Whether `builder` is new enough to build it.
    package func allows(_ builder: GoVersion) -> Bool { builder >= oldestBuilder }
}

/// Why no version of a tool is compatible with a Go.
package struct NoCompatibleVersion: Error, Hashable, Sendable {
    /// Why none is.
    package let reason: String
    /// The version that comes closest.
    package let nearest: String?
    /// Whether a version may be compatible, but the catalogs do not record it.
    package let isUnknown: Bool

    /// A refusal from its parts.
    package init(reason: String, nearest: String?, isUnknown: Bool = false) {
        self.reason = reason
        self.nearest = nearest
        self.isUnknown = isUnknown
    }
}

extension ToolCatalog {
    /// The newest Delve that debugs programs of `line` on an architecture, and which Go must build it.
    ///
    /// The Go that built a program matters, not the one on PATH; and since Delve 1.24.2 also the Go
    /// that built Delve, which has to know DWARF 5 where the program has it
    /// (docs/facts/debugging.md#dwarf-5-and-the-go-that-built-delve).
    ///
    /// - Throws: ``NoCompatibleVersion``.
    func delve(
        for line: ReleaseLine,
        on architecture: GoArchitecture
    ) throws(NoCompatibleVersion) -> CompatibleTool {
        let releases = delve.values.sorted { $0.version > $1.version }
        var newer: String?
        for release in releases {
            guard
                let refusal = refusal(of: release, debugging: line, on: architecture)
            else {
                return choice(release, for: line, newer: newer)
            }
            if release.accepts != nil { newer = "\(release.version) \(refusal)" }
        }
        if releases.allSatisfy({ $0.port(to: architecture) == .no }) {
            throw NoCompatibleVersion(
                reason: "Delve does not support linux/\(architecture.rawValue)",
                nearest: nil
            )
        }
        let ranges = releases.compactMap { release in
            release.accepts.map { (release.version, $0) }
        }
        if let newest = ranges.first, line > newest.1.upperBound {
            throw NoCompatibleVersion(
                reason: "no known Delve is compatible with go\(line)",
                nearest: "\(newest.0), which is compatible with go\(newest.1.lowerBound) to"
                    + " go\(newest.1.upperBound)"
            )
        }
        let oldest = ranges.filter { $0.1.upperBound >= line }.last
        throw NoCompatibleVersion(
            reason: "no known Delve is compatible with go\(line) on"
                + " linux/\(architecture.rawValue)",
            nearest: oldest.map {
                "\($0.0), which is compatible with go\($0.1.lowerBound) and newer"
            }
        )
    }

    /// The requested version of Delve, for programs of `line`.
    ///
    /// - Throws: ``NoCompatibleVersion`` with the version that is compatible.
    func delve(
        _ version: ToolVersion,
        for line: ReleaseLine?,
        on architecture: GoArchitecture
    ) throws(NoCompatibleVersion) -> CompatibleTool {
        guard let release = delve[version] else {
            throw NoCompatibleVersion(
                reason: "Delve \(version) is not in any catalog",
                nearest: delve.keys.max().map { "\($0) is the newest known" }
            )
        }
        guard release.port(to: architecture) != .no else {
            throw NoCompatibleVersion(
                reason: "Delve \(version) does not support linux/\(architecture.rawValue)",
                nearest: nil
            )
        }
        guard let line else { return choice(release, for: nil, newer: nil) }
        if let refusal = refusal(of: release, debugging: line, on: architecture) {
            let better = (try? delve(for: line, on: architecture))?.version
            guard release.accepts != nil else {
                throw NoCompatibleVersion(
                    reason:
                        "the catalog does not record which Go versions Delve \(version) supports",
                    nearest: better.map { "\($0) is compatible with go\(line)" },
                    isUnknown: true
                )
            }
            throw NoCompatibleVersion(
                reason: "Delve \(version) is not compatible with go\(line): it \(refusal)",
                nearest: better.map { "\($0) is compatible" }
            )
        }
        return choice(release, for: line, newer: nil)
    }

    private func choice(_ release: Delve, for line: ReleaseLine?, newer: String?) -> CompatibleTool
    {
        var oldest = release.buildsWith ?? ReleaseLine.first.firstRelease
        var reason = line == nil ? "as requested" : "\(release.version)"
        if let line {
            reason +=
                newer == nil
                ? " is compatible with go\(line)" : " is the newest compatible with go\(line)"
            if let newer { reason += "; \(newer)" }
            let knower = ReleaseLine.dwarf5.firstRelease
            if line.dwarfVersion == 5, release.refusesDWARF5OfOldBuilder, oldest < knower {
                oldest = knower
                reason +=
                    "; programs built by go\(line) use DWARF 5, so go\(knower.line) or newer must"
                    + " build it"
            }
        }
        return CompatibleTool(
            tool: .delve,
            version: release.version,
            oldestBuilder: oldest,
            reason: reason
        )
    }

    /// Why a Delve does not debug programs of a line; nil if it does.
    private func refusal(
        of release: Delve,
        debugging line: ReleaseLine,
        on architecture: GoArchitecture
    ) -> String? {
        guard release.port(to: architecture) != .no else {
            return "does not support linux/\(architecture.rawValue)"
        }
        guard let accepts = release.accepts else {
            return "has no Go version range in the catalog"
        }
        if line < accepts.lowerBound { return "requires go\(accepts.lowerBound) or newer" }
        if line > accepts.upperBound { return "supports up to go\(accepts.upperBound)" }
        if architecture == .riscv64, line < .delveOnRISCV64 {
            return "requires go\(ReleaseLine.delveOnRISCV64) or newer on riscv64"
        }
        return nil
    }

    /// Why an installed Delve does not debug programs of `line`; nil if it does.
    ///
    /// - Parameters:
    ///   - version: Its version.
    ///   - builder: The Go that built it, where that is known.
    ///   - line: The Go that built the program.
    ///   - dwarfVersion: The version of DWARF in the program, 0 where it has none; nil where only its
    ///     Go is known. GOEXPERIMENT=nodwarf5 makes a Go write 4, and stripping leaves nothing.
    ///   - architecture: The host's.
    /// - Returns: The predicate of a sentence about that Delve; also where the version is unknown.
    func refusal(
        ofDelve version: ToolVersion,
        builtBy builder: GoVersion?,
        debugging line: ReleaseLine,
        dwarfVersion: Int? = nil,
        on architecture: GoArchitecture
    ) -> String? {
        guard let release = delve[version] else { return "is not in any catalog" }
        if let refusal = refusal(of: release, debugging: line, on: architecture) { return refusal }
        if (dwarfVersion ?? line.dwarfVersion) >= 5, release.refusesDWARF5OfOldBuilder, let builder,
            builder < ReleaseLine.dwarf5.firstRelease
        {
            let user = dwarfVersion == nil ? "programs built by go\(line) use" : "the program uses"
            return "was built by \(builder.toolchainName), so it refuses DWARF 5, which \(user)"
        }
        return nil
    }

    /// Whether it is known which programs a version of Delve debugs; where not, Delve itself checks.
    func recordsRange(ofDelve version: ToolVersion) -> Bool {
        delve[version]?.accepts != nil
    }

    /// The newest gopls that works with the `go` command of `line`.
    ///
    /// - Throws: ``NoCompatibleVersion``.
    func gopls(for line: ReleaseLine) throws(NoCompatibleVersion) -> CompatibleTool {
        let releases = gopls.values.sorted { $0.version > $1.version }
        guard let index = releases.firstIndex(where: { $0.oldestLine <= line }) else {
            throw NoCompatibleVersion(
                reason: "no known gopls is compatible with go\(line)",
                nearest: releases.last.map {
                    "\($0.version), which requires go\($0.oldestLine) or newer"
                }
            )
        }
        let release = releases[index]
        var reason = "\(release.version) is the newest compatible with go\(line)"
        if index > 0 {
            let next = releases[index - 1]
            reason += "; \(next.version) requires go\(next.oldestLine) or newer"
        }
        return CompatibleTool(
            tool: .gopls,
            version: release.version,
            oldestBuilder: release.buildsWith ?? ReleaseLine.first.firstRelease,
            reason: reason
        )
    }

    /// The version of the Delve whose `version.go` has this hash, which a program without any other
    /// trace of its version prints.
    package func delveVersion(ofBlob blob: String) -> ToolVersion? {
        delve.values.first { $0.versionBlob == blob }?.version
    }
}
