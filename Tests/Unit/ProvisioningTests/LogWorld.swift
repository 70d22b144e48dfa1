import LogFixtures
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost
import TransparencyLog

@testable import Provisioning

/// A host with copies of a test log, whose key its manifest names.
struct LogWorld {
    /// The number of the record of `go1.30.1`.
    static let index = 130
    let directory: TemporaryDirectory
    let signer: LogSigner
    /// A log of 700 records.
    let log: TestLog
    /// What was reported.
    let events = Guarded<[String]>([])

    /// The version that the log has a record of.
    let version: GoVersion
    let platform = GoPlatform(.amd64)

    init() throws {
        directory = try TemporaryDirectory()
        signer = try LogSigner()
        version = try #require(GoVersion("go1.30.1"))
        log = try TestLog(
            count: 700,
            toolchains: [Self.index: try Self.record(version, platform)],
            signer: signer
        )
    }

    /// The record of a version, whose files have a hash of their own.
    static func record(
        _ version: GoVersion,
        _ platform: GoPlatform,
        hash byte: UInt8 = 1
    ) throws -> ToolchainRecord {
        let hash = try #require(ModuleHash(bytes: [UInt8](repeating: byte, count: 32)))
        return try ToolchainRecord(of: ToolchainModule(version, platform), hash: hash)
    }

    var state: String { "\(directory.path)/state" }
    var kept: String { "\(state)/log/\(signer.key.label)" }

    /// The contents of the file with the kept head, or nil.
    func latest() throws -> [UInt8]? { try FileSystem.contents(of: "\(kept)/latest") }

    /// The names of the files of forks.
    func forks() throws -> [String] {
        (try FileSystem.names(in: kept) ?? []).filter { $0.hasPrefix("fork-") }
    }

    /// A supply whose mirrors are directories of this world, or URLs.
    func supply(
        _ mirrors: [String],
        isOffline: Bool = true,
        variables: [String: String] = [:],
        key: VerifierKey? = nil,
        _ change: (inout Settings.Options) -> Void = { _ in }
    ) throws -> Supply {
        var options = Settings.Options()
        options.manifest = try directory.write(
            "manifest.json",
            """
            {"official": false, "durability": "none",
             "log": {"key": "\(key ?? signer.key)", "url": "http://127.0.0.1:9"}}
            """
        )
        options.mirrors = mirrors.map { $0.contains("://") ? $0 : "\(directory.path)/\($0)" }
        options.isOffline = isOffline
        change(&options)
        let own = ["HOME": "\(directory.path)/home", "GOTOOLPROV_STATE": state]
        let environment = HostEnvironment(
            variables: own.merging(variables) { $1 },
            currentDirectory: directory.path,
            umask: 0o022
        )
        let session = Session(
            settings: try Settings.gathered(options, from: environment),
            platform: platform,
            environment: environment,
            onEvent: { [events] event in
                switch event {
                case .remark(_, let text): events.withLock { $0.append(text) }
                case .skipped(_, let mirror, let reason):
                    events.withLock { $0.append("skipped \(mirror): \(reason)") }
                default: break
                }
            },
            signal: { 0 }
        )
        return Supply(session)
    }

    /// Proves the version by copies of the log on this host.
    func prove(_ mirrors: String...) throws(Failure) -> ProvenToolchain {
        let supply: Supply
        do {
            supply = try self.supply(mirrors)
        } catch {
            throw Failure(.defect, "\(error)")
        }
        return try supply.proveByLog(version)
    }

    /// Why the version cannot be proven by copies of the log on this host.
    func failure(_ mirrors: String...) throws -> Failure {
        let supply = try supply(mirrors)
        return try #require(throws: Failure.self) { try supply.proveByLog(version) }
    }
}
