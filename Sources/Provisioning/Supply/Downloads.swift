internal import Dispatch
internal import ToolchainCore
internal import ToolchainHost

/// The downloads of one run, which continue while other archives are unpacked.
final class Downloads: Sendable {
    /// The maximum number of concurrent downloads: more would only share the same bandwidth.
    private static let mostAtOnce = 3

    /// A download, as far as messages and its files in the cache are concerned.
    struct Transfer: Hashable, Sendable {
        /// What its partial file is named after: the digest of the archive, if known.
        let key: SHA256Digest
        let fileName: String
        /// The size of the archive in bytes, or `nil` if unknown.
        let byteCount: Int?
    }

    private let slots = DispatchSemaphore(value: mostAtOnce)
    private let pending = Guarded<[SHA256Digest: Gate]>([:])
    private let noted = Guarded<[Transfer]>([])
    private let ends = Guarded<[SHA256Digest: ContinuousClock.Instant]>([:])

    /// The downloads that were started, in order.
    var transfers: [Transfer] { noted.withLock { $0 } }

    /// Records that a download starts.
    func note(_ transfer: Transfer) {
        noted.withLock { noted in
            if !noted.contains(where: { $0.key == transfer.key }) { noted.append(transfer) }
        }
    }

    /// Starts a download in the background, as soon as a slot is free.
    ///
    /// Errors are ignored, and nothing is downloaded early if no thread can be created: the
    /// installation that requires the archive tries again and reports the error.
    ///
    /// - Parameters:
    ///   - pin: The archive.
    ///   - fetch: Downloads the archive, and sets the deadline for doing so.
    func start(
        _ pin: PinnedArchive,
        _ fetch: @escaping @Sendable (inout ContinuousClock.Instant?) throws -> Void
    ) {
        let digest = pin.digest
        note(Transfer(pin))
        let hasEnded = Gate()
        let isNew = pending.withLock { pending in
            guard pending[digest] == nil else { return false }
            pending[digest] = hasEnded
            return true
        }
        guard isNew else { return }
        do throws(ThreadCreationError) {
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

    /// Returns the deadline of a download, or `nil` if it has not sent a request.
    func end(of digest: SHA256Digest) -> ContinuousClock.Instant? { ends.withLock { $0[digest] } }

    /// Waits until a download that was started completes or fails.
    ///
    /// - Throws: ``ProgressMonitor/Interrupted``.
    func wait(for digest: SHA256Digest, _ monitor: ProgressMonitor) throws(ProgressMonitor
        .Interrupted)
    {
        guard let hasEnded = pending.withLock({ $0[digest] }) else { return }
        while !hasEnded.isOpen(within: 50) { try monitor.check() }
    }
}

extension Downloads.Transfer {
    /// Creates the download of a pinned archive.
    init(_ pin: PinnedArchive) {
        self.init(key: pin.digest, fileName: pin.fileName, byteCount: pin.byteCount)
    }
}
