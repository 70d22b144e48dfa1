internal import SystemPackage
package import ToolchainCore
package import ToolchainHost

/// The use cases of one host: what makes its SDKs what they should be.
package struct Provisioner: Sendable {
    /// Something that happens on the way, to be told to whoever waits.
    package enum Event: Sendable {
        /// Another process has the lock of this version.
        case waitingForLock(String, holder: LockHolder?)
        /// Work on an archive goes on.
        case progress(String, Watch.Phase, done: Int, total: Int)
        /// A download has nothing to report.
        case delay(String, Watch.Delay)
        /// A download has ended; whether the archive has come.
        case ended(String, isComplete: Bool)
    }

    /// How changes are gone about.
    package struct Conduct: Sendable {
        /// How long to wait for another gotoolprov.
        package var patience = InstallLock.Patience.unlimited
        /// Whether folders are used that others can change.
        package var trustsRoots = false

        /// The usual way.
        package init() {}
    }

    let settings: Settings
    let conduct: Conduct
    let platform: GoPlatform
    let environment: HostEnvironment
    private(set) var onEvent: @Sendable (Event) -> Void
    /// What is on its way already.
    private(set) var prefetch: Prefetch?
    /// The archives that ``prefetch`` brings.
    private(set) var prefetchedPins: [PinnedArchive] = []
    let signal: @Sendable () -> Int32

    /// The SDKs of this host.
    package let store: SDKStore
    /// The launchers of this host.
    package let launchers: LauncherFolder

    /// A provisioner for a host of `platform`.
    ///
    /// - Parameters:
    ///   - settings: Where things are.
    ///   - conduct: How changes are gone about.
    ///   - platform: What archives have to be built for.
    ///   - environment: The process that this runs in.
    ///   - onEvent: Called from any thread.
    ///   - signal: The signal that should end the work, or 0. Called often, from any thread: also
    ///     while nothing happens.
    package init(
        settings: Settings,
        conduct: Conduct = Conduct(),
        platform: GoPlatform,
        environment: HostEnvironment,
        onEvent: @escaping @Sendable (Event) -> Void,
        signal: @escaping @Sendable () -> Int32
    ) {
        self.settings = settings
        self.conduct = conduct
        self.platform = platform
        self.environment = environment
        self.onEvent = onEvent
        self.signal = signal
        store = SDKStore(root: settings.sdkRoot)
        launchers = LauncherFolder(path: settings.goBin)
    }

    /// The launcher of a version, as it should be.
    package func launcher(of version: GoVersion) -> Launcher {
        Launcher(version: version, goRoot: store.goRoot(of: version))
    }

    /// The launchers of the default Go, as they should be.
    var defaultLaunchers: [Launcher] { Launcher.ofDefault(link: store.defaultLink) }

    /// The name of the lock that protects the choice of the default Go; no version is called so.
    static let defaultLock = SDKStore.Name.current

    /// This provisioner, telling nobody of what happens.
    func silenced() -> Provisioner {
        var copy = self
        copy.onEvent = { _ in }
        return copy
    }

    /// This provisioner with archives that are on their way.
    func with(_ prefetch: Prefetch, of pins: [PinnedArchive]) -> Provisioner {
        var copy = self
        copy.prefetch = prefetch
        copy.prefetchedPins = pins
        return copy
    }

    /// A watch over work on something called `name`.
    package func watch(_ name: String) -> Watch {
        Watch(
            report: { [onEvent] in onEvent(.progress(name, $0, done: $1, total: $2)) },
            delayed: { [onEvent] in onEvent(.delay(name, $0)) },
            signal: signal
        )
    }

    /// What stands where a version's SDK would be, with errors in words.
    func state(of version: GoVersion) throws(Failure) -> SDKStore.State? {
        try state(of: .go(version))
    }

    /// What stands where something would be installed, with errors in words.
    func state(of installation: Installation) throws(Failure) -> SDKStore.State? {
        do {
            return try store.state(of: installation)
        } catch {
            throw Failure(reading: error, what: "cannot look at what is installed")
        }
    }

    /// Takes the lock called `name`, a version's most often, and finishes what dead processes began
    /// under it.
    func lock(_ name: String) throws -> Transaction {
        try refuseUnsafeRoots()
        try refuseFewOpenFiles()
        let path = store.lockPath(name)
        let watch = Watch(report: { _, _, _ in }, signal: signal)
        var made: [String] = []
        var attempts = 0
        do {
            while true {
                try store.makeBookkeepingFolders(adding: &made)
                // Where one of them was missing, somebody else may have made it first.
                try refuseUnsafeRoots()
                do {
                    let lock = try InstallLock.acquire(
                        path,
                        patience: conduct.patience,
                        watch: watch
                    ) { onEvent(.waitingForLock(name, holder: $0)) }
                    recover(holding: name)
                    return Transaction(lock, made: made)
                } catch let error as FileError
                    where error.errno == .noSuchFileOrDirectory && error.path == path
                    && attempts < 100
                {
                    // Another process has just discarded the folder that it had made.
                    attempts += 1
                }
            }
        } catch {
            FileSystem.removeEmptyDirectories(made)
            switch error {
            case let error as Watch.Interrupted: throw Failure(waiting: error)
            case let error as InstallLock.Busy: throw Failure(error, name: name)
            case let error as FileError where error.path == path && error.errno == .notSupported:
                throw Failure(.locks, root: store.root)
            default: throw error
            }
        }
    }

    /// For commands that then need no lock: folders that would be refused to them are left alone.
    func recover() {
        guard
            (try? store.existingBookkeepingFolder(SDKStore.Name.staging)?.names())?.isEmpty
                == false,
            (try? refuseUnsafeRoots()) != nil,
            store.existingBookkeepingFolder(SDKStore.Name.lock) != nil
        else { return }
        recover(holding: nil)
    }

    /// Deletes what killed processes left behind.
    ///
    /// A name in the staging folder is that of its lock, a dot and digits; whoever is alive holds the
    /// lock. Anything else is not ours and stays. Where there is nothing, this costs one look.
    ///
    /// - Parameter held: The lock that this process holds, if any.
    private func recover(holding held: String?) {
        // What cannot be deleted now is in nobody's way and is tried again next time.
        let staging = store.existingBookkeepingFolder(SDKStore.Name.staging)
        for entry in (try? staging?.names()) ?? [] {
            guard let staging, let name = Self.name(ofTemporary: entry.text),
                let installation = Installation(name: name)
            else { continue }
            if name == held {
                finish(entry, in: staging, of: installation)
            } else if let lock = try? InstallLock.ifFree(store.lockPath(name)) {
                finish(entry, in: staging, of: installation)
                lock.discardIfNew()
            }
        }
        if held == Self.defaultLock {
            for launcher in defaultLaunchers { launchers.sweepTemporaries(of: launcher.name) }
            let folder = try? store.folder()?.directory(SDKStore.Name.bookkeeping)
            for entry in (try? folder?.names()) ?? []
            where Self.name(ofTemporary: entry.text) == SDKStore.Name.current {
                try? folder?.remove(entry)
            }
        } else if let held {
            launchers.sweepTemporaries(of: held)
        }
    }

    /// Deletes a folder that was being made, or was moved here to be deleted; in the second case the
    /// launcher went with it.
    ///
    /// What somebody has mounted in it stays, and the folder with it.
    private func finish(
        _ entry: FileName,
        in staging: DirectoryHandle,
        of installation: Installation
    ) {
        let isGone: Bool
        do { isGone = try state(of: installation) == nil } catch { isGone = false }
        if isGone, case .tool(let build) = installation {
            try? launchers.removeLinks(to: build, in: store)
        }
        if isGone, case .go(let version) = installation {
            _ = try? launchers.remove(launcher(of: version))
            if store.defaultVersion == version,
                let lock = try? InstallLock.ifFree(store.lockPath(Self.defaultLock))
            {
                try? dropDefault()
                _ = consume lock
            }
        }
        try? staging.remove(entry)
    }

    /// What stands before the dot and the number that end the name of everything temporary.
    static func name(ofTemporary entry: String) -> String? {
        let parts = entry.split(byte: ".", omittingEmpty: false)
        guard parts.count > 1, let number = parts.last, UInt32(number) != nil else { return nil }
        return parts.dropLast().joined(separator: ".")
    }
}
