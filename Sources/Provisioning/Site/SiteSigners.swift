internal import SSHSignatures
package import ToolchainCore
internal import ToolchainHost

/// The allowed signers of this host, which verify catalogs of sites.
package struct SiteSigners: Sendable {
    private let files: [(path: String, signers: AllowedSigners)]

    /// Reads the files at these absolute paths.
    ///
    /// - Throws: ``Failure`` of kind `configuration` if one cannot be read, another user could have written
    ///   it, or none of its lines allows a key.
    package init(_ paths: [String]) throws(Failure) {
        var files: [(path: String, signers: AllowedSigners)] = []
        for path in paths { files.append((path, try Self.signers(at: path))) }
        self.files = files
    }

    private static func signers(at path: String) throws(Failure) -> AllowedSigners {
        func failure(_ reason: String, hint: String? = nil) -> Failure {
            Failure(
                .configuration,
                "cannot use the allowed signers",
                facts: [.init("file", path), .init("because", reason)],
                hint: hint
            )
        }
        guard FileSystem.exists(path) else {
            throw failure(
                "the file does not exist",
                hint:
                    "write a line such as `release@example.com namespaces=\"\(SiteCatalog.namespace)\""
                    + " ssh-ed25519 KEY`, or correct `signers` in the manifest"
            )
        }
        if let reason = HostKnowledge.obstacle(to: path) { throw failure(reason) }
        let limit = AllowedSigners.mostBytes
        let bytes: [UInt8]
        do {
            bytes = try FileSystem.contents(of: path, limit: limit + 1) ?? []
        } catch {
            throw failure("\(error.errno)")
        }
        guard bytes.count <= limit else { throw failure("it is larger than \(ByteCount(limit))") }
        let signers = AllowedSigners(parsing: bytes)
        guard !signers.isEmpty else {
            let reason =
                signers.ignoredLines.first.map { "; line \($0.number): \($0.reason)" } ?? ""
            throw failure("no line allows an ssh-ed25519 key\(reason)")
        }
        return signers
    }

    /// Verifies the signature of a catalog, then parses it.
    ///
    /// - Parameters:
    ///   - bytes: The catalog.
    ///   - signature: Its signature.
    ///   - place: The path or URL of the catalog, for messages.
    ///   - time: When the key has to be valid.
    /// - Returns: The catalog.
    /// - Throws: ``Failure`` of kind `integrity`.
    package func verified(
        _ bytes: [UInt8],
        signature: [UInt8],
        from place: String,
        at time: UTCTime
    ) throws(Failure) -> SignedSiteCatalog {
        let principal = try principal(bytes, signature, place, time)
        do {
            return SignedSiteCatalog(
                catalog: try SiteCatalog(parsing: bytes),
                digest: try SHA256Digest(of: bytes),
                signature: signature,
                principal: principal
            )
        } catch let error as JSONError {
            let location = error.location(in: bytes)
            throw Failure(
                .integrity,
                "the catalog of the site is signed, but invalid",
                facts: [
                    .init("catalog", "\(place):\(location.line):\(location.column)"),
                    .init("because", error.reason), .init("signed by", principal),
                ],
                hint: "see docs/reference/site-catalog.md"
            )
        } catch {
            throw Failure(
                .configuration,
                "cannot verify the catalog of the site",
                facts: [.init("catalog", place), .init("because", "\(error)")]
            )
        }
    }

    private func principal(
        _ bytes: [UInt8],
        _ armor: [UInt8],
        _ place: String,
        _ time: UTCTime
    ) throws(Failure) -> String {
        var facts: [Failure.Fact] = [.init("catalog", place)]
        do {
            let signature = try SSHSignature(parsing: armor)
            facts.append(.init("key", try signature.key.fingerprint()))
            try signature.verify(bytes, namespace: SiteCatalog.namespace)
            var rejection = AllowedSigners.Rejection.unknownKey
            for (path, signers) in files {
                do throws(AllowedSigners.Rejection) {
                    return try signers.signer(
                        with: signature.key,
                        for: SiteCatalog.namespace,
                        at: time
                    ).principals
                } catch {
                    if rejection == .unknownKey { rejection = error }
                    facts.append(.init("allowed signers", path))
                }
            }
            throw rejection
        } catch let error as SignatureRejection {
            throw Failure(
                .integrity,
                "the signature of the site's catalog is invalid",
                facts: facts + [.init("because", error)],
                hint:
                    "sign it with `gotoolprov mirror sign`; if the mirror is being changed, try again"
            )
        } catch let error as AllowedSigners.Rejection {
            throw Failure(
                .integrity,
                "no allowed signer has signed the site's catalog",
                facts: facts + [.init("because", error)],
                hint: "if you trust this key, add it to the allowed signers"
            )
        } catch {
            throw Failure(
                .configuration,
                "cannot verify the signature of the site's catalog",
                facts: facts + [.init("because", "\(error)")]
            )
        }
    }
}
