internal import Dispatch
internal import ToolchainCore
internal import ToolchainHost

/// The archives that one run fetches, some of them while others are unpacked.
final class Downloads: Sendable {
    /// How many are fetched at once: more share the same line.
    private static let mostAtOnce = 3

    private let slots = DispatchSemaphore(value: mostAtOnce)
    private let pending = Guarded<[SHA256Digest: Gate]>([:])
    private let noted = Guarded<[PinnedArchive]>([])
    private let ends = Guarded<[SHA256Digest: ContinuousClock.Instant]>([:])

    /// The archives that are or were being fetched, in the order of their beginnings.
    var pins: [PinnedArchive] { noted.withLock { $0 } }

    /// Notes that an archive is going to be fetched.
    func note(_ pin: PinnedArchive) {
        noted.withLock { noted in
            if !noted.contains(where: { $0.digest == pin.digest }) { noted.append(pin) }
        }
    }

    /// Starts to fetch an archive, or waits in the background for its turn.
    ///
    /// Errors are not reported, and where the host allows no thread nothing is fetched early: the
    /// one that needs the archive tries again, and reports.
    ///
    /// - Parameters:
    ///   - pin: The archive.
    ///   - fetch: Fetches it, and sets when its time is over.
    func start(
        _ pin: PinnedArchive,
        _ fetch: @escaping @Sendable (inout ContinuousClock.Instant?) throws -> Void
    ) {
        let digest = pin.digest
        note(pin)
        let hasEnded = Gate()
        let isNew = pending.withLock { pending in
            guard pending[digest] == nil else { return false }
            pending[digest] = hasEnded
            return true
        }
        guard isNew else { return }
        do throws(ThreadRefusal) {
            try WorkerThread.detach { [slots, ends] in
                slots.wait()
                var end: ContinuousClock.Instant?
                try? fetch(&end)
                ends.withLock { $0[digest] = end }
                slots.signal()
                hasEnded.open()
            }
        } catch {
            hasEnded.open()
        }
    }

    /// When the time of an archive is over that was started; nil where it was not requested.
    func end(of digest: SHA256Digest) -> ContinuousClock.Instant? { ends.withLock { $0[digest] } }

    /// Waits until an archive that was started has come, or has failed to.
    ///
    /// - Throws: ``ProgressMonitor/Interrupted``.
    func wait(for digest: SHA256Digest, _ monitor: ProgressMonitor) throws(ProgressMonitor
        .Interrupted)
    {
        guard let hasEnded = pending.withLock({ $0[digest] }) else { return }
        while !hasEnded.isOpen(within: 50) { try monitor.check() }
    }
}
