/// Which releases are added to a catalog.
package enum ReleaseSelection: Hashable, Sendable {
    /// The stable releases of the two newest lines that are newer than every listed one of their line.
    ///
    /// These are the lines that Go supports; older releases are added only if they are requested.
    case newer
    /// All stable releases.
    case stable
    /// The newest release for each request.
    case requested([GoRequest])

    /// Selects releases.
    ///
    /// - Parameters:
    ///   - available: The releases that could be added.
    ///   - listed: The releases that catalogs already list.
    /// - Returns: The releases to add, newest first: only those that the log records and that no catalog lists.
    package func releases(
        among available: [GoVersion],
        listed: [GoVersion]
    ) -> [GoVersion] {
        let available = available.filter { Self.isRecorded($0) }
        let selected: [GoVersion]
        switch self {
        case .newer:
            let stable = (available + listed).filter(\.isStable)
            let lines = Set(stable.map(\.line)).sorted().suffix(2)
            selected = available.filter { version in
                guard version.isStable, lines.contains(version.line) else { return false }
                return listed.allSatisfy {
                    $0.line != version.line || !$0.isStable || $0 < version
                }
            }
        case .stable: selected = available.filter(\.isStable)
        case .requested(let requests): selected = requests.compactMap { $0.best(among: available) }
        }
        return Set(selected).subtracting(listed).sorted(by: >)
    }

    /// Returns the requests that no release matches.
    package func unmatched(among available: [GoVersion]) -> [GoRequest] {
        guard case .requested(let requests) = self else { return [] }
        let available = available.filter { Self.isRecorded($0) }
        return requests.filter { $0.best(among: available) == nil }
    }

    private static func isRecorded(_ version: GoVersion) -> Bool {
        version.line >= .recordedInLog && !version.isLanguageVersion
            && version == version.withoutSuffix
    }
}
