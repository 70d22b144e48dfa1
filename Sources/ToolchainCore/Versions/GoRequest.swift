/// A request for a Go release, or for the newest of several.
package enum GoRequest: Hashable, Sendable {
    /// A specific release: `go1.21.13`.
    case exactly(GoVersion)
    /// The newest stable release of a line: `go1.21`, `go@1.20`, `go1.20.x`.
    case newest(of: ReleaseLine)
    /// The newest pre-release of a line: `go1.28rc`.
    case newestPreRelease(of: ReleaseLine, GoVersion.PreRelease)
    /// The newest stable release: `go@latest`, `stable`.
    case latest
    /// The newest release of the second newest line that has a stable release: `oldstable`.
    ///
    /// The line depends on the known versions; see ``resolved(among:)``.
    case oldStable
    /// The newest stable release, which must not be older than this version: `go>=1.21`.
    case atLeast(GoVersion)

    /// The error thrown for an invalid request.
    package struct Rejection: Error, Equatable, Sendable {
        /// The predicate of a sentence about the request.
        package let reason: String
        /// What to write instead, if known.
        package let suggestion: String?
    }

    /// Parses a request such as `go1.21.0`, `go@1.21`, `go@latest`, `go>=1.21`, `1.21.0` or `stable`.
    ///
    /// `stable` and `oldstable` have the same meaning as in actions/setup-go
    /// (docs/facts/edge-cases.md#stable-and-oldstable). `golang@1.27` is `go@1.27`, and `golang`
    /// is `go@latest`.
    ///
    /// Up to Go 1.20, the name of a line is also the name of its first release
    /// (docs/facts/edge-cases.md#go-version-names). `go1.20` requests that release, as in golang.org/dl;
    /// `go@1.20` and `go1.20.x` request the newest patch release.
    ///
    /// - Throws: ``Rejection`` if the request is invalid.
    package init(parsing text: String) throws(Rejection) {
        var rest = Substring(text)
        var isPrefix = false
        if rest == "golang" { rest = "latest" }
        if rest.hasPrefix("golang@") { rest = rest.dropFirst(6) }
        if rest.hasPrefix("go") { rest = rest.dropFirst(2) }
        if rest.hasPrefix("@") {
            rest = rest.dropFirst()
            isPrefix = true
            if rest.hasPrefix("go") { rest = rest.dropFirst(2) }
        }
        // GoVersion accepts a prefix `go` too; reject a second one.
        guard !rest.hasPrefix("go") else { throw Self.rejection(of: rest) }
        switch rest {
        case "latest", "stable":
            self = .latest
            return
        case "oldstable":
            self = .oldStable
            return
        case "", "1":
            throw Rejection(
                reason: "does not name a Go version",
                suggestion: "use `go@latest` or a version such as `go1.21.13`"
            )
        default: break
        }
        if rest.hasPrefix("devel") || rest.hasPrefix("tip") {
            throw Rejection(
                reason: "is a development version, and Go publishes no archives of those",
                suggestion: "use a release such as `go@latest`"
            )
        }
        if rest.hasPrefix(">=") {
            guard let version = Self.version(rest.dropFirst(2)) else {
                throw Self.rejection(of: rest.dropFirst(2))
            }
            self = .atLeast(version)
            return
        }
        if rest.hasSuffix(".x") {
            guard let line = Self.line(rest.dropLast(2)) else { throw Self.rejection(of: rest) }
            self = .newest(of: line)
            return
        }
        if let kind = GoVersion.PreRelease.allCases.first(where: { rest.hasSuffix($0.rawValue) }),
            let line = Self.line(rest.dropLast(kind.rawValue.count))
        {
            self = .newestPreRelease(of: line, kind)
            return
        }
        if let line = Self.line(rest), isPrefix || line.namesake.isLanguageVersion {
            self = .newest(of: line)
            return
        }
        guard let version = Self.version(rest), !version.isLanguageVersion else {
            throw Self.rejection(of: rest)
        }
        self = .exactly(version)
    }

    /// Returns a remark for the user if a request may mean something other than expected; nil otherwise.
    package static func remark(on text: String) -> String? {
        guard let request = try? GoRequest(parsing: text), case .exactly(let version) = request,
            version == version.line.namesake, version.patch == .zero
        else { return nil }
        if text.hasSuffix(".0"), !version.description.hasSuffix(".0") {
            return "`\(text)` means \(version.toolchainName): up to Go 1.20, the first release of a"
                + " line has no patch number"
        }
        guard !version.description.hasSuffix(".0") else { return nil }
        return "\(version.toolchainName) is the first release of its line;"
            + " for its newest patch release, use `\(version.toolchainName).x`"
    }

    /// Parses the name of a line, such as `1.21`, which has no patch number and no suffix.
    private static func line(_ text: Substring) -> ReleaseLine? {
        guard let version = GoVersion(text), version == version.line.namesake else {
            return nil
        }
        return version.line
    }

    /// Parses a version as ``GoVersion/init(_:)`` does, and also accepts `1.20.0` for `1.20`.
    private static func version(_ text: Substring) -> GoVersion? {
        if let version = GoVersion(text) { return version }
        guard text.hasSuffix(".0"), let line = line(text.dropLast(2)),
            !line.namesake.isLanguageVersion
        else { return nil }
        return line.namesake
    }

    private static func rejection(of text: Substring) -> Rejection {
        Rejection(
            reason: "is not a Go version",
            suggestion: "versions look like `go1.21.13`, `go1.21`, `go1.24rc1`, `go@latest`,"
                + " `go>=1.21`"
        )
    }
}

