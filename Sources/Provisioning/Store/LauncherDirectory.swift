internal import BinaryInspection
internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// GOBIN: the directory for launchers, which also has files of the user.
package struct LauncherDirectory: Sendable {
    /// The directory's absolute path.
    package let path: String

    /// The directory at `path`.
    package init(path: String) { self.path = path }

    /// What has a launcher's name.
    enum Occupant: Hashable {
        /// Exactly the launcher that should be there.
        case current
        /// A launcher of ours for another tree, or by another gotoolprov.
        case outdated
        /// The program of golang.org/dl that downloads and runs this version.
        case wrapper
        /// Something of the user's own.
        case foreign(String)
    }

    /// Where a launcher is or would be.
    package func path(of launcher: Launcher) -> String { "\(path)/\(launcher.name)" }

    /// What has the launcher's name; nil where nothing does.
    func occupant(of launcher: Launcher) throws(FileError) -> Occupant? {
        let file = path(of: launcher)
        switch try FileSystem.kind(of: file) {
        case nil: return nil
        case .directory: return .foreign("a directory")
        case .symbolicLink: return .foreign("a symbolic link")
        case .other: return .foreign("neither a file nor a directory")
        case .file:
            // Gone by now: another process has just removed it.
            guard let contents = try FileSystem.contents(of: file, limit: Launcher.mostBytes) else {
                return nil
            }
            if contents == Array(launcher.script.utf8) {
                return FileSystem.isExecutable(file) ? .current : .outdated
            }
            // One directory has several names where there are links: /home -> /var/home.
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

    /// Whether two launchers run the same tree, however its path is written.
    private static func isSame(_ one: Launcher.Target, _ other: Launcher.Target) -> Bool {
        switch (one, other) {
        case (.tree(let one), .tree(let other)): return FileSystem.isSame(one, other)
        case (.link(let one), .link(let other)):
            // The links of two stores may point to one tree.
            let (one, other) = (FilePath(one), FilePath(other))
            return one.lastComponent == other.lastComponent
                && FileSystem.isSame(
                    one.removingLastComponent().string,
                    other.removingLastComponent().string
                )
        default: return false
        }
    }

    /// What the launcher by this one's name runs now, where that is something else.
    func otherTarget(of launcher: Launcher) -> Launcher.Target? {
        let file = path(of: launcher)
        guard (try? FileSystem.kind(of: file)) == .file,
            let contents = try? FileSystem.contents(of: file, limit: Launcher.mostBytes),
            let target = Launcher.target(in: contents), !Self.isSame(target, launcher.target)
        else { return nil }
        return target
    }

    /// Refuses a GOBIN that is not a directory, and a launcher's name that is taken, before
    /// anything is changed.
    ///
    /// - Parameters:
    ///   - launcher: The launcher that is to be there.
    ///   - replacingWrapper: Whether golang.org/dl's program of this name may be replaced.
    /// - Returns: What is there now, which is ours or may be replaced.
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

    /// Whether what has the launcher's name is golang.org/dl's program for that version.
    ///
    /// Every program that Go links says in its build information which package it is.
    private func isWrapper(_ launcher: Launcher) throws(FileError) -> Bool {
        let path = path(of: launcher)
        guard try FileSystem.kind(of: path) == .file else { return false }
        let file = try BinaryFile.opening(path)
        guard let elf = try? ELFFile(file), let info = GoBuildInfo(in: file, elf) else {
            return false
        }
        return info.packagePath == "golang.org/dl/\(launcher.name)"
    }

    /// The directory cannot be used.
    private func unusable(_ error: FileError) -> Failure {
        Failure(
            .destination,
            "cannot write launchers to GOBIN",
            facts: [.init("directory", path), .init("because", error.errno)],
            hint: HostPlaces([.launchers(path)]).hint(for: error)
                ?? "set GOBIN to a directory that you can write to"
        )
    }

    /// Makes the directory, and checks that launchers can be written to it.
    ///
    /// - Parameter made: Gets the directories that did not exist, also where it throws.
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

    /// Writes the launcher, in one step.
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

    /// Deletes what processes that were killed while writing the launcher or the links of the installation
    /// called `name` left there.
    func sweepTemporaries(of name: String) {
        guard let directory = try? DirectoryHandle.opening(path, followingLinks: true) else {
            return
        }
        AtomicReplacement.sweep(
            [name],
            in: directory,
            // Anything else than the beginning of a launcher is somebody's own.
            where: AtomicReplacement.SweepRule(takesShortNumbers: true, takesOtherOwners: true) {
                $0.isEmpty || $0.starts(with: Array("#!/bin/sh\n".utf8))
            }
        )
        guard let build = ToolBuild(name: name) else { return }
        let end = "/\(name)/bin/\(build.tool)"
        AtomicReplacement.sweep(
            [build.shortName, build.tool.name],
            in: directory,
            where: AtomicReplacement.SweepRule(
                takesOtherOwners: true,
                takes: { _ in false },
                takesLink: { $0.hasSuffix(end) }
            )
        )
    }

    /// Whether there is the launcher of the same tree, by this gotoolprov or another.
    func isOurs(_ launcher: Launcher) throws(FileError) -> Bool {
        let file = path(of: launcher)
        guard try FileSystem.kind(of: file) == .file,
            let contents = try FileSystem.contents(of: file, limit: Launcher.mostBytes)
        else { return false }
        if launcher.isForSameTree(as: contents) { return true }
        return Launcher.target(in: contents).map { Self.isSame($0, launcher.target) } ?? false
    }

    /// Deletes the launcher if it is ours and runs the same tree; any other stays.
    ///
    /// - Returns: Whether one was deleted.
    func remove(_ launcher: Launcher) throws(FileError) -> Bool {
        guard try isOurs(launcher) else { return false }
        try FileSystem.remove(path(of: launcher))
        return true
    }
}
