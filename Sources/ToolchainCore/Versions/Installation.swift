/// A Go toolchain or a tool that is installed in a directory of its own.
package enum Installation: Hashable, Sendable {
    case go(GoVersion)
    case tool(ToolBuild)

    /// The name of the directory and of the lock file: `go1.21.13`, `dlv1.25.0-go1.21.13`.
    package var name: String {
        switch self {
        case .go(let version): version.toolchainName
        case .tool(let build): build.name
        }
    }

    /// Parses the name of an installation's directory; nil for any other name.
    package init?(name: String) {
        if let version = GoVersion(name), version.toolchainName == name {
            self = .go(version)
        } else if let build = ToolBuild(name: name) {
            self = .tool(build)
        } else {
            return nil
        }
    }
}

extension Installation: Comparable {
    /// Orders Go versions before tools.
    package static func < (left: Installation, right: Installation) -> Bool {
        switch (left, right) {
        case (.go(let one), .go(let other)): one < other
        case (.tool(let one), .tool(let other)): one < other
        case (.go, .tool): true
        case (.tool, .go): false
        }
    }
}
