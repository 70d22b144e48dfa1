internal import ToolchainCore
internal import ToolchainHost
internal import ToolchainNetwork
internal import TransparencyLog

extension Supply {
    /// Fetches the log proof beside the archive of a version from the mirrors on the web.
    ///
    /// The server does not have to be trusted: the log signed the proof, and it has to match the files of
    /// the archive.
    ///
    /// - Parameter version: The version.
    /// - Returns: The first proof that the log signed, or `nil` if no mirror has one.
    /// - Throws: ``Failure`` if the run is interrupted, or the proof reveals that the log is forked.
    func webProof(of version: GoVersion) throws(Failure) -> LogClaim? {
        let log = session.settings.log
        guard !session.settings.isOffline, log.isEnabled else { return nil }
        let fileName = version.archiveFileName(for: session.platform) + LogProof.fileSuffix
        for case .web(let mirror) in session.settings.mirrors {
            let addresses = mirror.candidates(for: .go(version), named: fileName)
            let found = zip(addresses, try documents(at: addresses, named: fileName))
            for case (let address, let bytes?) in found {
                do throws(Failure) {
                    return try LogClaim.proof(
                        parsing: bytes,
                        from: address.withoutQuery,
                        of: log
                    )
                } catch {
                    if error.isFork { throw error }
                    let mirror = UnusableMirror(name: mirror.description, reason: error.message)
                    session.report([mirror], for: version.toolchainName)
                }
            }
        }
        return nil
    }

    /// Fetches proofs from one server; none after an address at which it cannot be reached.
    private func documents(
        at addresses: [WebAddress],
        named name: String
    ) throws(Failure) -> [[UInt8]?] {
        var isComplete = false
        defer { session.onEvent(.ended(name, isComplete: isComplete)) }
        var found: [[UInt8]?] = []
        for address in addresses {
            do {
                found += try DocumentDownload(
                    from: [address],
                    as: .text,
                    limit: LogProof.mostBytes,
                    policy: transferPolicy(),
                    monitor: session.monitor(name)
                ).run()
            } catch TransferError.status {
                // Object stores answer 403 for a file that does not exist.
                found.append(nil)
            } catch let interrupted as ProgressMonitor.Interrupted {
                throw session.interruption(interrupted)
            } catch {
                return found
            }
        }
        isComplete = true
        return found
    }
}
