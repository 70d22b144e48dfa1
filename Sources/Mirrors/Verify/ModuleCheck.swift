internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// Compares the modules of toolchains with the logs in the mirror, as the `go` command does.
struct ModuleCheck: MirrorCheck {
    func covers(_ path: String, in mirror: MirrorContents) -> Bool {
        path == ModulePaths.list || Self.module(of: path) != nil
    }

    /// The module that a file belongs to, and the suffix of the file.
    private static func module(of path: String) -> (module: ToolchainModule, suffix: String)? {
        guard path.utf8.starts(with: "\(ModulePaths.directory)/".utf8),
            let suffix = ModulePaths.suffixes.first(where: { path.hasSuffix($0) })
        else { return nil }
        let name = path.dropFirst(ModulePaths.directory.count + 1).dropLast(suffix.count)
        return ToolchainModule(version: String(name)).map { ($0, suffix) }
    }

    func findings(in mirror: MirrorContents) throws(Failure) -> [MirrorFinding] {
        var findings: [MirrorFinding] = []
        var served: [ToolchainModule] = []
        let copies = LogCopy.all(in: mirror)
        for path in mirror.files.keys.sorted() {
            guard let (module, suffix) = Self.module(of: path) else { continue }
            guard suffix == ".zip" else {
                let expected = ModulePaths.contents(of: module, suffix)
                findings += Self.difference(of: path, from: expected, in: mirror)
                continue
            }
            served.append(module)
            findings += try self.findings(for: module, at: path, copies, in: mirror)
        }
        if !served.isEmpty || mirror.files[ModulePaths.list] != nil {
            let lines = served.map { "\($0.version)\n" }.sorted { $0.precedesByBytes($1) }
            findings += Self.difference(
                of: ModulePaths.list,
                from: Array(lines.joined().utf8),
                in: mirror
            )
        }
        return findings
    }

    private static func difference(
        of path: String,
        from expected: [UInt8],
        in mirror: MirrorContents
    ) -> [MirrorFinding] {
        guard let file = mirror.files[path] else { return [MirrorFinding(path, .missing)] }
        let digest = try? SHA256Digest(of: expected)
        return file.digest == digest
            ? [] : [MirrorFinding(path, .modified, "run `gotoolprov mirror gomod`")]
    }

    private func findings(
        for module: ToolchainModule,
        at path: String,
        _ copies: [LogCopy],
        in mirror: MirrorContents
    ) throws(Failure) -> [MirrorFinding] {
        let found: ModuleHash
        do {
            found = try ModuleHash(
                ofZip: mirror.tree.path(of: path),
                module: module,
                monitor: mirror.monitor("\(module.go.toolchainName).zip")
            )
        } catch let interrupted as ProgressMonitor.Interrupted {
            throw Failure(verifying: interrupted)
        } catch {
            return [MirrorFinding(path, .malformed, "\(error)")]
        }
        guard !copies.isEmpty else {
            return [MirrorFinding(path, .unverifiable, "no log in the mirror records it")]
        }
        var findings: [MirrorFinding] = []
        for copy in copies {
            let name = copy.key.name
            do {
                guard let proven = try copy.proof(of: module) else {
                    findings.append(
                        MirrorFinding(path, .unverifiable, "\(name) has no record of it")
                    )
                    continue
                }
                if proven.record.hash != found {
                    findings.append(
                        MirrorFinding(
                            path,
                            .contradicted,
                            "\(name) records \(proven.record.hash), found \(found)"
                        )
                    )
                }
            } catch {
                findings.append(MirrorFinding(path, .contradicted, "\(name): \(error)"))
            }
        }
        return findings
    }
}
