internal import SystemPackage
package import ToolchainCore
package import ToolchainHost

/// A manifest and the path of its file.
package struct LocatedManifest: Sendable {
    /// The file names of manifests.
    ///
    /// Some editors allow comments only in `.jsonc` files.
    fileprivate static let fileNames = ["gotoolprov.json", "gotoolprov.jsonc"]
    /// The maximum size of a manifest, in bytes.
    private static let largest = 1 << 20

    /// The file's absolute path.
    package let path: String
    /// The parsed manifest.
    package let manifest: Manifest
    /// Whether it was found in or above the working directory, so that it may be a stranger's.
    fileprivate(set) var isOfProject = false

    /// The directory that relative paths in the manifest are resolved against.
    var directory: String { FilePath(path).removingLastComponent().string }

    /// The result of a search for manifests.
    struct Search {
        /// The manifests that apply, nearest first.
        var manifests: [LocatedManifest] = []
        /// A message for each file that was ignored, with the reason.
        var remarks: [String] = []
        /// Why the nearest manifest in or above the working directory cannot be used, or `nil`.
        var projectFailure: Failure?
    }

    /// Finds the manifests that apply: the explicit one alone, if given; else the nearest one in or
    /// above the working directory, the user's, and the host's.
    ///
    /// A file above the working directory may be unrelated to this user's work, so it never makes a
    /// command fail: one that is invalid or belongs to another user is ignored.
    ///
    /// - Parameters:
    ///   - explicit: The path that was given with `--manifest`, or `nil`.
    ///   - environment: The variables and the working directory.
    ///   - use: Which manifests to use, and which errors to ignore.
    ///   - searchesParents: Whether to search above the working directory.
    /// - Returns: The manifests.
    /// - Throws: ``Failure`` of kind `configuration` for a manifest that exists, is invalid, and must
    ///   not be ignored.
    static func search(
        explicit: String?,
        from environment: HostEnvironment,
        use: Settings.ManifestUse,
        searchesParents: Bool
    ) throws(Failure) -> Search {
        var search = Search()
        if use == .none { return search }
        if let explicit {
            do throws(Failure) {
                search.manifests = [try named(explicit, from: environment)]
            } catch {
                guard use == .readable else { throw error }
            }
            return search
        }
        let configuration =
            environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
            ?? environment.home.map { "\($0)/.config" }
        let shared = [configuration, "/etc"].compactMap { $0.map { "\($0)/gotoolprov" } }
        if searchesParents {
            search.searchParents(from: environment.currentDirectory, except: shared)
        }
        for directory in shared {
            do throws(Failure) {
                if let found = try read(in: directory) { search.manifests.append(found) }
            } catch {
                guard use != .all else { throw error }
                search.pass(over: path(in: directory), because: error.onOneLine)
            }
        }
        return search
    }

    /// Reads the manifest that the user names.
    ///
    /// - Parameters:
    ///   - text: The path.
    ///   - environment: The environment, to resolve a relative path.
    /// - Returns: The manifest.
    /// - Throws: ``Failure`` of kind `configuration` if it does not exist or is not valid.
    package static func named(
        _ text: String,
        from environment: HostEnvironment
    ) throws(Failure) -> LocatedManifest {
        guard let path = environment.absolutePath(text), let found = try read(path) else {
            throw Failure(
                .configuration,
                "the manifest does not exist",
                facts: [.init("file", text)]
            )
        }
        return found
    }

    /// Refuses the keys that require trust: a manifest found in the working directory may be part of a
    /// cloned repository.
    ///
    /// Such a manifest may select versions and mirrors, because archives are verified; it must not add
    /// digests or keys, decide which trees and programs run, or have files sent to a server.
    fileprivate func refuseTrustedKeys() throws(Failure) {
        let found = [
            ("catalogs", !manifest.catalogs.isEmpty), ("sdkRoot", manifest.sdkRoot != nil),
            ("gobin", manifest.goBin != nil), ("log", manifest.log != nil),
            ("headerFile", manifest.mirrors.contains { $0.headerFile != nil }),
            ("signers", manifest.signers != nil), ("sites", manifest.sites != nil),
        ].filter(\.1).map { "`\($0.0)`" }
        guard !found.isEmpty else { return }
        throw Failure(
            .configuration,
            "a manifest found by search cannot set \(found.joined(separator: ", "))",
            facts: [
                .init("file", path),
                .init("because", "these settings require a manifest that the user names"),
            ],
            hint:
                "if you trust it, use `--manifest \(path)`; or move them to ~/.config/gotoolprov"
        )
    }

    /// Reads the manifest in a directory, under either file name.
    fileprivate static func read(
        in directory: String,
        names: [String] = fileNames,
        ownedBy owners: Set<UInt32>? = nil
    ) throws(Failure) -> LocatedManifest? {
        var found: [LocatedManifest] = []
        for name in names {
            if let manifest = try read(path(name, in: directory), ownedBy: owners) {
                found.append(manifest)
            }
        }
        guard found.count < 2 else {
            throw Failure(
                .configuration,
                "two manifests are in one directory",
                facts: found.map { .init("file", $0.path) },
                hint: "delete or rename one of them"
            )
        }
        return found.first
    }

    fileprivate static func path(_ name: String, in directory: String) -> String {
        "\(directory == "/" ? "" : directory)/\(name)"
    }

    /// Returns the path of the manifest in a directory, or else the directory, for messages.
    fileprivate static func path(in directory: String) -> String {
        let paths = fileNames.map { path($0, in: directory) }
        return paths.first(where: FileSystem.exists) ?? directory
    }

    /// Reads the manifest at `path`.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - owners: The users whose files to accept, or `nil` for all.
    /// - Returns: The manifest, or `nil` if the file does not exist or cannot be reached.
    /// - Throws: ``Failure`` if the manifest cannot be read or is invalid.
    private static func read(
        _ path: String,
        ownedBy owners: Set<UInt32>? = nil
    ) throws(Failure) -> LocatedManifest? {
        let bytes: [UInt8]?
        do {
            bytes = try FileSystem.contents(of: path, limit: largest + 1, ownedBy: owners)
        } catch {
            throw Failure(
                .configuration,
                "cannot read the manifest",
                facts: [.init("file", path), .init("because", reason(error))]
            )
        }
        guard let bytes else { return nil }
        guard bytes.count <= largest else {
            throw Failure(
                .configuration,
                "the manifest is too large",
                facts: [.init("file", path), .init("limit", "\(largest) bytes")]
            )
        }
        do {
            return LocatedManifest(path: path, manifest: try Manifest(parsing: bytes))
        } catch {
            let location = error.location(in: bytes)
            throw Failure(
                .configuration,
                "the manifest is invalid",
                facts: [
                    .init("file", "\(path):\(location.line):\(location.column)"),
                    .init("because", error.reason),
                ],
                hint: "see docs/reference/manifest.md"
            )
        }
    }

    /// Returns the reason that a file could not be read; "not supported" means that it is not a regular
    /// file.
    private static func reason(_ error: FileError) -> String {
        guard error.errno == .notSupported else { return "\(error.errno)" }
        let isDirectory = (try? FileSystem.isDirectory(error.path)) == true
        return isDirectory ? "it is a directory" : "it is not a regular file"
    }
}

