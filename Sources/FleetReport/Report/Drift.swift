internal import ToolchainCore

/// The differences between a host and its manifest.
package struct Drift: Hashable, Sendable {
    /// Whether the host differs from its manifest.
    package enum State: String, JSONWord, CaseIterable {
        case inSync = "in-sync"
        case drifted
        /// The manifest does not exist or is unreadable.
        case unknown
        package static var unrecognized: State { .unknown }
    }

    /// The kind of a difference.
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
        /// A kind that only a newer version of gotoolprov knows.
        case other
        package static var unrecognized: Kind { .other }
    }

    /// One difference.
    package struct Item: Hashable, Sendable {
        package var kind: Kind
        /// The name of the tool: `go`, `dlv`, `gopls`.
        package var tool: String
        /// The version that is installed or missing.
        package var version: String?
        /// The requirement as written in the manifest.
        package var wanted: String?
        /// What was observed.
        package var detail: String?
        /// The command or action that resolves it.
        package var fix: String?

        /// Creates a difference from its parts.
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

    /// A requirement of the manifest.
    package struct Wanted: Hashable, Sendable {
        /// The name of the tool: `go`, `dlv`, `gopls`.
        package var tool: String
        /// The requirement as written in the manifest: `go1.21`.
        package var text: String
        /// The version that the requirement currently resolves to.
        package var version: String

        /// Creates a requirement from its parts.
        package init(tool: String, text: String, version: String) {
            self.tool = tool
            self.text = text
            self.version = version
        }
    }

    /// Whether the host differs from its manifest.
    package var state: State
    package var items: [Item]

    /// Creates a drift from its parts.
    package init(state: State = .unknown, items: [Item] = []) {
        self.state = state
        self.items = items
    }

    /// Compares what is installed with what is required.
    ///
    /// - Parameters:
    ///   - wanted: What the manifest requires, or `nil` without a usable manifest.
    ///   - found: The installations on the host. Those in home directories of other users are
    ///     ignored, because this manifest does not cover them.
    ///   - debug: Whether Delve can debug on the host.
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
        var items = wanted.compactMap { Self.missingItem(for: $0, in: found) }
        // A manifest without a Go requirement allows any Go version.
        let namesGo = wanted.contains { $0.tool == "go" }
        for toolchain in found {
            let isWanted =
                wanted.contains { $0.tool == toolchain.tool && $0.version == toolchain.version }
                || toolchain.tool == "go" && !namesGo
            // An older patch release is already an item.
            let isListed = items.contains {
                $0.kind == .older && $0.tool == toolchain.tool && $0.version == toolchain.version
            }
            items += Self.items(for: toolchain, isWanted: isWanted, isListed: isListed)
        }
        if debug.ability == .no {
            items.append(Self.debugBlockedItem(debug.findings.first))
        }
        self.init(state: items.isEmpty ? .inSync : .drifted, items: items)
    }

    private static func missingItem(
        for request: Wanted,
        in found: [HostReport.Toolchain]
    ) -> Item? {
        let own = found.filter { $0.tool == request.tool && $0.origin != .foreign }
        guard !own.contains(where: { $0.version == request.version }) else { return nil }
        let name = name(of: request.tool, request.version)
        // If a patch release of the same line is installed, the requirement is outdated rather than
        // missing.
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

    private static func items(
        for toolchain: HostReport.Toolchain,
        isWanted: Bool,
        isListed: Bool
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
            // It has to be removed in either case.
            if isHalfRemoved { return items }
        }
        if !isWanted, !isListed {
            items.append(item(.extra, "not required by the manifest", "gotoolprov remove \(word)"))
        }
        return items
    }

    private static func debugBlockedItem(_ finding: HostReport.DebugReadiness.Finding?) -> Item {
        Item(
            .debugBlocked,
            tool: "dlv",
            detail: finding?.detail ?? "Delve can neither start processes nor attach to them",
            fix: finding?.fix ?? "gotoolprov doctor"
        )
    }

    /// Returns the display name of a version: `go1.21.0`, `dlv@1.25.0`, or `go devel +a1b2c3` for a
    /// Go that is not a release.
    static func name(of tool: String, _ version: String) -> String {
        guard tool == "go" else { return "\(tool)@\(version)" }
        return version.utf8.first.map(\.isDigit) == true
            ? "go\(version)" : "go \(version)"
    }

    /// Returns that name quoted for a shell, because it may come from another host's report.
    static func word(for tool: String, _ version: String) -> String {
        name(of: tool, version).inShell
    }

    private static func isOlder(_ version: String, thanSameLineAs other: String) -> Bool {
        guard let version = GoVersion(version), let other = GoVersion(other) else { return false }
        return version.line == other.line && version < other
    }
}

extension HostReport.Integrity {
    /// Whether an interrupted removal left it, which is visible without comparing files.
    var isHalfRemoved: Bool { state == .incomplete && mode == .none }
}

extension HostReport.Toolchain {
    /// The damage of the installation and its fix, or `nil` if no damage is known.
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
