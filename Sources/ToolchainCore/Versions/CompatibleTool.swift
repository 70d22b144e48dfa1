/// A version of a tool that is compatible with a Go, and the oldest Go that can build it.
package struct CompatibleTool: Hashable, Sendable {
    package let tool: Tool
    package let version: ToolVersion
    /// The oldest Go that can build it.
    package let oldestBuilder: GoVersion
    /// Why this version was selected, for example
    /// `1.25.2 is the newest compatible with go1.22; 1.26.0 requires go1.24 or newer`.
    package let reason: String

    /// Creates a version that any Go can build.
    package init(tool: Tool, version: ToolVersion, reason: String) {
        self.init(
            tool: tool,
            version: version,
            oldestBuilder: ReleaseLine.first.firstRelease,
            reason: reason
        )
    }

    /// Creates a version that `oldestBuilder` and newer Go versions can build.
    package init(tool: Tool, version: ToolVersion, oldestBuilder: GoVersion, reason: String) {
        self.tool = tool
        self.version = version
        self.oldestBuilder = oldestBuilder
        self.reason = reason
    }

    /// Returns whether `builder` is new enough to build the tool.
    package func allows(_ builder: GoVersion) -> Bool { builder >= oldestBuilder }
}

/// The error thrown if no known version of a tool is compatible with a Go.
package struct NoCompatibleVersion: Error, Hashable, Sendable {
    /// Why no version is compatible, as a sentence.
    package let reason: String
    /// The closest version and what it is compatible with, for a message.
    package let nearest: String?
    /// Whether a version may be compatible although no catalog has a range for it.
    package let isUnknown: Bool

    /// Creates an error.
    package init(reason: String, nearest: String?, isUnknown: Bool = false) {
        self.reason = reason
        self.nearest = nearest
        self.isUnknown = isUnknown
    }
}

extension ToolCatalog {
    /// Returns the newest Delve that can debug programs of `line` on an architecture, and the oldest Go
    /// that can build it.
    ///
    /// What matters is the Go that built the program, not the one on PATH. Since Delve 1.24.2 the Go
    /// that built Delve matters too: it must support DWARF 5 if the program uses it
    /// (docs/facts/debugging.md#dwarf-5-and-the-go-that-built-delve).
    ///
    /// - Throws: ``NoCompatibleVersion`` if no known Delve can.
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

    /// Returns the requested version of Delve, and the oldest Go that can build it.
    ///
    /// - Throws: ``NoCompatibleVersion`` if it cannot debug programs of `line`, with the nearest version
    ///   that can.
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
            let oldestWithDWARF5 = ReleaseLine.dwarf5.firstRelease
            if line.dwarfVersion == 5, release.refusesDWARF5OfOldBuilder, oldest < oldestWithDWARF5
            {
                oldest = oldestWithDWARF5
                reason +=
                    "; programs built by go\(line) use DWARF 5, so go\(oldestWithDWARF5.line) or newer"
                    + " must build it"
            }
        }
        return CompatibleTool(
            tool: .delve,
            version: release.version,
            oldestBuilder: oldest,
            reason: reason
        )
    }

    /// Returns why a Delve cannot debug programs of a release line; nil if it can.
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

    /// Returns why an installed Delve cannot debug programs of `line`; nil if it can.
    ///
    /// - Parameters:
    ///   - version: The version of Delve.
    ///   - builder: The Go that built Delve, if known.
    ///   - line: The release line of the Go that built the program.
    ///   - dwarfVersion: The DWARF version of the program, 0 if it has no debug information; nil if only
    ///     its Go is known. GOEXPERIMENT=nodwarf5 selects DWARF 4, and stripping removes it all.
    ///   - architecture: The architecture of the host.
    /// - Returns: The predicate of a sentence about Delve. It is not nil if no catalog lists `version`.
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

    /// Returns whether the catalog has a range of Go versions for a Delve; without one, Delve itself
    /// checks.
    func recordsRange(ofDelve version: ToolVersion) -> Bool {
        delve[version]?.accepts != nil
    }

    /// Returns the newest gopls that supports the `go` command of `line`.
    ///
    /// - Throws: ``NoCompatibleVersion`` if no known gopls does.
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

    /// Returns the version of the Delve whose `version.go` has this Git blob hash; nil if unknown.
    ///
    /// The hash is all that `dlv version` prints of a Delve that was built without version information.
    package func delveVersion(ofBlob blob: String) -> ToolVersion? {
        delve.values.first { $0.versionBlob == blob }?.version
    }
}
