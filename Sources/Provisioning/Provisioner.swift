internal import SystemPackage
public import ToolchainCore
public import ToolchainHost

/// The use cases of one host: what makes its SDKs what they should be.
public struct Provisioner: Sendable {
    /// Something that happens on the way, to be told to whoever waits.
    public enum Event: Sendable {
        /// Another process has the lock of this version.
        case waitingForLock(GoVersion)
        /// Work on an archive goes on.
        case progress(GoVersion, Watch.Phase, done: Int, total: Int)
    }

    let settings: Settings
    let platform: GoPlatform
    let environment: HostEnvironment
    let onEvent: @Sendable (Event) -> Void
    let signal: @Sendable () -> Int32

    /// The SDKs of this host.
    public let store: SDKStore
    /// The launchers of this host.
    public let launchers: LauncherFolder

    /// A provisioner for a host of `platform`.
    ///
    /// - Parameters:
    ///   - settings: Where things are.
    ///   - platform: What archives have to be built for.
    ///   - environment: The process that this runs in.
    ///   - onEvent: Called from any thread.
    ///   - signal: The signal that should end the work, or 0.
    public init(
        settings: Settings,
        platform: GoPlatform,
        environment: HostEnvironment,
        onEvent: @escaping @Sendable (Event) -> Void,
        signal: @escaping @Sendable () -> Int32
    ) {
        self.settings = settings
        self.platform = platform
        self.environment = environment
        self.onEvent = onEvent
        self.signal = signal
        store = SDKStore(root: settings.sdkRoot)
        launchers = LauncherFolder(path: settings.goBin)
    }

    /// The launcher of a version, as it should be.
    public func launcher(of version: GoVersion) -> Launcher {
        Launcher(version: version, goRoot: store.goRoot(of: version))
    }

    func watch(_ version: GoVersion) -> Watch {
        Watch(
            report: { [onEvent] in onEvent(.progress(version, $0, done: $1, total: $2)) },
            signal: signal
        )
    }

    /// What stands where a version's SDK would be, with errors in words.
    func state(of version: GoVersion) throws(Failure) -> SDKStore.State? {
        do {
            return try store.state(of: version)
        } catch {
            throw Failure(reading: error, what: "cannot look at what is installed")
        }
    }

    /// A lock, and the folders that were made to have it.
    struct HeldLock: ~Copyable {
        let lock: InstallLock
        let made: [String]

        /// Gives the lock back and deletes what was made for it, as far as nobody uses it: for work
        /// that came to nothing.
        consuming func discard() {
            lock.discardIfNew()
            FileSystem.removeEmptyDirectories(made)
        }
    }

    /// Takes the lock of `version` and sweeps what dead processes left behind.
    func lock(_ version: GoVersion) throws -> HeldLock {
        let path = store.lockPath(version.toolchainName)
        var made: [String] = []
        var attempts = 0
        do {
            while true {
                made += try store.makeBookkeepingFolders()
                do {
                    let lock = try InstallLock.acquire(path, watch: watch(version)) {
                        onEvent(.waitingForLock(version))
                    }
                    sweepStaging(holding: version.toolchainName)
                    return HeldLock(lock: lock, made: made)
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
            throw error
        }
    }

    /// Deletes what killed processes left in the staging folder.
    ///
    /// A name there is that of its lock, a dot and digits; whoever is alive holds the lock. Anything
    /// else is not ours and stays.
    private func sweepStaging(holding held: String) {
        // What cannot be deleted now is in nobody's way and is tried again next time.
        for entry in (try? FileSystem.names(in: store.stagingFolder)) ?? [] {
            let parts = entry.split(byte: ".")
            let name = parts.dropLast().joined(separator: ".")
            guard let number = parts.last, UInt32(number) != nil,
                GoVersion(name)?.toolchainName == name
            else { continue }
            let path = "\(store.stagingFolder)/\(entry)"
            if name == held {
                try? FileSystem.remove(path)
            } else if let lock = try? InstallLock.ifFree(store.lockPath(name)) {
                try? FileSystem.remove(path)
                lock.discardIfNew()
            }
        }
    }
}
