/// Which gotoolprov this is.
public enum ProgramIdentity {
    /// The version, by semver.org; the one in CHANGELOG.md.
    public static let version = "0.2.0"
}
