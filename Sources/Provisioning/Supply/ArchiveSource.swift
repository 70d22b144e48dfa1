internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost
internal import ToolchainNetwork

/// A file or URL that may provide a pinned archive.
struct ArchiveSource: Sendable {
    let pin: PinnedArchive
    /// The path of the file; a download from `address` is stored there.
    let path: String
    /// The URL to download the file from, or `nil` if it is on this host.
    var address: WebAddress?
    /// Facts about the places that were searched before and do not have the archive.
    var absences: [Failure.Fact] = []
    /// The mirror that has the archive, or `nil` for the cache, `--archive` and the official site.
    var mirror: String?
    /// The mirrors that were skipped before; only set in the first source.
    var unusable: [UnusableMirror] = []
    /// Whether the file is in the cache; a damaged one is deleted.
    var isCached = false

    /// Whether the file was given with `--archive`.
    var isGiven = false

    /// What has to prove the unpacked files, or `nil` if the digest of the archive vouches for them.
    var claim: LogClaim?

    /// The URL or path, for messages and receipts.
    var origin: String { address?.withoutQuery ?? path }

    /// A hint for a file that does not match its pin.
    var replacementHint: String {
        guard isGiven else {
            return isCached
                ? "try again: the cached file was deleted"
                : "the mirror's file is incomplete or altered: copy it again, or use another mirror"
        }
        if let version = GoVersion(archiveFileName: path.split(byte: "/").last ?? ""),
            case .go(let requested) = pin.contents, version != requested
        {
            return "the file is named for \(version.toolchainName): run"
                + " `gotoolprov ensure \(version.toolchainName) --archive FILE`"
        }
        return "the file is incomplete or altered: download or copy it again"
    }
}

/// A mirror that cannot be used.
struct UnusableMirror: Sendable {
    /// The directory or URL of the mirror.
    let name: String
    let reason: String
}

/// A source whose contents match the pin.
struct VerifiedSource: ~Copyable {
    let archive: VerifiedArchive
    let source: ArchiveSource
}
