/// Which gotoolprov this is.
package enum ProgramIdentity {
    /// The version, by semver.org; the one in CHANGELOG.md.
    package static let version = "0.2.0"
}
