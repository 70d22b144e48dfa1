package import Provisioning
internal import SSHSignatures
package import ToolchainCore
package import ToolchainHost

/// Signs the catalog of a site in a mirror, by running ssh-keygen.
package struct SiteCatalogSigner {
    /// The result.
    package struct Result: Sendable {
        /// The absolute path of the signature.
        package let path: String
        package let catalog: SiteCatalog
        /// The fingerprint of the key: `SHA256:…`.
        package let fingerprint: String
        /// The key as a line of allowed signers has it, without names and options.
        package let publicKey: String
        /// The names of the signer in the allowed signers of this host; nil if it has none.
        package let principal: String?
    }

    /// How long ssh-keygen may take, in seconds: it may ask for a passphrase or a touch.
    private static let mostSeconds = 300

    private let tree: MirrorTree
    private let session: Session
    private let environment: HostEnvironment
    private let settings: Settings

    /// Creates a signer.
    package init(
        _ tree: MirrorTree,
        _ session: Session,
        _ settings: Settings,
        in environment: HostEnvironment
    ) {
        self.tree = tree
        self.session = session
        self.settings = settings
        self.environment = environment
    }

    /// Signs the catalog, and replaces the signature if the new one is valid.
    ///
    /// - Parameter key: The absolute path of a private key, or of a public key whose private key an agent has.
    /// - Returns: The signature.
    /// - Throws: ``Failure``; the former signature is then in place.
    package func sign(with key: String) throws(Failure) -> Result {
        try tree.change(session) { change in
            guard let catalog = try SiteFiles.catalog(of: tree) else {
                throw Failure(
                    .usage,
                    "the mirror has no catalog to sign",
                    hint: "write one first: `gotoolprov mirror catalog --site NAME`"
                )
            }
            let (signature, result) = try signed(catalog, with: key)
            try change.write(signature, as: SiteFiles.signatureName)
            return result
        }
    }

    /// Returns a signature over a catalog that hosts accept; the lock of the mirror is held.
    ///
    /// - Throws: ``Failure``, ``FileError`` or ``ProgressMonitor/Interrupted``.
    func signed(
        _ catalog: SiteCatalog,
        with key: String
    ) throws -> (signature: [UInt8], result: Result) {
        guard let program else {
            throw Failure(
                .unavailable,
                "ssh-keygen is not on PATH",
                hint: "install the OpenSSH client; version 8.1 or newer can sign"
            )
        }
        guard FileSystem.exists(key) else {
            throw Failure(
                .configuration,
                "the key does not exist",
                facts: [.init("file", key)],
                hint: "create one: `ssh-keygen -t ed25519 -f \(ShellQuoting.quoted(key))`"
            )
        }
        let signature = try signature(of: catalog.bytes, by: program, with: key)
        let (fingerprint, publicKey) = try check(signature, of: catalog)
        let result = Result(
            path: tree.path(of: SiteFiles.signatureName),
            catalog: catalog,
            fingerprint: fingerprint,
            publicKey: publicKey,
            principal: try principal(signature, catalog)
        )
        return (signature, result)
    }

    /// The environment of ssh-keygen: what it needs to find an agent and to ask for a passphrase.
    private var variables: [String: String] {
        var variables: [String: String] = [:]
        for name in [
            "DISPLAY", "HOME", "LANG", "LC_ALL", "PATH", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE",
            "SSH_AUTH_SOCK", "SSH_SK_PROVIDER", "TERM", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR",
        ] {
            variables[name] = environment[name]
        }
        return variables
    }

    private var program: String? {
        (environment["PATH"] ?? "").split(byte: ":").filter { $0.hasPrefix("/") }
            .map { "\($0)/ssh-keygen" }.first(where: FileSystem.isExecutable)
    }

    /// Runs ssh-keygen on a copy, because it writes the signature beside the file that it signs.
    private func signature(
        of bytes: [UInt8],
        by program: String,
        with key: String
    ) throws -> [UInt8] {
        let copy = "\(tree.stagingPath)/\(SiteFiles.catalogName)"
        let result = copy + ".sig"
        func clean() throws {
            for path in [copy, result] where try FileSystem.kind(of: path) != nil {
                try FileSystem.remove(path)
            }
        }
        // A killed process may have left them.
        try clean()
        defer { try? clean() }
        try FileSystem.replaceFile(at: copy, with: bytes, mode: 0o600)
        let outcome: ChildProcess.Outcome
        do {
            outcome = try ChildProcess.run(
                program,
                ["-q", "-Y", "sign", "-f", key, "-n", SiteCatalog.namespace, copy],
                environment: variables,
                in: tree.stagingPath,
                limits: ChildProcess.Limits(seconds: Self.mostSeconds),
                mayAsk: true,
                monitor: session.monitor("ssh-keygen")
            )
        } catch let problem as ChildProcess.Problem {
            throw Failure(
                .unavailable,
                "ssh-keygen could not sign the catalog",
                facts: [.init("program", program), .init("because", problem)]
            )
        }
        guard outcome.status == 0,
            let signature = try FileSystem.contents(of: result, limit: SSHSignature.mostBytes)
        else {
            throw Failure(
                .unavailable,
                "ssh-keygen could not sign the catalog",
                facts: [
                    .init("key", key), .init("exit status", outcome.status),
                    .init("last line", outcome.lastLines.last ?? "none"),
                ],
                hint: "if the key has a passphrase and there is no terminal, load it into an agent:"
                    + " `ssh-add \(ShellQuoting.quoted(key))`"
            )
        }
        return signature
    }

    /// Verifies a new signature as a host does, except for whose it is.
    private func check(
        _ armor: [UInt8],
        of catalog: SiteCatalog
    ) throws -> (fingerprint: String, publicKey: String) {
        do {
            let signature = try SSHSignature(parsing: armor)
            try signature.verify(catalog.bytes, namespace: SiteCatalog.namespace)
            return (try signature.key.fingerprint(), signature.key.description)
        } catch let rejection as SignatureRejection {
            throw Failure(
                .integrity,
                "hosts would refuse the new signature, so it was not written",
                facts: [.init("because", rejection)],
                hint: "use an ed25519 key: `ssh-keygen -t ed25519 -f FILE`"
            )
        }
    }

    /// Verifies whose signature it is, if this host has allowed signers.
    private func principal(_ signature: [UInt8], _ catalog: SiteCatalog) throws(Failure) -> String?
    {
        let trust = settings.knowledge.sites
        guard trust.isEnabled else { return nil }
        return try SiteSigners(trust.signers).verified(
            catalog.bytes,
            signature: signature,
            from: tree.path(of: SiteFiles.catalogName),
            at: .now
        ).principal
    }
}
