package import HostInspection
package import ToolchainCore
package import ToolchainHost

/// The host that a use case works on, and where its notes go.
package struct HostContext {
    package let environment: HostEnvironment
    package let files = RootedFiles()
    /// The manifest that was named; nil where one is searched for.
    package let manifest: String?
    private let write: (String) -> Void
    /// The remarks on manifests that were noted, as manifests are searched for more than once.
    private let remarks = Guarded<Set<String>>([])

    /// The host of this process.
    ///
    /// - Parameters:
    ///   - environment: The variables and the working directory.
    ///   - manifest: The manifest that was named, if one was.
    ///   - note: Takes what is neither a result nor an error.
    package init(
        environment: HostEnvironment,
        manifest: String?,
        note: @escaping (String) -> Void
    ) {
        self.environment = environment
        self.manifest = manifest
        write = note
    }

    /// Reports something that is neither a result nor an error.
    package func note(_ text: String) { write(text) }

    /// The settings, to which a command may add.
    ///
    /// - Parameters:
    ///   - environment: The environment to read instead of ``environment``.
    ///   - change: Adds what the command line says.
    /// - Returns: The settings; what was passed over for them is noted once.
    /// - Throws: ``Failure`` as ``Settings/gathered(_:from:)`` does.
    package func settings(
        from environment: HostEnvironment? = nil,
        adding change: (inout Settings.Options) -> Void = { _ in }
    ) throws(Failure) -> Settings {
        var options = Settings.Options()
        options.manifest = manifest
        change(&options)
        let settings = try Settings.gathered(options, from: environment ?? self.environment)
        for remark in settings.remarks where remarks.withLock({ $0.insert(remark).inserted }) {
            note(remark)
        }
        return settings
    }

    /// What this host can run.
    ///
    /// - Returns: The platform.
    /// - Throws: ``Failure`` of kind `configuration` for an architecture that Go does not support.
    package func platform() throws(Failure) -> HostPlatform {
        do {
            return try HostPlatform.detected(in: files)
        } catch {
            let known = GoArchitecture.allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure(
                .configuration,
                "Go does not support this architecture",
                facts: [.init("architecture", error.machine), .init("supported", known)]
            )
        }
    }
}
