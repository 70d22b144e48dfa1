internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Compares the archives with the index, with the catalogs, and if nothing else vouches for them, their contents
/// with the log.
struct ArchiveCheck: MirrorCheck {
    func covers(_ path: String, in mirror: MirrorContents) -> Bool {
        path == MirrorIndex.fileName || MirrorPath(path).flatMap { mirror.index[$0] } != nil
    }

    func findings(in mirror: MirrorContents) throws(Failure) -> [MirrorFinding] {
        var findings: [MirrorFinding] = []
        for entry in mirror.index.entries {
            if let finding = Self.difference(of: entry, in: mirror) {
                findings.append(finding)
            } else {
                findings += try contradictions(of: entry, in: mirror)
            }
        }
        return findings
    }

    /// Compares the file of an entry with the index.
    private static func difference(
        of entry: MirrorEntry,
        in mirror: MirrorContents
    ) -> MirrorFinding? {
        let path = entry.path.description
        guard let file = mirror.files[path] else {
            // A file that cannot be read has a finding of its own.
            let isAbsent = (try? FileSystem.kind(of: mirror.tree.path(of: entry.path))) == .none
            return MirrorFinding(path, isAbsent ? .missing : .unreadable)
        }
        guard file.byteCount == entry.byteCount else {
            return MirrorFinding(
                path,
                .modified,
                "expected \(entry.byteCount) bytes, found \(file.byteCount)"
            )
        }
        guard file.digest == entry.digest else {
            return MirrorFinding(path, .modified, "sha256 \(file.digest)")
        }
        return nil
    }

    /// Compares an intact archive with what vouches for it now.
    private func contradictions(
        of entry: MirrorEntry,
        in mirror: MirrorContents
    ) throws(Failure) -> [MirrorFinding] {
        let path = entry.path.description
        let supply = mirror.supply(for: entry.architecture)
        let pin = try supply.catalog().archive(of: entry, for: mirror.platform(of: entry))
        if let pin, pin.digest != entry.digest {
            return [
                MirrorFinding(path, .contradicted, "\(pin.voucher) lists sha256 \(pin.digest)")
            ]
        }
        // Who changed an archive may have changed the index as well, so only the log vouches for it.
        if mirror.isDeep || pin == nil && entry.evidence == .log {
            let listed = PinnedArchive(entry, for: mirror.platform(of: entry), by: pin?.voucher)
            do throws(Failure) {
                let hash = try supply.examine(listed, at: mirror.tree.path(of: entry.path))
                if let log = entry.log, let hash, hash != log.hash {
                    return [MirrorFinding(path, .malformed, "the log records \(log.hash)")]
                }
            } catch {
                if case .interrupted = error.kind { throw error }
                return [MirrorFinding(path, .malformed, error.onOneLine)]
            }
        }
        if pin == nil, entry.evidence != .log {
            return [MirrorFinding(path, .unverifiable, "no catalog lists it")]
        }
        return []
    }
}

extension Catalog {
    /// Returns the archive with the contents of an entry.
    func archive(
        of entry: MirrorEntry,
        for platform: GoPlatform
    ) -> PinnedArchive? {
        switch entry.contents {
        case .go(let version): archive(of: version, for: platform)
        case .source(.delve, let version): tools.delve[version]?.sourceArchive(for: platform)
        case .source: nil
        case .tool(let build):
            tools.prebuilt(build.tool, for: platform).first { $0.build == build }?.archive
        }
    }
}

extension PinnedArchive {
    /// Creates the archive that an entry lists.
    fileprivate init(_ entry: MirrorEntry, for platform: GoPlatform, by voucher: Voucher?) {
        self.init(
            entry.contents,
            platform: platform,
            fileName: entry.path.fileName,
            digest: entry.digest,
            byteCount: entry.byteCount,
            voucher: voucher ?? .log
        )
    }
}
