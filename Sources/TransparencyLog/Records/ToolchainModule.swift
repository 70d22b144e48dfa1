package import ToolchainCore

/// A Go release for a platform, as a version of module `golang.org/toolchain`.
///
/// Its files are those of the official archive without api, doc, misc and test
/// (`cmd/distpack` of Go), and Go's checksum database has their hash.
package struct ToolchainModule: Hashable, Sendable {
    /// The path of the module.
    package static let path = "golang.org/toolchain"

    /// The release.
    package let release: GoVersion
    /// What it runs on.
    package let platform: GoPlatform

    /// Why the log has no usable record of a version.
    package enum Rejection: Error, Hashable, Sendable, CustomStringConvertible {
        /// A language version, a development version, or one with the suffix of a vendor.
        case notRelease(GoVersion)
        /// It is older than go1.21: the log has records of these, but not of the official archives.
        case tooOld(GoVersion)

        /// Why there is no record, in words.
        package var description: String {
            switch self {
            case .notRelease(let version):
                """
                \(version.toolchainName) is not a release of the Go project, so Go's checksum \
                database does not record it
                """
            case .tooOld(let version):
                """
                \(version.toolchainName) is older than \
                \(ReleaseLine.recordedInLog.firstRelease.toolchainName), so Go's checksum database \
                does not record its archive
                """
            }
        }
    }

    /// The module of a release.
    ///
    /// - Throws: ``Rejection`` where the log does not have the release.
    package init(_ release: GoVersion, platform: GoPlatform) throws(Rejection) {
        guard !release.isLanguageVersion, release == release.withoutSuffix else {
            throw .notRelease(release)
        }
        guard release.line >= .recordedInLog else { throw .tooOld(release) }
        self.release = release
        self.platform = platform
    }

    /// The version of the module: `v0.0.1-go1.21.9.linux-amd64`.
    ///
    /// Unlike the archives, it says `linux-arm`.
    package var version: String {
        """
        v0.0.1-\(release.toolchainName).\(GoPlatform.operatingSystem)-\
        \(platform.architecture.rawValue)
        """
    }

    /// Where a log answers lookups of it, below the log's URL.
    ///
    /// Go escapes capitals in such paths; there are none here.
    package var lookupPath: String { "lookup/\(Self.path)@\(version)" }
}

extension ToolchainModule: CustomStringConvertible {
    /// `golang.org/toolchain@v0.0.1-go1.21.9.linux-amd64`.
    package var description: String { "\(Self.path)@\(version)" }
}

extension ReleaseLine {
    /// Archives come from `cmd/distpack`, and so does the module: release notes of Go 1.21, "Toolchain".
    static let recordedInLog = ReleaseLine(minor: 21)
}