extension GoRequest: CustomStringConvertible {
    /// The shortest spelling of the same request.
    package var description: String {
        switch self {
        case .exactly(let version): version.toolchainName
        case .newest(let line):
            line.namesake.isLanguageVersion ? "go\(line)" : "go\(line).x"
        case .newestPreRelease(let line, let kind): "go\(line)\(kind.rawValue)"
        case .latest: "go@latest"
        case .oldStable: "go@oldstable"
        case .atLeast(let version): "go>=\(version)"
        }
    }
}

extension GoRequest {
    /// Returns the newest of `versions` that matches the request; nil if none does.
    ///
    /// Pre-releases match only requests for pre-releases.
    package func best(among versions: some Sequence<GoVersion>) -> GoVersion? {
        let versions = Array(versions)
        let request = resolved(among: versions)
        guard request != .oldStable else { return nil }
        return versions.filter(request.isMatched).max()
    }

    /// Returns the request with ``oldStable`` replaced by the line that it means.
    ///
    /// - Parameter versions: All known versions, on this host and elsewhere.
    /// - Returns: The request for the line. Requests other than ``oldStable`` are returned unchanged, as is
    ///   ``oldStable`` if fewer than two lines have a stable release.
    package func resolved(among versions: some Sequence<GoVersion>) -> GoRequest {
        guard case .oldStable = self else { return self }
        let lines = Set(versions.filter(\.isStable).map(\.line))
        guard let newest = lines.max(), let line = lines.filter({ $0 < newest }).max() else {
            return self
        }
        return .newest(of: line)
    }

    /// Returns whether a version matches the request, even if a newer one also matches.
    ///
    /// Call ``resolved(among:)`` first: every stable version matches ``oldStable``.
    package func isMatched(by version: GoVersion) -> Bool {
        switch self {
        case .exactly(let requested): version == requested
        case .newest(let line): version.line == line && version.isStable
        case .newestPreRelease(let line, let kind):
            version.line == line && version.preRelease == kind
        case .latest, .oldStable: version.isStable
        case .atLeast(let minimum): version.isStable && version >= minimum
        }
    }
}

extension GoVersion {
    /// Whether this is a release of the Go project other than a pre-release.
    var isStable: Bool { patch != nil && suffix.isEmpty }
}

extension ReleaseLine {
    /// The version with the name `1.N`: a release up to 1.20, a language version since 1.21.
    var namesake: GoVersion {
        GoVersion(
            major: major,
            minor: minor,
            patch: GoVersion.namesFirstReleaseWithoutPatch(major: major, minor: minor)
                ? .zero : nil
        )
    }
}
