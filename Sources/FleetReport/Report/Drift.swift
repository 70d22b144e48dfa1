internal import ToolchainCore

/// How a host differs from its manifest.
package struct Drift: Hashable, Sendable {
    /// Whether it differs.
    package enum State: String, JSONWord, CaseIterable {
        case inSync = "in-sync"
        case drifted
        /// The manifest does not exist or is unreadable.
        case unknown
        package static var unheardOf: State { .unknown }
    }

    /// How something differs.
    package enum Kind: String, JSONWord, CaseIterable {
        /// Required but not installed.
        case missing
        /// Installed but not required.
        case extra
        /// Installed, but older than required.
        case older
        /// Installed by something other than gotoolprov, and therefore not verified.
        case foreign
        /// Installed by gotoolprov, but modified since.
        case modified
        /// Delve cannot debug on this host.
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
        /// The version that is installed or missing.
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

    /// A version that the manifest requires.
    package struct Wanted: Hashable, Sendable {
        /// `go`, `dlv`, `gopls`.
        package var tool: String
        /// What it says: `go1.21`.
        package var text: String
        /// The version that this means today.
        package var version: String

        /// A request that has been understood.
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

    /// A drift from its parts; unknown by default.
    package init(state: State = .unknown, items: [Item] = []) {
        self.state = state
        self.items = items
    }

    /// Compares what is installed with what is required.
    ///
    /// - Parameters:
    ///   - wanted: What the manifest requires; nil without a usable manifest.
    ///   - found: What is on the host; toolchains in the home directories of other users do not count for this
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
            // An older patch release has been reported already.
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
        of request: Wanted,
        in found: [HostReport.Toolchain]
    ) -> Item? {
        let own = found.filter { $0.tool == request.tool && $0.origin != .foreign }
        guard !own.contains(where: { $0.version == request.version }) else { return nil }
        let name = name(of: request.tool, request.version)
        // With an older patch release of the same line the host is behind, not without.
        let older = own.filter { isOlder($0.version, thanSameLineAs: request.version) }
            .max { isOlder($0.version, thanSameLineAs: $1.version) }
        return Item(
            older == nil ? .missing : .older,
            tool: request.tool,
            version: older?.version ?? request.version,
            wanted: request.text,
            detail: older == nil ? "\(name) is not installed" : "\(name) is required",
            fix: "gotoolprov ensure \(word(for: request.tool, request.version))"
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

    /// `go1.21.0`, and `dlv@1.25.0` for tools; `go devel +a1b2c3` for a Go that is not a release.
    static func name(of tool: String, _ version: String) -> String {
        guard tool == "go" else { return "\(tool)@\(version)" }
        return version.utf8.first.map(\.isDigit) == true
            ? "go\(version)" : "go \(version)"
    }

    /// That name as one shell word: it may come from another host's report.
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
    /// What is wrong with the installation, and its fix; nil if nothing is known to be wrong.
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
