public import ToolchainCore

/// Where a host stands against what is wanted of it: one step for one wish.
public struct Alignment: Hashable, Sendable {
    /// What there is to do.
    public enum Action: String, Hashable, Sendable, CaseIterable {
        /// Nothing.
        case keep
        /// Nothing of the kind is there.
        case install
        /// Something older of the kind is there, and stays.
        case upgrade
        /// Others are there that are no answer, and stay.
        case sideBySide = "side-by-side"
        /// It cannot be done here.
        case blocked
    }

    /// `go`, `dlv`, `gopls`.
    public let tool: String
    /// What was asked for, as it was written.
    public let wish: String
    /// Who asked: `arguments`, a manifest, a go.mod.
    public let source: String
    /// What there is to do.
    public let action: Action
    /// The version that is kept or would come; nil where none is known.
    public let version: String?
    /// Why.
    public let reason: String

    /// A step from its parts.
    public init(
        tool: String,
        wish: String,
        source: String,
        action: Action,
        version: String?,
        reason: String
    ) {
        self.tool = tool
        self.wish = wish
        self.source = source
        self.action = action
        self.version = version
        self.reason = reason
    }

    /// Something that is wanted.
    public struct Wish: Hashable, Sendable {
        /// What was asked for, as it was written.
        public let text: String
        /// What it means.
        public let request: GoRequest
        /// Who asked.
        public let source: String

        /// A wish from its parts.
        public init(text: String, request: GoRequest, source: String) {
            self.text = text
            self.request = request
            self.source = source
        }
    }

    /// What a host has and could have.
    public struct Stock: Sendable {
        /// Every Go that was found.
        let found: [GoInstallation]
        /// Where gotoolprov keeps SDKs: what is elsewhere stays as it is.
        let sdkRoot: String
        /// The versions that archives are known of for this host.
        let available: [GoVersion]
        /// Why a version cannot be installed here; nil where nothing speaks against it.
        let obstacle: @Sendable (GoVersion) -> String?

        /// A stock from its parts.
        ///
        /// - Parameters:
        ///   - found: Every Go that was found.
        ///   - sdkRoot: Where gotoolprov keeps SDKs.
        ///   - available: The versions that archives are known of for this host.
        ///   - obstacle: Why a version cannot be installed here.
        public init(
            found: [GoInstallation],
            sdkRoot: String,
            available: [GoVersion],
            obstacle: @escaping @Sendable (GoVersion) -> String?
        ) {
            self.found = found
            self.sdkRoot = sdkRoot
            self.available = available
            self.obstacle = obstacle
        }
    }
}

extension GoRequest {
    /// What `--min` makes of it: this or anything newer.
    var orNewer: GoRequest {
        switch self {
        case .exactly(let version): .atLeast(version)
        case .newest(let line), .newestPreRelease(let line, _):
            GoVersion(line.description).map { .atLeast($0) } ?? self
        case .latest, .atLeast: self
        }
    }

    /// Whether a newer answer is better than one that is there.
    fileprivate var prefersNewest: Bool {
        switch self {
        case .newest, .newestPreRelease, .latest: true
        case .exactly, .atLeast: false
        }
    }
}

extension Alignment {
    /// What to do for a Go.
    ///
    /// - Parameters:
    ///   - wish: The wish.
    ///   - isMinimum: Whether something newer will do as well: `--min`.
    ///   - stock: What the host has and could have.
    public init(_ wish: Wish, isMinimum: Bool, stock: Stock) {
        let request = isMinimum ? wish.request.orNewer : wish.request
        func step(_ action: Action, _ version: GoVersion?, _ reason: String) -> Alignment {
            Alignment(
                tool: "go",
                wish: wish.text,
                source: wish.source,
                action: action,
                version: version?.description,
                reason: reason
            )
        }
        let usable = stock.found.filter { $0.isUsable && $0.version != nil }
        let ours = usable.filter { $0.foundAt.isInside(stock.sdkRoot) && $0.isMarkedComplete }
        let target = request.best(among: stock.available)
        if let best = request.best(among: ours.compactMap(\.version)) {
            guard request.prefersNewest, let target, target > best else {
                let newest = request.prefersNewest && target != nil ? ", the newest known" : ""
                self = step(.keep, best, "\(best.toolchainName) is there\(newest)")
                return
            }
            self =
                stock.obstacle(target).map { step(.blocked, target, $0) }
                ?? step(
                    .upgrade,
                    target,
                    "\(best.toolchainName) is there, \(target.toolchainName) is the newest known"
                )
            return
        }
        // Somebody else's will do where anything from a version on will, and stays as it is.
        if case .atLeast = request, let other = usable.newest(where: request.isAnswered) {
            self = step(.keep, other.version, "there is \(other.words)")
            return
        }
        guard let target else {
            self = step(.blocked, nil, "no archive is known that answers it on this host")
            return
        }
        if let reason = stock.obstacle(target) {
            self = step(.blocked, target, reason)
            return
        }
        let place = "\(stock.sdkRoot)/\(target.toolchainName)"
        if let occupant = stock.found.first(where: { $0.foundAt.hasSameBytes(as: place) }) {
            let flaws = occupant.flaws.map(\.words).joined(separator: "; ")
            self = step(
                .blocked,
                target,
                flaws.isEmpty
                    ? "nothing says that the tree at \(place) is complete" : "at \(place): \(flaws)"
            )
            return
        }
        let older = usable.newest { version in
            version < target && (isMinimum || request.prefersNewest && version.line == target.line)
        }
        if let older {
            self = step(.upgrade, target, "the newest there is \(older.words)")
            return
        }
        guard let other = usable.newest(where: { _ in true }) else {
            self = step(.install, target, "no Go is there that runs")
            return
        }
        self = step(.sideBySide, target, "\(other.words) stays as it is")
    }

    /// What to do for a tool that is not there.
    ///
    /// - Parameters:
    ///   - tool: `dlv`, `gopls`.
    ///   - wish: What was asked for, as it was written.
    ///   - source: Who asked.
    ///   - version: The version that would come.
    ///   - reason: Why it is this one.
    ///   - found: Every tool that was found, whoever put it there.
    /// - Returns: The step.
    public static func toInstall(
        tool: String,
        wish: String,
        source: String,
        version: String,
        reason: String,
        found: [FoundTool]
    ) -> Alignment {
        let others = found.filter { $0.tool == tool && $0.flaw == nil }
        let known = others.compactMap { tool in
            tool.version.flatMap { GoVersion($0) }.map { (tool: tool, version: $0) }
        }
        let older = GoVersion(version).flatMap { wanted in
            known.filter { $0.version < wanted }.max { $0.version < $1.version }
        }
        var words = reason
        if let older {
            words += "; \(older.tool.path) is \(older.version) and stays"
        } else if let other = others.first {
            words += "; \(other.path) is \(other.version ?? "of unknown version") and stays"
        }
        return Alignment(
            tool: tool,
            wish: wish,
            source: source,
            action: older != nil ? .upgrade : others.isEmpty ? .install : .sideBySide,
            version: version,
            reason: words
        )
    }
}

extension [GoInstallation] {
    /// The one with the newest of the versions that satisfy `isGood`.
    fileprivate func newest(where isGood: (GoVersion) -> Bool) -> GoInstallation? {
        compactMap { one in one.version.map { (installation: one, version: $0) } }
            .filter { isGood($0.version) }.max { $0.version < $1.version }?.installation
    }
}
