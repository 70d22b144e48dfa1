internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// The symbolic links in GOBIN that run tools: `dlv1.25.0`, and `dlv` for the selected version.
extension LauncherDirectory {
    /// The kind of file that has a link's name.
    enum LinkOccupant: Hashable {
        /// A managed link to the program of this tool.
        case link(ToolBuild)
        /// A file of another origin; the value describes it.
        case foreign(String)
    }

    /// Returns what has the name of a link to a tool in `store`, or `nil` if nothing does.
    func linkOccupant(_ name: String, in store: Installations) throws(Failure) -> LinkOccupant? {
        let file = "\(path)/\(name)"
        let kind: FileSystem.Kind?
        do {
            kind = try FileSystem.kind(of: file)
        } catch {
            throw Failure(reading: error, what: "cannot read GOBIN")
        }
        switch kind {
        case nil: return nil
        case .symbolicLink:
            guard let target = FileSystem.linkTarget(of: file) else { return nil }
            // The link may contain another path of the same store, through a link or a mount.
            var root = FilePath(target)
            let parts = root.components.suffix(3).map(\.string)
            root.components.removeLast(parts.count)
            guard target.hasPrefix("/"), parts.count == 3, let build = ToolBuild(name: parts[0]),
                parts[1] == "bin",
                parts[2] == build.tool.name, FileSystem.isSame(root.string, store.root)
            else { return .foreign("a link to \(target)") }
            return .link(build)
        case .directory: return .foreign("a directory")
        case .file: return .foreign("a file that gotoolprov did not write")
        case .other: return .foreign("neither a file nor a directory")
        }
    }

    /// Whether the link `name` exists and runs `build`.
    ///
    /// - Throws: ``Failure`` of kind `destination` if a file of another origin has the name.
    func isLinked(_ name: String, to build: ToolBuild, in store: Installations) throws(Failure)
        -> Bool
    {
        switch try linkOccupant(name, in: store) {
        case nil: return false
        case .link(let found): return found == build
        case .foreign(let what):
            throw Failure(
                .destination,
                "the link's name is taken",
                facts: [
                    .init("file", "\(path)/\(name)"), .init("found", what),
                    .init("expected", "nothing, or a link that gotoolprov wrote"),
                ],
                hint: "move it, or set GOBIN to another directory"
            )
        }
    }

    /// Creates or replaces the link `name` to `build` atomically.
    func writeLink(
        _ name: String,
        to build: ToolBuild,
        in store: Installations,
        durably: Bool
    ) throws(Failure) {
        do throws(FileError) {
            try FileSystem.makeDirectories(path)
            try FileSystem.replaceLink(
                at: "\(path)/\(name)",
                to: "\(store.path(of: .tool(build)))/bin/\(build.tool)",
                durably: durably
            )
        } catch {
            throw Failure(
                writing: error,
                what: "cannot write the link",
                places: HostPlaces([.launchers(path), .sdkRoot(store.root)])
            )
        }
    }

    /// Returns the names of the links that run `build`.
    func links(to build: ToolBuild, in store: Installations) throws(Failure) -> [String] {
        var names: [String] = []
        for name in [build.shortName, build.tool.name]
        where try linkOccupant(name, in: store) == .link(build) {
            names.append(name)
        }
        return names
    }

    /// Whether a link runs `build`.
    func hasLinks(to build: ToolBuild, in store: Installations) throws(Failure) -> Bool {
        try !links(to: build, in: store).isEmpty
    }

    /// Deletes the links that run `build`; keeps links with the same names to other builds.
    func removeLinks(to build: ToolBuild, in store: Installations) throws(Failure) {
        for name in try links(to: build, in: store) {
            do {
                try FileSystem.remove("\(path)/\(name)")
            } catch {
                throw Failure(
                    writing: error,
                    what: "cannot delete the link",
                    places: HostPlaces([.launchers(path)])
                )
            }
        }
    }
}
