package import Provisioning
package import ToolchainCore
internal import ToolchainHost

extension MirrorTree {
    /// Changes the mirror under its lock.
    ///
    /// What `body` has published is listed even if it throws, for example because it was interrupted.
    ///
    /// - Parameters:
    ///   - session: The run.
    ///   - body: The change, which gets the index as it is under the lock.
    /// - Returns: The result of `body`.
    /// - Throws: ``Failure``: what `body` throws; of kind `busy` if another process holds the lock; of kind
    ///   `destination` if the mirror cannot be written, or another user can modify it.
    package func change<Result>(
        _ session: Session,
        _ body: (inout MirrorChange) throws -> Result
    ) throws(Failure) -> Result {
        do {
            try refuseHazard(session)
            return try locked(session) {
                var change = try MirrorChange(self, session)
                do {
                    let result = try body(&change)
                    try change.commit()
                    return result
                } catch {
                    // The error of the body is the one to report.
                    try? change.commit()
                    throw error
                }
            }
        } catch {
            throw failure(for: error, session)
        }
    }

    /// Runs `body` while no other process changes the mirror.
    func locked<Result>(
        _ session: Session,
        _ body: () throws -> Result
    ) throws -> Result {
        var made: [String] = []
        try FileSystem.makeDirectories(stagingPath, isShared: true, adding: &made)
        let lock: InstallLock
        do {
            lock = try InstallLock.acquire(
                lockPath,
                timeout: session.allowance.lockTimeout,
                monitor: session.monitor("the mirror")
            ) { session.onEvent(.waitingForLock("the mirror", holder: $0)) }
        } catch let busy as InstallLock.Busy {
            throw Failure(busy, name: "the mirror")
        }
        let result = try body()
        _ = consume lock
        return result
    }

    /// Runs `body` while no other process changes the mirror, as far as that can be prevented without writing: on
    /// read-only media, nothing changes.
    func undisturbed<Result>(
        _ session: Session,
        _ body: () throws -> Result
    ) throws -> Result {
        guard (try? FileSystem.kind(of: lockPath)) == .file, FileSystem.isWritable(lockPath) else {
            return try body()
        }
        return try locked(session, body)
    }

    /// Refuses to write to a directory that another user can modify, who could redirect what is written.
    func refuseHazard(_ session: Session) throws(Failure) {
        guard !session.allowance.trustsRoots else { return }
        let hazard: PathHazard?
        do {
            hazard = try PathSafety().hazard(on: path)
        } catch {
            throw Failure(reading: error, what: "cannot check who can modify the mirror")
        }
        guard let hazard else { return }
        throw Failure(
            .destination,
            "another user can modify the mirror",
            facts: [.init("directory", path), .init("because", hazard)],
            hint: "correct the owner and mode; or, if this is intended, use `--trust-roots`"
        )
    }

    /// Converts an error from changing the mirror.
    func failure(for error: any Error, _ session: Session) -> Failure {
        if let error = error as? FileError {
            return Failure(writing: error, what: "cannot change the mirror")
        }
        return session.failure(for: error, doing: "change the mirror")
    }
}
