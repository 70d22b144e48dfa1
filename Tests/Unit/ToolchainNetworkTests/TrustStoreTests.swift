import TestSupport
import Testing

@testable import ToolchainNetwork

@Suite(.unitLimit)
struct TrustStoreTests {
    let host: TemporaryDirectory

    init() async throws {
        host = try TemporaryDirectory()
        for name in ["one", "two"] {
            let options = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout key"
            try await prepare(
                "openssl req -x509 \(options) -out $1 -subj /CN=$1 2>&1",
                name,
                in: host.path
            )
        }
    }

    private func store(
        file: String? = nil,
        directories: [String] = []
    ) throws(TransferError) -> TrustStore {
        try TrustStore(
            file: file.map {
                TransferPolicy.AuthorityFile(path: "\(host.path)/\($0)", variable: "SSL_CERT_FILE")
            },
            directories: directories.map { "\(host.path)/\($0)" },
            root: host.path
        )
    }

    private func copy(_ name: String, to path: String) throws {
        try host.write(path, try bytes(of: "\(host.path)/\(name)"))
    }

    @Test func `the store of a host without CA certificates contains those of the user`()
        throws
    {
        var store = try store()
        #expect(store.certificates.isEmpty && store.isHostEmpty)
        store = try self.store(file: "one")
        #expect(store.certificates.count == 1 && store.isHostEmpty)
        try host.write("more/.keep", "")
        try copy("two", to: "more/x.pem")
        store = try self.store(file: "one", directories: ["missing", "more"])
        #expect(store.certificates.count == 2 && store.isHostEmpty)
    }

    @Test(arguments: TrustStore.hostFiles + TrustStore.hostDirectories.map { "\($0)/any.pem" })
    func `CA certificates are found in the same paths as by Go`(place: String) throws {
        try copy("one", to: String(place.dropFirst()))
        let store = try store()
        #expect(store.certificates.count == 1 && !store.isHostEmpty)
    }

    @Test func `a certificate that cannot be parsed does not hide the others`() throws {
        let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        var bundle = Array(damaged.utf8) + (try bytes(of: "\(host.path)/one"))
        bundle += Array("# comment\r\n".utf8) + (try bytes(of: "\(host.path)/two"))
        try host.write("etc/ssl/cert.pem", bundle)
        #expect(try store(file: "one").certificates.count == 2, "each once")
    }

    @Test func `an invalid file of CA certificates is rejected with a reason`() throws {
        try host.write("empty", "")
        try host.write("text", "hello\n")
        try host.write("directory/.keep", "")
        for (name, reason) in [
            ("missing", "no such file"), ("empty", "the file is empty"),
            ("directory", "it is a directory"),
            ("text", "the file contains no PEM certificate"),
            ("key", "the file contains no PEM certificate"),
        ] {
            let error = #expect(throws: TransferError.self) { try store(file: name) }
            let path = "\(host.path)/\(name)"
            #expect(error == .authorities(path: path, variable: "SSL_CERT_FILE", reason: reason))
        }
    }
}
