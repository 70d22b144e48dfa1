package import ToolchainCore
internal import TransparencyLog

/// The result of comparing a tree with the toolchain that the Go project published.
package struct Publication: Sendable {
    /// The verdict on a tree.
    package enum Verdict: Hashable, Sendable {
        /// Every file that the hash covers is the published one.
        case published(Evidence)
        /// The tree differs from the published toolchain in these files.
        case modified(files: [Difference])
        /// The tree differs from the published toolchain, and all that is known of it is the reason.
        case differs(reason: String)
        /// The Go project did not publish the toolchain: another project or the user built it.
        case unpublished(reason: String)
        /// It could not be determined.
        case unknown(reason: String)
    }

    /// The source of the published hash.
    package enum Evidence: Hashable, Sendable {
        /// The built-in table.
        case builtIn
        /// A proof of a log in the file at this path.
        case proof(path: String, log: String)
        /// The answers of a log and its tiles that `go` keeps in this directory of its module cache.
        case goCache(path: String, log: String)
        /// A lookup in the log with this name.
        case log(name: String)

        /// The name in JSON.
        package var name: String {
            switch self {
            case .builtIn: "built-in"
            case .proof: "proof"
            case .goCache: "go-cache"
            case .log: "log"
            }
        }

        /// The evidence in words, or `nil` for the built-in table.
        ///
        /// Another log than Go's checksum database is named.
        package var words: String? {
            let log = otherLog.map { " of the log \($0)" } ?? ""
            return switch self {
            case .builtIn: nil
            case .proof(let path, _): "proven by \(path)\(log)"
            case .goCache(let path, _): "proven by \(path)\(log), where go keeps what it looked up"
            case .log(let name): "proven by the log \(name)"
            }
        }

        /// The name of the log, or `nil` if it is Go's checksum database.
        var otherLog: String? {
            switch self {
            case .builtIn: nil
            case .proof(_, let log), .goCache(_, let log), .log(let log):
                VerifierKey.goChecksumDatabase.name == log ? nil : log
            }
        }
    }

    /// A file that differs from the published one.
    package struct Difference: Hashable, Sendable {
        /// The way in which a file differs.
        package enum Kind: String, Hashable, Sendable {
            case changed, missing, extra
        }

        /// The path relative to the root.
        package let path: String
        package let kind: Kind
    }

    /// The path of the tree, GOROOT.
    package let root: String
    /// The version in its VERSION file, or `nil`.
    package let version: GoVersion?
    /// The platform of its bin/go, or `nil` if there is none.
    package let platform: GoPlatform?
    /// The hash of the tree, or `nil` if it was not computed.
    package let hash: ModuleHash?
    /// The hash of the published toolchain, or `nil` if unknown.
    package let published: ModuleHash?
    /// The number of files that were read.
    package let fileCount: Int
    package let verdict: Verdict

    /// Creates the result for a managed toolchain that cannot be recognized as one.
    ///
    /// - Parameters:
    ///   - root: The path of the tree.
    ///   - version: The version that its place in the store names.
    ///   - known: What its receipt proves: if the published one was installed, it has been modified.
    /// - Returns: The result.
    package static func damaged(
        _ root: String,
        _ version: GoVersion,
        known: PublishedState?
    ) -> Publication {
        let reason = "VERSION and bin/go are missing or cannot be read"
        return Publication(
            root: root,
            version: version,
            platform: nil,
            hash: nil,
            published: nil,
            fileCount: 0,
            verdict: known?.state == .modified ? .differs(reason: reason) : .unknown(reason: reason)
        )
    }
}

extension Publication.Verdict {
    /// The name of the verdict in JSON and text.
    package var word: String {
        switch self {
        case .published: "published"
        case .modified, .differs: "modified"
        case .unpublished: "not-published"
        case .unknown: "unknown"
        }
    }

    /// The reason for the verdict, or `nil` if it needs none.
    package var reason: String? {
        switch self {
        case .published(let evidence): evidence.words
        case .modified: nil
        case .differs(let reason), .unpublished(let reason), .unknown(let reason): reason
        }
    }
}
