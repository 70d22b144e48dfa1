internal import Dispatch
package import ToolchainCore
internal import ToolchainHost

/// Archives that are fetched while others are unpacked.
final class Prefetch: Sendable {
    /// How many are fetched at once: more share the same line.
    private static let mostAtOnce = 3

    private let slots = DispatchSemaphore(value: mostAtOnce)
    private let pending = Guarded<[SHA256Digest: Gate]>([:])
    private let ends = Guarded<[SHA256Digest: ContinuousClock.Instant]>([:])

    /// Starts to fetch an archive, or waits in the background for its turn.
    ///
    /// Errors are not reported, and where the host allows no thread nothing is fetched early: the
    /// one that needs the archive tries again, and reports.
    ///
    /// - Parameters:
    ///   - digest: The archive's digest.
    ///   - fetch: Fetches it, and sets when its time is over.
    func start(
        _ digest: SHA256Digest,
        _ fetch: @escaping @Sendable (inout ContinuousClock.Instant?) throws -> Void
    ) {
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
    /// - Throws: ``Watch/Interrupted``.
    func wait(for digest: SHA256Digest, _ watch: Watch) throws(Watch.Interrupted) {
        guard let hasEnded = pending.withLock({ $0[digest] }) else { return }
        while !hasEnded.isOpen(within: 50) { try watch.check() }
    }
}

extension Provisioner {
    /// This provisioner, which already fetches what `wishes` need over the web, if that is several
    /// archives.
    ///
    /// Each is unpacked when its turn comes, while the next ones are on their way.
    ///
    /// - Parameters:
    ///   - wishes: What is asked for.
    ///   - options: How `ensure` goes about it.
    /// - Returns: The provisioner.
    /// - Throws: ``Failure`` where several are to be installed and one of them cannot be: before
    ///   anything is fetched.
    package func prefetching(
        _ wishes: [Manifest.Wish],
        options: EnsureOptions
    ) throws(Failure) -> Provisioner {
        guard !options.isCheck, options.archivePath == nil, wishes.count > 1 else { return self }
        // Where nothing can be installed, nothing is fetched.
        guard (try? refuseUnsafeRoots()) != nil else { return self }
        let steps = plan(wishes, options: options)
        let failures = steps.compactMap { step in
            if case .failure(let failure) = step { failure } else { nil }
        }
        let missing = steps.compactMap { try? $0.get() }.filter { $0.need != .nothing }
        guard missing.count + failures.count > 1 else { return self }
        if var failure = failures.first {
            failure.facts += failures.dropFirst().map { .init("also", $0.message) }
            throw failure
        }
        var addresses: [(pin: PinnedArchive, address: WebAddress)] = []
        for step in missing where step.need == .tree || step.need == .adoption {
            guard let source = step.sources.first, let address = source.address,
                !addresses.contains(where: { $0.pin.digest == source.pin.digest })
            else { continue }
            addresses.append((source.pin, address))
        }
        guard addresses.count > 1 else { return self }
        let prefetch = Prefetch()
        for (pin, address) in addresses {
            prefetch.start(pin.digest) { try self.fetch(pin, from: address, until: &$0) }
        }
        return with(prefetch, of: addresses.map(\.pin))
    }
}
