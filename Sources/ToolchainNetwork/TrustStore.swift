internal import NIOSSL
internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// The trusted CA certificates: those of the host, and those that the user configured.
///
/// Those of the host are read from the same paths as Go does (crypto/x509, root_linux.go); a host may have
/// none.
struct TrustStore {
    /// The paths of bundles; the first that contains a certificate is used.
    static let hostFiles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
    ]
    /// The directories with certificates, all of which are used.
    static let hostDirectories = ["/etc/ssl/certs", "/etc/pki/tls/certs"]

    /// The maximum size of a file in bytes.
    private static let maximumByteCount = 16 << 20

    /// The certificates, without duplicates.
    private(set) var certificates: [NIOSSLCertificate] = []
    /// Whether the host has no CA certificates.
    private(set) var isHostEmpty = false
    private var seen: Set<[UInt8]> = []

    /// Reads the certificates of the host and of the user.
    ///
    /// - Parameters:
    ///   - file: The user's file, which must contain certificates.
    ///   - directories: The user's directories, which may contain certificates.
    ///   - root: The prefix for the paths of the host, for tests.
    /// - Throws: ``TransferError`` if `file` cannot be used. Other files that cannot be read are skipped, as
    ///   in Go and OpenSSL.
    init(
        file: TransferPolicy.AuthorityFile?,
        directories: [String],
        root: String = ""
    ) throws(TransferError) {
        for path in Self.hostFiles where certificates.isEmpty {
            add(pem: Self.contents(of: root + path))
        }
        for directory in Self.hostDirectories { add(directory: root + directory) }
        isHostEmpty = certificates.isEmpty
        for directory in directories { add(directory: directory) }
        if let file { try add(file) }
    }

    private mutating func add(_ file: TransferPolicy.AuthorityFile) throws(TransferError) {
        func refusal(_ reason: String) -> TransferError {
            .authorities(path: file.path, variable: file.variable, reason: reason)
        }
        guard (try? FileSystem.isDirectory(file.path)) != true else {
            throw refusal("it is a directory")
        }
        let bytes: [UInt8]?
        do {
            bytes = try FileSystem.contents(of: file.path, limit: Self.maximumByteCount)
        } catch {
            throw refusal(
                error.errno == .notSupported ? "it is not a regular file" : "\(error.errno)"
            )
        }
        guard let bytes else { throw refusal("no such file") }
        guard !bytes.isEmpty else { throw refusal("the file is empty") }
        guard add(pem: bytes) else {
            throw refusal("the file contains no PEM certificate")
        }
    }

    private mutating func add(directory: String) {
        for name in (try? FileSystem.names(in: directory)) ?? [] {
            let path = "\(directory)/\(name)"
            // c_rehash creates links to files in the same directory, which are read by their own names.
            if let target = FileSystem.linkTarget(of: path), !target.contains(byte: "/") {
                continue
            }
            add(pem: Self.contents(of: path))
        }
    }

    private static func contents(of path: String) -> [UInt8] {
        (try? FileSystem.contents(of: path, limit: maximumByteCount)) ?? []
    }

    /// Adds the certificates in a PEM file; returns whether it contains any, including known ones.
    @discardableResult
    private mutating func add(pem bytes: [UInt8]) -> Bool {
        var isAnyFound = false
        for block in Self.blocks(in: bytes) {
            if seen.contains(block) {
                isAnyFound = true
            } else if let certificate = try? NIOSSLCertificate(bytes: block, format: .pem) {
                isAnyFound = true
                seen.insert(block)
                certificates.append(certificate)
            }
        }
        return isAnyFound
    }

    /// Splits a PEM file into certificates, so that a bundle can be used even if one cannot be parsed.
    static func blocks(in bytes: [UInt8]) -> [[UInt8]] {
        var blocks: [[UInt8]] = []
        var block: [UInt8]?
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if text.elementsEqual("-----BEGIN CERTIFICATE-----".utf8) { block = [] }
            block?.append(contentsOf: text)
            block?.append(UInt8(ascii: "\n"))
            if text.elementsEqual("-----END CERTIFICATE-----".utf8), let complete = block {
                blocks.append(complete)
                block = nil
            }
        }
        return blocks
    }
}
