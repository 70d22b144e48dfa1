internal import Mirrors
internal import ToolchainCore

/// The reader of the index of a mirror, which may be on media that anyone has written.
enum MirrorTrial {
    /// Reads `input` and checks that only canonical bytes are accepted, and no path that leads elsewhere.
    ///
    /// - Throws: What the reader says of an input that it refuses.
    static func read(_ input: [UInt8]) throws {
        let index = try MirrorIndex(parsing: input)
        precondition(index.bytes == input, "an index changes when it is read and written")
        for entry in index.entries {
            let parts = entry.path.description.split(separator: "/")
            precondition(
                parts.count == 2 && !parts.contains { $0.hasPrefix(".") },
                "a path leads out of the mirror"
            )
        }
    }

    static let seeds: [[UInt8]] = {
        var index = MirrorIndex()
        guard let digest = SHA256Digest(bytes: [UInt8](repeating: 0xAB, count: 32)),
            let hash = ModuleHash(parsing: "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
            let version = GoVersion("1.27.3"), let delve = ToolVersion("1.25.0")
        else { return [] }
        let build = ToolBuild(tool: .delve, version: delve, builder: version)
        let log = Receipt.LogRecord(name: "sum.golang.org", record: 7, treeSize: 8, hash: hash)
        let archives: [(PinnedArchive.Contents, GoArchitecture?, String)] = [
            (.go(version), .amd64, "go1.27.3.linux-amd64.tar.gz"),
            (.source(.delve, delve), nil, "v1.25.0.tar.gz"),
            (.tool(build), .arm64, "dlv1.25.0-go1.27.3.linux-arm64.tar.gz"),
        ]
        for (contents, architecture, name) in archives {
            guard let path = MirrorPath(of: contents, fileName: name) else { continue }
            let isGo = contents.goVersion != nil
            let entry = MirrorEntry(
                contents,
                architecture: architecture,
                path: path,
                byteCount: 12,
                digest: digest,
                evidence: isGo ? .log : .site,
                log: isGo ? log : nil
            )
            if let entry { index.insert(entry) }
        }
        return [index.bytes, MirrorIndex().bytes]
    }()
}
