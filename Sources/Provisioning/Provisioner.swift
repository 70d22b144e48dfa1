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
        let name = version.toolchainName
        var made: [String] = []
        while true {
            do {
                for folder in [store.stagingFolder, store.lockFolder] {
                    made += try FileSystem.makeDirectories(folder)
                }
                let lock = try InstallLock.acquire(store.lockPath(name), watch: watch(version)) {
                    onEvent(.waitingForLock(version))
                }
                sweepStaging(holding: name)
                return HeldLock(lock: lock, made: made)
            } catch let error as FileError where error.errno == .noSuchFileOrDirectory {
                // Another process has just discarded the folder; it is made again.
                try watch(version).check()
            } catch {
                FileSystem.removeEmptyDirectories(made)
                throw error
            }
        }
    }

    /// Deletes what killed processes left in the staging folder.
    ///
    /// A name there starts with that of its lock; whoever is alive holds it.
    private func sweepStaging(holding held: String) {
        // What cannot be deleted now is in nobody's way and is tried again next time.
        for entry in (try? FileSystem.names(in: store.stagingFolder)) ?? [] {
            guard let dot = entry.lastIndex(of: ".") else { continue }
            let name = String(entry[..<dot])
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

extension Failure {
    /// A failure to read what is on this host.
    init(reading error: FileError, what: String) {
        self.init(
            .destination,
            what,
            facts: [
                .init("path", error.path), .init("failed", error.operation),
                .init("because", error.errno),
            ]
        )
    }

    /// A failure to write to this host.
    init(writing error: FileError, what: String) {
        let hint: String? =
            switch error.errno {
            case .noSpace, .diskQuotaExceeded:
                "a Go takes about 300 MB; free some space, or set GOTOOLPROV_SDK_ROOT elsewhere"
            case .permissionDenied, .readOnlyFileSystem, .notPermitted:
                "set GOTOOLPROV_SDK_ROOT and GOBIN to folders that you can write to"
            default: nil
            }
        self.init(
            .destination,
            what,
            facts: [
                .init("path", error.path), .init("failed", error.operation),
                .init("because", error.errno),
            ],
            hint: hint
        )
    }
}
