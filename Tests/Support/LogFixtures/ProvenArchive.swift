package import TestSupport
internal import ToolchainCore
internal import ToolchainHost
package import TransparencyLog

/// A Go archive whose files a test log records.
package struct ProvenArchive: Sendable {
    package struct File: Sendable {
        package var path: String
        package var bytes: [UInt8]
        package var mode: Int

        package init(path: String, bytes: [UInt8], mode: Int = 0o644) {
            self.path = path
            self.bytes = bytes
            self.mode = mode
        }
    }

    /// The files below `go/`, including some that the log does not cover.
    package var files: [File]

    /// Creates a small Go whose `bin/go` runs on this host.
    ///
    /// Its modes are not those of published toolchains.
    package init(_ version: String = "1.99.1") throws {
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
    package func index(of path: String) -> Int { files.firstIndex { $0.path == path } ?? 0 }

    package var fixture: ArchiveFixture {
        files.reduce(ArchiveFixture().directory("go/")) {
            $0.file("go/\($1.path)", bytes: $1.bytes, mode: $1.mode)
        }
    }

    /// Returns the text of the record for the files.
    package func record(
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
    package static func proof(of record: [UInt8], signer: LogSigner) throws -> LogProof {
        var records = (0..<11).map { Array("record \($0)\n".utf8) }
        records[6] = record
        return try TestLog(records, signer: signer).proof(6, in: records.count)
    }
}
