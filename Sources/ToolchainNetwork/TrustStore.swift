internal import NIOSSL
internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// The authorities whose certificates are trusted: the host's own, and those that the user names.
///
/// The host's are looked for where Go looks (crypto/x509, root_linux.go), and a host may have none.
struct TrustStore {
    /// Bundles; the first that contains a certificate counts.
    static let hostFiles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
    ]
    /// Directories of certificates; all count.
    static let hostDirectories = ["/etc/ssl/certs", "/etc/pki/tls/certs"]

    /// The largest file that is read, in bytes.
    private static let largest = 16 << 20

    /// The certificates, each once.
    private(set) var certificates: [NIOSSLCertificate] = []
    /// Whether the host has no CA certificates.
    private(set) var isHostEmpty = false
    private var seen: Set<[UInt8]> = []

    /// Reads the certificates of a host.
    ///
    /// - Parameters:
    ///   - file: A file that has to contain certificates.
    ///   - directories: Directories that may contain some.
    ///   - root: The directory that stands for `/` of the host.
    /// - Throws: ``TransferError`` where `file` cannot be used. What else cannot be read is skipped, as
    ///   Go and OpenSSL do.
    init(
        file: TransferPolicy.AuthorityFile?,
        directories: [String],
        root: String = ""
    ) throws(TransferError) {
        for path in Self.hostFiles where certificates.isEmpty {
            add(pem: (try? FileSystem.contents(of: root + path, limit: Self.largest)) ?? [])
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
            bytes = try FileSystem.contents(of: file.path, limit: Self.largest)
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
            // c_rehash makes links beside the files, which are read by their own names.
            if let target = FileSystem.linkTarget(of: path), !target.contains(byte: "/") {
                continue
            }
            add(pem: (try? FileSystem.contents(of: path, limit: Self.largest)) ?? [])
        }
    }

    /// Adds the certificates in a text; whether it contains any, also if they are known.
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

    /// The blocks of a text in PEM format that hold a certificate, one by one: a bundle counts even if
    /// one of its certificates cannot be parsed.
    static func blocks(in bytes: [UInt8]) -> [[UInt8]] {
        var blocks: [[UInt8]] = []
        var block: [UInt8]?
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if text.elementsEqual("-----BEGIN CERTIFICATE-----".utf8) { block = [] }
            block?.append(contentsOf: text)
            block?.append(UInt8(ascii: "\n"))
            if text.elementsEqual("-----END CERTIFICATE-----".utf8), let whole = block {
                blocks.append(whole)
                block = nil
            }
        }
        return blocks
    }
}
