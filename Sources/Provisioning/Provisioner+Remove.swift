internal import SystemPackage
public import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// What became of a version that is no longer wanted.
    public struct Removal: Sendable {
        /// The version.
        public let version: GoVersion
        /// Whether it was there.
        public let wasPresent: Bool
        /// Where its tree was or would have been.
        public let goRoot: String
    }

    /// Removes a version's tree and its launcher, if they are ours.
    ///
    /// The tree disappears by one rename before the first file is deleted, so there is no moment
    /// with half of it under its name.
    ///
    /// - Throws: ``Failure`` of kind `destination` for a tree that is not ours, or cannot be removed.
    public func remove(_ version: GoVersion) throws(Failure) -> Removal {
        let goRoot = store.goRoot(of: version)
        guard try isOurs(version) else {
            return Removal(version: version, wasPresent: false, goRoot: goRoot)
        }
        do {
            let held = try lock(version)
            guard try isOurs(version) else {
                return Removal(version: version, wasPresent: false, goRoot: goRoot)
            }
            let number = UInt32.random(in: 0...UInt32.max)
            let aside = "\(store.stagingFolder)/\(version.toolchainName).\(number)"
            try FileSystem.rename(goRoot, to: aside)
            try FileSystem.synchronizeDirectory(store.root)
            _ = try launchers.remove(launcher(of: version))
            try FileSystem.remove(aside)
            _ = consume held
            return Removal(version: version, wasPresent: true, goRoot: goRoot)
        } catch {
            throw failure(for: error, doing: "remove \(version.toolchainName)")
        }
    }

    private func isOurs(_ version: GoVersion) throws(Failure) -> Bool {
        switch try state(of: version) {
        case nil: return false
        case .installed, .damaged: return true
        case .foreign, .unknown:
            throw Failure(
                .destination,
                "there is something that gotoolprov did not install",
                facts: [.init("path", store.goRoot(of: version))],
                hint: "remove it with whatever put it there"
            )
        }
    }
}
