// Whatever is thrown may end up in a message, so that each error says in words what happened.

extension LaunchFile.Problem: CustomStringConvertible {
    /// What cannot be written down, in words.
    package var description: String {
        switch self {
        case .port: "the port cannot be 0"
        case .relative(let path): "`\(path)` is not an absolute path"
        case .unusable(let text): "`\(text)` contains control characters or `${`"
        case .host(let name): "`\(name)` would be read as an option of ssh"
        case .trimmedWithoutMapping: "the executable has no record of its source directories"
        }
    }
}

extension SettingsRefusal: CustomStringConvertible {
    /// What stands in the way and where, in words.
    package var description: String { "\(words), at line \(line), column \(column)" }
}
