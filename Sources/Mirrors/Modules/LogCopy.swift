internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// A static copy of a log in a mirror, as the `go` command reads it.
struct LogCopy {
    /// The absolute path of its directory, `sumdb/NAME` in the mirror.
    let directory: String
    /// The key of the log.
    let key: VerifierKey

    init(of key: VerifierKey, in tree: MirrorTree) {
        self.key = key
        directory = tree.path(of: ModulePaths.database(named: key.name))
    }

    func path(of document: String) -> String { "\(directory)/\(document)" }

    /// Reads a document; nil if it does not exist.
    func document(_ path: String, limit: Int = RecordTile.mostBytes) throws(FileError) -> [UInt8]? {
        try FileSystem.contents(of: self.path(of: path), limit: limit + 1)
    }

    /// The newest head; nil if the copy has none.
    func latest() throws(Failure) -> SignedTreeHead? {
        try SiteLogKey.head(
            at: path(of: SiteLog.latestPath),
            signedBy: key,
            what: "the head of the log in the mirror"
        )
    }

    /// Proves a toolchain by the files of the copy alone, as the `go` command of a new user does.
    ///
    /// - Parameter module: The toolchain.
    /// - Returns: The proven record; nil if the copy has no record of it.
    /// - Throws: An error of TransparencyLog if the copy does not prove its record; ``FileError``.
    func proof(of module: ToolchainModule) throws -> ProvenToolchain? {
        let path = try ToolchainRecord.lookupPath(of: module)
        guard let bytes = try document(path, limit: Lookup.mostBytes) else { return nil }
        let lookup = try Lookup(parsing: bytes)
        let head = try SignedTreeHead(lookup.note, signedBy: [key])
        var tree = try TiledTree(head) { tile in try document(tile.path, limit: Tile.mostBytes) }
        return try ProvenToolchain(lookup, of: module, in: &tree)
    }

    /// The hash that the copy proves for a toolchain; nil if it proves none.
    func provenHash(of module: ToolchainModule) -> ModuleHash? {
        guard let proven = try? proof(of: module) else { return nil }
        return proven.record.hash
    }

    /// Writes documents that differ, in this order.
    ///
    /// - Returns: Whether any did.
    func write(_ documents: [(path: String, bytes: [UInt8])], durably: Bool) throws(FileError)
        -> Bool
    {
        var isChanged = false
        for (path, bytes) in documents {
            let target = self.path(of: path)
            if try FileSystem.contents(of: target, limit: bytes.count + 1) == bytes { continue }
            if let parent = target.range(ofLast: "/").map({ String(target[..<$0.lowerBound]) }) {
                try FileSystem.makeDirectories(parent)
            }
            try FileSystem.replaceFile(
                at: target,
                with: bytes,
                mode: 0o644,
                durably: false,
                isSweeping: true
            )
            isChanged = true
        }
        if isChanged, durably {
            try DirectoryHandle.opening(directory, followingLinks: true).synchronizeContents()
        }
        return isChanged
    }
}
