/// A Go version, parsed and ordered as Go itself does: `1.21.0`, `1.20`, `1.24rc1`.
///
/// The grammar and the order are those of Go's `internal/gover/gover.go`. Two consequences may be
/// surprising: since Go 1.21, `1.21` is a *language* version that has no archive and sorts before
/// `1.21rc1`; before that, `1.20` is the first release and `1.20.0` does not exist.
package struct GoVersion: Hashable, Sendable {
    /// The kind of a pre-release, as written between the minor number and its own number.
    package enum PreRelease: String, Hashable, Sendable, CaseIterable {
        /// Part of Go's grammar, although no release has used it.
        case alpha
        /// Used by Go 1.0 to 1.19.
        case beta
        /// A release candidate.
        case candidate = "rc"
    }

    let major: Numeral
    let minor: Numeral
    /// The patch number; nil for a language version and for a pre-release.
    let patch: Numeral?
    let preRelease: PreRelease?
    let preReleaseNumber: Numeral?
    /// The vendor suffix, as in `1.21.0-custom` and `1.20.14b7`, which Go ignores when it orders versions.
    package let suffix: String

    /// Parses `1.21.0` or `go1.21.0`; nil for text that Go's own parser rejects.
    ///
    /// `1.20.0` is rejected because Go has no release of that name; ``GoRequest`` maps it to `1.20` and
    /// prints a remark. `1.20.14b7`, the form of the BoringCrypto releases, is accepted because Delve
    /// accepts it.
    package init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        if rest.hasPrefix("go") { rest = rest.dropFirst(2) }
        var suffix = ""
        if let dash = rest.firstIndex(of: "-") {
            suffix = String(rest[dash...])
            rest = rest[..<dash]
            guard suffix.count > 1, suffix.utf8.allSatisfy(Self.isSuffixByte) else { return nil }
        }
        guard let major = Numeral.taking(from: &rest), rest.first == "." else { return nil }
        rest = rest.dropFirst()
        guard let minor = Numeral.taking(from: &rest) else { return nil }
        if let mark = Self.boringMark(in: rest) {
            suffix = rest[mark...] + suffix
            rest = rest[..<mark]
            // Only a release has such a suffix, never a language version.
            guard !rest.isEmpty || Self.namesFirstReleaseWithoutPatch(major: major, minor: minor)
            else { return nil }
        }
        var patch: Numeral?
        var kind: PreRelease?
        var number: Numeral?
        if rest.isEmpty {
            patch = Self.namesFirstReleaseWithoutPatch(major: major, minor: minor) ? .zero : nil
        } else if rest.first == "." {
            rest = rest.dropFirst()
            guard let digits = Numeral.taking(from: &rest), rest.isEmpty else { return nil }
            let isMisnamed =
                digits == .zero && Self.namesFirstReleaseWithoutPatch(major: major, minor: minor)
            guard !isMisnamed else { return nil }
            patch = digits
        } else {
            guard let found = PreRelease.allCases.first(where: { rest.hasPrefix($0.rawValue) })
            else { return nil }
            rest = rest.dropFirst(found.rawValue.count)
            guard let digits = Numeral.taking(from: &rest), rest.isEmpty else { return nil }
            kind = found
            number = digits
        }
        self.init(
            major: major,
            minor: minor,
            patch: patch,
            preRelease: kind,
            preReleaseNumber: number,
            suffix: suffix
        )
    }

    /// Parses the version that a Go reports: in its VERSION file, in programs it built, in `go version`.
    ///
    /// Apart from the name of a release, this is `go1.21.13 X:nodwarf5` or `go1.21.13-X:nodwarf5` if
    /// experiments are enabled, `go1.26.5 (Red Hat 1.26.5-1)`, and for development versions
    /// `go1.28-devel_33aff0e5` or, before Go 1.25, `devel go1.28-33aff0e5`.
    ///
    /// - Parameter text: The text; nil is returned if it does not start with a Go version.
    package init?(reported text: some StringProtocol) {
        var words = text.split { $0 == " " || $0 == "\t" }
        let isDevelopment = words.first == "devel"
        if isDevelopment { words.removeFirst() }
        guard let word = words.first, word.hasPrefix("go") else { return nil }
        if isDevelopment {
            let parts = word.split(separator: "-", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            self.init("\(parts[0])\(Self.developmentMark)\(parts[1])")
        } else if let mark = word.firstRange(of: "-X:") {
            self.init(word[..<mark.lowerBound])
        } else {
            self.init(word)
        }
    }

    private static let developmentMark = "-devel_"

    /// Returns the position of a suffix such as `b7` in `.14b7`; nil if there is none.
    private static func boringMark(in rest: Substring) -> Substring.Index? {
        guard let mark = rest.firstIndex(of: "b") else { return nil }
        var digits = rest[rest.index(after: mark)...]
        return Numeral.taking(from: &digits) != nil && digits.isEmpty ? mark : nil
    }

    init(
        major: Numeral,
        minor: Numeral,
        patch: Numeral?,
        preRelease: PreRelease? = nil,
        preReleaseNumber: Numeral? = nil,
        suffix: String = ""
    ) {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.preRelease = preRelease
        self.preReleaseNumber = preReleaseNumber
        self.suffix = suffix
    }

    /// Whether this is a language version such as `1.21`, which has no archive.
    package var isLanguageVersion: Bool { patch == nil && preRelease == nil && !isDevelopment }

    /// Whether this is a development version, built between releases: `1.28-devel_33aff0e5`.
    package var isDevelopment: Bool { suffix.hasPrefix(Self.developmentMark) }

    /// Whether this is a beta or a release candidate.
    package var isPreRelease: Bool { preRelease != nil }

    /// The release line: `1.21` for `1.21.13` and `1.21rc2`.
    package var line: ReleaseLine { ReleaseLine(major: major, minor: minor) }

    /// The release line that Delve assumes for this version.
    ///
    /// Delve orders a development version before the first beta of its line, so a Delve that supports up
    /// to go1.27 also accepts a development version of go1.28 (Delve's `pkg/goversion`).
    package var lineForDelve: ReleaseLine {
        guard isDevelopment, let before = minor.predecessor else { return line }
        return ReleaseLine(major: major, minor: before)
    }

    /// The version without its vendor suffix.
    package var withoutSuffix: GoVersion {
        GoVersion(
            major: major,
            minor: minor,
            patch: patch,
            preRelease: preRelease,
            preReleaseNumber: preReleaseNumber,
            suffix: ""
        )
    }

    /// The name of the toolchain's directory and of its launcher: `go1.21.13`.
    package var toolchainName: String { "go\(self)" }

    /// Returns whether the first release of a line has no patch number, as up to Go 1.20.
    static func namesFirstReleaseWithoutPatch(major: Numeral, minor: Numeral) -> Bool {
        major == .one && minor < ReleaseLine.firstReleaseHasPatch.minor
    }

    private static func isSuffixByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension GoVersion: Comparable {
    /// Orders versions as Go does; vendor suffixes, which Go ignores, make the order total.
    package static func < (left: GoVersion, right: GoVersion) -> Bool {
        if left.line != right.line { return left.line < right.line }
        // `1.21` < `1.21rc1` < `1.21.0`: versions without a patch number sort first.
        if left.patch != right.patch {
            guard let one = left.patch else { return true }
            guard let other = right.patch else { return false }
            return one < other
        }
        if left.preRelease != right.preRelease {
            return (left.preRelease?.rawValue ?? "") < (right.preRelease?.rawValue ?? "")
        }
        if let one = left.preReleaseNumber, let other = right.preReleaseNumber, one != other {
            return one < other
        }
        return left.suffix < right.suffix
    }
}

extension GoVersion: CustomStringConvertible {
    /// The version without the `go`: `1.21.13`.
    package var description: String {
        var text = line.description
        if let preRelease, let preReleaseNumber {
            text += preRelease.rawValue + preReleaseNumber.digits
        } else if let patch,
            !(patch == .zero && Self.namesFirstReleaseWithoutPatch(major: major, minor: minor))
        {
            text += "." + patch.digits
        }
        return text + suffix
    }
}

/// A Go release line: the language version that its releases and pre-releases have in common.
package struct ReleaseLine: Hashable, Comparable, Sendable, CustomStringConvertible {
    let major: Numeral
    let minor: Numeral

    init(major: Numeral, minor: Numeral) {
        self.major = major
        self.minor = minor
    }

    /// Creates the line `1.minor`.
    package init(minor: UInt) { self.init(major: .one, minor: Numeral(integerLiteral: minor)) }

    /// `1.21`.
    package var description: String { "\(major.digits).\(minor.digits)" }

    /// The first stable release of the line: `1.20`, `1.21.0`.
    package var firstRelease: GoVersion {
        GoVersion(major: major, minor: minor, patch: .zero)
    }

    /// Orders `1.9` before `1.21`.
    package static func < (left: ReleaseLine, right: ReleaseLine) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}
