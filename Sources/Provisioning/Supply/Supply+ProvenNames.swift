internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// The versions that log proofs in mirror directories name.
extension Supply {
    /// The number of proofs that are read in one directory.
    ///
    /// A directory may have thousands, and reading one takes time: a signature is verified.
    static let mostProofsPerDirectory = 500

    /// Finds the archives in mirror directories that have a proof beside them which the log signed, newest
    /// versions of each directory first.
    ///
    /// If the record can be looked up, a proof that is damaged names the version, too.
    ///
    /// If a directory has more proofs than are read, a remark says so.
    ///
    /// - Parameters:
    ///   - request: Only versions that can match this request count; `nil` for all.
    ///   - isKnown: Whether a version needs no proof.
    ///   - body: Receives a version and its directory, each version once; returns whether versions that are
    ///     older than this one are not needed.
    /// - Throws: ``Failure`` if a proof reveals that the log is forked.
    func eachProvenName(
        for request: GoRequest?,
        except isKnown: (GoVersion) -> Bool,
        _ body: (GoVersion, String) -> Bool
    ) throws(Failure) {
        guard session.settings.log.isEnabled else { return }
        var found: Set<GoVersion> = []
        var oldest: GoVersion?
        for case .directory(let mirror) in session.settings.mirrors {
            for directory in [mirror.path, "\(mirror.path)/go"] {
                var count = 0
                for version in versionsWithProof(in: directory)
                where request?.isMatched(by: version) ?? true {
                    if let oldest, version < oldest { break }
                    guard !isKnown(version), !found.contains(version), isRecorded(version) else {
                        continue
                    }
                    guard count < Self.mostProofsPerDirectory else {
                        session.remarkOnce(
                            directory,
                            "\(directory) has more than \(count) log proofs of versions that no catalog"
                                + " lists: only those of the newest \(count) versions are read"
                        )
                        break
                    }
                    count += 1
                    guard try isProvable(version, in: directory) else { continue }
                    found.insert(version)
                    if body(version, directory) {
                        oldest = version
                        break
                    }
                }
            }
        }
    }

    /// Whether the log can have a record of a version.
    func isRecorded(_ version: GoVersion) -> Bool {
        (try? ToolchainRecord.requireRecord(of: ToolchainModule(version, session.platform))) != nil
    }

    /// Returns the versions whose archives for this run's platform are in a directory with a proof beside
    /// them, newest first; no file is read.
    private func versionsWithProof(in directory: String) -> [GoVersion] {
        let names = (try? FileSystem.names(in: directory)) ?? []
        let present = Set(names)
        return names.compactMap { name in
            guard name.hasSuffix(".gz"), present.contains(name + LogProof.fileSuffix),
                let version = GoVersion(archiveFileName: name),
                name == version.archiveFileName(for: session.platform)
            else { return nil }
            return version
        }.sorted(by: >)
    }

    /// Whether the log has signed the proof beside the archive of a version, or can be asked for its record.
    ///
    /// - Throws: ``Failure`` if the proof reveals a fork.
    private func isProvable(
        _ version: GoVersion,
        in directory: String
    ) throws(Failure) -> Bool {
        let name = version.archiveFileName(for: session.platform)
        let path = "\(directory)/\(name)\(LogProof.fileSuffix)"
        do throws(Failure) {
            return try LogClaim.proof(at: path, of: session.settings.log) != nil
        } catch {
            if error.isFork { throw error }
            var skipped: [Failure.Fact] = []
            return mayLookUp(version, skipped: &skipped)
        }
    }
}
