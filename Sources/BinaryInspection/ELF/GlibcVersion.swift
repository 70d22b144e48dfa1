internal import ToolchainCore

/// A version of the GNU C Library, as `GLIBC_2.34` among a program's needs says it.
package struct GlibcVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The 2 of 2.34.
    package let major: Int
    /// The 34 of 2.34.
    package let minor: Int

    /// A version from its numbers.
    package init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `2.34`; what follows a second dot, as in `2.2.5`, does not count.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 2,
            parts.allSatisfy({
                (1...6).contains($0.count) && $0.utf8.allSatisfy(\.isDigit)
            }),
            let major = Int(parts[0]), let minor = Int(parts[1])
        else { return nil }
        self.init(major: major, minor: minor)
    }

    /// Reads the name of a symbol version, `GLIBC_2.34`; nil for names that name no version.
    init?(symbolVersion name: String) {
        // The only needed ABI marker so far that implies a release: glibc's NEWS for 2.36.
        if name == "GLIBC_ABI_DT_RELR" {
            self.init(major: 2, minor: 36)
            return
        }
        guard name.hasPrefix("GLIBC_") else { return nil }
        self.init(name.dropFirst("GLIBC_".count))
    }

    /// `2.34`.
    package var description: String { "\(major).\(minor)" }

    /// Orders 2.9 before 2.34.
    package static func < (left: GlibcVersion, right: GlibcVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}
