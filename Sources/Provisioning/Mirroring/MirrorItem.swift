package import ToolchainCore

/// An archive that a mirror should have.
package struct MirrorItem: Hashable, Sendable {
    package let contents: PinnedArchive.Contents
    /// The platform that the archive is for; for source code, one of those that it is built for.
    package let platform: GoPlatform
    /// The name under which hosts look for it.
    package let fileName: String
    /// The archive, as a catalog pins it; nil if the log has to prove it.
    package let pin: PinnedArchive?
    /// The oldest Go that can compile it; nil for anything but source code.
    package let oldestBuilder: GoVersion?

    /// Creates an item for a pinned archive.
    init(_ pin: PinnedArchive, oldestBuilder: GoVersion? = nil) {
        contents = pin.contents
        platform = pin.platform
        fileName = pin.fileName
        self.pin = pin
        self.oldestBuilder = oldestBuilder
    }

    /// Creates an item for a Go that the log has to prove.
    init(unpinned version: GoVersion, for platform: GoPlatform) {
        contents = .go(version)
        self.platform = platform
        fileName = version.archiveFileName(for: platform)
        pin = nil
        oldestBuilder = nil
    }

    /// The architecture; nil for source code.
    package var architecture: GoArchitecture? {
        if case .source = contents { nil } else { platform.architecture }
    }

    /// Whether the log can have a record of it.
    package var isRecordedInLog: Bool { module != nil }

    /// The toolchain module; nil for anything but a Go that the log can record.
    var module: ToolchainModule? {
        guard case .go(let version) = contents, version.line >= .recordedInLog else { return nil }
        return ToolchainModule(version, platform)
    }
}
