// Any error may appear in a message, so each one describes in words what happened.

extension HostPlatform.Unknown: CustomStringConvertible {
    /// What happened, in words.
    package var description: String { "Go does not support \(machine) on Linux" }
}

extension RemedyRefusal: CustomStringConvertible {
    /// What happened, in words.
    package var description: String { words }
}
