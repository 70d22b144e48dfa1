internal import ToolchainCore
internal import ToolchainHost

extension Settings {
    /// Determines the mirrors, and which of their servers may get credentials: those of the command line,
    /// else of GOTOOLPROV_MIRROR, else of the manifests.
    ///
    /// - Throws: ``Failure`` of kind `configuration` or `usage` for an invalid mirror.
    static func mirrors(
        _ options: Options,
        _ manifests: [LocatedManifest],
        from environment: HostEnvironment
    ) throws(Failure) -> (mirrors: [Mirror], access: MirrorAccess) {
        var mirrors: [Mirror] = []
        var access = try MirrorAccess(from: environment)
        func add(_ text: String) throws(Failure) {
            let mirror = try Mirror(parsing: text, base: nil, from: environment)
            mirrors.append(mirror)
            access.add(mirror, isChosen: true)
        }
        if !options.mirrors.isEmpty {
            for text in options.mirrors { try add(text) }
        } else if let list = environment["GOTOOLPROV_MIRROR"] {
            // Comma-separated, as GOPROXY is: every URL contains a colon, and a path may contain a
            // space.
            for text in list.split(byte: ",").map(\.trimmed) where !text.isEmpty { try add(text) }
        } else {
            for located in manifests {
                for entry in located.manifest.mirrors {
                    let mirror = try Mirror(
                        parsing: entry.text,
                        base: located.directory,
                        from: environment
                    )
                    mirrors.append(mirror)
                    access.add(mirror, isChosen: !located.isOfProject)
                }
            }
        }
        // The manifest of the user or the host has the file for a mirror that is named elsewhere.
        for located in manifests where !located.isOfProject {
            for entry in located.manifest.mirrors {
                guard let text = entry.headerFile else { continue }
                access.add(
                    headerFile: try absolute(text, base: located.directory, from: environment),
                    of: try Mirror(parsing: entry.text, base: located.directory, from: environment)
                )
            }
        }
        return (mirrors, access)
    }
}
