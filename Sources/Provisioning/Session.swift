package import ToolchainCore
package import ToolchainHost
internal import TransparencyLog

/// The context that all operations of one run on one host share.
package struct Session: Sendable {
    /// An event to report while an operation runs.
    package enum Event: Sendable {
        /// Another process holds the lock with this name.
        case waitingForLock(String, holder: LockHolder?)
        /// An archive operation has made progress.
        case progress(String, ProgressMonitor.Phase, done: Int, total: Int)
        /// A download is waiting: for a response, or to retry.
        case delay(String, ProgressMonitor.Delay)
        /// A download ended.
        case ended(String, isComplete: Bool)
        /// A mirror cannot be used for an archive, and the next source is tried.
        case skipped(String, mirror: String, reason: String)
        /// Something that the user should know about an operation that goes on.
        case remark(String, String)
    }

    /// The options by which the user relaxes the defaults.
    package struct Allowance: Sendable {
        /// How long to wait for a lock that another gotoolprov process holds.
        package var lockTimeout = InstallLock.Timeout.unlimited
        /// Whether to accept directories that other users can modify.
        package var trustsRoots = false
        /// Whether to install although the catalog of a site has expired.
        package var acceptsExpired = false

        package init() {}
    }

    package private(set) var settings: Settings
    package let allowance: Allowance
    /// The platform of the archives to install.
    package private(set) var platform: GoPlatform
    let environment: HostEnvironment
    package private(set) var onEvent: @Sendable (Event) -> Void
    let signal: @Sendable () -> Int32
    /// The downloads that this run has started.
    let downloads = Downloads()
    /// The records that this run has proven by the log.
    private(set) var provenRecords = Guarded<[GoVersion: ProvenToolchain]>([:])
    /// Why the log could not be asked for proofs that are not required, or `nil`.
    let logOutage = Guarded<String?>(nil)
    /// The merged catalogs, or `nil` until they have been read.
    let loadedCatalog = Guarded<Catalog?>(nil)
    /// The credentials that this run has read.
    let credentials = Guarded<CredentialState>(CredentialState())
    /// The catalogs of sites, as far as this run has read them.
    let siteState = Guarded<SiteState>(SiteState())
    /// The official list, as far as this run has read or fetched it.
    let officialState = Guarded<OfficialState>(OfficialState())
    /// The remarks that are made once in a run, as far as they have been.
    private let remarks = Guarded<Set<String>>([])

    /// Creates the context of one run.
    ///
    /// - Parameters:
    ///   - settings: The directories, mirrors and limits.
    ///   - allowance: The options by which the user relaxes the defaults.
    ///   - platform: The platform of the archives to install.
    ///   - environment: The environment of the process.
    ///   - onEvent: The handler of events; it is called from any thread.
    ///   - signal: Returns the number of the signal that should end the run, or 0. It is called often
    ///     and from any thread, even while no data arrives.
    package init(
        settings: Settings,
        allowance: Allowance = Allowance(),
        platform: GoPlatform,
        environment: HostEnvironment,
        onEvent: @escaping @Sendable (Event) -> Void,
        signal: @escaping @Sendable () -> Int32
    ) {
        self.settings = settings
        self.allowance = allowance
        self.platform = platform
        self.environment = environment
        self.onEvent = onEvent
        self.signal = signal
    }

    /// Returns the same run for archives of another platform: with the same downloads, catalogs and lists.
    ///
    /// - Parameters:
    ///   - platform: The platform.
    ///   - isNamed: Whether events name the architecture, because several have the same versions.
    /// - Returns: The session.
    package func on(_ platform: GoPlatform, isNamed: Bool = false) -> Session {
        var session = self
        session.platform = platform
        session.provenRecords = Guarded([:])
        if isNamed {
            session.onEvent = { [onEvent] in
                onEvent($0.appending(" \(platform.architecture.rawValue)"))
            }
        }
        return session
    }

    /// Returns the same run with other settings.
    package func with(_ settings: Settings) -> Session {
        var session = self
        session.settings = settings
        return session
    }

    /// Whether writes must survive a power failure.
    package var isDurable: Bool { settings.durability == .syncfs }

    /// Reports, under `name`, mirrors that cannot be used.
    func report(_ mirrors: [UnusableMirror], for name: String) {
        for mirror in mirrors {
            onEvent(.skipped(name, mirror: mirror.name, reason: mirror.reason))
        }
    }

    /// Makes a remark under `name`, unless this run has made it.
    func remarkOnce(_ name: String, _ text: String) {
        guard remarks.withLock({ $0.insert(text).inserted }) else { return }
        onEvent(.remark(name, text))
    }

    /// Returns a monitor that reports progress under `name`.
    package func monitor(_ name: String) -> ProgressMonitor {
        ProgressMonitor(
            report: { [onEvent] in onEvent(.progress(name, $0, done: $1, total: $2)) },
            delayed: { [onEvent] in onEvent(.delay(name, $0)) },
            signal: signal
        )
    }
}

extension Session.Event {
    /// Returns the event of an operation whose name has a suffix.
    fileprivate func appending(_ suffix: String) -> Session.Event {
        switch self {
        case .waitingForLock: self
        case .progress(let name, let phase, let done, let total):
            .progress(name + suffix, phase, done: done, total: total)
        case .delay(let name, let delay): .delay(name + suffix, delay)
        case .ended(let name, let isComplete): .ended(name + suffix, isComplete: isComplete)
        case .skipped(let name, let mirror, let reason):
            .skipped(name + suffix, mirror: mirror, reason: reason)
        case .remark(let name, let text): .remark(name + suffix, text)
        }
    }
}
