// Descriptions of errors, which end up in messages.

extension LaunchFile.Problem: CustomStringConvertible {
    /// The problem in one sentence.
    package var description: String {
        switch self {
        case .port: "the port cannot be 0"
        case .relative(let path): "`\(path)` is not an absolute path"
        case .unusable(let text): "`\(text)` contains control characters or `${`"
        case .host(let name): "ssh would read `\(name)` as an option"
        case .trimmedWithoutMapping: "the executable does not record its source directories"
        }
    }
}

extension SettingsRefusal: CustomStringConvertible {
    /// The reason and its position.
    package var description: String { "\(words), at line \(line), column \(column)" }
}
