package import ToolchainCore

/// The result of an update of a catalog file.
package struct CatalogUpdate: Sendable {
    /// One archive that the update considered.
    package struct Entry: Sendable {
        package let version: GoVersion
        package let platform: GoPlatform
        package let result: Result
    }

    /// What became of an archive.
    package enum Result: Sendable {
        /// It is proven, and in the catalog now.
        case added(CatalogFile.Addition, proof: String?)
        /// It would be proven and added.
        case planned
        /// It is not in the catalog.
        case rejected(Failure)
    }

    /// The absolute path of the catalog file.
    package let path: String
    /// The archives: newest release first, and by architecture.
    package let entries: [Entry]
    /// Whether the file was written.
    package let isWritten: Bool

    /// Whether an update that only plans found something to add.
    package var hasPlan: Bool {
        entries.contains { if case .planned = $0.result { true } else { false } }
    }

    /// Why the first archive was rejected: one that is not the published one comes before one that is not
    /// available; nil if all were added.
    package var failure: Failure? {
        let failures = entries.compactMap { entry -> Failure? in
            if case .rejected(let failure) = entry.result { failure } else { nil }
        }
        return failures.first { $0.kind == .integrity } ?? failures.first
    }
}
