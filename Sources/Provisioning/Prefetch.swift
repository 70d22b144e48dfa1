internal import Dispatch
public import ToolchainCore
internal import ToolchainHost

/// Archives that are fetched while others are unpacked.
final class Prefetch: Sendable {
    /// How many are fetched at once: more share the same line.
    private static let mostAtOnce = 3

    private let queue = DispatchQueue(label: "prefetch", attributes: .concurrent)
    private let slots = DispatchSemaphore(value: mostAtOnce)
    private let pending = Guarded<[SHA256Digest: DispatchGroup]>([:])

    /// Starts to fetch an archive, or waits in the background for its turn.
    ///
    /// What goes wrong is not told: whoever needs the archive tries again, and tells.
    func start(_ digest: SHA256Digest, _ fetch: @escaping @Sendable () throws -> Void) {
        let group = DispatchGroup()
        let isNew = pending.withLock { pending in
            guard pending[digest] == nil else { return false }
            pending[digest] = group
            return true
        }
        guard isNew else { return }
        queue.async(group: group) { [slots] in
            slots.wait()
            try? fetch()
            slots.signal()
        }
    }

    /// Waits until an archive that was started has come, or has failed to.
    ///
    /// - Throws: ``Watch/Interrupted``.
    func wait(for digest: SHA256Digest, _ watch: Watch) throws(Watch.Interrupted) {
        guard let group = pending.withLock({ $0[digest] }) else { return }
        while group.wait(timeout: .now() + .milliseconds(50)) == .timedOut { try watch.check() }
    }
}

extension Provisioner {
    /// This provisioner, which already fetches what `wishes` need over the web, if that is several
    /// archives.
    ///
    /// Each is unpacked when its turn comes, while the next ones are on their way.
    public func prefetching(_ wishes: [Manifest.Wish], options: EnsureOptions) -> Provisioner {
        guard !options.isCheck, !settings.isOffline, options.archivePath == nil else { return self }
        let open = wishes.filter { wish in
            guard case .exactly(let version) = wish.request else { return true }
            return (try? need(of: version, options)) != .nothing
        }
        guard open.count > 1,
            let catalogue = try? CatalogueLibrary.load(adding: settings.catalogues)
        else { return self }
        var fetched: [(pin: PinnedArchive, address: WebAddress)] = []
        for wish in open {
            guard let version = try? version(answering: wish, in: catalogue, options: options),
                let need = try? need(of: version, options), need == .tree || need == .adoption,
                let pin = try? pin(version, in: catalogue, options: options),
                let address = try? sources(of: pin, options: options).first?.address
            else { continue }
            fetched.append((pin, address))
        }
        guard fetched.count > 1 else { return self }
        let quiet = silenced()
        let prefetch = Prefetch()
        for (pin, address) in fetched {
            prefetch.start(pin.digest) { try quiet.fetch(pin, from: address) }
        }
        return with(prefetch)
    }
}