extension LocatedManifest.Search {
    /// Finds the nearest manifest in or above the working directory that belongs to this user or root.
    fileprivate mutating func searchParents(from start: String?, except shared: [String]) {
        guard let start else { return }
        let owners: Set<UInt32> = [FileSystem.currentUser, 0]
        var directory = FilePath(start)
        while true {
            let place = directory.string
            if !shared.contains(place) {
                let names = LocatedManifest.fileNames.filter {
                    !isForeign(LocatedManifest.path($0, in: place), owners)
                }
                do throws(Failure) {
                    let found = try LocatedManifest.read(in: place, names: names, ownedBy: owners)
                    if var found {
                        try found.refuseTrustedKeys()
                        found.isOfProject = true
                        manifests.append(found)
                        return
                    }
                } catch {
                    pass(over: LocatedManifest.path(in: place), because: error.onOneLine)
                    projectFailure = error
                    return
                }
            }
            guard directory.removeLastComponent() else { return }
        }
    }

    /// Whether another user owns the file or its target; if so, adds a remark that it is ignored.
    private mutating func isForeign(_ path: String, _ owners: Set<UInt32>) -> Bool {
        // A directory that this user cannot search contains no manifest for this user.
        guard let own = try? FileSystem.owner(of: path, followingLinks: false) else { return true }
        let target = (try? FileSystem.owner(of: path, followingLinks: true)) ?? own
        guard let foreign = [own, target].first(where: { !owners.contains($0) }) else {
            return false
        }
        pass(
            over: path,
            because: "it belongs to user \(foreign); to use it, name it with `--manifest`"
        )
        return true
    }

    fileprivate mutating func pass(over path: String, because reason: String) {
        remarks.append("the manifest \(path) is ignored: \(reason)")
    }
}
