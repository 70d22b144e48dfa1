import LogFixtures
import TestSupport
import ToolchainCore
import ToolchainHost
import TransparencyLog

/// A Go archive whose files a test log records.
struct ProvenArchive {
    struct File {
        var path: String
        var bytes: [UInt8]
        var mode = 0o644
    }

    /// The files below `go/`, including some that the log does not cover.
    var files: [File]

    /// Creates a small Go whose `bin/go` runs on this host.
    ///
    /// Its modes are not those of published toolchains.
    init(_ version: String = "1.99.1") throws {
        files = [
            File(path: "VERSION", bytes: Array("go\(version)\ntime 2026-01-01T00:00:00Z\n".utf8)),
            File(path: "api/go1.txt", bytes: Array("pkg a".utf8)),
            File(path: "bin/go", bytes: try hostProgram(), mode: 0o644),
            File(path: "go.env", bytes: Array("GOTOOLCHAIN=auto\n".utf8), mode: 0o755),
            File(path: "src/go.mod", bytes: Array("module std\n".utf8)),
            File(path: "src/make.bash", bytes: Array("#!/usr/bin/env bash\n".utf8)),
            File(path: "test/a.go", bytes: Array("package a\n".utf8), mode: 0o755),
        ]
    }

    /// The index of a file that exists.
    func index(of path: String) -> Int { files.firstIndex { $0.path == path } ?? 0 }

    var fixture: ArchiveFixture {
        files.reduce(ArchiveFixture().directory("go/")) {
            $0.file("go/\($1.path)", bytes: $1.bytes, mode: $1.mode)
        }
    }

    /// Returns the text of the record for the files.
    func record(
        _ version: String = "1.99.1",
        for architecture: String = hostArchitecture
    ) throws -> [UInt8] {
        guard let go = GoVersion(version),
            let architecture = GoArchitecture(rawValue: architecture)
        else { throw SupportError("invalid version or architecture") }
        let module = ToolchainModule(go, GoPlatform(architecture))
        let list = try ToolchainFileList(
            module,
            files: try files.map { ($0.path, try SHA256Digest(of: $0.bytes)) }
        )
        return try ToolchainRecord(of: module, hash: ModuleHash(of: list)).text
    }

    /// Returns the proof that a test log has a record, between others.
    static func proof(of record: [UInt8], signer: LogSigner) throws -> LogProof {
        var records = (0..<11).map { Array("record \($0)\n".utf8) }
        records[6] = record
        return try TestLog(records, signer: signer).proof(6, in: records.count)
    }
}

extension Sandbox {
    /// Writes an archive to the mirror, and a proof beside it.
    @discardableResult
    func serve(_ archive: [UInt8], proof: [UInt8]) async throws -> String {
        let path = try await serve(archive).path
        let name = path.split(separator: "/").last ?? ""
        try directory.write("mirror/\(name)\(LogProof.fileSuffix)", proof)
        return path
    }

    /// Writes a manifest that names the log of a signer.
    ///
    /// - Returns: The path of the manifest.
    @discardableResult
    func trust(_ signer: LogSigner) throws -> String {
        try directory.write(
            "log.json",
            #"{"log": {"key": "\#(signer.key)", "url": "https://log.example"}}"#
        )
    }
}
