package import ToolchainCore
package import ToolchainHost

/// One run on one host: what everything that is done shares.
package struct Session: Sendable {
    /// Something that happens on the way.
    package enum Event: Sendable {
        /// Another process holds the lock called so.
        case waitingForLock(String, holder: LockHolder?)
        /// Work on an archive advances.
        case progress(String, ProgressMonitor.Phase, done: Int, total: Int)
        /// A download has nothing to report.
        case delay(String, ProgressMonitor.Delay)
        /// A download ended.
        case ended(String, isComplete: Bool)
    }

    /// What the user allows.
    package struct Allowance: Sendable {
        /// How long to wait for another gotoolprov.
        package var patience = InstallLock.Patience.unlimited
        /// Whether directories are used that other users can modify.
        package var trustsRoots = false

        package init() {}
    }

    let settings: Settings
    let allowance: Allowance
    /// What archives have to be built for.
    package let platform: GoPlatform
    let environment: HostEnvironment
    let onEvent: @Sendable (Event) -> Void
    let signal: @Sendable () -> Int32
    /// The archives that this run fetches.
    let downloads = Downloads()
    /// All catalogs as one, once they were read.
    let loadedCatalog = Guarded<Catalog?>(nil)

    /// A run.
    ///
    /// - Parameters:
    ///   - settings: Where things are.
    ///   - allowance: What the user allows.
    ///   - platform: What archives have to be built for.
    ///   - environment: The process.
    ///   - onEvent: Called from any thread.
    ///   - signal: The signal that should end the work, or 0. Called often, from any thread, also
    ///     while nothing happens.
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

    /// Whether what is written has to survive a power cut.
    var isDurable: Bool { settings.durability == .syncfs }

    /// A monitor over work on something called `name`.
    package func monitor(_ name: String) -> ProgressMonitor {
        ProgressMonitor(
            report: { [onEvent] in onEvent(.progress(name, $0, done: $1, total: $2)) },
            delayed: { [onEvent] in onEvent(.delay(name, $0)) },
            signal: signal
        )
    }
}
