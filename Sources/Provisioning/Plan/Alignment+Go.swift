package import HostInspection
package import ToolchainCore
internal import ToolchainHost

extension Alignment {
    /// Compares the plan for a Go with all Go installations on the host.
    ///
    /// The plan decides. Go installations of other installers are only reported, because `ensure`
    /// cannot verify them and never selects them.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - source: The origin of the request: `arguments`, a manifest, a go.mod.
    ///   - plan: The step, or the failure that prevents it.
    ///   - found: All Go installations on the host, managed and foreign.
    ///   - incompatibility: Returns the reason that a version cannot run on this host, or `nil` if it
    ///     can.
    package init(
        _ request: Manifest.Request,
        source: String,
        plan: Result<GoStep, Failure>,
        found: [GoInstallation],
        incompatibility: (GoVersion) -> String?
    ) {
        func alignment(_ action: Action, _ version: GoVersion?, _ reason: String) -> Alignment {
            Alignment(
                tool: "go",
                request: request.text,
                source: source,
                action: action,
                version: version?.description,
                reason: reason
            )
        }
        let step: GoStep
        switch plan {
        case .success(let planned): step = planned
        case .failure(let failure):
            self = alignment(.blocked, request.version.exactVersion, failure.onOneLine)
            return
        }
        let version = step.version
        let name = version.toolchainName
        var missing = step.missing.map { "; \($0.toolchainName) is newer but not available" } ?? ""
        if let cooling = step.cooling {
            missing += "; \(cooling.version.toolchainName) is younger than the cooldown"
        }
        switch step.change {
        case .nothing: self = alignment(.keep, version, "\(name) is installed\(missing)")
        case .launcher:
            self = alignment(
                .keep,
                version,
                "\(name) is installed; its launcher would be written\(missing)"
            )
        case .repair:
            self = alignment(.repair, version, "\(name) is installed but cannot be used\(missing)")
        case .adoption, .tree:
            if let reason = incompatibility(version) {
                self = alignment(.blocked, version, reason)
                return
            }
            let (action, reason) = Self.place(of: version, for: request.version, among: found)
            let proof = step.isProvenByLog ? "; the log has to prove its files" : ""
            // The catalogs are the usual source.
            let source = step.source.flatMap { $0.isCatalog ? nil : "; \($0)" } ?? ""
            self = alignment(action, version, reason + source + proof + missing)
        }
    }

    /// Returns the action and reason for a version that is not installed, given the usable
    /// installations.
    private static func place(
        of version: GoVersion,
        for request: GoRequest,
        among found: [GoInstallation]
    ) -> (Action, String) {
        let usable = found.compactMap { installation in
            installation.isUsable ? installation.version.map { (installation, $0) } : nil
        }
        func newest(where isIncluded: (GoVersion) -> Bool) -> GoInstallation? {
            usable.filter { isIncluded($0.1) }.max { $0.1 < $1.1 }?.0
        }
        let match = newest { other in
            switch request {
            case .atLeast, .exactly: request.isMatched(by: other)
            case .newest, .newestPreRelease, .latest, .oldStable: other == version
            }
        }
        if let match {
            return (.sideBySide, "\(match.words) is not verified and stays unchanged")
        }
        let older = newest { other in
            switch request {
            case .atLeast: other < version
            case .newest, .newestPreRelease, .latest, .oldStable:
                other < version && other.line == version.line
            case .exactly: false
            }
        }
        if let older { return (.upgrade, "the newest installed is \(older.words)") }
        guard let other = newest(where: { _ in true }) else {
            return (.install, "no usable Go is installed")
        }
        return (.sideBySide, "\(other.words) stays unchanged")
    }
}

extension GoRequest {
    /// The request that `status --min` checks: this version or anything newer.
    package var orNewer: GoRequest {
        switch self {
        case .exactly(let version): .atLeast(version)
        case .newest(let line), .newestPreRelease(let line, _):
            GoVersion(line.description).map { .atLeast($0) } ?? self
        case .latest, .oldStable, .atLeast: self
        }
    }

    /// The version of an exact request, or `nil` for all others.
    fileprivate var exactVersion: GoVersion? {
        if case .exactly(let version) = self { version } else { nil }
    }
}
