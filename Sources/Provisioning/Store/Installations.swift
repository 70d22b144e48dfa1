internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// The directory of the installed trees: their names, paths and states.
///
/// This type only reads; ``Store`` makes changes.
package struct Installations: Sendable {
    /// The directory's absolute path.
    package let root: String

    package init(root: String) { self.root = root }

    /// The names that gotoolprov uses in the SDK directory and in a tree.
    enum Name {
        /// The empty file with which golang.org/dl marks a complete tree.
        static let unpacked = ".unpacked-success"
        /// The directory for the metadata of a tree and, in the SDK directory, of the store.
        static let bookkeeping = ".gotoolprov"
        static let receipt = "\(bookkeeping)/\(receiptFile)"
        static let index = "\(bookkeeping)/\(indexFile)"
        static let proof = "\(bookkeeping)/\(proofFile)"
        /// The names in the bookkeeping directory of a tree.
        static let receiptFile = "receipt.json"
        static let indexFile = "index.mtree"
        /// The proof that the log has the record in the receipt.
        static let proofFile = "log.tlog-proof"
        /// Marks a tree that is being deleted in place because it could not be moved first.
        static let removalFile = "removal"
        /// The names in the bookkeeping directory of the store.
        static let lock = "lock"
        static let staging = "staging"
        static let quarantine = "quarantine"
        static let current = "current"
    }

    /// Returns the path of a version's tree, installed or not.
    package func goRoot(of version: GoVersion) -> String { path(of: .go(version)) }

    /// Returns the path of an installation's tree, installed or not.
    package func path(of installation: Installation) -> String { "\(root)/\(installation.name)" }

    /// The path of the directory in which trees are prepared, for messages.
    var stagingDirectory: String { "\(root)/\(Name.bookkeeping)/\(Name.staging)" }

    /// The paths of the bookkeeping directories, which may not exist.
    var bookkeepingPaths: [String] {
        let directory = "\(root)/\(Name.bookkeeping)"
        return [directory]
            + [Name.lock, Name.staging, Name.quarantine].map { "\(directory)/\($0)" }
    }

    /// The path of the link to the tree that `use` selected.
    var defaultLink: String { "\(root)/\(Name.bookkeeping)/\(Name.current)" }

    /// The version that `use` selected, installed or not, or `nil` if there is none or it cannot be
    /// read.
    package var defaultVersion: GoVersion? { (try? selectedVersion()) ?? nil }

    /// Whether the link is exactly what `use` writes for a version: it points to that tree of this
    /// store.
    func isSelected(_ version: GoVersion) -> Bool {
        let bookkeeping = try? directory()?.directory(Name.bookkeeping)
        return bookkeeping?.linkTarget(of: Name.current) == Self.defaultTarget(version)
    }

    /// Returns the target of the link for a selected version.
    static func defaultTarget(_ version: GoVersion) -> String { "../\(version.toolchainName)" }

    /// Returns the version that `use` selected, installed or not, or `nil` if there is none.
    ///
    /// - Throws: ``FileError`` if the link cannot be read: before a change, an unreadable default must
    ///   not be taken for none.
    func selectedVersion() throws(FileError) -> GoVersion? {
        let bookkeeping: DirectoryHandle?
        do {
            bookkeeping = try directory()?.lookup(Name.bookkeeping)
        } catch
            where [.noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels]
            .contains(error.errno)
        {
            return nil
        }
        guard let name = bookkeeping?.linkTarget(of: Name.current)?.split(byte: "/").last,
            let version = GoVersion(name), version.toolchainName == name
        else { return nil }
        return version
    }

    // MARK: Directories

    /// Opens the directory; returns `nil` if it does not exist.
    ///
    /// The path itself may be a symbolic link, because the user specified it; links below it are not
    /// followed.
    func directory() throws(FileError) -> DirectoryHandle? {
        do {
            return try DirectoryHandle.opening(root, followingLinks: true)
        } catch  where error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory {
            return nil
        }
    }

    /// Opens the directory, which must exist.
    func openedDirectory() throws(FileError) -> DirectoryHandle {
        try DirectoryHandle.opening(root, followingLinks: true)
    }

    /// Opens the subdirectory `name` of the bookkeeping directory, and creates both if they are
    /// missing.
    func bookkeepingDirectory(_ name: String) throws(FileError) -> DirectoryHandle {
        try openedDirectory().makingDirectory(Name.bookkeeping).makingDirectory(name)
    }

    /// Opens the subdirectory `name` of the bookkeeping directory; returns `nil` if it is missing or a
    /// link.
    func existingBookkeepingDirectory(_ name: String) -> DirectoryHandle? {
        try? directory()?.directory(Name.bookkeeping).directory(name)
    }

    /// Creates a staging directory for a tree that is published as `name` once it is complete.
    func staged(_ name: String) throws(FileError) -> StagedDirectory {
        var attempts = 0
        while true {
            do {
                return try StagedDirectory.make(
                    named: name,
                    in: bookkeepingDirectory(Name.staging)
                )
            } catch  where error.errno == .noSuchFileOrDirectory && attempts < 100 {
                // Another process has just deleted the empty staging directory that it had created.
                attempts += 1
            }
        }
    }

    /// Returns the handle of the SDK directory and the name of `installation` in it, for changes.
    func place(of installation: Installation) throws(FileError) -> DirectoryHandle.Place {
        try DirectoryHandle.Place(openedDirectory(), installation.name)
    }

    /// Creates the directories for locks and staging, which must not be symbolic links.
    ///
    /// - Parameter made: Receives the directories that were created, even if the function throws.
    /// - Throws: ``FileError`` for the first directory that cannot be created or is not a directory.
    func makeBookkeepingDirectories(adding made: inout [String]) throws(FileError) {
        try FileSystem.makeDirectories(root, isShared: true, adding: &made)
        let directory = try openedDirectory().makingDirectory(Name.bookkeeping, adding: &made)
        try FileSystem.share(directory.path, like: root)
        for name in [Name.lock, Name.staging] {
            let path = try directory.makingDirectory(name, adding: &made).path
            // Any user who can read the lock directory could hold a lock indefinitely.
            try FileSystem.share(path, like: root, isPrivate: name == Name.lock)
        }
    }

    private var lockDirectory: String { "\(root)/\(Name.bookkeeping)/\(Name.lock)" }

    /// Returns the path of the lock file that protects the tree `name`.
    func lockPath(_ name: String) -> String { "\(lockDirectory)/\(name)" }

    /// Returns all installations: Go versions, oldest first, then tools; entries with other names are
    /// ignored.
    ///
    /// - Throws: ``Failure`` if the store exists but cannot be read.
    package func all() throws(Failure) -> [Installed<Installation>] {
        let directory: DirectoryHandle
        let names: [FileName]
        do {
            guard let opened = try self.directory() else { return [] }
            directory = opened
            names = try directory.names()
        } catch {
            throw Failure(reading: error, what: "cannot read the SDK directory")
        }
        var all: [Installed<Installation>] = []
        for name in names {
            guard let installation = Installation(name: name.text) else { continue }
            let state: InstallationState
            do {
                guard let found = try self.state(of: installation, in: directory) else { continue }
                state = found
            } catch {
                state = .unknown(reason: "\(error.path): \(error.errno)")
            }
            all.append(
                Installed(installation, path: path(of: installation), state: state)
            )
        }
        return all.sorted { $0.installation < $1.installation }
    }

    /// Returns the usable Go versions for `platform`, managed and foreign, oldest first.
    ///
    /// - Throws: ``Failure`` if the store exists but cannot be read.
    package func usableToolchains(
        on platform: GoPlatform
    ) throws(Failure) -> [Installed<GoVersion>] {
        try all().compactMap { found in
            guard case .go(let version) = found.installation else { return nil }
            switch found.state {
            case .installed(let receipt) where receipt.platform == platform: break
            case .foreign: break
            case .installed, .incomplete, .unknown, .damaged, .halfRemoved: return nil
            }
            return Installed(version, path: found.path, state: found.state)
        }
    }

    /// Returns the usable tools for `platform`, by name and then oldest version first.
    ///
    /// - Throws: ``Failure`` if the store exists but cannot be read.
    package func usableTools(on platform: GoPlatform) throws(Failure) -> [Installed<ToolBuild>] {
        try all().compactMap { found in
            guard case .tool(let build) = found.installation,
                case .installed(let receipt) = found.state, receipt.platform == platform
            else { return nil }
            return Installed(build, path: found.path, state: found.state)
        }
    }
}
