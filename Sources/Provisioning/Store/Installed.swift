package import ToolchainCore

/// The state of an installation.
package enum InstallationState: Hashable, Sendable {
    /// A complete tree that gotoolprov installed.
    case installed(Receipt)
    /// A tree that gotoolprov installed and that cannot be used, because its program or VERSION is
    /// missing.
    case incomplete(Receipt, reason: String)
    /// A complete tree of another installer, most likely golang.org/dl.
    case foreign
    /// An entry that has no completion marker or cannot be read.
    case unknown(reason: String)
    /// A tree whose receipt is invalid, or can be changed by another user.
    case damaged(reason: String)
    /// The rest of a managed tree whose removal was interrupted.
    case halfRemoved

    /// The receipt of a managed tree, complete or not, or `nil`.
    package var receipt: Receipt? {
        switch self {
        case .installed(let receipt), .incomplete(let receipt, _): receipt
        case .foreign, .unknown, .damaged, .halfRemoved: nil
        }
    }
}

/// An entry of the store: a Go version, a tool, or either.
package struct Installed<Identity: Hashable & Sendable>: Hashable, Sendable {
    /// The version or build, from the name of the tree.
    package let identity: Identity
    /// The path of the tree.
    package let path: String
    package let state: InstallationState

    init(_ identity: Identity, path: String, state: InstallationState) {
        self.identity = identity
        self.path = path
        self.state = state
    }

    /// Whether gotoolprov installed the tree, so that its contents can be verified.
    package var isVerified: Bool { state.receipt != nil }
}

extension Installed where Identity == Installation {
    package var installation: Installation { identity }

    /// The name of the tree.
    package var name: String { identity.name }

    /// The version of a Go, or `nil` for a tool.
    package var goVersion: GoVersion? {
        if case .go(let version) = identity { version } else { nil }
    }

    /// The build of a tool, or `nil` for a Go.
    package var toolBuild: ToolBuild? {
        if case .tool(let build) = identity { build } else { nil }
    }
}

extension Installed where Identity == GoVersion {
    package var version: GoVersion { identity }

    /// The path of the tree.
    package var goRoot: String { path }
}

extension Installed where Identity == ToolBuild {
    package var build: ToolBuild { identity }

    package var program: String { "\(path)/bin/\(identity.tool)" }
}
