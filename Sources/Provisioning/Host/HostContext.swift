package import HostInspection
package import ToolchainCore
package import ToolchainHost

/// The host that a command works on, and the receiver of its notes.
package struct HostContext {
    package let environment: HostEnvironment
    package let files = RootedFiles()
    /// The path given with `--manifest`, or `nil` to search for manifests.
    package let manifest: String?
    private let write: (String) -> Void
    /// The remarks that were already reported, because manifests are searched for more than once.
    private let remarks = Guarded<Set<String>>([])

    /// Creates the context of this process's host.
    ///
    /// - Parameters:
    ///   - environment: The variables and the working directory.
    ///   - manifest: The path given with `--manifest`, or `nil`.
    ///   - note: Reports a message that is neither a result nor an error.
    package init(
        environment: HostEnvironment,
        manifest: String?,
        note: @escaping (String) -> Void
    ) {
        self.environment = environment
        self.manifest = manifest
        write = note
    }

    /// Reports a message that is neither a result nor an error.
    package func note(_ text: String) { write(text) }

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - environment: The environment to read, or `nil` for ``environment``.
    ///   - change: Adds the options of the command line.
    /// - Returns: The settings; each remark about an ignored file is reported once.
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

    /// Determines the platform of this host.
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
