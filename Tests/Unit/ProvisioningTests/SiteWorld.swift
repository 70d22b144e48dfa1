import LogFixtures
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost
import TransparencyLog

@testable import Provisioning

/// A host with allowed signers, and mirrors with signed catalogs of sites.
struct SiteWorld {
    let directory: TemporaryDirectory
    /// What was reported.
    let remarks = Guarded<[String]>([])

    init() throws { directory = try TemporaryDirectory() }

    /// The directory of the accepted catalogs of the site `corp`.
    var kept: String { "state/sites/corp" }

    /// Returns the wire form of strings.
    private static func strings(_ parts: [[UInt8]]) -> [UInt8] {
        parts.flatMap { part in
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: part.count >> $0) } + part
        }
    }

    private static func key(of signer: LogSigner) throws -> [UInt8] {
        let text = signer.key.description.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2)
        let bytes = try #require(Base64.decoded(text[2]))
        return strings([Array("ssh-ed25519".utf8), Array(bytes.dropFirst())])
    }

    /// Allows the keys with these seeds.
    func allow(_ seeds: UInt8...) throws {
        let lines = try seeds.map { seed in
            let key = Base64.encoded(try Self.key(of: LogSigner(seed: seed)))
            return "key\(seed) namespaces=\"\(SiteCatalog.namespace)\" ssh-ed25519 \(key)\n"
        }
        try directory.write("home/.config/gotoolprov/allowed_signers", lines.joined())
    }

    /// Returns a catalog that is current for a day.
    func catalog(_ version: Int, site: String = "corp") throws -> [UInt8] {
        try SiteCatalogDraft().catalog(
            site: try #require(SiteName(site)),
            version: version,
            issued: UTCTime(seconds: UTCTime.now.seconds - 60),
            expires: UTCTime(seconds: UTCTime.now.seconds + UTCTime.secondsOfDay)
        ).bytes
    }

    /// Returns the signature of a catalog by the key with a seed, as ssh-keygen makes it.
    func signature(of catalog: [UInt8], by seed: UInt8 = 1) throws -> [UInt8] {
        let signer = try LogSigner(seed: seed)
        let namespace = Array(SiteCatalog.namespace.utf8)
        let kind = Array("ssh-ed25519".utf8)
        let hash = Array("sha512".utf8)
        let magic = Array("SSHSIG".utf8)
        let digest = try MessageDigest.sha512.digest(of: catalog)
        let signed = magic + Self.strings([namespace, [], hash, digest])
        let signature = Self.strings([kind, try signer.signature(of: signed)])
        let fields = Self.strings([try Self.key(of: signer), namespace, [], hash, signature])
        let blob = Base64.encoded(magic + [0, 0, 0, 1] + fields)
        return Array(
            "-----BEGIN SSH SIGNATURE-----\n\(blob)\n-----END SSH SIGNATURE-----\n".utf8
        )
    }

    /// Writes a catalog and its signature to a directory.
    func write(_ catalog: [UInt8], by seed: UInt8 = 1, to place: String = "mirror") throws {
        try directory.write("\(place)/catalog.json", catalog)
        try directory.write("\(place)/catalog.json.sig", try signature(of: catalog, by: seed))
    }

    /// A new run with these mirrors.
    func supply(_ mirrors: String...) throws -> Supply {
        var options = Settings.Options()
        options.manifest = try directory.write(
            "manifest.json",
            #"{"official": false, "durability": "none", "log": false}"#
        )
        options.mirrors = mirrors.map { "\(directory.path)/\($0)" }
        options.isOffline = true
        let environment = HostEnvironment(
            variables: [
                "HOME": "\(directory.path)/home", "GOTOOLPROV_STATE": "\(directory.path)/state",
            ],
            currentDirectory: directory.path,
            umask: 0o022
        )
        return Supply(
            Session(
                settings: try Settings.gathered(options, from: environment),
                platform: GoPlatform(.amd64),
                environment: environment,
                onEvent: { [remarks] event in
                    if case .remark(_, let text) = event { remarks.withLock { $0.append(text) } }
                },
                signal: { 0 }
            )
        )
    }

    /// The versions of the catalogs in use and their signers, in a run that asks the mirrors.
    func refreshed(_ mirrors: String...) throws -> [String] {
        let supply =
            switch mirrors.count {
            case 1: try supply(mirrors[0])
            default: try supply("mirror", "second")
            }
        try supply.refreshSites()
        return try Self.words(supply)
    }

    /// The same, in a run that asks no mirror.
    func unasked() throws -> [String] { try Self.words(try supply()) }

    private static func words(_ supply: Supply) throws -> [String] {
        try supply.usedSites().map {
            "\($0.name) \($0.signed.catalog.version) \($0.signed.principal)"
        }
    }
}
