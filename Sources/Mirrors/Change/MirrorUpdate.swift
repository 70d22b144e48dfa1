package import ToolchainCore

/// The result of a change of a mirror, or of the check of one.
package struct MirrorUpdate: Sendable {
    /// What became of an archive.
    package enum Result: Sendable {
        /// It was downloaded or copied, verified and listed.
        case added
        /// Its file was in the mirror, but not listed.
        case adopted
        /// Its file was damaged, or another archive.
        case replaced
        /// It was listed, and has a log proof now.
        case proven
        /// It was listed, and its file is intact.
        case kept
        /// It was deleted.
        case removed
        /// It would be added or replaced.
        case planned
        /// It would be deleted.
        case superfluous
        /// It could not be added.
        case rejected(Failure)

        /// The word in JSON.
        package var word: String {
            switch self {
            case .added: "added"
            case .adopted: "adopted"
            case .replaced: "replaced"
            case .proven: "proven"
            case .kept: "kept"
            case .removed: "removed"
            case .planned, .superfluous: "planned"
            case .rejected: "rejected"
            }
        }

        /// Whether the mirror was changed.
        package var isChange: Bool {
            switch self {
            case .added, .adopted, .replaced, .proven, .removed: true
            case .kept, .planned, .superfluous, .rejected: false
            }
        }
    }

    /// One archive that the change considered.
    package struct Entry: Sendable {
        package let path: MirrorPath
        package let contents: PinnedArchive.Contents
        /// The architecture; nil for source code.
        package let architecture: GoArchitecture?
        package let result: Result
        /// The archive, if it is in the mirror, or was until it was removed.
        package var listed: MirrorEntry?
        /// The URL or path that it was got from.
        package var origin: String?
        /// Why there is no log proof, although the log can record it.
        package var missingProof: String?
    }

    /// A request for which no archive was found.
    package struct Unresolved: Sendable {
        /// The request, as written.
        package let request: String
        package let architecture: GoArchitecture
        /// The path of the manifest.
        package let manifest: String
        package let failure: Failure
    }

    /// The absolute path of the mirror.
    package let directory: String
    /// The archives, in the order in which they were requested.
    package var entries: [Entry]
    /// The requests of manifests for which no archive was found; the others were added.
    package var unresolved: [Unresolved] = []

    /// Whether files other than archives and proofs were changed: the catalog of the site, modules or logs.
    package var isOtherChanged = false

    /// Whether the mirror was changed.
    package var isChanged: Bool { isOtherChanged || entries.contains { $0.result.isChange } }

    /// Whether a check found something to change.
    package var hasPlan: Bool {
        entries.contains { entry in
            switch entry.result {
            case .planned, .superfluous: true
            case .added, .adopted, .replaced, .proven, .kept, .removed, .rejected: false
            }
        }
    }

    /// Why the first archive was rejected, or the first request not resolved: what is not genuine comes before
    /// what is not available; nil if nothing was.
    package var failure: Failure? {
        let failures =
            entries.compactMap { entry -> Failure? in
                if case .rejected(let failure) = entry.result { failure } else { nil }
            } + unresolved.map(\.failure)
        return failures.first { $0.kind == .integrity } ?? failures.first
    }
}
