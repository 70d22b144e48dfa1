// Any error may appear in a message, so each one has a readable description.

extension HostPlatform.Unknown: CustomStringConvertible {
    /// A description for messages.
    package var description: String { "Go does not support \(machine) on Linux" }
}

extension RemedyRefusal: CustomStringConvertible {
    /// A description for messages.
    package var description: String { words }
}
