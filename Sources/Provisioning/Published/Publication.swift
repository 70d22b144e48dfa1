package import ToolchainCore

/// Whether a tree is the toolchain that the Go project published, and what shows it.
package struct Publication: Sendable {
    /// The answer.
    package enum Verdict: Hashable, Sendable {
        /// Every file that the hash covers is the published one.
        case published(Evidence)
        /// The toolchain was published, and this tree differs from it.
        ///
        /// - Parameter files: The files that differ; nil where nothing at hand says which.
        case modified(files: [Difference]?)
        /// The Go project published no such toolchain: another project built it, or it was built here.
        case unpublished(reason: String)
        /// It could not be determined.
        case unknown(reason: String)
    }

    /// Where the hash of the published toolchain is from.
    package enum Evidence: Hashable, Sendable {
        /// The table inside this program.
        case builtIn

        /// The name in JSON.
        package var name: String {
            switch self {
            case .builtIn: "built-in"
            }
        }
    }

    /// A file that is not as published.
    package struct Difference: Hashable, Sendable {
        /// How a file differs.
        package enum Kind: String, Hashable, Sendable {
            case changed, missing, extra
        }

        /// The path below the root.
        package let path: String
        package let kind: Kind
    }

    /// The tree, GOROOT.
    package let root: String
    /// The version that its VERSION file states; nil where it states none.
    package let version: GoVersion?
    /// The platform of its bin/go; nil where there is none.
    package let platform: GoPlatform?
    /// The hash of the tree; nil where it was not or could not be computed.
    package let hash: ModuleHash?
    /// The hash of the published toolchain; nil where it is not known.
    package let published: ModuleHash?
    /// How many files were read.
    package let fileCount: Int
    package let verdict: Verdict
}

extension Publication.Verdict {
    /// The verdict as JSON and text have it.
    package var word: String {
        switch self {
        case .published: "published"
        case .modified: "modified"
        case .unpublished: "not-published"
        case .unknown: "unknown"
        }
    }

    /// Why, or by what evidence, in a few words.
    package var reason: String? {
        switch self {
        case .published: nil
        case .modified(let files):
            files == nil ? "which files differ is unknown without its receipt" : nil
        case .unpublished(let reason), .unknown(let reason): reason
        }
    }
}
