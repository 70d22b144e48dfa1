internal import ToolchainCore

/// Where a host differs from what its manifest asks for.
package struct Drift: Hashable, Sendable {
    /// Whether it differs.
    package enum State: String, JSONWord, CaseIterable {
        case inSync = "in-sync"
        case drifted
        /// There is no manifest, or none that can be read.
        case unknown
        package static var unheardOf: State { .unknown }
    }

    /// How something differs.
    package enum Kind: String, JSONWord, CaseIterable {
        /// Asked for and not there.
        case missing
        /// There and not asked for.
        case extra
        /// There, but older than what is asked for.
        case older
        /// There, but not by gotoolprov, which therefore vouches for nothing.
        case foreign
        /// There, but not as it was installed.
        case modified
        /// There, but it cannot be debugged on this host.
        case debugBlocked = "debug-blocked"
        /// Something that a newer gotoolprov knows.
        case other
        package static var unheardOf: Kind { .other }
    }

    /// One difference.
    package struct Item: Hashable, Sendable {
        /// How it differs.
        package var kind: Kind
        /// `go`, `dlv`, `gopls`.
        package var tool: String
        /// The version that is there or missing.
        package var version: String?
        /// What the manifest says, as it says it.
        package var wanted: String?
        /// What was seen.
        package var detail: String?
        /// What to do.
        package var fix: String?

        /// A difference from its parts.
        package init(
            _ kind: Kind,
            tool: String,
            version: String? = nil,
            wanted: String? = nil,
            detail: String? = nil,
            fix: String? = nil
        ) {
            self.kind = kind
            self.tool = tool
            self.version = version
            self.wanted = wanted
            self.detail = detail
            self.fix = fix
        }
    }

    /// Something that the manifest asks for.
    package struct Wanted: Hashable, Sendable {
        /// `go`, `dlv`, `gopls`.
        package var tool: String
        /// What it says: `go1.21`.
        package var text: String
        /// The version that this means today.
        package var version: String

        /// A wish that has been understood.
        package init(tool: String, text: String, version: String) {
            self.tool = tool
            self.text = text
            self.version = version
        }
    }

    /// Whether it differs.
    package var state: State
    /// The differences.
    package var items: [Item]

    /// A drift that is known; unknown, if nothing is said.
    package init(state: State = .unknown, items: [Item] = []) {
        self.state = state
        self.items = items
    }

    /// Compares what is there with what is asked for.
    ///
    /// - Parameters:
    ///   - wanted: What the manifest asks for; nil where there is no manifest to compare with.
    ///   - found: What is on the host; what other users have in their homes is no matter of this
    ///     manifest.
    ///   - debug: Whether Delve can debug there.
    package init(
        wanted: [Wanted]?,
        found: [HostReport.Toolchain],
        debug: HostReport.DebugReadiness
    ) {
        guard let wanted else {
            self.init()
            return
        }
        let found = found.filter { $0.user == nil }
        var items = wanted.compactMap { Self.shortfall(of: $0, in: found) }
        // A manifest that names no Go leaves it to others which ones there are.
        let namesGo = wanted.contains { $0.tool == "go" }
        for toolchain in found {
            let isWanted =
                wanted.contains { $0.tool == toolchain.tool && $0.version == toolchain.version }
                || toolchain.tool == "go" && !namesGo
            // One that is behind has been told of already.
            let isTold = items.contains {
                $0.kind == .older && $0.tool == toolchain.tool && $0.version == toolchain.version
            }
            items += Self.surplus(toolchain, isWanted: isWanted, isTold: isTold)
        }
        if debug.ability == .no {
            items.append(Self.blockage(debug.findings.first))
        }
        self.init(state: items.isEmpty ? .inSync : .drifted, items: items)
    }

    private static func shortfall(
        of wish: Wanted,
        in found: [HostReport.Toolchain]
    ) -> Item? {
        let own = found.filter { $0.tool == wish.tool && $0.origin != .foreign }
        guard !own.contains(where: { $0.version == wish.version }) else { return nil }
        let name = name(of: wish.tool, wish.version)
        // A patch release of the same line is there: the host is behind, not without.
        let older = own.filter { isOlder($0.version, thanSameLineAs: wish.version) }
            .max { isOlder($0.version, thanSameLineAs: $1.version) }
        return Item(
            older == nil ? .missing : .older,
            tool: wish.tool,
            version: older?.version ?? wish.version,
            wanted: wish.text,
            detail: older == nil ? "\(name) is not installed" : "\(name) is required",
            fix: "gotoolprov ensure \(word(for: wish.tool, wish.version))"
        )
    }

    private static func surplus(
        _ toolchain: HostReport.Toolchain,
        isWanted: Bool,
        isTold: Bool
    ) -> [Item] {
        let word = word(for: toolchain.tool, toolchain.version)
        func item(_ kind: Kind, _ detail: String, _ fix: String?) -> Item {
            Item(
                kind,
                tool: toolchain.tool,
                version: toolchain.version,
                detail: detail,
                fix: fix
            )
        }
        if toolchain.origin == .foreign {
            let manager = toolchain.manager.map { "\($0): " } ?? ""
            return [item(.foreign, "\(manager)\(toolchain.path)", toolchain.removal)]
        }
        var items: [Item] = []
        if let damage = toolchain.damage {
            let isHalfRemoved = toolchain.integrity.isHalfRemoved
            items.append(
                item(
                    .modified,
                    damage.detail,
                    isHalfRemoved && isWanted ? "gotoolprov ensure \(word)" : damage.fix
                )
            )
            // It is to be removed in either case.
            if isHalfRemoved { return items }
        }
        if !isWanted, !isTold {
            items.append(item(.extra, "not required by the manifest", "gotoolprov remove \(word)"))
        }
        return items
    }

    private static func blockage(_ finding: HostReport.DebugReadiness.Finding?) -> Item {
        Item(
            .debugBlocked,
            tool: "dlv",
            detail: finding?.detail ?? "Delve can neither start processes nor attach to them",
            fix: finding?.fix ?? "gotoolprov doctor"
        )
    }

    /// `go1.21.0`, and `dlv@1.25.0` for tools; `go devel +a1b2c3` for a Go that is no release.
    static func name(of tool: String, _ version: String) -> String {
        guard tool == "go" else { return "\(tool)@\(version)" }
        return version.utf8.first.map(\.isDigit) == true
            ? "go\(version)" : "go \(version)"
    }

    /// That name as one word of a shell: it may come out of another host's report.
    static func word(for tool: String, _ version: String) -> String {
        name(of: tool, version).inShell
    }

    private static func isOlder(_ version: String, thanSameLineAs other: String) -> Bool {
        guard let version = GoVersion(version), let other = GoVersion(other) else { return false }
        return version.line == other.line && version < other
    }
}

extension HostReport.Integrity {
    /// Whether it is what an interrupted removal left: nothing had to be compared to see that.
    var isHalfRemoved: Bool { state == .incomplete && mode == .none }
}

extension HostReport.Toolchain {
    /// What is wrong with the tree, and what to do; nil where nothing is known to be.
    var damage: (detail: String, fix: String)? {
        guard origin != .foreign, integrity.state == .modified || integrity.state == .incomplete
        else { return nil }
        let word = Drift.word(for: tool, version)
        let detail = [integrity.state.rawValue, integrity.reason].compactMap(\.self)
        return (
            detail.joined(separator: ": "),
            integrity.isHalfRemoved
                ? "gotoolprov remove \(word)" : "gotoolprov verify --repair \(word)"
        )
    }
}
