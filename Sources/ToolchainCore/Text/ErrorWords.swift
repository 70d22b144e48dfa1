// Whatever is thrown may end up in a message, so that each error says in words what happened.

extension Catalog.Conflict: CustomStringConvertible {
    /// What contradicts what, in words.
    package var description: String {
        "\(fileName): pinned to sha256 \(pinned), but here to \(contradicting)"
    }
}

extension Failure: CustomStringConvertible {
    /// What happened and the facts, on one line.
    package var description: String { onOneLine }
}

extension GoRequest.Rejection: CustomStringConvertible {
    /// What is wrong with the request, in words.
    package var description: String { reason }
}

extension JSONError: CustomStringConvertible {
    /// What is wrong and where, in words.
    package var description: String { "\(reason), at byte \(position)" }
}

extension NoCompatibleVersion: CustomStringConvertible {
    /// Why no version fits, in words.
    package var description: String { reason }
}

extension ProxySettings.Rejection: CustomStringConvertible {
    /// What is wrong with which variable, in words.
    package var description: String { "\(variable) \(reason)" }
}

extension ToolchainFileList.Problem: CustomStringConvertible {
    /// Which file no toolchain module can have, in words.
    package var description: String {
        switch self {
        case .reservedName(let path): "`\(path)` has a name that Go reserves for a renamed go.mod"
        case .lineFeed(let path): "the name `\(path.withVisibleControls)` contains a line feed"
        case .unpairedModuleFile(let path): "`\(path)` differs from the `_go.mod` beside it"
        }
    }
}

extension TreeIndex.ParsingError: CustomStringConvertible {
    /// Where the index cannot be read, in words.
    package var description: String { "line \(line) is invalid" }
}

extension WebAddress.Rejection: CustomStringConvertible {
    /// What is wrong with the address, in words.
    package var description: String { reason }
}
