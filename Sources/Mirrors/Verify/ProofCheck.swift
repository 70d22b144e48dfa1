internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Verifies the log proofs beside the archives: the log signed a tree that has the record of this version, platform
/// and hash.
///
/// This does not read the archives: that a file with the listed digest has the hash was verified before it entered.
struct ProofCheck: MirrorCheck {
    func covers(_ path: String, in mirror: MirrorContents) -> Bool {
        guard path.hasSuffix(MirrorEntry.proofSuffix) else { return false }
        let archive = MirrorPath(String(path.dropLast(MirrorEntry.proofSuffix.count)))
        return archive.flatMap { mirror.index[$0] }?.hasProof == true
    }

    func findings(in mirror: MirrorContents) throws(Failure) -> [MirrorFinding] {
        let published = try CatalogLibrary.publishedHashes()
        var findings: [MirrorFinding] = []
        for entry in mirror.index.entries {
            guard let log = entry.log, let version = entry.contents.goVersion else { continue }
            let path = entry.path.description + MirrorEntry.proofSuffix
            guard mirror.log.isEnabled else {
                findings.append(MirrorFinding(path, .unverifiable, "the log is disabled"))
                continue
            }
            if let known = published.hash(of: version, mirror.platform(of: entry)),
                known != log.hash
            {
                findings.append(MirrorFinding(path, .invalidProof, "\(known) was published"))
                continue
            }
            do throws(Failure) {
                let record = try mirror.supply(for: entry.architecture).provenRecord(
                    at: mirror.tree.path(of: path),
                    of: version,
                    hash: log.hash
                )
                if record == nil {
                    findings.append(MirrorFinding(path, .missing))
                } else if record != log {
                    findings.append(
                        MirrorFinding(path, .invalidProof, "the index lists another record")
                    )
                }
            } catch {
                if error.isFork { throw error }
                let because = error.facts.first { $0.label == "because" }?.value
                findings.append(MirrorFinding(path, .invalidProof, because ?? error.message))
            }
        }
        return findings
    }
}
