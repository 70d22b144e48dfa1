internal import TestSupport
internal import ToolchainCore
internal import ToolchainHost

/// Unpacks into a directory in memory and compares the tree with the index.
enum ArchiveTrial {
    private static let directory: TemporaryDirectory? = try? TemporaryDirectory(inMemory: true)

    /// Unpacks an archive with its own digest as the pinned one.
    ///
    /// Nothing may appear next to the tree, and an accepted tree has to match the index.
    static func unpack(_ bytes: [UInt8]) throws {
        guard let directory else { preconditionFailure("cannot create a directory to unpack into") }
        let monitor = ProgressMonitor(report: { _, _, _ in }, signal: { 0 })
        let path = try directory.write("area/archive", bytes)
        let tree = "\(directory.path)/area/tree"
        try FileSystem.remove(tree)
        try FileSystem.makeDirectories(tree)
        var limits = ArchiveUnpacker.Limits()
        limits.byteCount = 1 << 22
        limits.memberCount = 200
        guard let version = GoVersion("1.99.1") else { return }
        let pin = PinnedArchive(
            .go(version),
            platform: GoPlatform(.amd64),
            fileName: "archive",
            digest: try SHA256Digest(of: bytes),
            byteCount: bytes.count,
            voucher: .commandLine
        )
        defer {
            let names = try? FileSystem.names(in: "\(directory.path)/area")
            precondition(
                names == ["archive", "tree"],
                "the archive wrote outside of the tree: \(names ?? [])"
            )
        }
        let index = try ArchiveUnpacker(limits: limits, umask: 0o22, monitor: monitor).unpack(
            try ArchiveFile.opening(path).verified(against: pin, monitor: monitor),
            topDirectory: "go",
            reserved: [".gotoolprov"],
            into: .opening(tree)
        )
        let differences = try TreeVerifier(root: tree, reserved: [], monitor: monitor)
            .differences(from: index, reading: true)
        precondition(differences.isEmpty, "the tree does not match the index: \(differences)")
    }
}
