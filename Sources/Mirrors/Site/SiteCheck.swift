internal import Provisioning
internal import SSHSignatures
internal import ToolchainCore
internal import ToolchainHost

/// Verifies the catalog of the site: its form, its signature and whether it is current, and compares it with the
/// index.
struct SiteCheck: MirrorCheck {
    func covers(_ path: String, in mirror: MirrorContents) -> Bool {
        [SiteFiles.catalogName, SiteFiles.signatureName].contains(path)
    }

    func findings(in mirror: MirrorContents) throws(Failure) -> [MirrorFinding] {
        let (name, signatureName) = (SiteFiles.catalogName, SiteFiles.signatureName)
        guard mirror.files[name] != nil else {
            guard mirror.files[signatureName] != nil else { return [] }
            return [MirrorFinding(name, .missing)]
        }
        let catalog: SiteCatalog
        do throws(Failure) {
            guard let found = try SiteFiles.catalog(of: mirror.tree) else { return [] }
            catalog = found
        } catch {
            return [MirrorFinding(name, .malformed, Self.reason(error))]
        }
        var findings = Self.contradictions(of: catalog, in: mirror)
        if UTCTime.now > catalog.expires {
            findings.append(MirrorFinding(name, .expired, "at \(catalog.expires)"))
        }
        if let finding = try signatureFinding(catalog, in: mirror) { findings.append(finding) }
        return findings
    }

    private static func reason(_ failure: Failure) -> String {
        failure.facts.first { $0.label == "because" }?.value ?? failure.message
    }

    private func signatureFinding(
        _ catalog: SiteCatalog,
        in mirror: MirrorContents
    ) throws(Failure) -> MirrorFinding? {
        let name = SiteFiles.signatureName
        let armor: [UInt8]?
        do throws(Failure) {
            armor = try SiteFiles.contents(name, of: mirror.tree, limit: SSHSignature.mostBytes)
        } catch {
            return MirrorFinding(name, .unreadable, Self.reason(error))
        }
        guard let armor else {
            return MirrorFinding(SiteFiles.catalogName, .unsigned, "run `gotoolprov mirror sign`")
        }
        guard mirror.trust.isEnabled else { return Self.ownFinding(armor, catalog) }
        let signers = try SiteSigners(mirror.trust.signers)
        do throws(Failure) {
            _ = try signers.verified(
                catalog.bytes,
                signature: armor,
                from: mirror.tree.path(of: SiteFiles.catalogName),
                at: .now
            )
            return nil
        } catch {
            return MirrorFinding(name, .invalidSignature, Self.reason(error))
        }
    }

    /// Verifies a signature without knowing whose it has to be.
    private static func ownFinding(_ armor: [UInt8], _ catalog: SiteCatalog) -> MirrorFinding {
        let name = SiteFiles.signatureName
        do {
            let signature = try SSHSignature(parsing: armor)
            try signature.verify(catalog.bytes, namespace: SiteCatalog.namespace)
            let fingerprint = try signature.key.fingerprint()
            return MirrorFinding(
                name,
                .unverifiable,
                "this host has no allowed signers; the key is \(fingerprint)"
            )
        } catch let rejection as SignatureRejection {
            return MirrorFinding(name, .invalidSignature, "\(rejection)")
        } catch {
            return MirrorFinding(name, .unverifiable, "\(error)")
        }
    }

    /// Finds archives of the mirror for which the catalog lists another digest.
    private static func contradictions(
        of site: SiteCatalog,
        in mirror: MirrorContents
    ) -> [MirrorFinding] {
        guard let catalog = try? site.catalog(signedBy: "") else { return [] }
        return mirror.index.entries.compactMap { entry in
            let pin = catalog.archive(of: entry, for: mirror.platform(of: entry))
            guard let pin, pin.digest != entry.digest else { return nil }
            let path = entry.path.description
            return MirrorFinding(path, .contradicted, "the site lists sha256 \(pin.digest)")
        }
    }
}
