internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// Checks the files of logs in the mirror against their signed heads.
struct LogCheck: MirrorCheck {
    func covers(_ path: String, in mirror: MirrorContents) -> Bool {
        let parts = path.split(byte: "/", omittingEmpty: false)
        guard parts.count > 2, parts[0] == ModulePaths.databases else { return false }
        if LogCopy.names.contains(parts[parts.count - 1]) { return true }
        return parts.dropFirst(2).contains { $0 == "tile" || $0 == "lookup" }
    }

    func findings(in mirror: MirrorContents) throws(Failure) -> [MirrorFinding] {
        var findings: [MirrorFinding] = []
        for copy in LogCopy.all(in: mirror) {
            let directory = ModulePaths.database(named: copy.key.name)
            let latestPath = "\(directory)/\(SiteLog.latestPath)"
            do {
                guard let latest = try copy.latest() else {
                    findings.append(MirrorFinding(latestPath, .missing))
                    continue
                }
                // A copy of a log of others has only some of its tiles, which proofs of modules require.
                guard mirror.files["\(directory)/\(SiteLog.keyPath)"] != nil else { continue }
                let log = try SiteLog(latest: latest, kept: nil) { try copy.document($0) }
                for (path, bytes) in try log.tiles() + log.answers() {
                    let full = "\(directory)/\(path)"
                    guard let file = mirror.files[full] else {
                        findings.append(MirrorFinding(full, .missing))
                        continue
                    }
                    if file.digest != (try SHA256Digest(of: bytes)) {
                        findings.append(
                            MirrorFinding(full, .modified, "run `gotoolprov mirror gomod`")
                        )
                    }
                }
            } catch let failure as Failure {
                findings.append(MirrorFinding(latestPath, .contradicted, failure.onOneLine))
            } catch {
                findings.append(MirrorFinding(latestPath, .contradicted, "\(error)"))
            }
        }
        return findings
    }
}

extension LogCopy {
    /// The names of files of a log other than tiles and answers to lookups.
    static let names = [SiteLog.latestPath, SiteLog.supportedPath, SiteLog.keyPath]

    /// The logs in a mirror: that of the settings, and those whose keys are beside their files.
    ///
    /// A key in the mirror shows that the files belong together, not who has signed them.
    static func all(in mirror: MirrorContents) -> [LogCopy] {
        var copies: [LogCopy] = []
        let start = "\(ModulePaths.databases)/"
        let end = "/\(SiteLog.latestPath)"
        for path in mirror.files.keys.sorted()
        where path.utf8.starts(with: start.utf8) && path.hasSuffix(end) {
            let name = String(path.dropFirst(start.count).dropLast(end.count))
            if mirror.logKey.name.hasSameBytes(as: name) {
                copies.append(LogCopy(of: mirror.logKey, in: mirror.tree))
            } else if let key = key(named: name, in: mirror) {
                copies.append(LogCopy(of: key, in: mirror.tree))
            }
        }
        return copies
    }

    private static func key(named name: String, in mirror: MirrorContents) -> VerifierKey? {
        let path = "\(ModulePaths.database(named: name))/\(SiteLog.keyPath)"
        guard
            let bytes = try? FileSystem.contents(of: mirror.tree.path(of: path), limit: 4096),
            let key = try? VerifierKey(parsing: String(decoding: bytes.dropLast(), as: UTF8.self)),
            key.name.hasSameBytes(as: name)
        else { return nil }
        return key
    }
}
