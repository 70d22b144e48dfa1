internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost
internal import ToolchainNetwork

/// A file that may be the archive that is wanted.
struct ArchiveSource: Sendable {
    let pin: PinnedArchive
    /// The file, which is in the cache once it was fetched from `address`.
    let path: String
    /// Where the file has to be fetched from; nil where it is on this host.
    var address: WebAddress?
    /// Where it was searched for before, and is missing.
    var absences: [Failure.Fact] = []
    /// The mirror that has it; nil for the cache, `--archive` and the official site.
    var mirror: String?
    /// The mirrors that cannot be used, of the first source.
    var unusable: [UnusableMirror] = []
    /// Whether the file is in the cache, from which it is deleted if it is damaged.
    var isCached = false

    /// Whether the file was named by `--archive`.
    var isGiven = false

    /// Where it comes from, for people and receipts.
    var origin: String { address?.withoutQuery ?? path }

    /// Where to get another file from, as this one is not what is pinned.
    var replacementHint: String {
        guard isGiven else {
            return isCached
                ? "try again: the cached file was deleted"
                : "the mirror's file is incomplete or altered: copy it again, or use another mirror"
        }
        if let version = GoVersion(archiveFileName: path.split(byte: "/").last ?? ""),
            case .go(let wanted) = pin.contents, version != wanted
        {
            return "the file is named for \(version.toolchainName): run"
                + " `gotoolprov ensure \(version.toolchainName) --archive FILE`"
        }
        return "the file is incomplete or altered: download or copy it again"
    }
}

/// A mirror that archives cannot come from.
struct UnusableMirror: Sendable {
    /// The directory or the URL.
    let name: String
    let reason: String
}

/// A source whose bytes are those that are pinned.
struct VerifiedSource: ~Copyable {
    let archive: VerifiedArchive
    let source: ArchiveSource
}
