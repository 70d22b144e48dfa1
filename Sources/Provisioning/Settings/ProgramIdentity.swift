/// The identity of this program.
package enum ProgramIdentity {
    /// The semantic version, which CHANGELOG.md lists.
    package static let version = "0.2.0"
}
