internal import BinaryInspection
internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// The launcher directory, GOBIN, which also contains files of the user.
package struct LauncherDirectory: Sendable {
    /// The directory's absolute path.
    package let path: String

    /// Creates a value for the directory at `path`, an absolute path.
    package init(path: String) { self.path = path }

    /// The kind of file that has a launcher's name.
    enum Occupant: Hashable {
        /// The expected launcher.
        case current
        /// A launcher for another tree, or of another gotoolprov version.
        case outdated
        /// The golang.org/dl program that downloads and runs this version.
        case wrapper
        /// A file of another origin; the value describes it.
        case foreign(String)
    }

    /// Returns the path of a launcher, present or not.
    package func path(of launcher: Launcher) -> String { "\(path)/\(launcher.name)" }

    /// Returns what has the launcher's name, or `nil` if nothing does.
    func occupant(of launcher: Launcher) throws(FileError) -> Occupant? {
        let file = path(of: launcher)
        switch try FileSystem.kind(of: file) {
        case nil: return nil
        case .directory: return .foreign("a directory")
        case .symbolicLink: return .foreign("a symbolic link")
        case .other: return .foreign("neither a file nor a directory")
        case .file:
            // Another process has just deleted the file.
            guard let contents = try FileSystem.contents(of: file, limit: Launcher.maximumByteCount)
            else {
                return nil
            }
            if contents == Array(launcher.script.utf8) {
                return FileSystem.isExecutable(file) ? .current : .outdated
            }
            // A directory may have several paths because of links, such as /home -> /var/home.
            if let target = Launcher.target(in: contents), Self.isSame(target, launcher.target),
                contents == Array(launcher.running(target).script.utf8),
                FileSystem.isExecutable(file)
            {
                return .current
            }
            return Launcher.isLauncher(contents)
                ? .outdated : .foreign("a file that gotoolprov did not write")
        }
    }

    /// Whether two launchers run the same tree, even if the paths differ.
    private static func isSame(_ one: Launcher.Target, _ other: Launcher.Target) -> Bool {
        switch (one, other) {
        case (.tree(let one), .tree(let other)): return FileSystem.isSame(one, other)
        case (.link(let one), .link(let other)):
            // The default links of two stores may point to the same tree, so compare the links' own
            // paths.
            let (one, other) = (FilePath(one), FilePath(other))
            return one.lastComponent == other.lastComponent
                && FileSystem.isSame(
                    one.removingLastComponent().string,
                    other.removingLastComponent().string
                )
        default: return false
        }
    }

    /// Returns the target of the existing launcher with this name, or `nil` if it is the same target.
    func otherTarget(of launcher: Launcher) -> Launcher.Target? {
        let file = path(of: launcher)
        guard (try? FileSystem.kind(of: file)) == .file,
            let contents = try? FileSystem.contents(of: file, limit: Launcher.maximumByteCount),
            let target = Launcher.target(in: contents), !Self.isSame(target, launcher.target)
        else { return nil }
        return target
    }

    /// Checks, before anything is changed, that GOBIN is a directory and that the launcher's name is
    /// available.
    ///
    /// - Parameters:
    ///   - launcher: The launcher to write.
    ///   - replacingWrapper: Whether a golang.org/dl program of this name may be replaced.
    /// - Returns: What has the launcher's name now and may be replaced, or `nil` if nothing does.
    /// - Throws: ``Failure`` of kind `destination`.
    func prepared(
        for launcher: Launcher,
        replacingWrapper: Bool = false
    ) throws(Failure) -> Occupant? {
        var occupant: Occupant?
        do throws(FileError) {
            let kind = try FileSystem.kind(of: path)
            if kind != nil, try !FileSystem.isDirectory(path) {
                throw FileError("use", path, .notDirectory)
            }
            occupant = try self.occupant(of: launcher)
            if case .foreign = occupant, replacingWrapper, try isWrapper(launcher) {
                occupant = .wrapper
            }
        } catch {
            throw unusable(error)
        }
        if case .foreign(let what) = occupant {
            throw Failure(
                .destination,
                "the launcher's name is taken",
                facts: [
                    .init("file", self.path(of: launcher)), .init("found", what),
                    .init("expected", "nothing, or a launcher that gotoolprov wrote"),
                ],
                hint:
                    "move it, or set GOBIN to another directory; if it is a golang.org/dl wrapper, replace"
                    + " it with `ensure --adopt`"
            )
        }
        return occupant
    }

    /// Whether the file with the launcher's name is the golang.org/dl program for that version.
    ///
    /// The build information of every Go program contains its package path.
    private func isWrapper(_ launcher: Launcher) throws(FileError) -> Bool {
        let path = path(of: launcher)
        guard try FileSystem.kind(of: path) == .file else { return false }
        let file = try BinaryFile.opening(path)
        guard let elf = try? ELFFile(file), let info = GoBuildInfo(in: file, elf) else {
            return false
        }
        return info.packagePath == "golang.org/dl/\(launcher.name)"
    }

    /// The failure for a launcher directory that cannot be used.
    private func unusable(_ error: FileError) -> Failure {
        Failure(
            .destination,
            "cannot write launchers to GOBIN",
            facts: [.init("directory", path), .init("because", error.errno)],
            hint: HostPlaces([.launchers(path)]).hint(for: error)
                ?? "set GOBIN to a directory that you can write to"
        )
    }

    /// Creates the directory, and checks that it is writable.
    ///
    /// - Parameter made: Receives the directories that were created, even if the function throws.
    /// - Throws: ``Failure`` of kind `destination`.
    func prepareDirectory(adding made: inout [String]) throws(Failure) {
        do throws(FileError) {
            try FileSystem.makeDirectories(path, isShared: true, adding: &made)
            guard FileSystem.isWritable(path) else {
                throw FileError("write", path, .permissionDenied)
            }
        } catch {
            throw unusable(error)
        }
    }

    /// Writes the launcher atomically.
    func write(_ launcher: Launcher, durably: Bool) throws(Failure) {
        do throws(FileError) {
            try FileSystem.makeDirectories(path)
            try FileSystem.replaceFile(
                at: self.path(of: launcher),
                with: Array(launcher.script.utf8),
                mode: 0o755,
                durably: durably
            )
        } catch {
            throw Failure(
                writing: error,
                what: "cannot write the launcher",
                places: HostPlaces([.launchers(path)])
            )
        }
    }

    /// Deletes temporary files left by processes that were killed while they wrote the launcher or the
    /// links of the installation `name`.
    func sweepTemporaries(of name: String) {
        guard let directory = try? DirectoryHandle.opening(path, followingLinks: true) else {
            return
        }
        AtomicReplacement.sweep(
            [name],
            in: directory,
            // A file that does not begin like a launcher belongs to the user.
            where: AtomicReplacement.SweepRule(
                includesShortNumbers: true,
                includesOtherOwners: true
            ) {
                $0.isEmpty || $0.starts(with: Array("#!/bin/sh\n".utf8))
            }
        )
        guard let build = ToolBuild(name: name) else { return }
        let end = "/\(name)/bin/\(build.tool)"
        AtomicReplacement.sweep(
            [build.shortName, build.tool.name],
            in: directory,
            where: AtomicReplacement.SweepRule(
                includesOtherOwners: true,
                includesFile: { _ in false },
                includesLink: { $0.hasSuffix(end) }
            )
        )
    }

    /// Whether a launcher of the same tree exists, written by this or another gotoolprov version.
    func isManaged(_ launcher: Launcher) throws(FileError) -> Bool {
        let file = path(of: launcher)
        guard try FileSystem.kind(of: file) == .file,
            let contents = try FileSystem.contents(of: file, limit: Launcher.maximumByteCount)
        else { return false }
        if launcher.hasSameTarget(as: contents) { return true }
        return Launcher.target(in: contents).map { Self.isSame($0, launcher.target) } ?? false
    }

    /// Deletes the launcher if gotoolprov wrote it and it runs the same tree; keeps any other file.
    ///
    /// - Returns: Whether one was deleted.
    func remove(_ launcher: Launcher) throws(FileError) -> Bool {
        guard try isManaged(launcher) else { return false }
        try FileSystem.remove(path(of: launcher))
        return true
    }
}
