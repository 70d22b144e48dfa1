/// A certificate authority for one test.
public enum TestAuthority {
    /// Creates an authority and a certificate signed by it.
    ///
    /// Writes `ca.pem`, and `cert.pem` with `key.pem` for the server.
    ///
    /// - Parameters:
    ///   - directory: The directory to write the files to.
    ///   - names: The host names of the server.
    /// - Throws: ``SupportError`` if openssl fails.
    public static func make(in directory: TemporaryDirectory, names: [String]) async throws {
        let script = """
            key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
            openssl req -x509 $key -days 2 -keyout ca.key -out ca.pem -subj /CN=authority \
                -addext basicConstraints=critical,CA:TRUE 2>&1
            openssl req $key -keyout key.pem -out request -subj /CN=server 2>&1
            printf 'subjectAltName=%s' "$1" >extension
            openssl x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
                -out cert.pem -extfile extension 2>&1
            """
        let alternatives = names.map { "DNS:\($0)" }.joined(separator: ",")
        try await prepare(script, alternatives, in: directory.path)
    }
}
