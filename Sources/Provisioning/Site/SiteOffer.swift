internal import ToolchainCore
internal import ToolchainHost
internal import ToolchainNetwork

/// What a mirror offers as the catalog of a site.
enum SiteOffer {
    /// It has no catalog.
    case none
    /// It has a catalog, and a signature unless that is missing.
    case catalog(bytes: [UInt8], signature: [UInt8]?, place: String)
    /// It cannot be asked, for this reason.
    case unreachable(String)

    /// The names of the files in a mirror.
    static let catalogName = "catalog.json"
    static let signatureName = "catalog.json.sig"

    /// The largest signature that is read, in bytes.
    fileprivate static let mostSignatureBytes = 1 << 16
}

extension Supply {
    /// Reads the catalog of a site in a mirror.
    ///
    /// - Parameters:
    ///   - mirror: The mirror.
    ///   - kept: Returns the kept catalog with this signature, or `nil`; it is not downloaded again.
    /// - Returns: The offer, not verified.
    /// - Throws: ``Failure``, only if the run is interrupted.
    func siteOffer(
        of mirror: Mirror,
        kept: ([UInt8]) -> [UInt8]?
    ) throws(Failure) -> SiteOffer {
        switch mirror {
        case .directory(let directory): siteOffer(in: directory.path)
        case .web(let mirror): try siteOffer(of: mirror, kept: kept)
        }
    }

    private func siteOffer(in directory: String) -> SiteOffer {
        let path = "\(directory)/\(SiteOffer.catalogName)"
        // Such a file was named by the user, and is a catalog file.
        guard !session.settings.catalogs.contains(path) else { return .none }
        do {
            guard let bytes = try FileSystem.contents(of: path, limit: SiteCatalog.mostBytes + 1)
            else { return .none }
            let signature = try FileSystem.contents(
                of: "\(directory)/\(SiteOffer.signatureName)",
                limit: SiteOffer.mostSignatureBytes + 1
            )
            guard bytes.count <= SiteCatalog.mostBytes else {
                return .unreachable("\(path) is larger than \(ByteCount(SiteCatalog.mostBytes))")
            }
            return .catalog(bytes: bytes, signature: signature, place: path)
        } catch {
            return .unreachable("\(error.path): \(error.errno)")
        }
    }

    private func siteOffer(
        of mirror: WebMirror,
        kept: ([UInt8]) -> [UInt8]?
    ) throws(Failure) -> SiteOffer {
        // Offline, the catalog that was accepted last counts until it expires.
        guard let directory = mirror.directory, !session.settings.isOffline else { return .none }
        let place = directory.appending(SiteOffer.catalogName)
        do {
            let signature = try siteDocument(
                at: directory.appending(SiteOffer.signatureName),
                limit: SiteOffer.mostSignatureBytes
            )
            if let signature, let bytes = kept(signature) {
                return .catalog(bytes: bytes, signature: signature, place: "\(place)")
            }
            guard let bytes = try siteDocument(at: place, limit: SiteCatalog.mostBytes) else {
                return .none
            }
            return .catalog(bytes: bytes, signature: signature, place: "\(place)")
        } catch let error as TransferError {
            return .unreachable("\(error)")
        } catch {
            let failure = session.failure(for: error, doing: "fetch the catalog of the site")
            if case .interrupted = failure.kind { throw failure }
            return .unreachable(failure.onOneLine)
        }
    }

    /// Fetches a document; nil if the server does not have it.
    private func siteDocument(at address: WebAddress, limit: Int) throws -> [UInt8]? {
        let name = "site catalog"
        var policy = transferPolicy()
        policy.maximumAttemptCount = 2
        policy.connectSeconds = min(policy.connectSeconds, 5)
        policy.totalSeconds = min(policy.totalSeconds, 60)
        var isComplete = false
        defer { session.onEvent(.ended(name, isComplete: isComplete)) }
        do {
            let documents = try DocumentDownload(
                from: [address],
                as: .text,
                limit: limit,
                policy: policy,
                monitor: session.monitor(name)
            ).run()
            isComplete = true
            return documents.first.flatMap(\.self)
        } catch TransferError.status(403, _, _) {
            // So S3 answers for a file that does not exist, if the directory may not be listed.
            return nil
        }
    }
}
