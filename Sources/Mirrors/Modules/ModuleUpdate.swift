package import ToolchainCore

/// The result of making a mirror serve Go's own toolchain switching.
package struct ModuleUpdate: Sendable {
    /// What became of the module of a toolchain.
    package enum Result: Sendable {
        /// It was made.
        case added
        /// Its file was damaged, or of other contents.
        case replaced
        /// Its file is intact.
        case kept
        /// It was deleted, because the index does not list its archive.
        case removed
        /// No log records it, so the `go` command would refuse it.
        case skipped(reason: String)
        /// It could not be made.
        case rejected(Failure)

        /// The word in JSON.
        package var word: String {
            switch self {
            case .added: "added"
            case .replaced: "replaced"
            case .kept: "kept"
            case .removed: "removed"
            case .skipped: "skipped"
            case .rejected: "rejected"
            }
        }

        /// Whether the mirror was changed.
        package var isChange: Bool {
            switch self {
            case .added, .replaced, .removed: true
            case .kept, .skipped, .rejected: false
            }
        }
    }

    /// The module of one archive.
    package struct Entry: Sendable {
        package let version: GoVersion
        package let architecture: GoArchitecture
        package let result: Result
        /// The hash of the module's files; nil if it is not served.
        package let hash: ModuleHash?
    }

    /// A log that proves the modules to the `go` command.
    package struct Log: Sendable {
        /// The name: of the directory below `sumdb`.
        package let name: String
        /// The key as in GOSUMDB.
        package let key: String
        /// The number of records in its newest tree.
        package let size: Int
        /// Whether it is a log that the site keeps itself.
        package let isOwn: Bool
        /// Whether its files were changed.
        package let isChanged: Bool
        /// The file with the signing key, if it was created by this run.
        package var newKeyPath: String?
    }

    /// The absolute path of the mirror.
    package let directory: String
    package let entries: [Entry]
    /// The logs that prove all modules.
    package let logs: [Log]
    /// Why there is no log, or one could not be extended.
    package let logFailure: Failure?

    /// Whether the mirror was changed.
    package var isChanged: Bool {
        entries.contains { $0.result.isChange } || logs.contains { $0.isChanged }
    }

    /// The most important failure; nil if there was none.
    package var failure: Failure? {
        let failures =
            entries.compactMap { entry -> Failure? in
                if case .rejected(let failure) = entry.result { failure } else { nil }
            } + [logFailure].compactMap { $0 }
        return failures.first { $0.kind == .integrity } ?? failures.first
    }
}
