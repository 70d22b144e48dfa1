internal import ToolchainCore

/// A version of the GNU C Library, as in the symbol version `GLIBC_2.34`.
package struct GlibcVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let major: Int
    package let minor: Int

    /// Creates a version.
    package init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Parses `2.34`, and ignores further components, as in `2.2.5`; nil for other formats.
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

    /// Parses a symbol version such as `GLIBC_2.34`; nil if it is not a version of glibc.
    init?(symbolVersion name: String) {
        // The only ABI marker so far that implies a release (glibc's NEWS for 2.36).
        if name == "GLIBC_ABI_DT_RELR" {
            self.init(major: 2, minor: 36)
            return
        }
        guard name.hasPrefix("GLIBC_") else { return nil }
        self.init(name.dropFirst("GLIBC_".count))
    }

    /// The version in the form `2.34`.
    package var description: String { "\(major).\(minor)" }

    /// Orders versions by their numbers, so 2.9 precedes 2.34.
    package static func < (left: GlibcVersion, right: GlibcVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}
