// Any error may be interpolated into a message, so each one has a readable description.

extension Catalog.Conflict: CustomStringConvertible {
    /// The file name and both digests.
    package var description: String {
        "\(fileName): pinned to sha256 \(pinned), contradicted by \(contradicting)"
    }
}

extension Failure: CustomStringConvertible {
    /// The message and the facts on one line.
    package var description: String { onOneLine }
}

extension GoRequest.Rejection: CustomStringConvertible {
    package var description: String { reason }
}

extension JSONError: CustomStringConvertible {
    /// The reason and the position in bytes.
    package var description: String { "\(reason), at byte \(position)" }
}

extension NoCompatibleVersion: CustomStringConvertible {
    package var description: String { reason }
}

extension ProxySettings.Rejection: CustomStringConvertible {
    /// The variable and the reason.
    package var description: String { "\(variable) \(reason)" }
}

extension ToolchainFileList.Problem: CustomStringConvertible {
    /// The path and why the file cannot be part of a toolchain module.
    package var description: String {
        switch self {
        case .reservedName(let path): "`\(path)` has a name that Go reserves for a renamed go.mod"
        case .lineFeed(let path): "the name `\(path.withVisibleControls)` contains a line feed"
        case .unpairedModuleFile(let path): "`\(path)` differs from the `_go.mod` beside it"
        }
    }
}

extension TreeIndex.ParsingError: CustomStringConvertible {
    /// The number of the invalid line.
    package var description: String { "line \(line) is invalid" }
}

extension WebAddress.Rejection: CustomStringConvertible {
    package var description: String { reason }
}
