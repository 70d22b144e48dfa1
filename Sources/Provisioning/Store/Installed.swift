package import ToolchainCore

/// The state of an installation.
package enum InstallationState: Hashable, Sendable {
    /// A complete tree that gotoolprov installed.
    case installed(Receipt)
    /// A tree that gotoolprov installed, and that cannot be used: its program or VERSION is gone.
    case incomplete(Receipt, reason: String)
    /// A complete tree that something else installed, golang.org/dl most likely.
    case foreign
    /// Something without a completion marker, or that cannot be read.
    case unknown(reason: String)
    /// A tree whose receipt cannot be right.
    case damaged(reason: String)
    /// What is left of a tree of ours whose removal was interrupted.
    case halfRemoved

    /// The receipt of a tree of ours, whole or not.
    package var receipt: Receipt? {
        switch self {
        case .installed(let receipt), .incomplete(let receipt, _): receipt
        case .foreign, .unknown, .damaged, .halfRemoved: nil
        }
    }
}

/// Something in the store: a Go version, a tool, or one of both.
package struct Installed<Identity: Hashable & Sendable>: Hashable, Sendable {
    /// What the name of its tree says.
    package let identity: Identity
    /// Its tree.
    package let path: String
    package let state: InstallationState

    init(_ identity: Identity, path: String, state: InstallationState) {
        self.identity = identity
        self.path = path
        self.state = state
    }

    /// Whether gotoolprov installed it, so that its contents are known.
    package var isVerified: Bool { state.receipt != nil }
}

extension Installed where Identity == Installation {
    package var installation: Installation { identity }

    /// The name of the tree.
    package var name: String { identity.name }

    /// The version of a Go; nil for a tool.
    package var goVersion: GoVersion? {
        if case .go(let version) = identity { version } else { nil }
    }

    /// Which tool it is; nil for a Go.
    package var toolBuild: ToolBuild? {
        if case .tool(let build) = identity { build } else { nil }
    }
}

extension Installed where Identity == GoVersion {
    package var version: GoVersion { identity }

    /// Its tree.
    package var goRoot: String { path }
}

extension Installed where Identity == ToolBuild {
    package var build: ToolBuild { identity }

    package var program: String { "\(path)/bin/\(identity.tool)" }
}
