package import Provisioning
package import ToolchainCore
package import ToolchainHost
internal import TransparencyLog

/// A part of `mirror verify`, which looks at files of one kind.
///
/// A kind of files becomes part of the verification by a check in ``MirrorVerifier/checks``.
package protocol MirrorCheck: Sendable {
    /// Whether a file belongs to those that this check looks at; a file that belongs to none is unlisted.
    func covers(_ path: String, in mirror: MirrorContents) -> Bool

    /// Looks at the files.
    ///
    /// - Throws: ``Failure`` if the run is interrupted, or the log is forked.
    func findings(in mirror: MirrorContents) throws(Failure) -> [MirrorFinding]
}

/// The files of a mirror, with their digests, as they were read once.
package struct MirrorContents: Sendable {
    package let tree: MirrorTree
    package let index: MirrorIndex
    /// The regular files by their paths, except those in the directory for work in progress.
    package let files: [String: TreeDigester.File]
    /// Whether archives are read completely, even if their digests are pinned.
    package let isDeep: Bool
    private let session: Session

    init(
        _ tree: MirrorTree,
        _ index: MirrorIndex,
        _ files: [TreeDigester.File],
        isDeep: Bool,
        _ session: Session
    ) {
        self.tree = tree
        self.index = index
        self.files = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
        self.isDeep = isDeep
        self.session = session
    }

    /// The catalogs, and the log, for archives of an architecture; nil is that of the host.
    package func supply(for architecture: GoArchitecture?) -> Supply {
        guard let architecture else { return Supply(session) }
        return Supply(session.on(GoPlatform(architecture), isNamed: true))
    }

    /// Whose signatures on catalogs of sites count on this host.
    var trust: SiteTrust { session.settings.knowledge.sites }

    /// Whether the log may be used, and its name.
    package var log: (isEnabled: Bool, name: String) {
        (session.settings.log.isEnabled, session.settings.log.name)
    }

    /// The key of the log that proves archives.
    var logKey: VerifierKey { session.settings.log.key }

    /// Returns a monitor that reports progress under `name`.
    func monitor(_ name: String) -> ProgressMonitor { session.monitor(name) }

    /// The platform of an archive; that of the host for source code.
    func platform(of entry: MirrorEntry) -> GoPlatform {
        entry.architecture.map { GoPlatform($0) } ?? session.platform
    }

    /// Whether the file of an entry has the listed digest.
    func isIntact(_ entry: MirrorEntry) -> Bool {
        files[entry.path.description]?.digest == entry.digest
    }
}
