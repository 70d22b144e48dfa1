/// A request for Go: one release, or the newest of several.
package enum GoRequest: Hashable, Sendable {
    /// This release and no other: `go1.21.13`.
    case exactly(GoVersion)
    /// The newest patch release of a line: `go1.21`, `go@1.20`, `go1.20.x`.
    case newest(of: ReleaseLine)
    /// The newest pre-release of a line: `go1.28rc`.
    case newestPreRelease(of: ReleaseLine, GoVersion.PreRelease)
    /// The newest stable release: `go@latest`, `stable`.
    case latest
    /// The newest release of the second newest line that has a stable release: `oldstable`.
    ///
    /// Which line that is depends on the versions that are known: ``settled(among:)``.
    case oldStable
    /// Anything stable that is not older: `go>=1.21`.
    case atLeast(GoVersion)

    /// Why a text is not a request.
    package struct Rejection: Error, Equatable, Sendable {
        /// What is wrong with it, as the predicate of a sentence about it.
        package let reason: String
        /// What to write instead, where that is known.
        package let suggestion: String?
    }

    /// Reads a request such as `go1.21.0`, `go@1.21`, `go@latest`, `go>=1.21`, `1.21.0`, `stable`.
    ///
    /// `stable` and `oldstable` mean what they mean for actions/setup-go
    /// (docs/facts/edge-cases.md#stable-and-oldstable). `golang@1.27` is `go@1.27`, and `golang`
    /// is `go@latest`.
    ///
    /// Up to Go 1.20, where `go1.20` names a release (docs/facts/edge-cases.md#go-version-names),
    /// `go1.20` is that release, as it is for golang.org/dl, and `go@1.20` or `go1.20.x` its newest
    /// patch.
    ///
    /// - Throws: ``Rejection`` for anything else.
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
        // GoVersion takes a `go` too, and one is enough.
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

    /// A remark for the user, where the request differs from the name that Go uses.
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

    /// The line that a text such as `1.21` names, which has no third number and no suffix.
    private static func line(_ text: Substring) -> ReleaseLine? {
        guard let version = GoVersion(text), version == version.line.namesake else {
            return nil
        }
        return version.line
    }

    /// As ``GoVersion/init(_:)``, and `1.20.0` for what Go calls `1.20`.
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
    /// The newest of `versions` that matches this request; nil where none does.
    ///
    /// Pre-releases match only a request that names them.
    package func best(among versions: some Sequence<GoVersion>) -> GoVersion? {
        let versions = Array(versions)
        let request = settled(among: versions)
        guard request != .oldStable else { return nil }
        return versions.filter(request.isAnswered).max()
    }

    /// This request, with the line that ``oldStable`` means where these versions are known.
    ///
    /// - Parameter versions: The versions that are known, on this host and elsewhere.
    /// - Returns: The request itself unless it is ``oldStable``, and where fewer than two lines have a
    ///   stable release.
    package func settled(among versions: some Sequence<GoVersion>) -> GoRequest {
        guard case .oldStable = self else { return self }
        let lines = Set(versions.filter(\.isStable).map(\.line))
        guard let newest = lines.max(), let line = lines.filter({ $0 < newest }).max() else {
            return self
        }
        return .newest(of: line)
    }

    /// Whether a version matches this request, regardless of whether a newer one matches too.
    ///
    /// Any stable version may match ``oldStable``, which is to be settled first.
    package func isAnswered(by version: GoVersion) -> Bool {
        switch self {
        case .exactly(let wanted): version == wanted
        case .newest(let line): version.line == line && version.isStable
        case .newestPreRelease(let line, let kind):
            version.line == line && version.preRelease == kind
        case .latest, .oldStable: version.isStable
        case .atLeast(let least): version.isStable && version >= least
        }
    }
}

extension GoVersion {
    /// A release that is neither a pre-release, nor a language version, nor a vendor's own.
    var isStable: Bool { patch != nil && suffix.isEmpty }
}

extension ReleaseLine {
    /// What `1.N` means as a version: a release up to 1.20, a language version from 1.21 on.
    var namesake: GoVersion {
        GoVersion(
            major: major,
            minor: minor,
            patch: GoVersion.namesFirstReleaseWithoutPatch(major: major, minor: minor)
                ? .zero : nil
        )
    }
}
